"""Dial-in numbers of an invitation with what is typed after each, found by shape and not by label.

Three shapes: a one-tap line (`+49 69 12345678,,123456789#`, also percent-coded in `tel:`), a number
with its PIN behind it (`+1 408-555-0199 PIN: 123 456 789#`), and a list of bare numbers that share an
ID given elsewhere. Bare numbers of a signature are none of these and are left alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from app.meetings import dialstring
from app.meetings.html import INVISIBLE
from app.meetings.numbers import Number, parsed
from app.meetings.way_in import DialIn, Refused

NUMBERS_READ = 120
"""Texts that look like a number and are parsed; a list of a service has up to about 80."""

HASHES_READ = 64
"""Hash signs that are looked at in search of the conference ID."""

ONE_TAIL = ("zoom", "webex", "ringcentral", "chime", "goto")
"""Services whose numbers all take the same digits."""

LABELS_READ = 32_768
"""Characters in which an ID that only its label tells is searched."""

PLACE_LETTERS = 16
"""Letters beside a bare number in the place: "Phone:" and the like, and no address."""

NEAR = 700
"""Characters within which a bare number must follow a number, an ID or a link of the meeting."""

_GAP = r"[ \u00a0().\-\u2010-\u2015/]"
_NUMBER = re.compile(rf"[+(0-9](?:{_GAP}{{0,3}}[0-9]){{5,16}}")
_LAND = re.compile(r"(?<![A-Za-z,])[A-Z]{2} $")
_TAIL = re.compile(
    r"[ ]?(?:,|;|[pwPW](?=[0-9*])|[ ],){1,10}[ ]?[0-9*]"
    r"(?:[0-9*#,;]|[pwPW](?=[0-9*,])|[ ](?=[0-9]{2,4}(?:[ ][0-9]|#)))*+"
)
_CERTAIN = re.compile(r"[ ]?(?:,[ ]?,|[pwPW])")
_EXTENSION = re.compile(r"(?:;ext=|;postd=|[ ]?(?:ext\.?|x)[ ]?)([0-9p,*#]{1,20})(?!\w)", re.IGNORECASE)
_PIN = re.compile(
    r"(?:<tel:[^<>\n]{0,80}>)?[^\d+\n#]{0,40}+(?:\n\s{0,4}+[^\d+\n#]{0,40}+)?(\d(?:[ \u00a0-]?\d){3,13})[ ]?#"
)
_BEFORE_HASH = re.compile(r"(?<![\w,;*+#])([0-9](?:[ \u00a0-]?[0-9]){3,12})[ ]?\Z")
_LABELLED = re.compile(
    r"(?:\bID|PIN|codes?|kennung|kod|kód|codice|c[oó]digo|コード|番号|代码|代碼|号码|号)\b[^\d\n+]{0,25}+(?:\n[^\d\n+]{0,12}+)?"
    r"(\d(?:[ \u00a0-]?\d){4,11})(?![\d#]|[ ]\d)",
    re.IGNORECASE,
)
_URL = re.compile(r"https?://(?:(?!\+\d{7})[^\s<>\"])++", re.IGNORECASE)
_CODED = (("%2B", "+"), ("%23", "#"), ("%2A", "*"), ("%2C", ","), ("%3B", ";"))
_OWN = re.compile(r"(?:\btel\b|telefon|mobile?|fax|cell|handy|\bphone|\bm\b|\bt\b)[ .:]*$", re.IGNORECASE)
_LABEL = re.compile(r"(?:<tel:[^<>\n]{0,80}>)?[ \t\u00a0]*([^\n<+\d#]{0,60})")
_GLUED = re.compile(r"(?<=[a-zäöüß]{2})(?=[A-Z][a-z])")
_INSIDE = re.compile(r"\(([^()]{2,40})\)")


@dataclass(frozen=True, slots=True)
class Found:
    """What a text holds: dial-ins in their order, and numbers that are not to be dialled."""

    dial_ins: tuple[DialIn, ...] = ()
    refused: tuple[Refused, ...] = ()


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A number in the text. `tail` is empty for a bare one; `plain` for one without country code."""

    text: str
    start: int
    end: int
    region: str
    plain: bool
    tail: str
    label: str


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
    candidates = _candidates(text, region)
    if not candidates:
        return Found()
    tails = [candidate.tail for candidate in candidates if candidate.tail]
    shares = not tails or service not in ("teams", "meet")
    template = tails[0] if tails and service in ONE_TAIL else shared_tail() if shares else ""
    chosen: list[tuple[_Candidate, str]] = []
    near = _first_anchor(text)
    for candidate in candidates:
        listed = template and shares and not candidate.plain and abs(candidate.start - near) <= NEAR
        if not candidate.tail and not (listed and _stands_alone(text, candidate)):
            continue
        chosen.append((candidate, candidate.tail or template))
        near = candidate.end
    return _judged(chosen)


