"""Downloads a calendar, with conditional requests (RFC 9110, section 13).

Size, total duration and redirects are limited, and each redirect is checked like the first address. The check applies
to the address actually connected to, before a byte is sent, so DNS rebinding does not help. Through a proxy only IP
addresses can be checked; access to host names is then up to the proxy. Proxies, .netrc and certificates of the
environment are ignored.
"""

from __future__ import annotations

import socket
import ssl
import threading
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import requests
import urllib3
from requests.adapters import HTTPAdapter
from requests.utils import DEFAULT_CA_BUNDLE_PATH
from urllib3.connection import HTTPConnection, HTTPSConnection

from carlendar.domain.base import Value
from carlendar.domain.bounded import integer
from carlendar.domain.retry_after import retry_after
from carlendar.errors import FeedError, GoneError, OfflineError, OutageError, RefusedError, ServiceError, ThrottledError
from carlendar.icalendar.addresses import require_public, url
from carlendar.icalendar.components import LIMIT, too_large
from carlendar.platform.transport import UNREACHABLE, cause, host_of, tls_context

_CHUNK = 65_536
_GZIP = zlib.MAX_WBITS | 16
_MEMBERS = 1_000
"""Maximum number of members of one compressed body: empty ones cost time without adding data."""

LARGE = 1024 * 1024
"""Size in bytes from which only one calendar is held in memory at a time."""


class DownloadLimits(Value, frozen=True):
    """Maximum size in bytes, total duration and read time-out in seconds, and number of redirects."""

    size: int = LIMIT
    seconds: float = 120.0
    silence: float = 15.0
    redirects: int = 5


class Validators(Value, frozen=True):
    """The server's validators of the stored copy: ETag and Last-Modified; empty if it sent none."""

    etag: str = ""
    modified: str = ""


class Download(Value, frozen=True):
    """`data` is None if the stored copy is still valid. `requests` and `bytes` are the cost."""

    data: bytes | None
    validators: Validators
    requests: int
    bytes: int


class Downloader:
    """Downloads calendars. `private` allows addresses of private networks, and http.

    `ca_file` replaces the system's certificates, `more_ca_file` adds to them; `proxy` is an address.
    """

    def __init__(
        self,
        *,
        private: bool = False,
        ca_file: Path | None = None,
        more_ca_file: str = "",
        proxy: str = "",
        agent: str = "Carlendar",
        limits: DownloadLimits | None = None,
    ) -> None:
        self._private, self._proxy, self._agent = private, proxy, agent
        self._ca_files = str(ca_file or ""), more_ca_file
        self._limits = limits or DownloadLimits()
        self._large = threading.Lock()

    def get(self, address: str, known: Validators | None = None, held: ExitStack | None = None) -> Download:
        """Download once. Raises FeedError, or a ServiceError: Throttled, Refused, Gone, Outage or Offline.

        A large calendar occupies the only slot for large ones until `held` is closed.
        """
        with ExitStack() as own:
            return self._get(address, known, own if held is None else held)

    def reserve(self, size: int, held: ExitStack) -> None:
        """Wait for the slot of large calendars if `size` is that of one. Raises OutageError after the time limit."""
        if size > LARGE and not self._large.acquire(timeout=self._limits.seconds):
            raise OutageError("other calendars took too long")
        if size > LARGE:
            held.callback(self._large.release)

    def _get(self, address: str, known: Validators | None, held: ExitStack) -> Download:
        checked = not self._private and not self._proxy
        guard = _Guard(self._limits.seconds, require_public if checked else None, host_of(address))
        try:
            context = tls_context(*self._ca_files, otherwise=DEFAULT_CA_BUNDLE_PATH)
        except OSError as error:
            text = "a certificate file of the settings cannot be read"
            raise OutageError(text, detail=type(error).__name__, key="ca_file") from error
        try:
            with guard, self._session(guard, context) as session:
                done = self._follow(session, guard, url(address, private=self._private), known or Validators(), held)
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError, ValueError) as error:
            raise guard.verdict(error) from error
        guard.require_in_time()  # a truncated body without a length looks complete
        return done

    def _session(self, guard: _Guard, context: ssl.SSLContext) -> requests.Session:
        session = requests.Session()
        session.trust_env = False
        if self._proxy:
            session.proxies = {"http": self._proxy, "https": self._proxy}
        session.headers.update({"User-Agent": self._agent, "Accept": "text/calendar, */*;q=0.5"})
        session.headers["Accept-Encoding"] = "gzip"
        for scheme in ("https://", "http://"):
            session.mount(scheme, _Adapter(guard, context))
        return session

    def _follow(
        self, session: requests.Session, guard: _Guard, target: str, known: Validators, held: ExitStack
    ) -> Download:
        for asked in range(1, self._limits.redirects + 2):
            headers = {"If-None-Match": known.etag, "If-Modified-Since": known.modified}
            wanted = {name: value for name, value in headers.items() if value}
            with session.get(
                target, headers=wanted, timeout=self._limits.silence, stream=True, allow_redirects=False
            ) as answer:
                if answer.is_redirect:
                    target = url(urljoin(target, answer.headers["Location"]), private=self._private)
                    guard.host = host_of(target)
                    continue
                if answer.status_code == 304 and wanted:
                    return Download(None, known, asked, 0)
                if answer.status_code != 200:
                    raise _refusal(answer.status_code, answer.headers, host_of(target))
                data = self._body(answer, held)
                if _is_page(answer.headers, data):
                    text = "the address leads to a web page and not to a calendar"
                    raise FeedError(text, key="feed_page", detail=host_of(target))
                validators = Validators(
                    answer.headers.get("ETag", "")[:500], answer.headers.get("Last-Modified", "")[:100]
                )
                return Download(data, validators, asked, len(data))
        raise OutageError("the calendar's server redirects without end")

    def _body(self, answer: requests.Response, held: ExitStack) -> bytes:
        if (integer(answer.headers.get("Content-Length", "")) or 0) > self._limits.size:
            raise too_large()
        data = bytearray()
        for part in _decoded(answer):
            if len(data) <= LARGE < len(data) + len(part):
                self.reserve(LARGE + 1, held)
            data += part
            if len(data) > self._limits.size:
                raise too_large()
        return bytes(data)


