"""Direction: which way a text runs, and in which order its parts stand on a line.

The Unicode Bidirectional Algorithm (UAX 9) without explicit embeddings and isolates, whose characters cleaning removes.
Unlike the libraries for it, which return characters in the order of the display, this returns pieces of one direction
in reading order: what a shaping engine needs to join letters, place marks and mirror brackets.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Container, Sequence
from functools import lru_cache
from itertools import groupby
from typing import NamedTuple

_STRONG = frozenset({"L", "R", "AL"})
_NEUTRAL = frozenset({"B", "S", "WS", "ON"})
_NUMBER = frozenset({"EN", "AN"})
_DEEPEST = 2
"""The deepest level without explicit embeddings."""
_IGNORED = frozenset({"BN", "LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"})


POINT = " · "
"""Stands between the parts of a line that a screen composes: `Teams · Ana Ruiz`."""


class BidiRun(NamedTuple):
    """A part of a line that runs in one direction; its text is in reading order."""

    text: str
    rtl: bool


@lru_cache(maxsize=512)
def is_rtl(text: str) -> bool:
    """Whether the first letter with a direction runs from right to left (rules P2 and P3)."""
    first = next((kind for kind in map(unicodedata.bidirectional, text) if kind in _STRONG), "L")
    return first != "L"


def composed(text: str) -> bool:
    """Whether the text is a line of several parts with points between them, as the screens compose it."""
    return POINT in text


def isolated(line: str, *, rtl: bool) -> list[BidiRun]:
    """The parts of a composed line from left to right, each in a direction of its own; `rtl` is that of their order.

    A part is what UAX 9 calls an isolate: neither its letters nor its digits turn those of another one. A line that is
    not composed is one part, whose direction is `rtl`.
    """
    if not composed(line):
        return pieces(line, rtl=rtl)
    parts = line.split(POINT)
    found: list[BidiRun] = []
    for number, part in enumerate(reversed(parts) if rtl else parts):
        # the point is drawn with the part at its left: alone it would be a run without a letter
        placed = [BidiRun(POINT, found[-1].rtl if found else rtl)] if number else []
        for piece in (*placed, *pieces(part, rtl=is_rtl(part))):
            if found and found[-1].rtl == piece.rtl:
                text = piece.text + found[-1].text if piece.rtl else found[-1].text + piece.text
                found[-1] = BidiRun(text, piece.rtl)
            else:
                found.append(piece)
    return found


def pieces(line: str, *, rtl: bool) -> list[BidiRun]:
    """The parts of the line from left to right on the display; `rtl` is the direction of its paragraph."""
    levels = _levels(line, base=int(rtl))
    found: list[tuple[int, str]] = []
    at = 0
    for level, group in groupby(levels):
        end = at + sum(1 for _ in group)
        found.append((level, line[at:end]))
        at = end
    for lowest in range(max(levels, default=0), 0, -1):  # rule L2
        for start, end in _stretches([level for level, _ in found], range(lowest, _DEEPEST + 1)):
            found[start:end] = reversed(found[start:end])
    return [BidiRun(text, bool(level % 2)) for level, text in found]


def _levels(line: str, base: int) -> list[int]:
    """The embedding level of each character: even runs from left to right, odd from right to left."""
    original = [unicodedata.bidirectional(char) or "L" for char in line]
    shown = [at for at, kind in enumerate(original) if kind not in _IGNORED]
    own = "R" if base else "L"
    kinds = _numbers(_marks([original[at] for at in shown], own), own)
    marks = [original[at] == "NSM" for at in shown]
    _pair_brackets([line[at] for at in shown], kinds, own, marks)
    _neutrals(kinds, own)
    resolved = iter([base + _DEEPER[base][kind] for kind in kinds])
    levels: list[int] = []
    for kind in original:
        levels.append((levels[-1] if levels else base) if kind in _IGNORED else next(resolved))
    for at in range(len(line) - 1, -1, -1):  # rule L1: white space at the end
        if original[at] not in {"WS", "B", "S"} and original[at] not in _IGNORED:
            break
        levels[at] = base
    return levels


_DEEPER = ({"L": 0, "R": 1, "AN": 2, "EN": 2}, {"L": 1, "R": 0, "AN": 1, "EN": 1})
"""Rules I1 and I2."""


def _marks(kinds: list[str], own: str) -> list[str]:
    """Rule W1: marks are of the kind of what they stand on."""
    found: list[str] = []
    for kind in kinds:
        found.append((found[-1] if found else own) if kind == "NSM" else kind)
    return found


def _numbers(kinds: list[str], own: str) -> list[str]:
    """Rules W2 to W7: what belongs to numbers."""
    strong = own
    for at, kind in enumerate(kinds):
        if kind in _STRONG:
            strong = kind
        elif kind == "EN" and strong == "AL":
            kinds[at] = "AN"
    kinds = ["R" if kind == "AL" else kind for kind in kinds]
    for at in range(1, len(kinds) - 1):
        before, kind, after = kinds[at - 1 : at + 2]
        if before == after and ((kind == "CS" and after in _NUMBER) or (kind == "ES" and after == "EN")):
            kinds[at] = after
    for start, end in _stretches(kinds, frozenset({"ET"})):
        if "EN" in (kinds[start - 1 : start] + kinds[end : end + 1]):
            kinds[start:end] = ["EN"] * (end - start)
    kinds = ["ON" if kind in {"ES", "ET", "CS"} else kind for kind in kinds]
    strong = own
    for at, kind in enumerate(kinds):
        if kind in {"L", "R"}:
            strong = kind
        elif kind == "EN" and strong == "L":
            kinds[at] = "L"
    return kinds


def _pair_brackets(chars: list[str], kinds: list[str], own: str, marks: list[bool]) -> None:
    """Rule N0: both brackets of a pair have one direction, which combining marks after a bracket share."""
    for start, end in _pairs(chars, kinds):
        inside = {_direction(kind) for kind in kinds[start + 1 : end]} - {""}
        if not inside:
            continue
        before = next((_direction(kind) for kind in reversed(kinds[:start]) if _direction(kind)), own)
        direction = own if own in inside else before
        for bracket in (start, end):
            kinds[bracket] = direction
            for at in range(bracket + 1, len(kinds)):
                if not marks[at]:
                    break
                kinds[at] = direction


def _pairs(chars: list[str], kinds: list[str]) -> list[tuple[int, int]]:
    """Where brackets open and close (definition BD16), by where they open."""
    found: list[tuple[int, int]] = []
    opened: list[tuple[str, int]] = []
    for at, char in enumerate(chars):
        if kinds[at] != "ON" or not unicodedata.mirrored(char):
            continue
        if unicodedata.category(char) == "Ps":
            opened.append((_CLOSING.get(char, chr(ord(char) + 1)), at))
        elif unicodedata.category(char) == "Pe":
            matching = next((depth for depth in range(len(opened) - 1, -1, -1) if opened[depth][0] == char), None)
            if matching is not None:
                found.append((opened[matching][1], at))
                del opened[matching:]
    return sorted(found)


_CLOSING = {"(": ")", "[": "]", "{": "}"}
"""Brackets whose partner is not the next character of Unicode."""


def _direction(kind: str) -> str:
    """The direction that a kind has for neutral characters beside it; empty for those themselves."""
    return "R" if kind in _NUMBER else kind if kind in {"L", "R"} else ""


def _neutrals(kinds: list[str], own: str) -> None:
    """Rules N1 and N2: what has no direction takes that of both sides where they agree, else the paragraph's."""
    for start, end in _stretches(kinds, _NEUTRAL):
        before = _direction(kinds[start - 1]) if start else own
        after = _direction(kinds[end]) if end < len(kinds) else own
        kinds[start:end] = [before if before == after else own] * (end - start)


def _stretches(kinds: Sequence[object], of: Container[object]) -> list[tuple[int, int]]:
    """Where kinds of that set stand together: first, and first after."""
    found: list[tuple[int, int]] = []
    at = 0
    for wanted, group in groupby(kinds, lambda kind: kind in of):
        end = at + sum(1 for _ in group)
        if wanted:
            found.append((at, end))
        at = end
    return found
