"""Restores line breaks that a calendar lost, where a label follows a link or a passcode without a space.

`…?pwd=Zx8.1Meeting ID: 802 …` and `Passcode: 278999One tap mobile` are split before the label, so that neither the link
nor the passcode includes part of it.
"""

from __future__ import annotations

import re

from carlendar.meetings.words import Says, says

LINKS_READ = 48
"""Maximum number of links of one text."""

VALUES_READ = 32

# First letters as sets: a pattern that ignores case as a whole is tried at every character.
_LINK = re.compile(r"[hH][tT][tT][pP](?i:s?://[\x21-\x3b\x3d\x3f-\x7e]{4,80}/[^\s<>\"]{4,600})")
_LABEL_END = re.compile(r"[^\n:：<>]{0,32}[:：]")
_TOKEN = re.compile(r"pwd=[\w-]+\.\d(?=[^\W\d_])|/(?:j|w|s|join|meet)/\d{9,15}(?=[^\W\d_])", re.IGNORECASE)
_VALUE = re.compile(r"[:：][ \u00a0]?[A-Za-z0-9]{4,12}[^\W\d_][^\n:：+<>]{2,40}")
_START = re.compile(r"[A-Z\u00c0-\u00de](?=[a-z\u00df-\u024f]{2}|[A-Za-z]\b|[A-Z][^\x00-\x7f])|[\u0370-\U0010ffff]")
_OF_MEETING = Says.MEETING | Says.CODE | Says.KEYWORD
_OF_TELEPHONE = Says.JOIN | Says.DIAL | Says.PHONE | Says.OWN


def restored(text: str) -> str:
    """Return the text with a line break before each appended label."""
    cuts: list[int] = []
    for count, match in enumerate(_LINK.finditer(text) if "://" in text else ()):
        if count == LINKS_READ:
            break
        cut = _in_link(text, match)
        if cut:
            cuts.append(cut)
    for count, match in enumerate(_VALUE.finditer(text)):
        if count == VALUES_READ:
            break
        cut = _in_value(match)
        if cut:
            cuts.append(cut)
    if not cuts:
        return text
    ends = [*sorted(set(cuts)), len(text)]
    return "\n".join(text[start:end] for start, end in zip([0, *ends], ends, strict=False))


def _in_link(text: str, match: re.Match[str]) -> int:
    """Return where a label begins in a link; 0 if there is none."""
    end = match.end()
    token = _TOKEN.search(match[0])
    if token:
        return match.start() + token.end()
    label = _LABEL_END.match(text, end)
    inside = match[0].rfind(":") > 12 or "：" in match[0]
    if not (label or inside or not match[0].isascii()) or text[end : end + 1] == ">":
        return 0
    first = max(match.start() + match[0].find("/", 9), end - 60)
    following = text[end : label.end() if label else end]
    for start in _START.finditer(text, first + 1, end):
        if not text[start.start() - 1].isalnum():
            continue
        said = says((text[start.start() : end] + following).rstrip(":： 0123456789"))
        if said & _OF_MEETING and not said & Says.UNKNOWN:
            return start.start()
    return 0


def _in_value(match: re.Match[str]) -> int:
    """Return where a label begins after a passcode; 0 if there is none."""
    value = match[0].lstrip(":： \u00a0")
    offset = match.end() - len(value)
    for start in _START.finditer(value, 4, 13):
        if says(value[start.start() :][:40]) & _OF_TELEPHONE:
            return offset + start.start()
    return 0
