"""Which addresses a calendar may be fetched from: https, and nothing that is not on the public internet.

An address is a secret, for whoever has it reads the calendar: nothing here names more than its host.
"""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit, urlunsplit

from app.errors import FeedError

_SCHEMES = ("https", "http", "webcal", "webcals")
_NAT64 = ipaddress.ip_network("64:ff9b::/96")

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def is_address(source: str) -> bool:
    """Whether `source` is an address and not a path."""
    return source.partition("://")[0].lower() in _SCHEMES and "://" in source


def url(address: str, *, private: bool = False) -> str:
    """The address to ask: https for webcal, without its fragment. http only where `private` addresses are allowed.

    Raises FeedError, for a number of a private address at once; names are checked when they are connected to.
    """
    try:
        parts = urlsplit(address.strip())
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise _unusable() from error
    scheme = parts.scheme.replace("webcals", "https").replace("webcal", "https")
    if not host or not (scheme == "https" or (private and scheme == "http")):
        raise _unusable()
    if not private and _is_number(host):
        require_public(host)
    return urlunsplit((scheme, parts.netloc, parts.path or "/", parts.query, ""))


def host(address: str) -> str:
    """What may be shown of an address: its host."""
    try:
        return urlsplit(address.strip()).hostname or ""
    except ValueError:
        return ""


def require_public(ip: str) -> None:
    """Raise FeedError for an address of this machine or of a network of one's own, whatever it is dressed in."""
    if not _public(ipaddress.ip_address(ip.partition("%")[0])):
        raise FeedError("the calendar's address is a private one, which is not allowed", key="feed_private")


def _is_number(host: str) -> bool:
    try:
        ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return True


def _public(ip: Address) -> bool:
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if inner is None and ip in _NAT64:
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner is not None:
            return _public(inner)
    return ip.is_global and not ip.is_multicast


def _unusable() -> FeedError:
    return FeedError("a calendar's address begins with https:// or webcal://", key="feed_address")