def of_number(text: str, tail: str = "", region: str = "") -> Found:
    """The dial-in that a field for one spells: a number, a one-tap line or a `tel:` address."""
    candidates = _candidates(text, region, plain=True)
    return _judged([(candidate, candidate.tail or tail) for candidate in candidates[:1]])


def of_place(text: str, region: str) -> Found:
    """The dial-in that is the place of a meeting. The telephone in a place's address is none."""
    letters = sum(map(str.isalpha, text))
    candidates = _candidates(text, region, plain=not letters)
    return _judged([(each, each.tail) for each in candidates[:1] if each.tail or letters <= PLACE_LETTERS])


def merged(groups: Iterable[Found]) -> Found:
    """All together, each number once; the first one that has digits wins."""
    dial_ins: dict[str, DialIn] = {}
    refused: dict[str, Refused] = {}
    for group in groups:
        for dial_in in group.dial_ins:
            known = dial_ins.get(dial_in.number)
            if known is None or (not known.digits and dial_in.digits):
                dial_ins[dial_in.number] = dial_in
        refused.update((item.text, item) for item in group.refused)
    return Found(tuple(dial_ins.values()), tuple(refused.values()))


def _candidates(text: str, region: str, *, plain: bool = False) -> list[_Candidate]:
    found: list[_Candidate] = []
    last = 0
    for match in _NUMBER.finditer(text):
        if len(found) == NUMBERS_READ:
            break
        if match.start() < last:
            continue  # digits of the tail before
        candidate = _candidate(text, match, region, plain=plain)
        if candidate is not None:
            found.append(candidate)
            last = candidate.end
    return found


def _candidate(text: str, match: re.Match[str], region: str, *, plain: bool) -> _Candidate | None:
    start, spelled = match.start(), match[0]
    before = text[start - 1 : start]
    international = spelled.lstrip("(").startswith(("+", "00"))
    if before and (before in ",%" if spelled[0] == "+" else before.isalnum() or before in "_+#*,;=/@.%-"):
        return None
    tail, end = _tail_after(text, match.end(), field=plain)
    land = "" if international else _land_before(text, start)
    if not (international or tail or land or plain):
        return None
    home = "" if international else land or region
    label = _LABEL.match(text, end)
    return _Candidate(spelled, start, end, home, not (international or land), tail, _place(label[1] if label else ""))


def _land_before(text: str, start: int) -> str:
    """The country in `US 8773614628`."""
    found = _LAND.search(text, max(0, start - 4), start)
    return found[0].strip() if found else ""


def _tail_after(text: str, position: int, *, field: bool) -> tuple[str, int]:
    """(tail, end) of what is typed after a number. An extension counts in a `field`; in a body it is a person's."""
    tail = _TAIL.match(text, position)
    # one comma and digits may be a sentence; two, or a hash at the end of an ID, are not
    if tail and ("#" in tail[0] or _CERTAIN.match(tail[0])):
        return tail[0], tail.end()
    extension = _EXTENSION.match(text, position) if field else None
    if extension:
        return "," + extension[1], extension.end()
    pin = _PIN.match(text, position)
    if pin:
        return dialstring.tail_of(pin[1]), pin.end()
    return "", position


def _stands_alone(text: str, candidate: _Candidate) -> bool:
    """Whether the line is one of a list of numbers: short before the number, and no one's own telephone."""
    before = text[max(0, candidate.start - 60) : candidate.start].rpartition("\n")[2]
    return len(before) <= 45 and not _OWN.search(before)


def _first_anchor(text: str) -> int:
    hashed = _hashed(text)
    if hashed:
        return hashed[0]
    labelled = _LABELLED.search(text, 0, LABELS_READ)
    return labelled.start() if labelled else 0


def _judged(chosen: Iterable[tuple[_Candidate, str]]) -> Found:
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
        dial_ins.append(DialIn(number.e164, digits, tones, number.country, number.toll_free, candidate.label))
    return merged_once(dial_ins, refused)


def merged_once(dial_ins: Iterable[DialIn], refused: Iterable[Refused]) -> Found:
    """One text's findings, each number once."""
    return merged([Found(tuple(dial_ins), tuple(refused))])


def _place(text: str) -> str:
    """The place that a service writes behind its number: `Germany, Frankfurt am Main`, `US (Tacoma)`."""
    text = _GLUED.split(text, maxsplit=1)[0]
    inside = _INSIDE.search(text)
    named = inside[1] if inside else text.rpartition(", ")[2]
    return named.strip(" \t\u00a0,;:|-–()[]").removesuffix("Find a local number")[:40]
