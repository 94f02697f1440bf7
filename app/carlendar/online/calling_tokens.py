"""Calling tokens from the fleet's back end (`carlendar fleet tokens`), over TLS with the car's own certificate."""

from __future__ import annotations

import logging
import math
import ssl
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import RLock
from typing import Annotated, Any, NoReturn, TypeVar

import msgspec
import requests
from cryptography import x509
from msgspec import Meta
from requests.adapters import HTTPAdapter
from urllib3.exceptions import HTTPError

from carlendar.domain.base import Value, to_json
from carlendar.domain.online_call import CallIdentity, CallingToken
from carlendar.domain.retry_after import retry_after
from carlendar.errors import (
    CarlendarError,
    OfflineError,
    OutageError,
    RefusedError,
    ServiceError,
    SignInNeededError,
    SignInRefusedError,
    ThrottledError,
)
from carlendar.platform.deadline import Deadline, pools
from carlendar.platform.transport import UNREACHABLE, cause, host_of, tls_context

LEAST_LEFT = timedelta(minutes=10)
"""A token is handed out only if it is valid for longer than that."""
TIMEOUT = (5.0, 15.0)
"""Seconds for connecting, and for each read."""
WHOLE_SECONDS = 18.0
"""Seconds for one answer in all, however slowly it comes."""
LARGEST = 65_536
MOST_UNREPORTED = 50

NOT_GRANTED = frozenset(
    {"consent", "admin_consent", "scope", "application", "setup", "account_kind", "not_assigned", "declined"}
)
"""Reasons for which Microsoft gives no token for calls: the permission was not granted, or does not exist for the
account. The driver joins as a guest then."""

_log = logging.getLogger(__name__)
_V = TypeVar("_V", bound=Value)

DriverToken = Callable[[str, bool], str]
"""Returns the Entra token for calls of an account (id), renewed if the second argument is true.

Raises IdentityError, ServiceError or VaultError.
"""


class _Request(Value, frozen=True):
    teams_token: str = ""


class _Answer(Value, frozen=True):
    token: Annotated[str, Meta(min_length=1)]
    expires: Annotated[datetime, Meta(tz=True)]
    identity: CallIdentity
    lease: str


class _Usage(Value, frozen=True, omit_defaults=False):
    lease: str
    minutes: int


class _Refusal(Value, frozen=True):
    error: str = ""


class _Lease(Value, frozen=True):
    """What the back end counts by: `minutes` is what the token was good for."""

    id: str
    minutes: int


class _Held(Value, frozen=True):
    """The token of an account, with the leases that have not been reported, the oldest first."""

    token: CallingToken
    leases: tuple[_Lease, ...]


class FleetCallingTokens:
    """`CallingTokens` by the fleet's back end at `url` (https, without a path).

    `certificate` is a PEM file with the car's certificate and key, which may be replaced at any time; the server is
    verified by `ca_file` alone. Tokens are kept in memory until ten minutes before they expire, or until they are used.
    """

    def __init__(
        self, url: str, certificate: Path, ca_file: Path, driver_token: DriverToken, now: Callable[[], datetime]
    ) -> None:
        self._url, self._certificate, self._ca_file = url.rstrip("/"), certificate, ca_file
        self._driver_token, self._now = driver_token, now
        self._lock = RLock()
        self._held: dict[str, _Held] = {}
        self._unreported: list[_Usage] = []
        self._session: requests.Session | None = None
        self._session_of, self._expires = 0, datetime.max.replace(tzinfo=UTC)

    def token(self, account_id: str) -> CallingToken:
        """See `CallingTokens`. Without the permission for calls, the token is a guest's."""
        with self._lock:
            driver = self._driver(account_id, renewed=False)
            name = account_id if driver else ""
            held = self._held.get(name)
            if held is not None and held.token.expires - self._now() > LEAST_LEFT:
                return held.token
            try:
                answer = self._request("/v1/token", _Request(driver), _Answer)
            except SignInNeededError:
                if not driver:
                    raise
                # Microsoft's library returns tokens with only five minutes left.
                answer = self._request("/v1/token", _Request(self._driver(account_id, renewed=True)), _Answer)
            life = max(1, math.ceil((answer.expires - self._now()).total_seconds() / 60))
            leases = (*(held.leases if held is not None else ()), _Lease(answer.lease, life))
            made = CallingToken(answer.token, answer.expires, answer.identity)
            self._held[name] = _Held(made, leases)
            return made

    def used(self, token: CallingToken, seconds: float) -> None:
        """See `CallingTokens`."""
        with self._lock:
            name = next((name for name, held in self._held.items() if held.token == token), None)
            if name is None:
                return
            minutes = math.ceil(seconds / 60)
            for lease in self._held.pop(name).leases:
                counted = min(minutes, lease.minutes)
                minutes -= counted
                self._unreported.append(_Usage(lease.id, counted))
            del self._unreported[:-MOST_UNREPORTED]
            try:
                self._report()
            except CarlendarError as error:
                _log.info("the use of a calling token is reported later: %s", error.key)

    def _driver(self, account_id: str, *, renewed: bool) -> str:
        """Return the driver's Entra token; empty for a guest."""
        if not account_id:
            return ""
        try:
            return self._driver_token(account_id, renewed)
        except (SignInNeededError, SignInRefusedError) as error:
            self._held.pop(account_id, None)  # also of an account that was signed out
            if error.reason in NOT_GRANTED:
                return ""
            raise

    def _report(self) -> None:
        while self._unreported:
            self._send("/v1/usage", self._unreported[0])
            del self._unreported[0]

    def _request(self, path: str, body: Value, kind: type[_V]) -> _V:
        self._report()
        content = self._send(path, body)
        try:
            return msgspec.json.decode(content, type=kind)
        except (msgspec.DecodeError, ValueError, RecursionError):
            raise self._outage("unreadable") from None  # the error quotes the content

    def _send(self, path: str, body: Value) -> bytes:
        session, deadline = self._prepared(), Deadline(WHOLE_SECONDS)
        try:
            with deadline, session.post(
                f"{self._url}{path}", data=to_json(body), headers={"Content-Type": "application/json"},
                timeout=TIMEOUT, allow_redirects=False, stream=True,
            ) as response:  # fmt: skip
                content = self._read(response)
                status, headers = response.status_code, response.headers
        except (requests.RequestException, HTTPError, OSError, ValueError) as error:
            raise (self._slow() if deadline.passed else self._failed(error)) from error
        if deadline.passed:  # a body without a length looks complete when it is cut off
            raise self._slow()
        if status >= 300:
            _refuse(status, headers, _code(content), host_of(self._url))
        return content

    def _prepared(self) -> requests.Session:
        """Return the session, with the certificate in use. Raises RefusedError without a valid one."""
        try:
            version = self._certificate.stat().st_mtime_ns
            if self._session is None or version != self._session_of:
                self._expires = x509.load_pem_x509_certificate(self._certificate.read_bytes()).not_valid_after_utc
                context = tls_context(str(self._ca_file))
                context.load_cert_chain(self._certificate)
                self._session, self._session_of = _session(context), version
        except (OSError, ValueError) as error:
            raise _without_certificate(type(error).__name__) from error
        if self._expires <= self._now():  # a server ends the connection without saying why
            raise _without_certificate("expired")
        return self._session

    def _read(self, response: requests.Response) -> bytes:
        content = bytearray()
        for piece in response.iter_content(8192):
            content += piece
            if len(content) > LARGEST:
                raise self._outage("unreadable")
        return bytes(content)

    def _slow(self) -> OfflineError:
        return OfflineError("The fleet's back end takes too long.", key="timeout", host=host_of(self._url))

    def _failed(self, error: Exception) -> ServiceError:
        key = cause(error)
        if key in UNREACHABLE:
            return OfflineError("The fleet's back end cannot be reached.", key=key, host=host_of(self._url))
        if key == "tls":
            # The server ends the handshake where it does not accept the car's certificate.
            return RefusedError("The fleet's back end does not accept this car.", key="calling_car")
        return OutageError("The fleet's back end cannot be trusted.", key=key, host=host_of(self._url))

    def _outage(self, key: str) -> OutageError:
        return OutageError("The fleet's back end does not work as it should.", key=key, host=host_of(self._url))


