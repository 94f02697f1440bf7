"""Dial-in numbers of an invitation with what is typed after each, found by shape and not by label.

Three shapes: a one-tap line (`+49 69 12345678,,123456789#`, also percent-coded in `tel:`), a number
with its PIN behind it (`+1 408-555-0199 PIN: 123 456 789#`), and a list of bare numbers that share an
ID given elsewhere. Bare numbers of a signature are none of these and are left alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from app.meetings import dialstring
from app.meetings.candidates import Candidate, candidates, short_numbers
from app.meetings.html import INVISIBLE
from app.meetings.numbers import SERVICE, Number, parsed
from app.meetings.way_in import DialIn, Refused

HASHES_READ = 64
"""Hash signs that are looked at in search of the conference ID."""

ONE_TAIL = ("zoom", "webex", "ringcentral", "chime", "goto")
"""Services whose numbers all take the same digits."""

LABELS_READ = 32_768
"""Characters in which an ID that only its label tells is searched."""

PLACE_LETTERS = 16
"""Letters beside a bare number in the place: "Phone:" and the like, and no address."""

TOO_LONG = "too many digits to type"

NEAR = 700
"""Characters within which a bare number must follow a number, an ID or a link of the meeting."""

_BEFORE_HASH = re.compile(r"(?<![\w,;*+#])([0-9](?:[ \u00a0-]?[0-9]){3,12})[ \u00a0]?\Z")
_LABELLED = re.compile(
    r"(?:\bID|PIN|codes?|kennung|kod|kód|codice|c[oó]digo|コード|番号|代码|代碼|号码|号)\b[^\d\n+]{0,25}+(?:\n[^\d\n+]{0,12}+)?"
    r"(\d(?:[ \u00a0-]?\d){4,11})(?![\d#]|[ ]\d)",
    re.IGNORECASE,
)
_URL = re.compile(r"https?://(?:(?!\+\d{7})[^\s<>\"])++", re.IGNORECASE)
_CODED = (
    ("%20", " "),
    ("%2B", "+"),
    ("%28", "("),
    ("%29", ")"),
    ("%23", "#"),
    ("%2A", "*"),
    ("%2C", ","),
    ("%3B", ";"),
)
_OWN = re.compile(r"(?:\btel\b|telefon|mobile?|fax|cell|handy|\bphone|\bm\b|\bt\b)[ .:]*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Found:
    """What a text holds: dial-ins in their order, and numbers that are not to be dialled."""

    dial_ins: tuple[DialIn, ...] = ()
    refused: tuple[Refused, ...] = ()


def spoken(text: str) -> str:
    """The text for reading numbers: web addresses blank, and what `tel:` links percent-code resolved."""
    text = INVISIBLE.sub("", _URL.sub(" ", text))
    if "%2" in text:
        for code, character in _CODED:
            text = text.replace(code, character).replace(code.lower(), character)
    return text


def conference_id(text: str, *, labelled: bool) -> str:
    """Digits of the ID that callers type: those that end in `#`, else (if `labelled`) those of a label."""
    hashed = _hashed(text)
    if hashed:
        return hashed[1]
    found = _LABELLED.search(text, 0, LABELS_READ) if labelled else None
    return _only_digits(found[1]) if found else ""


def _hashed(text: str) -> tuple[int, str] | None:
    """(position, digits) of the first `123 456 789#` that is no tail of a number."""
    position = -1
    for _ in range(HASHES_READ):
        position = text.find("#", position + 1)
        if position < 0:
            return None
        found = _BEFORE_HASH.search(text, max(0, position - 32), position)
        if found:
            return position, _only_digits(found[1])
    return None


def _only_digits(text: str) -> str:
    return "".join(filter(str.isdecimal, text))


def in_text(text: str, service: str, region: str, shared_tail: Callable[[], str] = str) -> Found:
    """Dial-ins of a body. `shared_tail` gives what bare numbers of this meeting get, in calendar notation."""
    short = Found((), tuple(_refused_codes(text, region)))
    seen = candidates(text, region)
    if not seen:
        return short
    tails = [candidate.tail for candidate in seen if candidate.tail]
    shares = not tails or service not in ("teams", "meet")
    template = tails[0] if tails and service in ONE_TAIL else shared_tail() if shares else ""
    chosen: list[tuple[Candidate, str]] = []
    near = _first_anchor(text)
    for candidate in seen:
        listed = template and shares and not candidate.plain and abs(candidate.start - near) <= NEAR
        if not candidate.tail and not (listed and _stands_alone(text, candidate)):
            continue
        chosen.append((candidate, candidate.tail or template))
        near = candidate.end
    return merged([_judged(chosen), short])


def _refused_codes(text: str, region: str) -> Iterator[Refused]:
    for code in dict.fromkeys(short_numbers(text)):
        number = parsed(code, region)
        yield Refused(code, number.refused if number and number.refused else SERVICE)


def of_number(text: str, tail: str = "", region: str = "") -> Found:
    """The dial-in that a field for one spells: a number, a one-tap line or a `tel:` address."""
    seen = candidates(text, region, plain=True)
    if not seen:
        return Found((), tuple(_refused_codes(text if ":" in text else f"tel:{text}", region)))
    return _judged([(candidate, candidate.tail or tail) for candidate in seen[:1]])


def of_place(text: str, region: str) -> Found:
    """The dial-in that is the place of a meeting. The telephone in a place's address is none."""
    letters = sum(map(str.isalpha, text))
    seen = candidates(text, region, plain=not letters)
    alone = letters <= PLACE_LETTERS
    return _judged([(each, each.tail) for each in seen[:1] if each.tail or (alone and each.region in ("", region))])


