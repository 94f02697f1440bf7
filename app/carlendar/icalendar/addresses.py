"""Validates the addresses of calendars: https only, and only hosts on the public internet.

An address is a secret, because it gives access to the calendar: errors name only its host.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator
from urllib.parse import urlsplit, urlunsplit

from carlendar.errors import FeedError

_ADDRESS = re.compile(
    r"\s*(?:[A-Za-z][A-Za-z0-9+.-]+://|(?:https?|webcals?|ftps?|sftp|file|mailto|data):)", re.IGNORECASE
)
"""Any scheme, so that an unsupported address is refused instead of being treated as a file name."""
_TRANSLATED = tuple(
    ipaddress.IPv6Network(network)
    for network in (
        "::/96",  # IPv4-compatible (RFC 4291 2.5.5.1), with :: and ::1, which are no public IPv4 addresses either
        "::ffff:0:0/96",  # IPv4-mapped (RFC 4291 2.5.5.2)
        "::ffff:0:0:0/96",  # IPv4-translated (SIIT, RFC 2765)
        "64:ff9b::/96",  # NAT64 (RFC 6052)
    )
)
_SPECIAL = tuple(ipaddress.IPv4Network(network) for network in ("192.0.0.0/24", "192.88.99.0/24"))
"""IETF protocol assignments and 6to4 relays (RFC 6890, RFC 7526): not hosts of the public internet."""
_UNICAST = ipaddress.IPv6Network("2000::/3")
"""Address space assigned for the public internet; local-use NAT64 (64:ff9b:1::/48, RFC 8215) is not."""
_TUNNELS = tuple(ipaddress.IPv6Network(network) for network in ("2001::/32", "2002::/16"))
"""Teredo and 6to4: public if the embedded IPv4 addresses are. Python's `is_global` differs between its versions."""
_ISATAP, _ISATAP_GLOBAL = 0x5EFE, 0x0200_0000
"""First half of an ISATAP interface identifier (RFC 5214 6.1), and the bit that may be set in it."""
_LAST_32 = 0xFFFF_FFFF

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def is_address(source: str) -> bool:
    """Whether `source` is an address rather than a path."""
    return _ADDRESS.match(source) is not None


def url(address: str, *, private: bool = False) -> str:
    """Return the address to request: https for webcal, without fragment. http is accepted only if `private`.

    Raises FeedError, also for a private IP address; host names are checked on connecting.
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
    """Return the part of an address that may be displayed: its host."""
    try:
        return urlsplit(address.strip()).hostname or ""
    except ValueError:
        return ""


def require_public(ip: str) -> None:
    """Raise FeedError for an address of this machine or of a private network, in any notation."""
    if not _public(ipaddress.ip_address(ip.partition("%")[0])):
        raise FeedError("the calendar's address is a private one, which is not allowed", key="feed_private")


def _is_number(host: str) -> bool:
    try:
        ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return True


def _public(ip: Address) -> bool:
    if isinstance(ip, ipaddress.IPv4Address):
        return ip.is_global and not ip.is_multicast and not any(ip in network for network in _SPECIAL)
    if inner := _translated(ip):
        return _public(inner)
    if any(not _public(each) for each in _tunnelled(ip)):
        return False
    return ip in _UNICAST and (ip.is_global or any(ip in network for network in _TUNNELS)) and not ip.is_multicast


def _translated(ip: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """Return the IPv4 address in the last 32 bits of a translated address; None for any other."""
    if any(ip in network for network in _TRANSLATED):
        return ipaddress.IPv4Address(int(ip) & _LAST_32)
    return None


def _tunnelled(ip: ipaddress.IPv6Address) -> Iterator[ipaddress.IPv4Address]:
    """Return the IPv4 addresses to which packets are tunnelled: 6to4, Teredo (server and client), ISATAP."""
    if ip.sixtofour is not None:
        yield ip.sixtofour
    if ip.teredo is not None:
        yield from ip.teredo
    if int(ip) >> 32 & _LAST_32 & ~_ISATAP_GLOBAL == _ISATAP:
        yield ipaddress.IPv4Address(int(ip) & _LAST_32)


def _unusable() -> FeedError:
    return FeedError("a calendar's address begins with https:// or webcal://", key="feed_address")
