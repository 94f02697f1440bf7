"""Text to be read when parked: paragraphs in one size, and a column whose texts shrink together."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from kivy.properties import BooleanProperty, NumericProperty, ObjectProperty, StringProperty

from carlendar.presentation.states import Line, Tone
from carlendar.text.wrap import SetText, breaks, wrapped
from carlendar.ui.geometry import Rect
from carlendar.ui.layout.boxes import UNLIMITED, Column
from carlendar.ui.layout.lengths import NOTHING, Extent
from carlendar.ui.layout.node import Node, Sheet, px_of
from carlendar.ui.layout.texts import Text, cap_of
from carlendar.ui.page import LINE, TOKENS
from carlendar.ui.roles import TextRole

if TYPE_CHECKING:
    from collections.abc import Iterator

    from carlendar.ui.page import Page

TOLERANCE = 0.5
"""Pixels by which a sum of heights may exceed its room: no one sees them."""


class _Paragraph(NamedTuple):
    """A paragraph as it was set, and its number among all."""

    number: int
    text: SetText


class Paragraphs(Node):
    """`texts` under each other, each a string or a `Line`, all in the largest size in which they have room.

    Each has up to `lines` lines, and none of its words is parted. Where the least size needs more room than there is,
    the last are cut, then left out; with `complete` they are left out instead of being cut, warnings at last.
    """

    texts = ObjectProperty(())
    role = StringProperty(TextRole.BODY.value)
    cap = ObjectProperty(None, allownone=True)
    ink = StringProperty("")
    """Colour of the words; empty for that of a line's tone."""
    lines = NumericProperty(1)
    gap = ObjectProperty(NOTHING)
    line_height = NumericProperty(LINE)
    complete = BooleanProperty(False)

    def __init__(self, **properties: object) -> None:
        super().__init__(**properties)
        self.scale = 1.0
        """The largest size in parts of the role's; a `ShrinkingColumn` sets it."""
        self.whole = True
        """Whether nothing was cut or parted when they were measured last."""
        self._measured: tuple[object, ...] = ()
        self._set: list[_Paragraph] = []

    def present(self, page: Page, room: Extent) -> bool:
        """Whether there are any."""
        return bool(self.texts) and super().present(page, room)

    def natural(self, page: Page, room: Extent) -> float | None:
        """The height of what has room."""
        gap = px_of(self.gap, page, room)
        self._set = self._fitted(page, room, gap)
        self._measured = (page, room.width, self.texts, self.scale)
        return self._height([each.text for each in self._set], gap)

    def place(self, at: Rect, sheet: Sheet) -> None:
        """Add the paragraphs as they were measured."""
        page, room = sheet.page, Extent(at.width, at.height)
        if self._measured != (page, at.width, self.texts, self.scale):
            self.natural(page, room)
        gap, top = px_of(self.gap, page, room), at.y
        for number, text in self._set:
            key = sheet.key(f"{self.key}.{number}")
            place = Rect(at.x, top, at.width, text.height(self.line_height))
            sheet.parts.append(
                page.block(
                    key,
                    text,
                    place,
                    ink=self._ink(number),
                    main=TextRole(self.role).main,
                    group=self.group or sheet.group or key,
                    line_height=self.line_height,
                    role=self.role,
                )
            )
            top = place.bottom + gap

    def _ink(self, number: int) -> str:
        said = self.texts[number]
        return self.ink or (TOKENS[said.tone] if isinstance(said, Line) else "text")

    def _height(self, texts: list[SetText], gap: float) -> float:
        return sum(text.height(self.line_height) for text in texts) + gap * max(0, len(texts) - 1)

    def _fitted(self, page: Page, room: Extent, gap: float) -> list[_Paragraph]:
        words = [said.text if isinstance(said, Line) else said for said in self.texts]
        cap = cap_of(self.role) if self.cap is None else self.cap
        least = page.least_main_px if TextRole(self.role).main else page.least_px
        texts: list[SetText] = []
        for px in range(max(least, round(page.px(cap) * self.scale)), least - 1, -1):
            texts = [wrapped(each, room.width, px, page.ruler, lines=int(self.lines)) for each in words]
            self.whole = not any(map(breaks, words, texts))
            if self.whole and self._height(texts, gap) <= room.height + TOLERANCE:
                break
        found = [_Paragraph(number, text) for number, text in enumerate(texts)]
        if self.complete:
            return self._without_last(found, room.height, gap)
        return list(self._cut(found, words, page, room, gap))

    def _without_last(self, found: list[_Paragraph], height: float, gap: float) -> list[_Paragraph]:
        """Those that have room, without the last ones; a warning is left out after all others."""
        while found and self._height([each.text for each in found], gap) > height + TOLERANCE:
            found.remove(next((each for each in reversed(found) if not self._warns(each.number)), found[-1]))
        return found

    def _warns(self, number: int) -> bool:
        said = self.texts[number]
        return isinstance(said, Line) and said.tone is Tone.WARN

    def _cut(
        self, found: list[_Paragraph], words: list[str], page: Page, room: Extent, gap: float
    ) -> Iterator[_Paragraph]:
        """Each with the lines that those before it leave, if any."""
        left = room.height + TOLERANCE
        for number, text in found:
            lines = int(left // (text.px * self.line_height))
            if lines < 1:
                return
            if len(text.lines) > lines:
                text = wrapped(words[number], room.width, text.px, page.ruler, lines=lines)
            yield _Paragraph(number, text)
            left -= text.height(self.line_height) + gap


class ShrinkingColumn(Column):
    """A column whose `Text`s and `Paragraphs` shrink together until all of them have room, down to `least_scale`.

    `spare` is the room in height that it leaves to others of a column.
    """

    least_scale = NumericProperty()
    spare = ObjectProperty(NOTHING)

    def natural(self, page: Page, room: Extent) -> float | None:
        """What its nodes take when they have shrunk."""
        left = Extent(room.width, room.height - px_of(self.spare, page, room))
        self._shrink(page, left)
        return super().natural(page, left)

    def place(self, at: Rect, sheet: Sheet) -> None:
        """Place all nodes."""
        self._shrink(sheet.page, Extent(at.width, at.height))
        super().place(at, sheet)

    def _shrink(self, page: Page, room: Extent) -> None:
        """Give all texts the largest scale at which they are whole."""
        within = self.within(page, room)
        endless = Rect(0, 0, within.width, UNLIMITED)
        gap, seen = px_of(self.gap, page, within), self.seen(page, within)
        for percent in range(100, round(self.least_scale * 100) - 1, -5):
            self._give(percent / 100)
            heights = self._heights(seen, endless, gap, page)
            taken = sum(height or 0.0 for height in heights) + gap * (len(seen) - 1)
            if taken <= within.height + TOLERANCE and all(self._whole()):
                return

    def _give(self, scale: float) -> None:
        for node in self.walk():
            if isinstance(node, Text | Paragraphs):
                node.scale = scale

    def _whole(self) -> Iterator[bool]:
        return (node.whole for node in self.walk() if isinstance(node, Paragraphs) and node.texts)
