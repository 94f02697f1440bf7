"""Lines of facts under each other, all in one size."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from kivy.properties import NumericProperty, ObjectProperty
from msgspec.structs import replace

from carlendar.presentation.states import Tone
from carlendar.text.wrap import SetText, steps, wrapped
from carlendar.ui.geometry import Rect
from carlendar.ui.layout.lengths import NOTHING, Extent
from carlendar.ui.layout.node import Node, Sheet, px_of
from carlendar.ui.layout.texts import IconLine, cap_of
from carlendar.ui.screens.page import LINE
from carlendar.ui.theme import Role

if TYPE_CHECKING:
    from carlendar.presentation.states import Line
    from carlendar.ui.screens.page import Page


class _Set(NamedTuple):
    """A line as it was set: its number, text, font size and height in pixels."""

    number: int
    text: SetText
    px: int
    height: float


class Lines(IconLine):
    """Shows `facts` (`Line`) in the largest size in which each has a form that fits; in the least, on up to two rows.

    They stand closer, from `pitch` down to `tight` parts of their size, before one is left out: the last first,
    warnings at last. `spare` is the room that they leave free where standing closer is enough for it.
    """

    facts = ObjectProperty(())
    pitch = NumericProperty(1.82)
    tight = NumericProperty(1.25)
    spare = ObjectProperty(NOTHING)

    def __init__(self, **properties: object) -> None:
        super().__init__(**properties)
        self._measured: tuple[Page, float, list[_Set]] | None = None

    def present(self, page: Page, room: Extent) -> bool:
        """Whether there are lines."""
        return bool(self.facts) and Node.present(self, page, room)

    def natural(self, page: Page, room: Extent) -> float | None:
        """The height of the lines that have room."""
        kept = self._kept(page, room)
        self._measured = (page, room.width, kept)
        return sum(each.height for each in kept)

    def place(self, at: Rect, sheet: Sheet) -> None:
        """Add the lines that have room."""
        page, measured = sheet.page, self._measured
        known = measured is not None and measured[0] is page and measured[1] == at.width
        kept = measured[2] if measured and known else self._kept(page, Extent(at.width, at.height))
        for number, text, px, height in kept:
            line: Line = self.facts[number]
            if line.tone is Tone.MUTE:
                line = replace(line, tone=Tone.NORMAL)
            self.place_line(line, sheet.key(f"{self.key}.{number}"), at.from_top(height), sheet, px, text)
            at = at.without_top(height)

    def _kept(self, page: Page, room: Extent) -> list[_Set]:
        """The lines that have room."""
        px, texts = self._set_lines(page, room.width)
        free = (room.height - px_of(self.spare, page, room)) / max(1, len(texts))
        pitch = max(round(px * self.tight), min(round(px * self.pitch), round(free)))
        heights = [pitch + (len(text.lines) - 1) * px * LINE for text in texts]
        kept = list(range(len(texts)))
        while kept and sum(heights[number] for number in kept) > room.height:
            plain = (number for number in reversed(kept) if self.facts[number].tone is not Tone.WARN)
            kept.remove(next(plain, kept[-1]))
        return [_Set(number, texts[number], px, heights[number]) for number in kept]

    def _set_lines(self, page: Page, width: float) -> tuple[int, list[SetText]]:
        least = page.metrics.floor(Role.FLOOR)
        for px in steps(max(page.px(cap_of(self.role) if self.cap is None else self.cap), least), least):
            texts = [page.line(line.variants, width - self._indent(line, px, page), px) for line in self.facts]
            if not any(text.cut for text in texts):
                return px, texts
        return px, [self._two_rows(line, width - self._indent(line, px, page), px, page) for line in self.facts]

    @staticmethod
    def _two_rows(line: Line, width: float, px: int, page: Page) -> SetText:
        """The first form that fits in one row, else the first that fits in two."""
        one = page.line(line.variants, width, px)
        if not one.cut:
            return one
        tried = [wrapped(form, width, px, page.ruler, lines=2) for form in line.variants]
        return next((two for two in tried if not two.cut), tried[-1])
