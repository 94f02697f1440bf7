"""Scans a body for texts that look like telephone numbers, with the digits to type after each.

Every pattern is bounded, and possessive where it could backtrack, so that the scan is linear.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from carlendar.domain.base import Value
from carlendar.meetings import dial_string
from carlendar.meetings.words import Says, says

LINK = "\ufffc"
"""Replaces web addresses in a text that is scanned for numbers."""

NUMBERS_READ = 120
"""Maximum number of candidates that are parsed; the list of a service has up to about 80 numbers."""

_GAP = r"[ \u00a0().\-\u2010-\u2015/]"
_NUMBER = re.compile(rf"[+(0-9](?:{_GAP}{{0,3}}[0-9]){{5,16}}")
_NORTH_AMERICAN = re.compile(r"1[ .-]{1,2}\(?[2-9]\d\d\)?[ .-]{1,2}\d{3}[ .-]?\d{4}")
_LAND = re.compile(r"(?<![A-Za-z,])[A-Z]{2} $")
_TAIL = re.compile(
    r"[ ]?(?:,|;|[pwPW](?=[0-9*])|[ ],){1,10}[ ]?[0-9*]"
    r"(?:[0-9*#,;]|[pwPW](?=[0-9*,])|[ ](?=[0-9]{2,4}(?:[ ][0-9]|#)))*+"
)
_CERTAIN = re.compile(r"[ ]?(?:,[ ]?,|[pwPW])")
_EXTENSION = re.compile(r"(?:;ext=|;postd=|[ ]?(?:ext\.?|x)[ ]?)([0-9p,*#]{1,20})(?!\w)", re.IGNORECASE)
_HASHED_EXTENSION = re.compile(r"[ ]?x(\d{4,13}#)")
_PIN = re.compile(
    r"(?:<tel:[^<>\n]{0,80}>)?[^\d+\n#]{0,40}+(?:\n\s{0,4}+[^\d+\n#]{0,40}+)?(\d(?:[ \u00a0-]?\d){3,13})[ \u00a0]?#"
)
_LATE_TAIL = re.compile(r"[^\d+\n#,;]{1,40}+([,;]{2,6}[0-9][0-9*#,;]{2,40})")
_JOINTS = frozenset("()/")
_ENOUGH = 7
"""Number of digits of a complete number, after which a bracket begins something else."""

_LABEL = re.compile(r"(?:<tel:[^<>\n]{0,80}>)?[ \t\u00a0]*([^\n<+\d#]{0,60})")
_GLUED = re.compile(r"(?<=[a-zäöüß]{2})(?=[A-Z][a-z])")
_INSIDE = re.compile(r"\((?!toll|geb|grat|free)([^()]{2,40})\)", re.IGNORECASE)
_RATE = re.compile(r"\((?:toll|geb|grat|free)[^()]{0,40}\)", re.IGNORECASE)
_SHORT_ADDRESS = re.compile(r"tel:[ ]?([0-9]{3,5})(?![ ().,/-]{0,3}[0-9])")
# Digits first: a pattern that begins with optional text is tried at every character.
_SHORT_TAPPED = re.compile(r"([0-9]{3,5}),{2,4}[0-9]")
_BEFORE_SHORT = re.compile(r"[\w+,.;()-]\Z|[0-9)][ ]\Z")


class Candidate(Value, frozen=True):
    """A possible number in the text. `tail` is empty for a bare one; `plain` is true without country code."""

    text: str
    start: int
    end: int
    region: str
    plain: bool
    tail: str
    label: str


def short_numbers(text: str) -> Iterator[str]:
    """Return codes of three to five digits that the text would have dialled (`tel:112`, `112,,123#`)."""
    if "tel:" in text:
        yield from (match[1] for match in islice(_SHORT_ADDRESS.finditer(text), NUMBERS_READ))
    if ",," in text:
        tapped = (match for match in _SHORT_TAPPED.finditer(text) if not _goes_before(text, match.start()))
        yield from (match[1] for match in islice(tapped, NUMBERS_READ))


def _goes_before(text: str, start: int) -> bool:
    return _BEFORE_SHORT.search(text[max(0, start - 2) : start]) is not None


def candidates(text: str, region: str, *, plain: bool = False) -> list[Candidate]:
    """Return up to `NUMBERS_READ` candidates in order. With `plain`, digits without country code are included."""
    found: list[Candidate] = []
    last = 0
    for match in _NUMBER.finditer(text):
        if len(found) == NUMBERS_READ:
            break
        if match.start() < last:
            continue  # digits of the previous tail
        candidate = _candidate(text, match, region, plain=plain)
        if candidate is not None:
            found.append(candidate)
            last = candidate.end
    return found


def _candidate(text: str, match: re.Match[str], region: str, *, plain: bool) -> Candidate | None:
    start, spelled = match.start(), trimmed(match[0], text[match.end() : match.end() + 2])
    before = text[start - 1 : start]
    international = spelled.lstrip("(").startswith(("+", "00"))
    if before and (before in ",%" if spelled[0] == "+" else before.isalnum() or before in "_+#*,;=/@.%-"):
        return None
    tail, end = _tail_after(text, start + len(spelled), field=plain)
    land = "" if international else _land_before(text, start) or _north_american(spelled)
    if not (international or tail or land or plain):
        return None
    home = "" if international else land or region
    return Candidate(
        spelled,
        start,
        end,
        home,
        not (international or land),
        tail,
        place("" if text[end : end + 1] == ">" else text[end : end + 60]),
    )


def _north_american(spelled: str) -> str:
    """Whether it is like `1-650-479-3208`: with country code but without the plus sign."""
    return "US" if _NORTH_AMERICAN.fullmatch(spelled) else ""


def _land_before(text: str, start: int) -> str:
    """Return the country in `US 8773614628`."""
    found = _LAND.search(text, max(0, start - 4), start)
    return found[0].strip() if found else ""


def _tail_after(text: str, position: int, *, field: bool) -> tuple[str, int]:
    """Return (tail, end) of the digits to type after a number. An extension counts in a `field`; in a body it is a
    person's.
    """
    tail, end = one_tap_tail(text, position)
    if tail:
        return tail, end
    extension = (_EXTENSION if field else _HASHED_EXTENSION).match(text, position)
    if extension:
        return "," + extension[1], extension.end()
    pin = _PIN.match(text, position)
    if pin and not says(text[position : pin.start(1)]) & (Says.HOST | Says.OTHER):
        return dial_string.tail_of(pin[1]), pin.end()
    return "", position


def one_tap_tail(text: str, position: int) -> tuple[str, int]:
    """Return (tail, end) of digits to type directly after a number: `,,123456789#`."""
    tail = _TAIL.match(text, position)
    # one comma and digits may be part of a sentence; two commas, or a final hash, are not
    if tail and ("#" in tail[0] or _CERTAIN.match(tail[0])):
        return tail[0], tail.end()
    extension = _HASHED_EXTENSION.match(text, position)
    if extension:
        return "," + extension[1], extension.end()
    late = _LATE_TAIL.match(text, position)
    if late and not says(text[position : late.start(1)]) & (Says.HOST | Says.OTHER | Says.OWN | Says.CONTACT):
        return late[1], late.end()
    return "", position


def trimmed(spelled: str, following: str) -> str:
    """Return a number without adjacent text: a bracket, a second number, a time of day."""
    spelled = _without_second(spelled) if not _JOINTS.isdisjoint(spelled) else spelled
    if following[:1] == ":" and following[1:].isdigit():
        cut = max(spelled.rfind(" "), spelled.rfind("\u00a0"))
        spelled = spelled[:cut] if cut > 0 else spelled
    return spelled


def _without_second(spelled: str) -> str:
    """Return a number up to a bracket or slash before which it has enough digits."""
    digits = opened = 0
    for position, sign in enumerate(spelled):
        digits += sign.isdigit()
        closes = sign == ")" and opened > 0
        if (sign in "()" and digits >= _ENOUGH and not closes) or (sign == "/" and digits > _ENOUGH + 1):
            return spelled[:position].rstrip(" \u00a0-")
        opened += (sign == "(") - closes
    return spelled


def place(behind: str) -> str:
    """Return the place after a number: `Germany, Frankfurt am Main`, `US (Tacoma)`."""
    label = _LABEL.match(behind)
    return _place(label[1]) if label else ""


def _place(text: str) -> str:
    text = _GLUED.split(text, maxsplit=1)[0]
    text = _RATE.sub("", text)
    inside = _INSIDE.search(text)
    named = inside[1] if inside else text.rpartition(", ")[2]
    return named.strip(" \t\u00a0,;:|-–()[]").removesuffix("Find a local number")[:40]
