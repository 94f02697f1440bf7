"""Links that stand for another: what mail gateways make of the links in a message.

Each is decoded once; the caller unwraps again while that changes something, up to `DEPTH` times.
Sources: Microsoft Defender "Safe Links", Proofpoint "URL Defense" v1 to v3 (their published decoder),
FireEye/Trellix, Google's redirect, Barracuda "Link Protection". A wrapper that hides its target
(Mimecast's short links) cannot be undone.
"""

from __future__ import annotations

import base64
import binascii
import re
from urllib.parse import unquote, unquote_to_bytes

DEPTH = 6
"""Wrappers inside wrappers that are undone."""

TARGET_LIMIT = 4096
"""Characters of a link; a longer one is no way into a meeting."""

_AUTHORITY = re.compile(r"https?://([^/?#\s]*+)(.*)", re.IGNORECASE | re.DOTALL)
_BROKEN = re.compile(r"%(?![0-9a-fA-F]{2})")
_V3 = re.compile(r"/v3/__(.*)__;([A-Za-z0-9_=-]*+)!", re.DOTALL)
_V3_TOKEN = re.compile(r"\*\*.|\*", re.DOTALL)
_V3_RUNS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


def unwrapped(url: str) -> str:
    """The link inside, all wrappers undone; `url` itself where it is none or is damaged."""
    for _ in range(DEPTH):
        inner = _once(url)
        if inner == url:
            break
        url = inner
    return url


def is_wrapper(host: str) -> bool:
    """Whether links on `host` (lower case) stand for others."""
    return _kind(host) != ""


def _kind(host: str) -> str:
    if host.endswith((".safelinks.protection.outlook.com", ".safelinks.protection.office365.us")):
        return "url"
    if host in ("urldefense.proofpoint.com", "urldefense.com", "urldefense.us"):
        return "proofpoint"
    if host.startswith("protect") and host.endswith(".fireeye.com"):
        return "u"
    if host in ("www.google.com", "google.com"):
        return "google"
    return "a" if host == "linkprotect.cudasvc.com" else ""


def _once(url: str) -> str:
    match = _AUTHORITY.match(url) if len(url) <= TARGET_LIMIT else None
    if match is None:
        return url
    kind, rest = _kind(match[1].lower()), match[2]
    if kind == "proofpoint":
        inner = _proofpoint(rest)
    elif kind == "google":
        inner = _parameter(rest, "q") or _parameter(rest, "url") if rest.startswith("/url?") else ""
    else:
        inner = _parameter(rest, kind) if kind else ""
    return inner if _AUTHORITY.match(inner) else url


def _parameter(rest: str, name: str) -> str:
    """The parameter, percent-decoded once; empty where it is absent or damaged."""
    query = rest.partition("?")[2].replace("&amp;", "&")
    for pair in query.split("&"):
        key, _, value = pair.partition("=")
        if key == name:
            return "" if _BROKEN.search(value) else unquote(value)
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
    """`*` stands for one replaced character, `**X` for a run of them whose length X gives (A is 2)."""
    try:
        characters = base64.urlsafe_b64decode(replaced + "=" * (-len(replaced) % 4)).decode()
    except (binascii.Error, ValueError):
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
