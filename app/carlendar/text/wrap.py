"""Setting text: which variant, in what size, on which lines. All in reading order.

Texts are clean (`carlendar.text.clean`). A line is cut only when even its last variant does not fit; then it ends in an
ellipsis.
"""

from __future__ import annotations

import re
from collections.abc import Hashable
from functools import lru_cache
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple, Protocol, cast

from carlendar.text.graphemes import graphemes
from carlendar.text.hyphenate import HYPHEN, joints, parting_points
from carlendar.text.shorten import ELLIPSIS, without_dangling

if TYPE_CHECKING:
    from collections.abc import Sequence

LONGEST = 1_000
"""Characters that are looked at at most: a display never shows more."""
MOST_EQUAL = 2
"""Variants of a label that say the same: a third says less."""
MOST_FORMS = 8
"""Forms of a place that are tried."""


class Ruler(Protocol):
    """Measures text as it will be drawn."""

    def width(self, text: str, px: int, *, bold: bool) -> float:
        """Width of one line in pixels."""


class NumberedRuler(Ruler, Hashable, Protocol):
    """A ruler for which wrapped texts are kept."""

    @property
    def fonts(self) -> int:
        """A number for what it measures with: widths are the same while it is."""


class SetText(NamedTuple):
    """Text as it will stand: its lines in reading order, their font size, and whether something was cut."""

    lines: tuple[str, ...]
    px: int
    cut: bool = False

    def height(self, line_height: float = 1.17) -> float:
        """Height of all lines in pixels."""
        return len(self.lines) * self.px * line_height


def one_line(text: str) -> str:
    """The text as one line with single spaces: that of an invitation has several lines."""
    return " ".join(text[:LONGEST].split())


def uncut(variants: Sequence[str], width: float, px: int, ruler: Ruler, *, bold: bool = False) -> SetText | None:
    """One line: the first variant that fits; None where none does."""
    for variant in variants or ("",):
        line = one_line(variant)
        if ruler.width(line, px, bold=bold) <= width:
            return SetText((line,) if line else (), px)
    return None


def first_that_fits(variants: Sequence[str], width: float, px: int, ruler: Ruler, *, bold: bool = False) -> SetText:
    """One line: the first variant that fits, else the last one, cut."""
    found = uncut(variants, width, px, ruler, bold=bold)
    if found is not None:
        return found
    last = one_line(variants[-1]) if variants else ""
    return SetText((shortened(last, width, px, ruler, bold=bold),), px, cut=True)


def place_forms(text: str) -> tuple[str, ...]:
    """A place or detail from long to short: without what stands after its last point, then after its last comma.

    `Teams · Hafenstraße 12, Hamburg`: the street is worth more than the beginning of a town. At most `MOST_FORMS`, for
    each is measured in several sizes: of a text with more parts they are spread from the whole to its first part.
    """
    forms = [text]
    for mark in (" · ", ", "):
        while mark in forms[-1]:
            forms.append(forms[-1].rpartition(mark)[0])
    found = [form for form in forms if form] or [text]
    if len(found) <= MOST_FORMS:
        return tuple(found)
    return tuple(found[round(at * (len(found) - 1) / (MOST_FORMS - 1))] for at in range(MOST_FORMS))


def shortened(text: str, width: float, px: int, ruler: Ruler, *, bold: bool = False) -> str:
    """The longest beginning that fits with an ellipsis; never splits what is one letter to a reader.

    It ends neither in a word that says nothing alone nor in one or two letters of a longer one.
    """
    ends = _letter_ends(text)
    low, high = 0, len(ends)
    while low < high:
        middle = (low + high + 1) // 2
        if ruler.width(text[: ends[middle - 1]].rstrip() + ELLIPSIS, px, bold=bold) <= width:
            low = middle
        else:
            high = middle - 1
    return (without_dangling(text, ends[low - 1]) if low else "") + ELLIPSIS


@lru_cache(maxsize=128)
def _letter_ends(text: str) -> Sequence[int]:
    """Where the grapheme clusters end."""
    return range(1, len(text) + 1) if text.isascii() else tuple(accumulate(map(len, graphemes(text))))


def wrapped(text: str, width: float, px: int, ruler: Ruler, *, lines: int, bold: bool = False) -> SetText:
    """At most `lines` lines, the rest is cut; two lines are about as long as each other.

    Lines end between words; ideographs are broken between each other, words longer than a line with a hyphen. A
    point between parts of a line is left out where a line ends or begins.

    The result is kept for a `NumberedRuler`.
    """
    if hasattr(ruler, "fonts"):
        numbered = cast("NumberedRuler", ruler)
        return _kept(text, width, px, numbered, numbered.fonts, lines=lines, bold=bold)
    return _wrapped(text, width, px, ruler, lines=lines, bold=bold)


