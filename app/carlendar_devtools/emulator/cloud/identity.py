"""The identity platform without transport."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from threading import RLock
from typing import Any
from urllib.parse import urlsplit

from carlendar_devtools.emulator.cloud import scopes
from carlendar_devtools.emulator.cloud.codes import AuthorizationCodes, DeviceCodes, Wish
from carlendar_devtools.emulator.cloud.event_log import EventLog
from carlendar_devtools.emulator.cloud.refusals import REFUSALS, OAuthError, Refusal, refuse
from carlendar_devtools.emulator.cloud.tokens import CONSUMERS_TENANT, Tokens
from carlendar_devtools.emulator.world.person import DirectoryUser
from carlendar_devtools.emulator.world.world import World

CLIENT_ID = "3d1f0f52-6f0c-4f0a-9a5b-7c2f6e5a1b90"
"""The registered application: a public client with a loopback redirect."""

DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"
DEVICE_GRANTS = (DEVICE_GRANT, "device_code")
"""RFC 8628's name, and the one that MSAL for JavaScript sends, which Microsoft accepts too."""

SHARED = ("common", "organizations", "consumers")
"""Authorities other than a single tenant: everyone, work and school accounts, personal accounts."""

Form = Mapping[str, str]


@dataclass(slots=True)
class IdentityPlatform:
    """Codes, tokens and people of one tenant."""

    world: World
    origin: str
    tenant_id: str
    devices: DeviceCodes
    browser: AuthorizationCodes
    tokens: Tokens
    event_log: EventLog
    auto_approved: str = ""
    refusals: dict[str, str] = field(default_factory=dict)
    """Refusals by address, by name, for each sign-in and renewal of that person."""
    lock: RLock = field(default_factory=RLock)
    """Guards codes and tokens."""
    sign_in_origin: str = ""
    """Address of the device code pages, if the cloud does not serve them itself."""

    @property
    def verification(self) -> str:
        """The page on which a device code is entered."""
        return f"{self.sign_in_origin or self.origin}/devicelogin"

    def configuration(self, tenant: str) -> dict[str, Any]:
        """The OpenID configuration (OpenID Connect Discovery 1.0, RFC 8414).

        As Microsoft's: a domain's names its tenant's id, `consumers` the tenant of all personal accounts.
        """
        self._known_tenant(tenant)
        name = tenant.casefold()
        base = f"{self.origin}/{name if name in (*SHARED, CONSUMERS_TENANT) else self.tenant_id}"
        issuer = self.tenant_id
        if name in ("common", "organizations"):
            issuer = "{tenantid}"
        elif name in ("consumers", CONSUMERS_TENANT):
            issuer = CONSUMERS_TENANT
        return {
            "issuer": f"{self.origin}/{issuer}/v2.0",
            "authorization_endpoint": f"{base}/oauth2/v2.0/authorize",
            "token_endpoint": f"{base}/oauth2/v2.0/token",
            "device_authorization_endpoint": f"{base}/oauth2/v2.0/devicecode",
            "userinfo_endpoint": f"{self.origin}/oidc/userinfo",
            "end_session_endpoint": f"{base}/oauth2/v2.0/logout",
            "jwks_uri": f"{base}/discovery/v2.0/keys",
            "http_logout_supported": True,
            "frontchannel_logout_supported": True,
            "request_uri_parameter_supported": False,
            "response_types_supported": ["code"],
            "response_modes_supported": ["query", "fragment", "form_post"],
            "grant_types_supported": ["authorization_code", "refresh_token", DEVICE_GRANT],
            "subject_types_supported": ["pairwise"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "code_challenge_methods_supported": ["S256"],
            "token_endpoint_auth_methods_supported": ["none"],
            "scopes_supported": ["openid", "profile", "email", "offline_access"],
            "claims_supported": ["sub", "iss", "aud", "exp", "iat", "name", "oid", "preferred_username", "tid", "ver"],
            "tenant_region_scope": None if issuer == "{tenantid}" else "EU",
            "cloud_instance_name": urlsplit(self.origin).netloc,
            "cloud_graph_host_name": urlsplit(self.origin).netloc,
            "msgraph_host": urlsplit(self.origin).netloc,
        }

    def keys(self, tenant: str) -> dict[str, Any]:
        """Return the keys that sign tokens; the same for every tenant."""
        self._known_tenant(tenant)
        return self.tokens.keys()

    def device_code(self, form: Form, tenant: str) -> dict[str, Any]:
        """Start a device code flow (RFC 8628, 3.1 and 3.2)."""
        code = self.devices.issue(self.wish(form, tenant))
        if self.auto_approved:
            self.approve(code.user_code, self.auto_approved)
        where = self.verification
        return {
            "user_code": code.user_code,
            "device_code": code.device_code,
            "verification_uri": where,
            "expires_in": int(self.devices.life),
            "interval": int(code.interval),
            "message": f"To sign in, use a web browser to open the page {where} and enter the code "
            f"{code.user_code} to authenticate.",
        }

    def token(self, form: Form, tenant: str) -> dict[str, Any]:
        """Handle a request to the token endpoint."""
        self._known_tenant(tenant)
        if form.get("client_secret") or form.get("client_assertion"):
            raise refuse("secret_of_public_client")
        kind = form.get("grant_type", "")
        if kind in DEVICE_GRANTS:
            return self._by_device(form)
        if kind == "authorization_code":
            return self._by_browser(form)
        if kind == "refresh_token":
            return self._by_refresh(form, tenant)
        raise refuse("bad_grant_type")

    def wish(self, form: Form, tenant: str) -> Wish:
        """Return the validated request for tokens. Raises OAuthError."""
        self._known_tenant(tenant)
        if form.get("client_id") != CLIENT_ID:
            raise refuse("unknown_client" if form.get("client_id") else "bad_request")
        spelled = tuple(form.get("scope", "").split())
        if not spelled or any(scopes.bare(each) is None for each in spelled):
            raise refuse("bad_scope" if spelled else "bad_request")
        if scopes.mixed(spelled):
            raise refuse("many_resources")
        return Wish(
            client_id=CLIENT_ID,
            spelled=spelled,
            tenant=tenant,
            capable=_declares_cp1(form.get("claims", "")),
            redirect_uri=form.get("redirect_uri", ""),
            challenge=form.get("code_challenge", ""),
            nonce=form.get("nonce", ""),
        )

    # --- answers of people -------------------------------------------------------------------

    def approve(self, user_code: str, address: str) -> Refusal | None:
        """Approve a code as a person; return the reason if that is refused, else None. Raises LookupError."""
        person = self.world.person(address).person
        with self.lock:
            code = self.devices.open(user_code)
            against = self.refusal_of(person, code.wish.tenant if code is not None else "")
            if against:
                self.devices.refuse(user_code, against)
            else:
                self.devices.approve(user_code, person.address)
            if code is not None and not against:
                self.tokens.consent(code.wish, person.address)
        self.event_log.add("sign_in", f"refused: {against}" if against else "approved")
        return REFUSALS[against] if against else None

    def refuse(self, user_code: str, reason: str = "declined") -> None:
        """End a sign-in with a named refusal. Raises LookupError."""
        if reason not in REFUSALS:
            raise LookupError(f"there is no refusal {reason}")
        with self.lock:
            self.devices.refuse(user_code, reason)
        self.event_log.add("sign_in", f"refused: {reason}")

    def authorize(self, wish: Wish, address: str) -> str:
        """Approve a sign-in in the browser; return the code for the redirect. Raises OAuthError, LookupError."""
        person = self.world.person(address).person
        against = self.refusal_of(person, wish.tenant)
        if against:
            raise refuse(against)
        with self.lock:
            self.tokens.consent(wish, person.address)
            self.event_log.add("sign_in", "approved")
            return self.browser.issue(wish, person.address)

    def refusal_of(self, person: DirectoryUser, tenant: str = "") -> str:
        """Return the name of the refusal for this person at a tenant, empty if sign-in is allowed."""
        if person.personal and tenant.casefold() == "organizations":
            return "personal_account"  # a personal account would be a guest at a tenant
        return self.refusals.get(person.address, person.refusal)

    # --- the three grants -------------------------------------------------------------------

    def _by_device(self, form: Form) -> dict[str, Any]:
        code = self.devices.poll(form.get("device_code") or form.get("code", ""), form.get("client_id", ""))
        capable = code.wish.capable or _declares_cp1(form.get("claims", ""))
        return self.tokens.issue(replace(code.wish, capable=capable), self.world.person(code.address).person)

    def _by_browser(self, form: Form) -> dict[str, Any]:
        wish, address = self.browser.redeem(
            form.get("code", ""), form.get("client_id", ""), form.get("redirect_uri", ""), form.get("code_verifier", "")
        )
        spelled = tuple(form.get("scope", "").split()) or wish.spelled
        capable = wish.capable or _declares_cp1(form.get("claims", ""))
        narrowed = scopes.granted(spelled) <= scopes.granted(wish.spelled)
        if not narrowed:
            raise refuse("consent_needed")
        return self.tokens.issue(replace(wish, spelled=spelled, capable=capable), self.world.person(address).person)

    def _by_refresh(self, form: Form, tenant: str) -> dict[str, Any]:
        grant = self.tokens.renew(form.get("refresh_token", ""), form.get("client_id", ""))
        wish = self.wish({"scope": " ".join(grant.spelled), **form}, tenant)
        person = self.world.person(grant.address).person
        against = self.refusal_of(person, tenant)
        if against:
            raise OAuthError(replace(REFUSALS[against], claims=form.get("claims", "")))
        if not self.tokens.consented(wish, person.address):
            raise refuse("consent_needed")
        if "offline_access" not in wish.spelled:
            wish = replace(wish, spelled=(*wish.spelled, "offline_access"))
        if grant.personal:
            wish = replace(wish, tenant="consumers")
        return self.tokens.issue(wish, person)

    def _known_tenant(self, tenant: str) -> None:
        if tenant.casefold() not in (*SHARED, CONSUMERS_TENANT, self.world.tenant, self.tenant_id):
            raise refuse("unknown_tenant")


def _declares_cp1(claims: str) -> bool:
    """Whether a client declares that it handles claims challenges (xms_cc contains cp1)."""
    try:
        values = json.loads(claims)["access_token"]["xms_cc"]["values"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return False
    return isinstance(values, list) and any(str(value).casefold() == "cp1" for value in values)
