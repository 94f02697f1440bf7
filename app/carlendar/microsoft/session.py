"""HTTPS with limits: a time-out for every request, limits of size and duration, one kind of error.

Code above this module does not depend on the HTTP library's exceptions. Redirects are never followed: neither Graph nor
the identity platform uses them here, so a redirect comes from a captive portal.
"""

from __future__ import annotations

import os
import ssl
import time
from collections.abc import Callable, Mapping
from threading import Lock
from typing import Any, Self

import requests
from requests.adapters import HTTPAdapter
from requests.utils import DEFAULT_CA_BUNDLE_PATH, get_environ_proxies
from urllib3.exceptions import HTTPError, NewConnectionError, ProtocolError, ProxyError

from carlendar.domain.base import Value
from carlendar.domain.bounded import from_json
from carlendar.domain.retry_after import header
from carlendar.errors import OfflineError, OutageError, ServiceError
from carlendar.platform.deadline import Deadline, pools
from carlendar.platform.transport import UNREACHABLE, cause, host_of, is_loopback, tls_context

CONNECT_TIMEOUT = 10.0
READ_TIMEOUT = 20.0
WHOLE_TIMEOUT = 90.0
"""Time limit of one answer in seconds, however slowly it arrives."""
SIZE_LIMIT = 32 * 1024 * 1024
"""Maximum size of one answer in bytes, decompressed."""

_CHUNK = 64 * 1024


class HttpReply(Value, frozen=True):
    """An answer of any status. `wire_bytes` is the size of the body as sent (compressed); `host` is the server."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    wire_bytes: int
    host: str = ""

    @property
    def ok(self) -> bool:
        """Whether the status is a successful one."""
        return 200 <= self.status < 300

    def json(self) -> dict[str, Any]:
        """Return the body as a JSON object. Raises OutageError for anything else, including an empty body."""
        try:
            data = from_json(self.body)
        except ValueError as error:
            raise self._unreadable("not JSON") from error
        if not isinstance(data, dict):
            raise self._unreadable("no JSON object")
        return data

    def _unreadable(self, detail: str) -> OutageError:
        """Return the error: an HTML page is not Microsoft's, as neither Graph nor the token endpoint sends any."""
        key = "portal" if is_page(self.headers, self.body) else "unreadable"
        return OutageError("The service answered with something unreadable.", detail=detail, key=key, host=self.host)


def is_page(headers: Mapping[str, str], body: bytes) -> bool:
    """Whether an answer is an HTML page."""
    kind = header(headers, "content-type").lower()
    start = body[:200].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return "html" in kind or start.startswith((b"<!doctype html", b"<html"))


class Timeouts(Value, frozen=True):
    """Time-outs in seconds: connecting, each read, and one answer as a whole."""

    connect: float = CONNECT_TIMEOUT
    read: float = READ_TIMEOUT
    whole: float = WHOLE_TIMEOUT


_TIMEOUTS = Timeouts()


