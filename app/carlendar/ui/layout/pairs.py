"""Two texts under each other that share their room: a title and its detail, a time and its day."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from kivy.properties import BooleanProperty, NumericProperty, ObjectProperty

from carlendar.ui.geometry import Rect
from carlendar.ui.layout.lengths import NOTHING, Extent
from carlendar.ui.layout.node import Node, Sheet, px_of
from carlendar.ui.layout.texts import Text
from carlendar.ui.page import LINE

if TYPE_CHECKING:
    from carlendar.text.wrap import SetText
    from carlendar.ui.page import Page


class TextPair(Node):
    """Two `Text`s as one block, centred in height.

    Where the height is too little for both, both get smaller, down to their floors, rather than one alone; `share` is
    the first one's part. If even then there is no room for the second, it is left out, unless it is `kept`.

    With `hugs` it is as wide as the first (or what that is `like`), and `least`; the second and words longer than what
    the first is `like` get smaller before they widen it, up to `most`. `after` is free behind the texts.
    """

    share = NumericProperty()
    kept = BooleanProperty(False)
    margin = ObjectProperty(NOTHING)
    """Height that stays free above and under them, together."""
    roomy = ObjectProperty(None, allownone=True)
    """A height of the room from which both are larger, by `roomy_scale`."""
    roomy_scale = NumericProperty()
    least = ObjectProperty(NOTHING)
    most = ObjectProperty(None, allownone=True)
    after = ObjectProperty(NOTHING)

    def hugged(self, page: Page, room: Extent) -> float:
        """The width of its texts and what is free behind them."""
        first, after = cast("Text", self.children[0]), px_of(self.after, page, room)
        px = first.largest(page, self._scale(page, room))
        words = page.ruler.width(first.like or first.text, px, bold=first.bold)
        width = max(px_of(self.least, page, room) - after, words)
        most = room.width if self.most is None else px_of(self.most, page, room)
        for text, written in self._set(page, Extent(width, room.height), self._texts(page, room)):
            if written.cut:
                whole = text.set(page, Extent(most - after, room.height), written.px)
                width = max(width, *(page.ruler.width(line, whole.px, bold=text.bold) for line in whole.lines))
        return min(width + after, most)

    def place(self, at: Rect, sheet: Sheet) -> None:
        """Add the texts."""
        page = sheet.page
        room = Extent(at.width - px_of(self.after, page, Extent(at.width, at.height)), at.height)
        pair = self._set(page, room, self._texts(page, room))
        top = at.y + (at.height - sum(written.height(LINE) for _, written in pair)) / 2
        for text, written in pair:
            height = written.height(LINE)
            text.draw(written, Rect(at.x, top, room.width, height), sheet)
            top += height

    def _texts(self, page: Page, room: Extent) -> list[Text]:
        return [cast("Text", child) for child in self.children if child.present(page, room)]

    def _scale(self, page: Page, room: Extent) -> float:
        roomy = self.roomy is not None and room.height >= px_of(self.roomy, page, room)
        return float(self.roomy_scale) if roomy else 1.0

    def _set(self, page: Page, room: Extent, texts: list[Text]) -> list[tuple[Text, SetText]]:
        """The texts as they stand in such a room."""
        if not texts:
            return []
        height = room.height - px_of(self.margin, page, room)
        total = int(height / LINE)
        sizes = self._sizes(texts, total, page, self._scale(page, room))
        wraps = len(sizes) > 1 and (2 * sizes[0] + min(sizes)) * LINE <= height
        first = texts[0].set(page, room, sizes[0], wrap_first=wraps)
        if len(texts) == 1:
            return [(texts[0], first)]
        taken = first.px * len(first.lines)
        if self.kept and taken + sizes[1] > total:
            px = max(texts[0].least(page), (total - texts[1].least(page)) // len(first.lines))
            first = texts[0].set(page, room, min(px, first.px))
            sizes[1] = max(texts[1].least(page), min(sizes[1], total - first.px * len(first.lines)))
        second = texts[1].set(page, room, sizes[1])
        fits = self.kept or first.height(LINE) + second.height(LINE) <= height
        return [(texts[0], first), (texts[1], second)][: 1 + fits]

    def _sizes(self, texts: list[Text], total: int, page: Page, scale: float) -> list[int]:
        """The largest font sizes that both may have, of `total` for both."""
        sizes = [text.largest(page, scale) for text in texts]
        if len(texts) > 1 and sum(sizes) > total:
            first = min(sizes[0], max(texts[0].least(page), round(total * self.share)))
            sizes = [first, max(texts[1].least(page), min(sizes[1], total - first))]
        return sizes
