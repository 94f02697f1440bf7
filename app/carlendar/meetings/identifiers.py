"""Finds meeting ID and passcode, as distinct from the conference ID that callers type.

The ID is recognised by its format or from the link; the passcode is the next `label: value` after it.
"""

from __future__ import annotations

import re

_TEAMS_ID = re.compile(
    r"\d(?<![\d+,#]\d)\d\d(?:[ \u00a0]\d{3}){2}[ \u00a0]\d{2,3}(?:[ \u00a0]\d{1,3})?(?![\d#]|[ \u00a0]?[\d#])"
)
_DIGITS = re.compile(r"\d(?:[ \u00a0-]?\d)*")
_GOES_ON = re.compile(r"[\d#]|,,")
_WEBEX_ID = re.compile(r"[:：(）)]\s{0,4}(\d{3,4}[ \u00a0]?\d{3}[ \u00a0]?\d{3,4})(?![\d#])")
_PASSCODE = re.compile(r"\s{0,4}[^\d\n:：]{0,40}[:：]\s{0,4}([^\s<>]{3,40})")
_SHAPES: dict[str, re.Pattern[str]] = {
    "teams": re.compile(r"(?:[A-Za-z0-9]{8}|[A-Za-z0-9]{6})(?![a-z0-9])"),
    "": re.compile(r"\d{4,10}(?![0-9a-z])"),
}
"""Characters of passcodes; the next other character begins another word."""
_FOREIGN = re.compile("[^\x21-\x7e]|https?:|tel:|[-_*=~]{3}|[+<(\\[]")
_WORD_BEGUN = re.compile(r"(?<=[A-Za-z0-9])[A-Z][a-z]{0,20}\Z")
_WORD = re.compile(r"(?<=[A-Za-z0-9])[A-Z][a-z]{2,20}(?:-[A-Za-z]{1,20})?\Z")
_WORD_GOES_ON = re.compile(r"[ \u00a0][a-z(]|[ \u00a0]?[:\uff1a+]")
_IN_LINK: dict[str, re.Pattern[str]] = {
    "teams": re.compile(r"/meet/(\d{9,})"),
    "zoom": re.compile(r"/(?:j|s|w|wc|wc/join|webinar/join)/(\d{9,11})|confno=(\d{9,11})"),
    "meet": re.compile(r"/([a-z]{3}-[a-z]{4}-[a-z]{3})(?![\w-])"),
    "goto": re.compile(r"/(?:join/)?(\d{9})(?!\d)"),
    "chime": re.compile(r"/(\d{10})(?!\d)|[?&]pin=(\d{10})(?!\d)"),
    "ringcentral": re.compile(r"/(\d{9,12})(?!\d)"),
}


def meeting_id(service: str, url: str, text: str) -> str:
    """Return the ID that is typed on the service's page; empty if there is none."""
    pattern = _IN_LINK.get(service)
    match = pattern.search(url) if pattern else None
    if match:
        return next(group for group in match.groups() if group)
    in_text = {"teams": _TEAMS_ID, "webex": _WEBEX_ID}.get(service)
    found = in_text.search(text) if in_text else None
    return re.sub(r"\D", "", found[found.re.groups]) if found else ""


_TYPED: dict[str, re.Pattern[str]] = {
    "teams": re.compile(r"\d{6,10}#?"),
    "zoom": re.compile(r"(\d{9,11})#?(?:\D.*)?"),
    "webex": re.compile(r"(?:\*01\*)?(\d{8,11})#{0,2}(?:\D.*|\d{4,12}#)?"),
    "meet": re.compile(r"\d{6,14}#?"),
    "goto": re.compile(r"\d{9}#{0,2}"),
    "ringcentral": re.compile(r"(\d{9,14})#?(?:\D.*)?"),
    "chime": re.compile(r"\d{10,13}#?"),
}
"""What callers type, by service (from its dial-in pages); a group is the meeting's ID."""


def is_typed(service: str, number: str, digits: str) -> bool:
    """Whether `digits` are what callers of `service` type, including the meeting's ID `number` if they type that."""
    pattern = _TYPED.get(service)
    if pattern is None:
        return True
    match = pattern.fullmatch(digits)
    if match is None:
        return False
    return not (pattern.groups and number.isdigit() and service != "webex") or match[1] == number


def passcode(service: str, number: str, text: str) -> str:
    """Return the passcode near the ID: the value of the label that follows it; empty if there is none."""
    after = _after_id(number, text) if service in ("teams", "zoom", "webex", "ringcentral") and number else None
    match = _PASSCODE.match(text, after) if after is not None else None
    if match is None:
        return ""
    value = _value(service, match[1], text[match.end() : match.end() + 3]).rstrip(".,;")
    usable = 3 <= len(value) <= 32 and not value.lower().startswith(("http", "tel:", "+"))
    return value if usable else ""


def _value(service: str, written: str, following: str) -> str:
    """Return the passcode without words appended by a lost line break; `following` is the text after it."""
    stranger = _FOREIGN.search(written)
    value = written[: stranger.start()] if stranger else written
    if len(value) < len(written) and written[len(value)].islower() and "\u00df" <= written[len(value)] <= "\u024f":
        value = _WORD_BEGUN.sub("", value)
    shape = _SHAPES.get(service, _SHAPES[""]).match(value)
    if shape and len(shape[0]) < len(value) and value[shape.end()].isupper():
        return shape[0]
    word = _WORD.search(value)
    glued = word and (stranger or _WORD_GOES_ON.match(following)) and len(value) > len(word[0]) + 2
    return value[: word.start()] if word and glued else value


def _after_id(number: str, text: str) -> int | None:
    """Return the end of the ID in the text, with its digits grouped or not; None if it is not there."""
    for run in _DIGITS.finditer(text) if number.isdecimal() else ():
        if run.end() - run.start() < len(number):
            continue
        places = [place for place in range(*run.span()) if text[place].isdecimal()]
        digits = "".join(text[place] for place in places)
        at = digits.find(number)
        while at >= 0:
            start, end = places[at], places[at + len(number) - 1] + 1
            if not text[max(0, start - 1) : start].isdecimal() and not _GOES_ON.match(text, end):
                return end
            at = digits.find(number, at + 1)
    return None
