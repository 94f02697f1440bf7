"""Signs in with Microsoft's identity platform, through MSAL.

MSAL's application is built on first use, because that sends a request. One lock serialises its use: two simultaneous
renewals would use the same refresh token twice. An outage never signs an account out; only `invalid_grant` and
`interaction_required` of the platform do.
"""

from __future__ import annotations

import base64
import logging
import re
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from threading import RLock
from typing import Any

import msal
from msal.exceptions import MsalError

from carlendar.domain.account import AppRole, app_roles
from carlendar.domain.bounded import from_json
from carlendar.domain.ports import SignedIn
from carlendar.errors import (
    IdentityError,
    OutageError,
    ServiceError,
    SignInExpiredError,
    SignInNeededError,
    SignInRefusedError,
    VaultError,
)
from carlendar.microsoft.clouds import Cloud
from carlendar.microsoft.device_code import DeviceCodeFlow
from carlendar.microsoft.faults import RENEW
from carlendar.microsoft.loopback import RedirectListener
from carlendar.microsoft.outcomes import error_of, outcome_of
from carlendar.microsoft.session import HttpSession
from carlendar.microsoft.tenants import tenant_id
from carlendar.microsoft.tokens import MsalAccount, TokenStore, account_id
from carlendar.microsoft.transport import IdentityTransport
from carlendar.microsoft.vault import Vault
from carlendar.platform.transport import host_of

BROWSER_LIMIT = 300.0
"""Time limit in seconds for a sign-in in the browser."""

_GARBAGE = (ValueError, KeyError, TypeError, AttributeError, RuntimeError, MsalError)
"""Exceptions of MSAL for invalid answers, most of which it does not check."""


