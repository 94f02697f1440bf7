"""Which addresses a calendar may be fetched from: https, and nothing that is not on the public internet.

An address is a secret, because it gives access to the calendar: nothing here names more than its host.
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
"""Any scheme: what cannot be fetched is refused, and not taken for the name of a file."""
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
"""IETF protocol assignments and 6to4 relays (RFC 6890, RFC 7526): no host of the public internet."""
_UNICAST = ipaddress.IPv6Network("2000::/3")
"""All that is assigned for the public internet; NAT64 of a network of one's own (64:ff9b:1::/48, RFC 8215) is not."""
_TUNNELS = tuple(ipaddress.IPv6Network(network) for network in ("2001::/32", "2002::/16"))
"""Teredo and 6to4: public where the IPv4 addresses inside are. Python's `is_global` differs between its versions."""
_ISATAP, _ISATAP_GLOBAL = 0x5EFE, 0x0200_0000
"""The first half of an interface's identifier (RFC 5214 6.1), and the bit that may be set in it."""
_LAST_32 = 0xFFFF_FFFF

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def is_address(source: str) -> bool:
    """Whether `source` is an address and not a path."""
    return _ADDRESS.match(source) is not None


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
    if isinstance(ip, ipaddress.IPv4Address):
        return ip.is_global and not ip.is_multicast and not any(ip in network for network in _SPECIAL)
    if inner := _translated(ip):
        return _public(inner)
    if any(not _public(each) for each in _tunnelled(ip)):
        return False
    return ip in _UNICAST and (ip.is_global or any(ip in network for network in _TUNNELS)) and not ip.is_multicast


def _translated(ip: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """The IPv4 address that this one stands for, in the last 32 bits; None for any other."""
    if any(ip in network for network in _TRANSLATED):
        return ipaddress.IPv4Address(int(ip) & _LAST_32)
    return None


def _tunnelled(ip: ipaddress.IPv6Address) -> Iterator[ipaddress.IPv4Address]:
    """The IPv4 addresses that packets to this one are carried to: 6to4, Teredo (server and client), ISATAP."""
    if ip.sixtofour is not None:
        yield ip.sixtofour
    if ip.teredo is not None:
        yield from ip.teredo
    if int(ip) >> 32 & _LAST_32 & ~_ISATAP_GLOBAL == _ISATAP:
        yield ipaddress.IPv4Address(int(ip) & _LAST_32)


def _unusable() -> FeedError:
    return FeedError("a calendar's address begins with https:// or webcal://", key="feed_address")