@lru_cache(maxsize=2048)
def _kept(text: str, width: float, px: int, ruler: NumberedRuler, fonts: int, *, lines: int, bold: bool) -> SetText:
    del fonts  # a part of the key
    return _wrapped(text, width, px, ruler, lines=lines, bold=bold)


def _wrapped(text: str, width: float, px: int, ruler: Ruler, *, lines: int, bold: bool) -> SetText:
    done = _broken(text, width, px, ruler, lines=lines, bold=bold)
    if lines > 2 or len(done.lines) != 2 or breaks(text, done):
        return done
    low, high = width * 0.5, width
    while high - low > px * 0.08:  # a tenth of a letter is not visible
        middle = (low + high) / 2
        narrower = _broken(text, middle, px, ruler, lines=lines, bold=bold)
        if breaks(text, narrower):
            low = middle
        else:
            done, high = narrower, middle
    return done


def _broken(text: str, width: float, px: int, ruler: Ruler, *, lines: int, bold: bool) -> SetText:
    """Every line as full as it can be."""
    rest = one_line(text)
    done: list[str] = []
    while rest:
        line, used = _line(rest, width, px, ruler, bold=bold)
        if len(done) == lines - 1 and used < len(rest):
            return SetText((*done, shortened(rest, width, px, ruler, bold=bold)), px, cut=True)
        rest = rest[used:].removeprefix("· ")
        done.append(line.strip().removesuffix(" ·") if rest else line.strip())
    return SetText(tuple(done), px)


def _line(text: str, width: float, px: int, ruler: Ruler, *, bold: bool) -> tuple[str, int]:
    """What the first line of `text` says, at least one letter, and how many characters of `text` that uses up."""
    if ruler.width(text.rstrip(), px, bold=bold) <= width:
        return text, len(text)
    words = _words(text)
    ends = tuple(accumulate(map(len, words)))
    low, high = 0, len(words) - 1  # words that fit: at least, at most
    while low < high:
        middle = (low + high + 1) // 2
        if ruler.width(text[: ends[middle - 1]].rstrip(), px, bold=bold) <= width:
            low = middle
        else:
            high = middle - 1
    return (text[: ends[low - 1]], ends[low - 1]) if low else _head(words[0], width, px, ruler, bold=bold)


def _head(word: str, width: float, px: int, ruler: Ruler, *, bold: bool) -> tuple[str, int]:
    """The longest beginning of a word that fits, parted with a hyphen where that can be, at least one letter."""
    parted = _parted(word.rstrip(), width, px, ruler, bold=bold)
    if parted:
        return word[:parted] + HYPHEN, parted
    ends = _letter_ends(word)
    low, high = 1, len(ends)
    while low < high:
        middle = (low + high + 1) // 2
        if ruler.width(word[: ends[middle - 1]], px, bold=bold) <= width:
            low = middle
        else:
            high = middle - 1
    return word[: ends[low - 1]], ends[low - 1]


def _parted(word: str, width: float, px: int, ruler: Ruler, *, bold: bool) -> int:
    """How many letters stand before the hyphen: to a joint where the rest fits a line too, else all that fit."""
    points = sorted({*parting_points(word), *joints(word)})
    fits = [at for at in points if ruler.width(word[:at] + HYPHEN, px, bold=bold) <= width]
    best = (at for at in reversed(fits) if at in joints(word) and ruler.width(word[at:], px, bold=bold) <= width)
    return next(best, fits[-1] if fits else 0)


_BOUND = re.compile(r"(?<=\d)\s(?=(?:[AaPp]\.?[Mm]\b|Uhr\b))|(?<=[\dMmhr.]) (?=[-–—] \d)|(?<= [-–—]) (?=\d)")
"""Spaces at which no line ends: within a time, and on both sides of the dash of a time span."""


@lru_cache(maxsize=512)
def _words(text: str) -> tuple[str, ...]:
    """Pieces that a line may end after: words with the space behind them, single ideographs."""
    pieces: list[str] = []
    start = 0
    bound = {found.start() for found in _BOUND.finditer(text)}
    for at, char in enumerate(text):
        if (char == " " and at not in bound) or (_ideographic(char) and not _closing(text[at + 1 : at + 2])):
            pieces.append(text[start : at + 1])
            start = at + 1
    if start < len(text):
        pieces.append(text[start:])
    return tuple(pieces)