def _decoded(answer: requests.Response) -> Iterator[bytes]:
    """Yield the body in parts of at most `_CHUNK` bytes, decompressed. Raises OutageError for an unknown encoding."""
    coding = answer.headers.get("Content-Encoding", "").strip().lower()
    if coding in ("", "identity"):
        while chunk := answer.raw.read(_CHUNK, decode_content=False):
            yield chunk
        return
    if coding not in ("gzip", "x-gzip"):
        raise OutageError("the calendar's server sends a coding that was not asked for")
    inflating, members = zlib.decompressobj(_GZIP), 1
    try:
        while chunk := answer.raw.read(_CHUNK, decode_content=False):
            while chunk:
                if inflating.eof:  # a further member of the same stream (RFC 1952, section 2.2)
                    inflating, members = zlib.decompressobj(_GZIP), members + 1
                if members > _MEMBERS:
                    raise too_large()
                yield inflating.decompress(chunk, _CHUNK)
                chunk = inflating.unconsumed_tail or inflating.unused_data
        while part := inflating.decompress(inflating.unconsumed_tail, _CHUNK):
            yield part
    except zlib.error as error:
        raise OutageError("the calendar's server sends a broken body", detail="gzip") from error
    if not inflating.eof:
        raise OutageError("the calendar's server broke off", detail="gzip")


class _Guard:
    """Monitors the connections of one download: their peers and their duration."""

    def __init__(self, seconds: float, check: Callable[[str], None] | None, host: str) -> None:
        self._check = check
        self.host = host
        """The host of the current request."""
        self._sockets: list[socket.socket] = []
        self._lock = threading.Lock()
        self._late = False
        self._refused: FeedError | None = None
        self._timer = threading.Timer(seconds, self._expire)
        self._timer.daemon = True

    def __enter__(self) -> None:
        self._timer.start()

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()

    def watch(self, connected: socket.socket) -> socket.socket:
        """Register a new connection. Raises FeedError, and closes it, if its peer is not allowed."""
        try:
            if self._check is not None:
                self._check(connected.getpeername()[0])
        except FeedError as error:
            self._refused = error
            connected.close()
            raise
        with self._lock:
            self._sockets.append(connected)
            late = self._late
        if late:
            self._expire()
        return connected

    def wrapped(self, connected: socket.socket | None) -> None:
        """Replace a connection by its TLS socket, which now owns the descriptor."""
        if connected is not None:
            with self._lock:
                self._sockets.append(connected)

    def require_in_time(self) -> None:
        """Raise OutageError if the connections were closed for taking too long."""
        if self._late:
            raise _slow()

    def verdict(self, error: Exception) -> Exception:
        """Return the error for a failed connection to `host`."""
        host = self.host
        if self._refused is not None:
            return self._refused
        if self._late:
            return _slow()
        if isinstance(error, requests.exceptions.InvalidProxyURL):
            return OutageError("the proxy's address cannot be used", key="proxy_address", host=host)
        if isinstance(error, requests.exceptions.InvalidURL | requests.exceptions.InvalidSchema):
            return FeedError("a calendar's address begins with https:// or webcal://", key="feed_address")
        found, detail = cause(error), type(error).__name__
        if isinstance(error, requests.ConnectionError | requests.Timeout) and found in UNREACHABLE:
            return OfflineError("the calendar's server cannot be reached", detail=detail, key=found, host=host)
        if found in UNREACHABLE:
            return OutageError("the calendar's server broke off", detail=detail, key="unreadable", host=host)
        return OutageError("the calendar's server cannot be trusted or talked to", detail=detail, key=found, host=host)

    def _expire(self) -> None:
        """Close all connections, which ends pending reads."""
        with self._lock:
            self._late = True
            for connected in self._sockets:
                with suppress(OSError):
                    connected.shutdown(socket.SHUT_RDWR)


