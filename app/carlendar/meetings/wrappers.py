"""Unwraps links that mail gateways have rewritten.

Each is decoded once; the caller repeats that while it changes something, up to `DEPTH` times.
Sources: Microsoft Defender "Safe Links" (all clouds), Proofpoint "URL Defense" v1 to v3 (their published
decoder), FireEye/Trellix, Google's redirect, Barracuda "Link Protection", Cisco Secure Email, Symantec
and Trend Micro "click time", Sophos; forms as seen in public mail. A wrapper that hides its target
(Mimecast's short links) cannot be undone and is reported as such.
"""

from __future__ import annotations

import base64
import binascii
import re
from urllib.parse import unquote, unquote_to_bytes

DEPTH = 6
"""Maximum number of nested wrappers."""

TARGET_LIMIT = 4096
"""Maximum length of a link; a longer one does not lead to a meeting."""

_AUTHORITY = re.compile(r"https?://([^/?#\s]*+)(.*)", re.IGNORECASE | re.DOTALL)
_CODED_TARGET = re.compile(r"https?%(?:25){0,5}3a", re.IGNORECASE)
_BROKEN = re.compile(r"%(?![0-9a-fA-F]{2})")
_V3 = re.compile(r"/v3/__(.*)__;([A-Za-z0-9_=-]*+)!", re.DOTALL)
_V3_TOKEN = re.compile(r"\*\*.|\*", re.DOTALL)
_V3_RUNS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
_CISCO = re.compile(r"/[\w-]+/(https?%3a%2f%2f\S+)", re.IGNORECASE)

_BY_HOST = {
    "urldefense.proofpoint.com": "proofpoint",
    "urldefense.com": "proofpoint",
    "urldefense.us": "proofpoint",
    "linkprotect.cudasvc.com": "a",
    "secure-web.cisco.com": "cisco",
    "clicktime.symantec.com": "u",
    "slack-redir.net": "url",
    "l.facebook.com": "u",
}
_BY_SUFFIX = {
    ".safelinks.protection.outlook.com": "url",
    ".safelinks.protection.office365.us": "url",
    ".safelinks.protection.outlook.cn": "url",
    ".protection.sophos.com": "sophos",
    ".fireeye.com": "u",
    "-ctp.trendmicro.com": "url",
    ".mimecast.com": "mimecast",
    ".mimecastprotect.com": "mimecast",
}
_SUFFIXES = tuple(_BY_SUFFIX)
_PAGES = (
    ("statics.teams.cdn.office.net", re.compile(r"/\S*safelinks/"), "url"),
    ("outlook.office.com", re.compile(r"/mail/\S*safelink\.html"), "url"),
    ("outlook.office365.com", re.compile(r"/owa/redir\.aspx"), "url"),
    ("www.linkedin.com", re.compile(r"/redir/"), "url"),
    ("meet.google.com", re.compile(r"/linkredirect"), "dest"),
)
"""Single pages that redirect, on hosts that have others: (host, path, parameter)."""

_GOOGLE = re.compile(r"(?:www\.)?google\.(?:[a-z]{2,3}|com?\.[a-z]{2})")


def unwrapped(url: str) -> str:
    """Return the innermost link; `url` itself if it is not wrapped or is damaged."""
    for _ in range(DEPTH):
        inner = _once(url)
        if inner == url:
            break
        url = inner
    return url


def is_wrapper(host: str) -> bool:
    """Whether links on `host` (lower case) are wrappers."""
    return _kind(host, "") != ""


def hidden_host(url: str) -> str:
    """Return the host that a wrapper names if it hides the target (Mimecast's `domain=`); else empty."""
    match = _AUTHORITY.match(url)
    if match is None or _kind(match[1].lower(), match[2]) != "mimecast":
        return ""
    return _parameter(match[2], "domain").lower()


def _kind(host: str, rest: str) -> str:
    known = _BY_HOST.get(host)
    if known:
        return known
    if host.endswith(_SUFFIXES):
        return next(kind for suffix, kind in _BY_SUFFIX.items() if host.endswith(suffix))
    if _GOOGLE.fullmatch(host):
        return "google"
    return next((kind for page, path, kind in _PAGES if page == host and path.match(rest)), "")


def _once(url: str) -> str:
    match = _AUTHORITY.match(url) if len(url) <= TARGET_LIMIT else None
    if match is None:
        return url
    rest = match[2]
    kind = _kind(match[1].lower().removesuffix(":443"), rest)
    if not kind:
        return url
    inner = _target(kind, rest)
    for _ in range(DEPTH):  # some gateways percent-code the target twice
        if not _CODED_TARGET.match(inner) or _BROKEN.search(inner):
            break
        inner = unquote(inner)
    return inner if _AUTHORITY.match(inner) else url


def _target(kind: str, rest: str) -> str:
    if kind == "proofpoint":
        return _proofpoint(rest)
    if kind == "google":
        return _parameter(rest, "q") or _parameter(rest, "url") if rest.startswith("/url?") else ""
    if kind == "cisco":
        match = _CISCO.match(rest)
        return "" if match is None or _BROKEN.search(match[1]) else unquote(match[1])
    if kind == "sophos":
        return _base64(_parameter(rest, "u"))
    if kind == "mimecast":
        return _parameter(rest, "url") or _parameter(rest, "u")
    return _parameter(rest, kind)


def _parameter(rest: str, name: str) -> str:
    """Return the parameter, percent-decoded once; empty if it is absent or damaged."""
    query = rest.partition("?")[2].replace("&amp;", "&")
    for pair in query.split("&"):
        key, _, value = pair.partition("=")
        if key.lower() == name:
            return "" if _BROKEN.search(value) else unquote(value)
    return ""


def _base64(coded: str) -> str:
    try:
        return base64.urlsafe_b64decode(coded + "=" * (-len(coded) % 4)).decode()
    except (binascii.Error, ValueError):
        return ""


def _proofpoint(rest: str) -> str:
    if rest.startswith("/v1/url?"):
        return _parameter(rest, "u")
    if rest.startswith("/v2/url?"):
        # "-XX" is a byte in hexadecimal, "_" a slash
        coded = rest.partition("?u=")[2].partition("&")[0] or _raw(rest)
        return unquote(coded.replace("-", "%").replace("_", "/"))
    match = _V3.search(rest)
    return _v3(match[1], match[2]) if match else ""


def _raw(rest: str) -> str:
    pairs = (pair.partition("=") for pair in rest.partition("?")[2].replace("&amp;", "&").split("&"))
    return next((value for key, _, value in pairs if key == "u"), "")


def _v3(coded: str, replaced: str) -> str:
    """Resolve `*`, one replaced character, and `**X`, a run of them of length X (A is 2)."""
    characters = _base64(replaced)
    if replaced and not characters:
        return ""
    position = 0

    def restore(match: re.Match[str]) -> str:
        nonlocal position
        token = match[0]
        length = _V3_RUNS.find(token[2]) + 2 if len(token) == 3 else 1
        run = characters[position : position + length]
        position += length
        return run

    # gateways sometimes reduce the slashes of the scheme to one
    restored = _V3_TOKEN.sub(restore, unquote_to_bytes(coded.replace("%", "%25")).decode())
    return re.sub(r"^(https?:)/(?!/)", r"\1//", restored)