def _ideographic(char: str) -> bool:
    return (
        "\u2e80" <= char <= "\u9fff"
        or "\uac00" <= char <= "\ud7af"
        or "\uf900" <= char <= "\ufaff"
        or char >= "\U00020000"
    )


def _closing(char: str) -> bool:
    """Marks that never begin a line (JIS X 4051, in short)."""
    return bool(char) and char in "、。，．：；！？）」』】〉》ーぁぃぅぇぉっゃゅょァィゥェォッャュョ…"


def set_title(
    text: str,
    width: float,
    sizes: Sequence[int],
    ruler: Ruler,
    *,
    bold: bool = True,
    lines: int = 2,
    height: float = 1e9,
) -> SetText:
    """The largest of `sizes` at which the text stands whole in `lines` lines and `height`; else cut at the last.

    One line at a smaller step is not better than two at a larger one, nor than a word that is longer than its line
    and parted with a hyphen.
    """
    chosen = None
    for px in sizes:
        room = max(1, min(lines, int(height // (px * 1.17))))
        chosen = wrapped(text, width, px, ruler, lines=room, bold=bold)
        if px * 1.17 <= height and not chosen.cut and _parts_with_hyphens(text, chosen):
            return chosen
    return chosen or SetText((), 1)


def breaks(text: str, result: SetText) -> bool:
    """Whether something of the text was cut off or a word was broken."""
    return result.cut or _splits_a_word(text, result)


def _splits_a_word(text: str, result: SetText) -> bool:
    words = set(_words(one_line(text)))
    pieces = [piece for line in result.lines for piece in _words(line)]
    return any(piece not in words and piece + " " not in words and piece.strip() not in words for piece in pieces)


def _parts_with_hyphens(text: str, result: SetText) -> bool:
    """Whether no word is split but with a hyphen."""
    whole = {word.strip() for word in _words(one_line(text))}
    parted = False
    for line in result.lines:
        pieces = [piece.strip() for piece in _words(line)]
        inside = pieces[1:] if parted else pieces  # the first piece is the rest of the word before
        head = pieces[-1].removesuffix(HYPHEN) if pieces and pieces[-1] not in whole else ""
        parted = bool(head) and pieces[-1] != head
        if any(piece not in whole for piece in (inside[:-1] if parted else inside)):
            return False
    return True


def steps(largest: int, least: int) -> tuple[int, ...]:
    """Font sizes from the largest to the least, each about a tenth smaller."""
    sizes = [largest]
    while sizes[-1] * 0.9 > least:
        sizes.append(min(round(sizes[-1] * 0.9), sizes[-1] - 1))  # below five pixels a tenth is nothing
    if sizes[-1] > least:
        sizes.append(least)
    return tuple(sizes)


def label_that_fits(
    variants: Sequence[str], width: float, height: float, sizes: Sequence[int], ruler: Ruler
) -> SetText:
    """A label of a target, bold: the first variant that stands in one line, or in two where they have room.

    A shorter variant is better than a smaller size, except the last of three or more, which says less: it is the last
    resort before a word is parted with a hyphen or cut. Both are marked as cut, for without its icon a target has room.
    """
    usual, last = (variants[:-1], variants[-1:]) if len(variants) > MOST_EQUAL else (variants, ())
    for forms in (usual, last):
        for px in sizes:
            if (found := _whole_label(forms, width, height, px, ruler)) is not None:
                return found
    px = sizes[-1]
    if height >= 2 * px * 1.17:
        parted = ((variant, wrapped(variant, width, px, ruler, lines=2, bold=True)) for variant in reversed(variants))
        found = next((two for text, two in parted if not two.cut and _parts_with_hyphens(text, two)), None)
        if found is not None:
            return found._replace(cut=True)
    return first_that_fits(variants[-1:], width, px, ruler, bold=True)


def _whole_label(variants: Sequence[str], width: float, height: float, px: int, ruler: Ruler) -> SetText | None:
    """The first variant of which every word stands whole at that size; None where none does."""
    for variant in variants:
        if ruler.width(line := one_line(variant), px, bold=True) <= width:
            return SetText((line,), px)
        if height >= 2 * px * 1.17:
            two = wrapped(variant, width, px, ruler, lines=2, bold=True)
            if not two.cut and not _splits_a_word(variant, two):
                return two
    return None