def _without_certificate(detail: str) -> RefusedError:
    text = "The car has no certificate that can be used: see `carlendar telemetry request`."
    return RefusedError(text, detail=detail, key="calling_certificate")


class _Adapter(HTTPAdapter):
    """Connections with the car's certificate."""

    def __init__(self, context: ssl.SSLContext) -> None:
        self._context = context
        super().__init__(pool_maxsize=1)

    def init_poolmanager(self, *given: Any, **options: Any) -> None:
        """See `HTTPAdapter`."""
        super().init_poolmanager(*given, **options, ssl_context=self._context)
        self.poolmanager.pool_classes_by_scheme = pools()

    def cert_verify(self, conn: Any, url: Any, verify: Any, cert: Any) -> None:  # noqa: ARG002 - the library's
        """Leave it to the SSL context: the library would add its own certificate authorities."""
        conn.cert_reqs = "CERT_REQUIRED"


def _session(context: ssl.SSLContext) -> requests.Session:
    session = requests.Session()
    session.trust_env = False  # no ~/.netrc, and no proxy that ends TLS
    session.mount("https://", _Adapter(context))
    return session


def _code(content: bytes) -> str:
    try:
        return msgspec.json.decode(content, type=_Refusal).error
    except (msgspec.DecodeError, ValueError, RecursionError):
        return ""


_REFUSED = {
    "not_registered": "calling_car", "revoked": "calling_car", "minutes_used_up": "calling_minutes",
    "guests_off": "calling_guests",
}  # fmt: skip
_SIGN_IN_REFUSED = {
    "token_unreadable": "calling_setup", "token_audience": "calling_setup", "token_issuer": "calling_setup",
    "token_application": "calling_setup", "token_tenant": "calling_tenant", "token_person": "calling_person",
    "token_refused": "calling_refused",
}  # fmt: skip
_OUTAGE = {"azure_key": "calling_azure_setup", "azure_failed": "calling_azure"}


def _refuse(status: int, headers: Mapping[str, str], code: str, host: str) -> NoReturn:
    """Raise the error for an answer; `code` is the back end's reason, empty if something else answered."""
    detail = f"{status} {code}" if code in {*_REFUSED, *_SIGN_IN_REFUSED, *_OUTAGE} else str(status)
    if code == "token_expires":
        raise SignInNeededError(reason="again")
    if code == "token_permission":
        raise SignInNeededError(reason="consent")
    if code in _SIGN_IN_REFUSED:
        raise SignInRefusedError(reason=_SIGN_IN_REFUSED[code], detail=detail)
    if code in _REFUSED:
        raise RefusedError("The fleet's back end refuses a calling token.", key=_REFUSED[code], detail=detail)
    if status == 429:
        raise ThrottledError("The fleet's back end asks to wait.", retry_after=retry_after(headers), detail=detail)
    key = _OUTAGE.get(code, "unreadable" if status < 500 else "calling_azure")
    raise OutageError("The fleet's back end does not work as it should.", key=key, detail=detail, host=host)