class _Adapter(HTTPAdapter):
    """Makes connections monitored by the guard; none is kept open."""

    def __init__(self, guard: _Guard, context: ssl.SSLContext) -> None:
        self._context, self._pools = context, _pools(guard)
        super().__init__(max_retries=0)

    def init_poolmanager(self, *given: Any, **options: Any) -> None:
        """See `HTTPAdapter`."""
        super().init_poolmanager(*given, **options, ssl_context=self._context)
        self.poolmanager.pool_classes_by_scheme = self._pools

    def proxy_manager_for(self, proxy: str, **options: Any) -> Any:
        """See `HTTPAdapter`."""
        contexts = {"ssl_context": self._context, "proxy_ssl_context": self._context}
        manager = super().proxy_manager_for(proxy, **options, **contexts)
        manager.pool_classes_by_scheme = self._pools
        return manager

    def cert_verify(self, conn: Any, url: Any, verify: Any, cert: Any) -> None:  # noqa: ARG002 - the library's
        """Leave it to the SSL context: the library would add its own certificate authorities."""
        conn.cert_reqs = "CERT_REQUIRED"


def _pools(guard: _Guard) -> dict[str, type[urllib3.HTTPConnectionPool]]:
    """Return pools of monitored connections, by scheme."""

    class Plain(HTTPConnection):
        def _new_conn(self) -> socket.socket:
            return guard.watch(super()._new_conn())

    class Secure(HTTPSConnection):
        def _new_conn(self) -> socket.socket:
            return guard.watch(super()._new_conn())

        def connect(self) -> None:
            super().connect()
            guard.wrapped(self.sock)

    class PlainPool(urllib3.HTTPConnectionPool):
        ConnectionCls = Plain

    class SecurePool(urllib3.HTTPSConnectionPool):
        ConnectionCls = Secure

    return {"http": PlainPool, "https": SecurePool}


def _is_page(headers: Mapping[str, str], data: bytes) -> bool:
    """Whether an answer is an HTML page, whatever its declared type."""
    start = data[:200].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return start.startswith((b"<!doctype html", b"<html")) or (
        "html" in headers.get("Content-Type", "").lower() and not start.startswith(b"begin:")
    )


def _slow() -> OutageError:
    return OutageError("the calendar's server is too slow")


def _refusal(status: int, headers: Mapping[str, str], host: str) -> ServiceError:
    error = _refused(status, headers)
    error.host = host
    return error


def _refused(status: int, headers: Mapping[str, str]) -> ServiceError:
    if status == 407:
        return OutageError("the proxy demands authentication", detail=str(status), key="proxy_auth")
    if status == 511:
        return OutageError("the network demands a sign-in", detail=str(status), key="portal")
    seconds = retry_after(headers)
    if status == 429 or (status == 503 and seconds is not None):
        return ThrottledError("the calendar's server asks to wait", retry_after=seconds, detail=str(status))
    if status in (401, 403):
        return RefusedError("the calendar's server refuses to give it", detail=str(status), key="feed_refused")
    if status in (404, 410):
        return GoneError("the calendar is not there any more", detail=str(status))
    key = "feed_request" if 400 <= status < 500 else ""
    return OutageError(f"the calendar's server answered {status}", detail=str(status), key=key)
