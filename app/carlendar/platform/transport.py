"""What connections over TLS and HTTP proxies have in common, whichever HTTP library makes them.

`cause` finds the key of the catalogue of reasons for a failed connection. It looks at the errors of the standard
library and of urllib3 that other libraries wrap, never at their texts, except for the status of a proxy's answer,
which `http.client` gives nowhere else.
"""

from __future__ import annotations

import errno
import ipaddress
import re
import socket
import ssl
from collections.abc import Iterator
from http.client import HTTPException, HTTPSConnection, IncompleteRead, RemoteDisconnected
from pathlib import Path
from urllib.parse import urlsplit

from urllib3.exceptions import ProtocolError, ProxyError
from urllib3.exceptions import TimeoutError as LibraryTimeoutError

_EXPIRED, _NOT_YET_VALID, _NAME_DIFFERS, _ADDRESS_DIFFERS = 10, 9, 62, 64
_UNKNOWN_AUTHORITY = frozenset({2, 18, 19, 20, 21, 27})
"""OpenSSL's X509_V_ERR_… for a chain that leads to no trusted certificate; the others above likewise."""

_TUNNEL = re.compile(r"Tunnel connection failed: (\d{3})")
_MOST_CAUSES = 20
_CUT = (ssl.SSLEOFError, ssl.SSLZeroReturnError)
_NO_ROUTE = frozenset({errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN})


UNREACHABLE = frozenset({"offline", "name", "connection_refused", "connection_lost", "timeout", "proxy", "proxy_name"})
"""Reasons that mean that there is no way to the server at the moment; any other one is about who answers there."""


def cause(error: BaseException) -> str:
    """The key of the reason why a connection failed; `offline` where nothing more is known."""
    causes = tuple(_causes(error))
    if proxy := next((each for each in causes if isinstance(each, ProxyError)), None):
        return _of_proxy(tuple(_causes(proxy)))
    for each in causes:
        if isinstance(each, ssl.SSLCertVerificationError):
            return certificate_cause(each.verify_code)
        if isinstance(each, ssl.SSLError) and not isinstance(each, _CUT):
            return "tls"
    return _of_socket(causes)


def certificate_cause(code: int) -> str:
    """The key of the reason for an OpenSSL verification error (X509_V_ERR_…)."""
    if code == _EXPIRED:
        return "certificate_expired"
    if code == _NOT_YET_VALID:
        return "certificate_early"
    if code in (_NAME_DIFFERS, _ADDRESS_DIFFERS):
        return "certificate_host"
    return "certificate_authority" if code in _UNKNOWN_AUTHORITY else "certificate"


def tls_context(ca_file: str = "", more: str = "", otherwise: str = "") -> ssl.SSLContext:
    """A client's context. It trusts the system's store, or `ca_file` alone, and in each case `more`.

    `otherwise` is a file for a machine without a store. OpenSSL's own variables (SSL_CERT_FILE, SSL_CERT_DIR) name
    another store. Raises OSError (ssl.SSLError included) for a file that cannot be read or has no certificate.
    """
    paths = ssl.get_default_verify_paths()
    system = paths.cafile or (paths.capath and any(Path(paths.capath).iterdir()))
    context = ssl.create_default_context(cafile=ca_file or (None if system else otherwise or None))
    if more:
        context.load_verify_locations(cafile=more)
        # From Python 3.13 on certificates are checked strictly, which those of many inspecting proxies do not pass.
        context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    return context


def unverified_date(url: str, seconds: float = 5.0) -> str:
    """The `Date` header of an https server whose certificate is not checked; empty where it gives none.

    It proves nothing: only a diagnosis may use it. Nothing but a request for the root is sent.
    """
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    parts = urlsplit(url)
    connection = HTTPSConnection(parts.hostname or "", parts.port, timeout=seconds, context=context)
    try:
        connection.request("HEAD", "/")
        return connection.getresponse().getheader("Date", "") or ""
    except (OSError, HTTPException):
        return ""
    finally:
        connection.close()


def host_of(url: str) -> str:
    """The host of an address, with its port where it names one; never its user or password."""
    try:
        parts = urlsplit(url)
        name, port = parts.hostname or "", parts.port
    except ValueError:
        return ""
    return f"{name}:{port}" if port else name


def is_loopback(url: str) -> bool:
    """Whether an address names this machine itself."""
    name = (urlsplit(url).hostname or "").lower().rstrip(".")
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return name == "localhost" or name.endswith(".localhost")


def _of_proxy(causes: tuple[BaseException, ...]) -> str:
    for each in causes:
        if found := _TUNNEL.search(str(each)):
            return "proxy_auth" if found[1] == "407" else "proxy_refused"
    return "proxy_name" if _of_socket(causes) == "name" else "proxy"


def _of_socket(causes: tuple[BaseException, ...]) -> str:
    """By the operating system's errors first: urllib3 calls every failure to connect a time-out."""
    for each in causes:
        if isinstance(each, socket.gaierror):
            return "name"
        if isinstance(each, ConnectionRefusedError):
            return "connection_refused"
        if isinstance(each, TimeoutError):
            return "timeout"
        if isinstance(each, OSError) and each.errno in _NO_ROUTE:
            return "offline"
        if isinstance(each, (ConnectionResetError, BrokenPipeError, RemoteDisconnected, *_CUT)):
            return "connection_lost"
        if isinstance(each, HTTPException) and not isinstance(each, IncompleteRead):
            return "unreadable"
    if any(isinstance(each, LibraryTimeoutError) for each in causes):
        return "timeout"
    lost = any(isinstance(each, ProtocolError | HTTPException) for each in causes)
    return "connection_lost" if lost else "offline"


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error and what it was raised from, the outermost first, each once."""
    waiting, seen = [error], set[int]()
    while waiting and len(seen) < _MOST_CAUSES:
        each = waiting.pop(0)
        if id(each) in seen:
            continue
        seen.add(id(each))
        yield each
        inner = [getattr(each, "reason", None), *each.args, each.__cause__, each.__context__]
        waiting += [found for found in inner if isinstance(found, BaseException)]