class MicrosoftIdentity:
    """The `Identity` of one cloud and one registered application (`client_id`), for any number of accounts.

    `tenant` is the tenant whose users may sign in: its id or domain, `organizations`, or `common`.
    """

    def __init__(
        self,
        cloud: Cloud,
        client_id: str,
        vault: Vault,
        http: HttpSession,
        *,
        tenant: str = "common",
        version: str = "",
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        suffix = re.sub(r"[^a-z0-9.-]", "-", cloud.name.lower())
        self._cloud = cloud
        self._client_id = client_id
        self._tenant = tenant
        self._version = version
        self._vault = vault
        self._seconds = seconds
        self._lock = RLock()
        self._tokens = TokenStore(vault, f"tokens-{suffix}")
        self._transport = IdentityTransport(http, vault, f"metadata-{suffix}", seconds)
        self._application: Any = None
        self._remembered_answers: dict[str, Any] = {}
        # Below this level MSAL logs complete answers, including addresses.
        logging.getLogger("msal").setLevel(logging.WARNING)

    def start_device_code(self, scopes: Sequence[str], claims: str = "") -> DeviceCodeFlow:
        """Request a device code. Raises IdentityError, ServiceError, or VaultError if a sign-in could not be stored."""
        with self._lock:
            app = self._ready_to_sign_in()
            with _garbage_is_outage(self._cloud.login):
                flow = app.initiate_device_flow(self._cloud.scopes(scopes), claims_challenge=claims or None)
            if not all(flow.get(key) for key in ("user_code", "device_code", "verification_uri")):
                raise error_of(outcome_of(flow, renewing=False))
        return DeviceCodeFlow(flow, lambda flow: self._poll(flow, claims), self._finish, self._seconds)

    def sign_in_with_browser(
        self,
        scopes: Sequence[str],
        open_url: Callable[[str], None],
        *,
        claims: str = "",
        cancelled: Callable[[], bool] = lambda: False,
        limit: float = BROWSER_LIMIT,
    ) -> SignedIn:
        """Sign in by authorization code with PKCE (RFC 7636) over a loopback redirect; block for up to `limit` seconds.

        `open_url` receives the address to open. Raises SignInExpiredError if the sign-in was not completed in time,
        IdentityError, ServiceError or VaultError.
        """
        with RedirectListener(self._seconds) as listener:
            with self._lock:
                app = self._ready_to_sign_in()
                flow = app.initiate_auth_code_flow(
                    self._cloud.scopes(scopes),
                    redirect_uri=listener.redirect_uri,
                    prompt="select_account",
                    # So that the code is never part of an address (RFC 9700 4.3.1).
                    response_mode="form_post",
                    claims_challenge=claims or None,
                )
            open_url(flow["auth_uri"])
            redirected = listener.wait(flow["state"], limit, cancelled)
        if redirected is None:
            raise _unfinished(cancelled())
        with self._lock:
            with _garbage_is_outage(self._cloud.login):
                answer = app.acquire_token_by_auth_code_flow(flow, redirected)
            if "access_token" not in answer:
                raise error_of(outcome_of(answer, renewing=False))
            return self._finish(answer)

    def token(self, account_id: str, scopes: Sequence[str], claims: str = "") -> str:
        """Return an access token, from the cache or renewed.

        `claims` is the JSON text of a claims challenge; `RENEW` forces a new token without one. Raises
        SignInNeededError if the user must act, SignInRefusedError if the application is not allowed, ServiceError if
        Microsoft cannot be reached or fails (accounts stay signed in), VaultError while the vault is locked.
        """
        with self._lock:
            account = self._tokens.find(account_id)
            if account is None:
                raise SignInNeededError(reason="signed_out")
            answer = self._silently(account, scopes, claims)
            with suppress(VaultError):
                # A full disk must not invalidate a good token; it is saved with the next change.
                self._tokens.save()
        if answer is None:
            raise SignInNeededError(reason="again", claims=_worth(claims))
        if "access_token" in answer:
            return str(answer["access_token"])
        error = error_of(outcome_of(answer, renewing=True))
        if isinstance(error, SignInNeededError) and not error.claims:
            error.claims = _worth(claims)
        raise error

    def sign_out(self, account_id: str) -> None:
        """Delete the account's tokens from this machine; needs no network. Raises VaultError if that fails."""
        with self._lock:
            account = self._tokens.find(account_id)
            if account is not None:
                self._tokens.forget(account)

    def tenant_of(self, account_id: str) -> str:
        """Return the tenant that issued the account's tokens, empty if unknown. Raises VaultError while the vault is
        locked.
        """
        with self._lock:
            account = self._tokens.find(account_id) or {}
        # MSAL keeps the authority's tenant, which may be a domain; the home account id ends in the home tenant's id.
        home = str(account.get("home_account_id") or "").rpartition(".")[2]
        return tenant_id(account.get("realm")) or tenant_id(home)

    def roles_of(self, account_id: str) -> tuple[AppRole, ...]:
        """Return what the account's organisation has restricted, by its latest ID token; none if there is no such.

        Raises VaultError while the vault is locked.
        """
        with self._lock:
            account = self._tokens.find(account_id)
            token = self._tokens.id_token(account) if account is not None else ""
        return app_roles(_claims(token).get("roles"))

    def account_ids(self) -> frozenset[str]:
        """Return the ids of the signed-in accounts; needs no network. Raises VaultError while the vault is locked."""
        with self._lock:
            return frozenset(account_id(account) for account in self._tokens.accounts())

    def _silently(self, account: MsalAccount, scopes: Sequence[str], claims: str) -> dict[str, Any] | None:
        app = self._app()
        with _garbage_is_outage(self._cloud.login):
            # For these errors MSAL falls back to a token that is still valid if a renewal fails.
            answer: dict[str, Any] | None = app.acquire_token_silent_with_error(
                self._cloud.scopes(scopes),
                account=account,
                claims_challenge=claims or None,
                http_exceptions=(ServiceError,),
            )
        return answer

    def _poll(self, flow: dict[str, Any], claims: str) -> dict[str, Any]:
        with self._lock, _garbage_is_outage(self._cloud.login):
            answer: dict[str, Any] = self._app().acquire_token_by_device_flow(
                flow, claims_challenge=claims or None, exit_condition=lambda _: True
            )
        return answer

    def _finish(self, answer: dict[str, Any]) -> SignedIn:
        """Store a successful sign-in and return its account."""
        with self._lock:
            account = self._tokens.find_home(_home_account_id(answer))
            if account is None:
                raise OutageError("Microsoft did not say who signed in.", detail="no account in the answer")
            try:
                self._tokens.save()
            except VaultError:
                with suppress(VaultError):
                    self._tokens.forget(account)
                raise
        who = answer.get("id_token_claims") or {}
        return SignedIn(
            account_id=account_id(account),
            address=str(account.get("username") or ""),
            name=str(who.get("name") or ""),
            cloud=self._cloud.name,
            scopes=self._cloud.short_scopes(str(answer.get("scope") or "").split()),
            tenant=tenant_id(who.get("tid")),
            roles=app_roles(who.get("roles")),
        )

    def _ready_to_sign_in(self) -> Any:
        """Return MSAL's application, after checking that a sign-in could be stored."""
        self._vault.source()
        # MSAL caches a refusal for 60 s; a new attempt of the user must send a request.
        self._remembered_answers.clear()
        # No sign-in while the keyring is locked: the accounts whose tokens it encrypts would be lost.
        self._tokens.load()
        return self._app()

    def _app(self) -> Any:
        if self._application is None:
            if not self._client_id:
                raise SignInRefusedError(reason="client_id")
            self._tokens.load()
            try:
                self._application = msal.PublicClientApplication(
                    self._client_id,
                    authority=self._cloud.authority(self._tenant),
                    token_cache=self._tokens.cache,
                    http_client=self._transport,
                    http_cache=self._remembered_answers,
                    instance_discovery=False,
                    client_capabilities=["CP1"],
                    app_name="Carlendar",
                    app_version=self._version or None,
                )
            except (ValueError, KeyError) as error:
                if self._transport.has_metadata:
                    raise _unreadable(error, self._cloud.login) from error
                raise SignInRefusedError(reason="unknown_tenant") from error  # an invalid name of a tenant
        return self._application


@contextmanager
def _garbage_is_outage(host: str) -> Iterator[None]:
    try:
        yield
    except _GARBAGE as error:
        raise _unreadable(error, host) from error


def _unreadable(error: Exception, host: str) -> OutageError:
    text = "Microsoft's sign-in answered with something unreadable."
    return OutageError(text, detail=type(error).__name__, key="unreadable", host=host_of(host))


def _unfinished(cancelled: bool) -> IdentityError:
    if cancelled:
        return SignInRefusedError(reason="cancelled")
    return SignInExpiredError(reason="browser_expired")


def _worth(claims: str) -> str:
    """Return the claims that a new sign-in has to satisfy; none for `RENEW`."""
    return "" if claims == RENEW else claims


def _claims(id_token: str) -> dict[str, Any]:
    """Return the claims of an ID token that MSAL has verified and stored; none if it cannot be read."""
    payload = id_token.partition(".")[2].partition(".")[0]
    try:
        found = from_json(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _home_account_id(answer: dict[str, Any]) -> str:
    """Return the account id that MSAL builds: `uid.utid` of `client_info`, else the subject."""
    info = str(answer.get("client_info") or "")
    try:
        data = from_json(base64.urlsafe_b64decode(info + "=" * (-len(info) % 4))) if info else {}
    except ValueError:
        data = {}
    if isinstance(data, dict) and "uid" in data and "utid" in data:
        return f"{data['uid']}.{data['utid']}"
    who = answer.get("id_token_claims")
    return str(who.get("sub") or "") if isinstance(who, dict) else ""
