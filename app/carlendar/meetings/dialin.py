"""Finds the dial-in numbers of an invitation, with the digits to type after each.

In free text `evidence` decides. Fields meant for a number (of the provider, the address, the place) are read directly:
a one-tap line (`+49 69 12345678,,123456789#`, also percent-encoded in `tel:`), a number followed by its PIN, or a bare
number.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from carlendar.domain.base import Value
from carlendar.meetings import dial_string, evidence, weighing
from carlendar.meetings.candidates import LINK, candidates, place, short_numbers
from carlendar.meetings.html import INVISIBLE
from carlendar.meetings.join_details import DialIn, RefusedText
from carlendar.meetings.numbers import SERVICE, Number, parsed
from carlendar.meetings.words import Says, says

TOO_LONG = "too many digits to type"

_OF_PLACE = Says.PHONE | Says.DIAL | Says.JOIN | Says.NUMBER | Says.MEETING | Says.FILLER

_URL = re.compile(r"[hH][tT][tT][pP][sS]?://(?:(?!\+\d{7})[^\s<>\"])++")
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
_OTHER_DIGITS = re.compile("[\uff03-\uff1a\u0660-\u0669\u06f0-\u06f9]")
_AS_ASCII = str.maketrans(
    {chr(0xFF00 + code): chr(0x20 + code) for code in range(0x03, 0x1B)}
    | {chr(start + digit): str(digit) for start in (0x0660, 0x06F0) for digit in range(10)}
)


class DialInScan(Value, frozen=True):
    """The result of scanning a text: dial-ins in order, and numbers that must not be dialled."""

    dial_ins: tuple[DialIn, ...] = ()
    refused: tuple[RefusedText, ...] = ()


def marked(text: str) -> str:
    """Prepare a text for reading numbers: `LINK` for web addresses, `tel:` links decoded, ASCII digits."""
    ascii_only = text.isascii()
    if "://" in text:
        text = _URL.sub(LINK, text)
    if not ascii_only:
        text = INVISIBLE.sub("", text)
    if "%2" in text:
        for code, character in _CODED:
            text = text.replace(code, character).replace(code.lower(), character)
    return text if ascii_only or not _OTHER_DIGITS.search(text) else text.translate(_AS_ASCII)


def spoken(text: str) -> str:
    """The same with web addresses blanked."""
    return marked(text).replace(LINK, " ")


def in_text(text: str, meeting: weighing.Meeting) -> DialInScan:
    """Return the dial-ins of a body that was prepared by `marked`."""
    refused: list[RefusedText] = []
    dial_ins: list[DialIn] = []
    for chosen in evidence.dial_ins(text, meeting):
        label = place(chosen.token.behind)
        _judge(chosen.token.text, chosen.number, chosen.tail, label, dial_ins, refused)
    refused.extend(_refused_codes(text, meeting.region))
    return merged([DialInScan(tuple(dial_ins), tuple(refused))])


def _refused_codes(text: str, region: str) -> Iterator[RefusedText]:
    for code in dict.fromkeys(short_numbers(text)):
        number = parsed(code, region)
        yield RefusedText(code, number.refused if number and number.refused else SERVICE)


def of_number(text: str, tail: str = "", region: str = "") -> DialInScan:
    """Return the dial-in in a field for one: a number, a one-tap line or a `tel:` address."""
    seen = candidates(text, region, plain=True)
    if not seen:
        return DialInScan((), tuple(_refused_codes(text if ":" in text else f"tel:{text}", region)))
    refused: list[RefusedText] = []
    dial_ins: list[DialIn] = []
    number = parsed(seen[0].text, seen[0].region)
    if number is not None:
        _judge(seen[0].text, number, seen[0].tail or tail, seen[0].label, dial_ins, refused)
    return DialInScan(tuple(dial_ins), tuple(refused))


def of_place(text: str, region: str, tail: str = "") -> DialInScan:
    """Return the dial-in in the place of a meeting: a number, alone or with words for dialling only.

    The telephone number in a place's address is not a dial-in. `tail` is used if the place has no code.
    """
    seen = candidates(text, region, plain=not any(map(str.isalpha, text)))
    if len(seen) != 1 or seen[0].region not in ("", region):
        return DialInScan()
    around = text[: seen[0].start] + " " + text[seen[0].end :]
    alone = not says(around) & ~_OF_PLACE
    return of_number(text, tail, region) if alone else DialInScan()


def merged(groups: Iterable[DialInScan]) -> DialInScan:
    """Merge dial-ins, each number once; the first one with digits wins."""
    dial_ins: dict[str, DialIn] = {}
    refused: dict[str, RefusedText] = {}
    for group in groups:
        for dial_in in group.dial_ins:
            known = dial_ins.get(dial_in.number)
            if known is None or (not known.digits and dial_in.digits):
                dial_ins[dial_in.number] = dial_in
            elif not known.label and dial_in.label:
                dial_ins[dial_in.number] = replace(known, label=dial_in.label)
        refused.update((item.text, item) for item in group.refused)
    return DialInScan(tuple(dial_ins.values()), tuple(refused.values()))


def _judge(
    text: str, number: Number, tail: str, label: str, dial_ins: list[DialIn], refused: list[RefusedText]
) -> None:
    """Add a number to the dial-ins, or to the refused ones if it must not be dialled."""
    digits, tones = dial_string.typed(tail)
    if number.refused:
        refused.append(RefusedText(text, number.refused))
    elif tail and not digits:
        refused.append(RefusedText(text, TOO_LONG))
    else:
        dial_ins.append(DialIn(number.e164, digits, tones, number.country, number.toll_free, label))
