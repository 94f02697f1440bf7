"""Finds the end of a link in a text that lost its line breaks, by the grammar of the service's links.

Services write a meeting's number and tokens in fixed formats. Text that follows a token without a separator is not part
of the link: `https://zoom.us/j/85775884256?pwd=Zx8.1Meeting ID: …`. All patterns are linear and bounded.
"""

from __future__ import annotations

import re

from carlendar.meetings import services

_AUTHORITY = re.compile(r"(?:https?://)?([a-z0-9.-]{3,253}+)(?::\d{1,5})?(?=[/?#])", re.IGNORECASE)

_CLOSED: dict[str, tuple[str, ...]] = {
    "teams": (
        r"(?:%40|@)thread\.[a-z0-9]{2,6}/\d{1,13}(?!\d)",
        r"[?&]context=%(?:25)?7b[^&#]{0,1500}%(?:25)?7d",
        r"/meet/\d{9,15}(?!\d)",
    ),
    "zoom": (
        r"/(?:[jsw]|wc|wc/join|webinar/join)/\d{9,11}(?!\d)",
        r"[?&]confno=\d{9,11}(?!\d)",
        r"[?&]pwd=[\w-]{2,64}\.\d",
        r"[?&]pwd=(?:[\w-]{4}){5,11}(?<=09)(?=[^\w-]|[A-Z][a-z])",
    ),
    "meet": (r"^/(?:_meet/|lookup/)?[a-z]{3}-[a-z]{4}-[a-z]{3}(?!-)", r"[?&](?:authuser|hs|pli)=\d{1,4}(?!\d)"),
    "webex": (r"[?&]MTID=m[0-9a-f]{32}(?![0-9a-f])",),
    "goto": (r"/(?:join|meeting)/\d{9}(?!\d)",),
    "chime": (r"/\d{10}(?!\d)", r"[?&]pin=\d{10,13}(?!\d)"),
    "ringcentral": (r"/(?:join|j|conf/on)/\d{9,12}(?!\d)", r"[?&]pw=[0-9a-f]{32}(?![0-9a-f])"),
    "slack": (r"/huddle/T[0-9A-Z]{6,12}/[CDG][0-9A-Z]{6,12}(?![a-z0-9]|[^\x00-\x7f])",),
}
"""Tokens of known length or alphabet. A letter directly after one belongs to another word."""

_ANY_NUMBER = r"/\d{6,20}(?=[A-Z][a-z]{2})"
_LAST_SECRET = re.compile(r"[?&#](?:p|pwd|pw|tk|k|passcode)[=-]([^?&#=]*)$")
_ALPHABETS = {
    "teams": re.compile(r"[A-Za-z0-9]*"),
    "": re.compile(r"(?:[\w.~-]|%[0-9A-F]{2})*", re.ASCII | re.IGNORECASE),
}
_FOREIGN = re.compile("[\\\\]|[^\x00-\x7f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_NOT_LATIN = re.compile("(?<=[0-9A-Za-z])[\u0370-\u1dff\u2e80-\uffef]")
_WORD_BEGUN = re.compile(r"(?<=[A-Za-z0-9_-])[A-Z][a-z]{0,20}(?:-[A-Za-z]{1,20})?\Z")
_BEGINNING = r"([A-Z][a-z]{2,20}|[A-Z][a-z]{1,20}-[A-Za-z]{2,20}|ID|PIN)\Z"
_WORD = re.compile(r"(?<=[A-Za-z0-9_-])" + _BEGINNING)
_LABEL_GOES_ON = re.compile(r"[ \u00a0]{0,2}(?:(?:ID|PIN|[a-z\u00df-\u024f])[^\n:+\uff1a]{0,40})?[:+\uff1a]")
_PERSONAL = re.compile(r"/(?:my|meet|join)/[a-z0-9._-]{2,60}" + _BEGINNING)
_HYPHENATED = re.compile("[-'’:][A-Za-z]|[:]")
_RULE = re.compile(r"-{3}|_{3}|[*=~]{3}|\+\d{1,15}\Z")
_FREE_NAMES = frozenset(("jitsi", "8x8", "element", "kmeet"))
"""Services with room names in any script."""


def trimmed(link: str, following: str = "") -> str:
    """Return the link without words appended by a lost line break.

    `following` is the text after it. Links of unknown services end where a script other than Latin begins in the middle
    of a word.
    """
    match = _AUTHORITY.match(link)
    if match is None:
        return link
    start = match.end()
    rest = link[start:]
    service = services.of_host(match[1].lower().rstrip("."))
    return link[:start] + (_free(rest) if service in ("", *_FREE_NAMES) else _of_service(service, rest, following))


def _free(rest: str) -> str:
    found = _NOT_LATIN.search(rest)
    return rest[: found.start()] if found else rest


def _of_service(service: str, rest: str, following: str) -> str:
    for pattern in _patterns(service):
        for found in pattern.finditer(rest):
            behind = rest[found.end() : found.end() + 1]
            if behind and behind not in "/?&#":
                return rest[: found.end()]
    secret = _LAST_SECRET.search(rest)
    if secret:
        return rest[: secret.start(1)] + _secret(service, secret[1], following)
    rest = _RULE.split(rest, maxsplit=1)[0]
    personal = _PERSONAL.search(rest)
    if personal and _LABEL_GOES_ON.match(following):
        return rest[: personal.start(1)]
    foreign = _FOREIGN.search(rest)
    return _without_begun_word(rest[: foreign.start()], rest[foreign.start() :]) if foreign else rest


def _secret(service: str, value: str, following: str) -> str:
    value = _RULE.split(value, maxsplit=1)[0]
    alphabet = _ALPHABETS.get(service, _ALPHABETS[""])
    whole = alphabet.match(value)
    end = whole.end() if whole else 0
    kept = value[:end]
    if end < len(value):
        return _without_begun_word(kept, value[end:])
    word = _WORD.search(kept)
    return kept[: word.start()] if word and _LABEL_GOES_ON.match(following) else kept


def _without_begun_word(kept: str, behind: str) -> str:
    """Cut `xYM` before `ødets` in front of the M; a character of another script begins a word itself."""
    first = behind[0]
    inside = "\u00df" <= first <= "\u024f" and first.islower()
    return _WORD_BEGUN.sub("", kept) if inside or _HYPHENATED.match(behind) else kept


def _patterns(service: str) -> tuple[re.Pattern[str], ...]:
    return _COMPILED.get(service, _COMPILED[""])


_COMPILED = {
    name: tuple(re.compile(pattern, re.ASCII) for pattern in (*patterns, _ANY_NUMBER))
    for name, patterns in {**_CLOSED, "": ()}.items()
}