def merged(groups: Iterable[Found]) -> Found:
    """All together, each number once; the first one that has digits wins."""
    dial_ins: dict[str, DialIn] = {}
    refused: dict[str, Refused] = {}
    for group in groups:
        for dial_in in group.dial_ins:
            known = dial_ins.get(dial_in.number)
            if known is None or (not known.digits and dial_in.digits):
                dial_ins[dial_in.number] = dial_in
            elif not known.label and dial_in.label:
                dial_ins[dial_in.number] = replace(known, label=dial_in.label)
        refused.update((item.text, item) for item in group.refused)
    return Found(tuple(dial_ins.values()), tuple(refused.values()))


def _stands_alone(text: str, candidate: Candidate) -> bool:
    """Whether the line is one of a list of numbers: short before the number, and no one's own telephone."""
    before = text[max(0, candidate.start - 60) : candidate.start].rpartition("\n")[2]
    # where line breaks were lost, a sentence's end stands for one
    return len(before.rpartition(". ")[2]) <= 45 and not _OWN.search(before)


def _first_anchor(text: str) -> int:
    hashed = _hashed(text)
    if hashed:
        return hashed[0]
    labelled = _LABELLED.search(text, 0, LABELS_READ)
    return labelled.start() if labelled else 0


def _judged(chosen: Iterable[tuple[Candidate, str]]) -> Found:
    dial_ins: list[DialIn] = []
    refused: list[Refused] = []
    for candidate, tail in chosen:
        number: Number | None = parsed(candidate.text, candidate.region)
        if number is None:
            continue
        if number.refused:
            refused.append(Refused(candidate.text, number.refused))
            continue
        digits, tones = dialstring.typed(tail)
        if tail and not digits:
            refused.append(Refused(candidate.text, TOO_LONG))
            continue
        dial_ins.append(DialIn(number.e164, digits, tones, number.country, number.toll_free, candidate.label))
    return merged_once(dial_ins, refused)


def merged_once(dial_ins: Iterable[DialIn], refused: Iterable[Refused]) -> Found:
    """One text's findings, each number once."""
    return merged([Found(tuple(dial_ins), tuple(refused))])
