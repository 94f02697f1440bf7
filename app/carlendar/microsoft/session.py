"""HTTPS with limits: a time-out on every request, a bound on size and duration, one kind of error.

Nothing above this module knows the HTTP library's exceptions. Redirects are never followed: neither
Graph nor the identity platform uses them here, so a redirect is somebody else's page in between.
"""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable, Mapping
from typing import Any, Self

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import HTTPError, NewConnectionError, ProtocolError

from carlendar.domain.base import Value
from carlendar.domain.bounded import from_json
from carlendar.errors import OfflineError, OutageError, ServiceError

CONNECT_TIMEOUT = 10.0
READ_TIMEOUT = 20.0
WHOLE_TIMEOUT = 90.0
"""Seconds that one answer may take in all, however slowly it trickles."""
SIZE_LIMIT = 32 * 1024 * 1024
"""Bytes of one answer after unpacking."""

_CHUNK = 64 * 1024


class HttpReply(Value, frozen=True):
    """An answer of any status. `wire_bytes` counts the body as it was sent (packed)."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    wire_bytes: int

    @property
    def ok(self) -> bool:
        """Whether the status is one of success."""
        return 200 <= self.status < 300

    def json(self) -> dict[str, Any]:
        """The body as a JSON object. OutageError for anything else, nothing at all included."""
        try:
            data = from_json(self.body)
        except ValueError as error:
            raise OutageError("The service answered with something unreadable.", detail="not JSON") from error
        if not isinstance(data, dict):
            raise OutageError("The service answered with something unreadable.", detail="no JSON object")
        return data


class Timeouts(Value, frozen=True):
    """Seconds for connecting, for each wait on the peer, and for one answer in all."""

    connect: float = CONNECT_TIMEOUT
    read: float = READ_TIMEOUT
    whole: float = WHOLE_TIMEOUT


_TIMEOUTS = Timeouts()


class HttpSession:
    """Kept-alive connections for any number of threads.

    `ca_file` replaces the machine's certificates. `trust_env` lets the environment name proxies and
    certificates. `seconds` measures durations.
    """

    def __init__(
        self,
        *,
        ca_file: str = "",
        trust_env: bool = True,
        timeouts: Timeouts = _TIMEOUTS,
        size_limit: int = SIZE_LIMIT,
        user_agent: str = "Carlendar",
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        self._timeouts = timeouts
        self._size_limit = size_limit
        self._seconds = seconds
        self._session = requests.Session()
        # An environment variable would win over an explicit certificate file in requests.
        self._session.trust_env = trust_env and not ca_file
        self._session.verify = ca_file or True
        self._session.headers.update({"User-Agent": user_agent, "Accept-Encoding": "gzip"})
        # Else requests would put a password of ~/.netrc in place of the token.
        self._session.auth = _as_it_is
        self._session.mount("https://", HTTPAdapter(pool_maxsize=4))

    def request(
        self,
        method: str,
        url: str,
        *,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        data: Any = None,
    ) -> HttpReply:
        """Ask once and return the answer whatever its status.

        Raises OfflineError when there was no way to the service, OutageError when what answered is
        not to be trusted, is too large or too slow; with `perhaps` where the question may have arrived.
        """
        try:
            return self._attempt(method, url, params, headers, data)
        except requests.RequestException as error:
            # Often a kept connection that the other side has closed meanwhile; to ask again does no harm for a GET.
            if method == "GET" and _cut(error):
                return self._once_more(url, params, headers)
            failure = _translated(error)
            failure.perhaps = not _before_asking(error)
            raise failure from error
        except ServiceError as failure:
            failure.perhaps = True
            raise

    def close(self) -> None:
        """Close all kept connections."""
        self._session.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _once_more(self, url: str, params: Mapping[str, str] | None, headers: Mapping[str, str] | None) -> HttpReply:
        try:
            return self._attempt("GET", url, params, headers, None)
        except requests.RequestException as error:
            raise _translated(error) from error

    def _attempt(
        self,
        method: str,
        url: str,
        params: Mapping[str, str] | None,
        headers: Mapping[str, str] | None,
        data: Any,
    ) -> HttpReply:
        started = self._seconds()
        with self._session.request(
            method,
            url,
            params=params,
            headers=headers,
            data=data,
            timeout=(self._timeouts.connect, self._timeouts.read),
            allow_redirects=False,
            stream=True,
        ) as response:
            body = self._read(response, started)
            # A cookie of one account's answer must not go with another account's request.
            self._session.cookies.clear()
            return HttpReply(response.status_code, response.headers, body, response.raw.tell())

    def _read(self, response: requests.Response, started: float) -> bytes:
        pieces = bytearray()
        for piece in response.iter_content(_CHUNK):
            pieces += piece
            if len(pieces) > self._size_limit:
                raise OutageError("The service answered with far too much.", detail="size limit")
            if self._seconds() - started > self._timeouts.whole:
                raise OfflineError("The connection is too slow.", detail="time limit")
        return bytes(pieces)


def _as_it_is(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request


def _cut(error: requests.RequestException) -> bool:
    """Whether the peer closed the connection, before its answer or amid it."""
    if isinstance(error, requests.exceptions.ChunkedEncodingError):
        return True
    return type(error) is requests.ConnectionError and isinstance(next(iter(error.args), None), ProtocolError)


def _before_asking(error: requests.RequestException) -> bool:
    """Whether it failed before the question can have reached the other side."""
    if isinstance(error, requests.ConnectTimeout):
        return True
    reason = getattr(next(iter(error.args), None), "reason", None)
    cause = next(iter(getattr(reason, "args", ())), None)
    return isinstance(reason, NewConnectionError) or isinstance(cause, ssl.SSLCertVerificationError)


def _translated(error: requests.RequestException) -> ServiceError:
    """The error of the tree that a failure of transport stands for; its text holds no address."""
    name = type(error).__name__
    if isinstance(error, requests.exceptions.SSLError):
        return OutageError("The connection is not secure; the car's clock may be wrong.", detail=name)
    if isinstance(error, requests.ConnectionError | requests.Timeout | requests.exceptions.ChunkedEncodingError):
        return OfflineError("There is no connection.", detail=name)
    cause = error.args[0] if error.args else None
    return OutageError("The service answered with something unreadable.", detail=f"{name} {_name(cause)}".strip())


def _name(cause: object) -> str:
    return type(cause).__name__ if isinstance(cause, HTTPError) else ""