class HttpSession:
    """Persistent connections for any number of threads.

    Servers are verified by the system's certificates, or by those of `ca_file` alone, and in either case by those of
    `more_ca_file`. `proxy` is the address of an HTTP proxy; without one `trust_env` allows the environment to set it
    (HTTPS_PROXY, NO_PROXY) and certificates (REQUESTS_CA_BUNDLE). `seconds` measures durations.
    """

    def __init__(
        self,
        *,
        ca_file: str = "",
        more_ca_file: str = "",
        proxy: str = "",
        trust_env: bool = True,
        timeouts: Timeouts = _TIMEOUTS,
        size_limit: int = SIZE_LIMIT,
        user_agent: str = "Carlendar",
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        self._timeouts = timeouts
        self._size_limit = size_limit
        self._seconds = seconds
        self._proxy, self._trust_env = proxy, trust_env
        if not more_ca_file and not ca_file and trust_env:
            more_ca_file = os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("CURL_CA_BUNDLE") or ""
        self._ca_files = ca_file, more_ca_file
        self._preparing, self._ready = Lock(), False
        self._session = requests.Session()
        # The environment is evaluated above; a password in ~/.netrc must not replace the token.
        self._session.trust_env = False
        self._session.headers.update({"User-Agent": user_agent, "Accept-Encoding": "gzip"})

    def request(
        self,
        method: str,
        url: str,
        *,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        data: Any = None,
    ) -> HttpReply:
        """Send one request and return the answer, whatever its status.

        Raises OfflineError if the service could not be reached, OutageError if the answer is invalid, too large or too
        slow; with `perhaps` if the request may have arrived.
        """
        try:
            return self._attempt(method, url, params, headers, data)
        except requests.RequestException as error:
            # Usually a persistent connection that the peer has closed; repeating a GET is harmless.
            if method == "GET" and _cut(error):
                return self._once_more(url, params, headers)
            failure = _translated(error, host_of(url))
            failure.perhaps = not _before_asking(error)
            raise failure from error
        except ServiceError as failure:
            failure.perhaps = failure.key != "ca_file"
            failure.host = host_of(url)
            raise

    def close(self) -> None:
        """Close all connections."""
        self._session.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _once_more(self, url: str, params: Mapping[str, str] | None, headers: Mapping[str, str] | None) -> HttpReply:
        try:
            return self._attempt("GET", url, params, headers, None)
        except requests.RequestException as error:
            raise _translated(error, host_of(url)) from error

    def _prepare(self) -> None:
        """Load the certificates on the first request, so that a bad file does not keep the service from starting."""
        with self._preparing:
            if self._ready:
                return
            try:
                context = tls_context(*self._ca_files, otherwise=DEFAULT_CA_BUNDLE_PATH)
            except OSError as error:
                text = "A certificate file of the settings cannot be read."
                raise OutageError(text, detail=type(error).__name__, key="ca_file") from error
            adapter = _Adapter(context)
            for scheme in ("https://", "http://"):
                self._session.mount(scheme, adapter)
            self._ready = True

    def _proxies(self, url: str) -> dict[str, str]:
        if self._proxy:
            return {"http": self._proxy, "https": self._proxy}
        # As in browsers, the environment's proxy does not apply to localhost.
        return get_environ_proxies(url) if self._trust_env and not is_loopback(url) else {}

    def _attempt(
        self,
        method: str,
        url: str,
        params: Mapping[str, str] | None,
        headers: Mapping[str, str] | None,
        data: Any,
    ) -> HttpReply:
        self._prepare()
        started = self._seconds()
        deadline = Deadline(self._timeouts.whole)
        try:
            with (
                deadline,
                self._session.request(
                    method,
                    url,
                    params=params,
                    headers=headers,
                    data=data,
                    timeout=(self._timeouts.connect, self._timeouts.read),
                    allow_redirects=False,
                    stream=True,
                    proxies=self._proxies(url),
                ) as response,
            ):
                body = self._read(response, started)
                # A cookie of one account's answer must not be sent with another account's request.
                self._session.cookies.clear()
                reply = HttpReply(response.status_code, response.headers, body, response.raw.tell(), host_of(url))
        except (requests.RequestException, HTTPError, OSError, ValueError) as error:
            if deadline.passed:
                raise _slow(host_of(url)) from error
            if isinstance(error, requests.RequestException):
                raise
            # The library lets through what it does not expect, such as a Location that is no address.
            text = "The service answered with something unreadable."
            raise OutageError(text, detail=type(error).__name__, key="unreadable", host=host_of(url)) from error
        if deadline.passed:  # a body without a length looks complete when it is cut off
            raise _slow(host_of(url))
        return reply

    def _read(self, response: requests.Response, started: float) -> bytes:
        pieces = bytearray()
        for piece in response.iter_content(_CHUNK):
            pieces += piece
            if len(pieces) > self._size_limit:
                raise OutageError("The service answered with far too much.", detail="size limit", key="unreadable")
            if self._seconds() - started > self._timeouts.whole:
                raise _slow()
        return bytes(pieces)


class _Adapter(HTTPAdapter):
    """Connections with certificates that were loaded once, direct or through a proxy."""

    def __init__(self, context: ssl.SSLContext) -> None:
        self._context = context
        super().__init__(pool_maxsize=4)

    def init_poolmanager(self, *given: Any, **options: Any) -> None:
        """See `HTTPAdapter`."""
        super().init_poolmanager(*given, **options, ssl_context=self._context)
        self.poolmanager.pool_classes_by_scheme = pools()

    def proxy_manager_for(self, proxy: str, **options: Any) -> Any:
        """See `HTTPAdapter`."""
        contexts = {"ssl_context": self._context, "proxy_ssl_context": self._context}
        manager = super().proxy_manager_for(proxy, **options, **contexts)
        manager.pool_classes_by_scheme = pools()
        return manager

    def cert_verify(self, conn: Any, url: Any, verify: Any, cert: Any) -> None:  # noqa: ARG002 - the library's
        """Leave it to the SSL context: the library would add its own certificate authorities."""
        conn.cert_reqs = "CERT_REQUIRED"


def _slow(host: str = "") -> OfflineError:
    return OfflineError("The connection is too slow.", detail="time limit", key="timeout", host=host)


def _cut(error: requests.RequestException) -> bool:
    """Whether the peer closed the connection before or during its answer."""
    if isinstance(error, requests.exceptions.ChunkedEncodingError):
        return True
    return type(error) is requests.ConnectionError and isinstance(next(iter(error.args), None), ProtocolError)


def _before_asking(error: requests.RequestException) -> bool:
    """Whether it failed before the request can have reached the server."""
    if isinstance(error, requests.ConnectTimeout):
        return True
    reason = getattr(next(iter(error.args), None), "reason", None)
    inner = next(iter(getattr(reason, "args", ())), None)
    return isinstance(reason, NewConnectionError | ProxyError) or isinstance(inner, ssl.SSLCertVerificationError)


def _translated(error: requests.RequestException, host: str) -> ServiceError:
    """Return the error of the tree for a transport failure; its text contains no address."""
    name = type(error).__name__
    if isinstance(error, requests.exceptions.InvalidProxyURL | requests.exceptions.InvalidSchema):
        return OutageError("The proxy's address cannot be used.", detail=name, key="proxy_address", host=host)
    if isinstance(error, requests.ConnectionError | requests.Timeout | requests.exceptions.ChunkedEncodingError):
        key = cause(error)
        if key in UNREACHABLE:
            return OfflineError("The server cannot be reached.", detail=f"{name} {key}", key=key, host=host)
        return OutageError("The server cannot be trusted or talked to.", detail=f"{name} {key}", key=key, host=host)
    inner = error.args[0] if error.args else None
    detail = f"{name} {_name(inner)}".strip()
    return OutageError("The service answered with something unreadable.", detail=detail, key="unreadable", host=host)


def _name(error: object) -> str:
    return type(error).__name__ if isinstance(error, HTTPError) else ""
