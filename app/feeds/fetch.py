"""The bytes of a calendar, from a file or from an address.

An address is a secret: it is never logged or printed. Size, time and redirects are bounded, and a
private address (RFC 1918, loopback, link-local …) is refused unless it is allowed.
"""

from __future__ import annotations

import ipaddress
import socket
import time
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import requests

from app.errors import OfflineError, OutageError, UsageError
from app.feeds.text import LIMIT

REDIRECTS = 5
SECONDS = 30.0
_CHUNK = 65_536


def is_address(source: str) -> bool:
    """Whether `source` is an address and not a file."""
    return source.lower().startswith(("https://", "http://", "webcal://"))


def read(source: str, *, private: bool = False) -> bytes:
    """The calendar's bytes; UsageError for what cannot be read, ServiceError for the network's faults."""
    return _download(source, private=private) if is_address(source) else _file(Path(source))


def _file(path: Path) -> bytes:
    try:
        if path.stat().st_size > LIMIT:
            raise UsageError(f"{path.name} is larger than {LIMIT // 1024 // 1024} MB")
        return path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path} cannot be read", detail=type(error).__name__) from error


def _download(address: str, *, private: bool) -> bytes:
    url = "https://" + address.split("://", 1)[1] if address.lower().startswith("webcal://") else address
    deadline = time.monotonic() + SECONDS
    with requests.Session() as session:
        for _ in range(REDIRECTS + 1):
            _check(url, private=private)
            try:
                with session.get(url, timeout=10, stream=True, allow_redirects=False) as answer:
                    if answer.is_redirect:
                        url = urljoin(url, answer.headers["Location"])
                        continue
                    if answer.status_code != requests.codes.ok:
                        raise OutageError(f"the calendar's server answered {answer.status_code}")
                    return _body(answer, deadline)
            except requests.RequestException as error:
                raise OfflineError("the calendar's server cannot be reached", detail=type(error).__name__) from error
    raise OutageError("the calendar's server redirects without end")


def _body(answer: requests.Response, deadline: float) -> bytes:
    data = bytearray()
    for chunk in answer.iter_content(_CHUNK):
        data += chunk
        if len(data) > LIMIT:
            raise OutageError(f"the calendar is larger than {LIMIT // 1024 // 1024} MB")
        if time.monotonic() > deadline:
            raise OutageError("the calendar's server is too slow")
    return bytes(data)


def _check(url: str, *, private: bool) -> None:
    parts = urlsplit(url)
    if not parts.hostname or not (parts.scheme == "https" or (private and parts.scheme == "http")):
        raise UsageError("a calendar's address begins with https:// or webcal://")
    if private:
        return
    try:
        found = socket.getaddrinfo(parts.hostname, parts.port or 443, type=socket.SOCK_STREAM)
    except OSError as error:
        raise OfflineError("the calendar's server cannot be found", detail=type(error).__name__) from error
    if any(not ipaddress.ip_address(entry[4][0]).is_global for entry in found):
        raise UsageError("the calendar's address is a private one, which is not allowed")
