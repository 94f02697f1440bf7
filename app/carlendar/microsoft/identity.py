"""Signing in with Microsoft's identity platform, by MSAL.

MSAL is built at the first use, for building it asks the network. One lock serialises all use of it:
two renewals at once would spend the same refresh token twice. An outage never signs anybody out:
only the platform's own word (`invalid_grant`, `interaction_required`) does.
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
"""Seconds that a person has for signing in in the browser."""

_GARBAGE = (ValueError, KeyError, TypeError, AttributeError, RuntimeError, MsalError)
"""What MSAL raises on answers that are no answers (it checks few of them)."""


class MicrosoftIdentity:
    """The `Identity` of one cloud and one registered application (`client_id`), for any number of accounts.

    `tenant` is the directory whose people may sign in: its id or domain, `organizations`, or `common`.
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
        # Below this level MSAL logs whole answers, people's addresses among them.
        logging.getLogger("msal").setLevel(logging.WARNING)

    def start_device_code(self, scopes: Sequence[str], claims: str = "") -> DeviceCodeFlow:
        """Ask for a code. Raises IdentityError, ServiceError, or VaultError when nothing could be stored."""
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
        """Authorization code with PKCE (RFC 7636) over a loopback redirect; blocks for `limit` seconds at most.

        `open_url` gets the address to show. Raises SignInExpiredError when nobody finished in time,
        IdentityError, ServiceError or VaultError.
        """
        with RedirectListener(self._seconds) as listener:
            with self._lock:
                app = self._ready_to_sign_in()
                flow = app.initiate_auth_code_flow(
                    self._cloud.scopes(scopes),
                    redirect_uri=listener.redirect_uri,
                    prompt="select_account",
                    # The code then never stands in an address (RFC 9700 4.3.1).
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
        """An access token, from the cache or renewed.

        `claims` is what a service challenged for, JSON text; `RENEW` asks for a new token without.
        Raises SignInNeededError when the person must act, SignInRefusedError when the application
        may not, ServiceError when Microsoft cannot be reached or fails (nobody is signed out by
        that), VaultError while the stored sign-in is locked.
        """
        with self._lock:
            account = self._tokens.find(account_id)
            if account is None:
                raise SignInNeededError(reason="signed_out")
            answer = self._silently(account, scopes, claims)
            with suppress(VaultError):
                # A full disk must not take away a good token; it is saved with the next change.
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
        """Forget everything of the account, on this machine; needs no network. VaultError when that failed."""
        with self._lock:
            account = self._tokens.find(account_id)
            if account is not None:
                self._tokens.forget(account)

    def tenant_of(self, account_id: str) -> str:
        """The tenant that vouched for a signed-in account, empty for an unknown one. VaultError while it is locked."""
        with self._lock:
            account = self._tokens.find(account_id) or {}
        # MSAL keeps the authority's tenant, which need not be an id; the home account ends in the home tenant's.
        home = str(account.get("home_account_id") or "").rpartition(".")[2]
        return tenant_id(account.get("realm")) or tenant_id(home)

    def account_ids(self) -> frozenset[str]:
        """Ids of the accounts that are signed in; needs no network. VaultError while they are locked."""
        with self._lock:
            return frozenset(account_id(account) for account in self._tokens.accounts())

    def _silently(self, account: MsalAccount, scopes: Sequence[str], claims: str) -> dict[str, Any] | None:
        app = self._app()
        with _garbage_is_outage(self._cloud.login):
            # Naming our errors makes MSAL fall back to a token that is still good when a renewal fails.
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
        """Store a sign-in that succeeded and tell who it is."""
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
        )

    def _ready_to_sign_in(self) -> Any:
        """MSAL's application, once it is sure that a sign-in could be stored."""
        self._vault.source()
        # MSAL repeats a refusal for 60 s without asking; a person who tries again wants it asked.
        self._remembered_answers.clear()
        # No sign-in while the keyring is locked: the accounts whose tokens it seals would be lost.
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
                raise SignInRefusedError(reason="unknown_tenant") from error  # no tenant can have such a name
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
    """Claims that a new sign-in has to prove; `RENEW` asks for nothing."""
    return "" if claims == RENEW else claims


def _home_account_id(answer: dict[str, Any]) -> str:
    """The account's id as MSAL builds it: `uid.utid` of `client_info`, else the subject."""
    info = str(answer.get("client_info") or "")
    try:
        data = from_json(base64.urlsafe_b64decode(info + "=" * (-len(info) % 4))) if info else {}
    except ValueError:
        data = {}
    if isinstance(data, dict) and "uid" in data and "utid" in data:
        return f"{data['uid']}.{data['utid']}"
    who = answer.get("id_token_claims")
    return str(who.get("sub") or "") if isinstance(who, dict) else ""
