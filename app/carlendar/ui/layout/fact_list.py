"""Lines of facts under each other, all in one size: what a meeting's details are."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from kivy.properties import BooleanProperty, NumericProperty, ObjectProperty

from carlendar.presentation.states import Line
from carlendar.text.wrap import SetText, steps, wrapped
from carlendar.ui.geometry import Rect
from carlendar.ui.layout.facts import matters
from carlendar.ui.layout.lengths import NOTHING, Extent
from carlendar.ui.layout.node import Node, Sheet, px_of
from carlendar.ui.layout.texts import IconLine
from carlendar.ui.page import LINE
from carlendar.ui.theme import Floor

if TYPE_CHECKING:
    from collections.abc import Iterator

    from carlendar.ui.page import Page


MOST_LINES = 100
"""Lines on which a fact may stand that is shown whole: more than its longest text takes."""


class _Row(NamedTuple):
    """A line as it was set, its number among all, and the height of its place."""

    number: int
    line: Line
    text: SetText
    height: float


class FactList(IconLine):
    """Lines with their icons, in the largest size in which each has a form that fits; at the least size on two lines.

    Where there are too many, they stand closer, to keep `free` so much room under them, then they are smaller; then the
    last go first, warnings and what is vital at last.
    """

    facts = ObjectProperty(())
    pitch = NumericProperty()
    """Distance of lines in parts of their size."""
    tight = NumericProperty()
    """The same where there is little room."""
    free = ObjectProperty(NOTHING)
    whole = BooleanProperty(False)
    """Whether nothing goes, and a line that is to be `complete` is in its longest form on as many lines as it takes."""

    def __init__(self, **properties: object) -> None:
        super().__init__(**properties)
        self._measured: tuple[object, ...] = ()
        self._rows: list[_Row] = []

    def present(self, page: Page, room: Extent) -> bool:
        """Whether there are lines."""
        return bool(self.facts) and Node.present(self, page, room)

    def natural(self, page: Page, room: Extent) -> float | None:
        """The height of the lines that have room."""
        self._rows = self._fitting(page, room)
        self._measured = (page, room.width, self.facts)
        return sum(row.height for row in self._rows)

    def place(self, at: Rect, sheet: Sheet) -> None:
        """Add the lines as they were measured."""
        if self._measured != (sheet.page, at.width, self.facts):
            self.natural(sheet.page, Extent(at.width, at.height))
        top = at.y
        for row in self._rows:
            place = Rect(at.x, top, at.width, row.height)
            self.place_line(row.line, sheet.key(f"{self.key}.{row.number}"), place, sheet, row.text.px, row.text)
            top += row.height

    def _fitting(self, page: Page, room: Extent) -> list[_Row]:
        share = (room.height - px_of(self.free, page, room)) / max(1, len(self.facts))
        rows: list[_Row] = []
        for px, texts in self._sizes(page, room.width):
            pitch = max(round(px * self.tight), min(round(px * self.pitch), round(share)))
            rows = [
                _Row(number, line, text, pitch + (len(text.lines) - 1) * px * LINE)
                for number, (line, text) in enumerate(zip(self.facts, texts, strict=True))
            ]
            if self.whole or sum(row.height for row in rows) <= room.height:
                return rows
        while rows and sum(row.height for row in rows) > room.height:
            rows.remove(next((row for row in reversed(rows) if not matters(row.line)), rows[-1]))
        return rows

    def _sizes(self, page: Page, width: float) -> Iterator[tuple[int, list[SetText]]]:
        """The sizes in which each line has a form that fits on one line, else the least; with the lines as set."""
        largest, least = self._px(page), page.metrics.floor(Floor.TEXT)
        rooms = [width - self._indent(line, largest, page) for line in self.facts]
        for px in steps(max(largest, least), least):
            texts = [self._on_one(line, room, px, page) for line, room in zip(self.facts, rooms, strict=True)]
            if not any(text.cut for text in texts):
                yield px, texts
        yield least, [self._on_two(line, room, least, page) for line, room in zip(self.facts, rooms, strict=True)]

    def _on_one(self, line: Line, width: float, px: int, page: Page) -> SetText:
        """The first form that fits on one line; of a line that is to be complete the longest, on several."""
        if self.whole and line.complete:
            return wrapped(line.text, width, px, page.ruler, lines=MOST_LINES)
        return page.line(line.variants, width, px)

    def _on_two(self, line: Line, width: float, px: int, page: Page) -> SetText:
        """The first form that fits on one line, else the first that fits on two."""
        one = self._on_one(line, width, px, page)
        if not one.cut:
            return one
        most = MOST_LINES if self.whole else 2
        tried = [wrapped(form, width, px, page.ruler, lines=most) for form in line.variants]
        return next((two for two in tried if not two.cut), tried[-1])
