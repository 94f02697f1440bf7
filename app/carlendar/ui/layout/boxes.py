"""Boxes: nodes beside, under and over each other, and the surfaces that they lie on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kivy.properties import BooleanProperty, NumericProperty, ObjectProperty, StringProperty

from carlendar.ui.fonts import look
from carlendar.ui.geometry import Rect
from carlendar.ui.layout.lengths import NOTHING, Extent
from carlendar.ui.layout.node import Node, Sheet, anchored, inner, pinned, px_of, widest
from carlendar.ui.parts import BandPart, ButtonPart, CardPart
from carlendar.ui.tokens import t

if TYPE_CHECKING:
    from collections.abc import Sequence

    from carlendar.ui.page import Page
    from carlendar.ui.parts import Part


UNLIMITED = 1e6
"""Pixels that are more than any display has."""


class Box(Node):
    """The base of boxes. `padding` is one length, `across, along`, or `start, top, end, bottom`."""

    repeats = True
    padding = ObjectProperty(None, allownone=True)
    gap = ObjectProperty(NOTHING)
    _arranged: Sequence[tuple[Node, Rect]] = ()

    def place(self, at: Rect, sheet: Sheet) -> None:
        """Place all nodes: where they were if nothing has changed that decides about it."""
        by = (at, sheet.page, look())
        again = by == self._arranged_by
        if not again:
            self._arranged = self.arranged(inner(at, self.padding, sheet.page), sheet.page)
            self._arranged_by = by
        within = sheet.within(group=self.group, again=again)
        for child, place in self._arranged:
            child.put(place, within)

    def arranged(self, room: Rect, page: Page) -> list[tuple[Node, Rect]]:
        """The nodes that are shown in a room, with their places, in the order in which they are placed."""
        raise NotImplementedError

    def seen(self, page: Page, room: Extent) -> list[Node]:
        """The nodes that take room."""
        return [child for child in self.children if child.present(page, room)]

    def within(self, page: Page, room: Extent) -> Extent:
        """The room without the padding."""
        left = inner(Rect(0, 0, room.width, room.height), self.padding, page)
        return Extent(left.width, left.height)

    def hugged(self, page: Page, room: Extent) -> float:
        """The width of its widest node, with the padding."""
        within = self.within(page, room)
        return widest(self.seen(page, within), page, within) + room.width - within.width

    def own_place(self, child: Node, at: Rect, page: Page) -> Rect:
        """The place of a node in `at`, in its own size where it has one."""
        room = Extent(at.width, at.height)
        width, height = child.across(page, room), child.along(page, room)
        if width is not None:
            at = anchored(at, width, child.anchor)
        return at if height is None else pinned(at, height, child.pin)


class Stack(Box):
    """Nodes over each other, the first at the bottom, each in the whole room unless it has a size of its own."""

    def natural(self, page: Page, room: Extent) -> float | None:
        """The height of its highest node with the padding; None where one takes all."""
        extent = self.within(page, room)
        heights = [child.measured(page, extent, extent) for child in self.seen(page, extent)]
        if None in heights:
            return None
        return max((height or 0.0 for height in heights), default=0.0) + room.height - extent.height

    def arranged(self, room: Rect, page: Page) -> list[tuple[Node, Rect]]:
        """All nodes with their places."""
        seen = self.seen(page, Extent(room.width, room.height))
        return [(child, self.own_place(child, room, page)) for child in seen]


class Row(Box):
    """Nodes beside each other, from where a line begins; those without a width share what the others leave."""

    def natural(self, page: Page, room: Extent) -> float | None:
        """The height of its highest node with the padding; None where one takes all."""
        extent = self.within(page, room)
        heights = [
            child.measured(page, extent, Extent(width, extent.height))
            for child, width in self._widths(self.seen(page, extent), extent, page)
        ]
        if None in heights:
            return None
        return max((height or 0.0 for height in heights), default=0.0) + room.height - extent.height

    def arranged(self, room: Rect, page: Page) -> list[tuple[Node, Rect]]:
        """All nodes with their places; last those that stand where a text is that is set just before."""
        extent = Extent(room.width, room.height)
        gap, x = px_of(self.gap, page, extent), room.x
        found: list[tuple[Node, Rect]] = []
        for child, width in self._widths(self.seen(page, extent), extent, page):
            place = Rect(x, room.y, width, room.height)
            height = child.along(page, extent)
            place = place if height is None else pinned(place, height, child.pin)
            x += width + gap
            found.append((child, place))
        return sorted(found, key=lambda each: getattr(each[0], "beside", None) is not None)

    def hugged(self, page: Page, room: Extent) -> float:
        """The width of all its nodes, with gaps and padding."""
        within = self.within(page, room)
        widths = [width for _, width in self._widths(self.seen(page, within), within, page, hugged=True)]
        gaps = px_of(self.gap, page, within) * max(0, len(widths) - 1)
        return sum(widths) + gaps + room.width - within.width

    def _widths(self, seen: list[Node], room: Extent, page: Page, *, hugged: bool = False) -> list[tuple[Node, float]]:
        """Each node with its width, without those that give way. `hugged`, nothing is shared out."""
        gap = px_of(self.gap, page, room)
        widths = {child: child.across(page, room) for child in seen}
        left = room.width - sum(width or 0.0 for width in widths.values()) - gap * (len(seen) - 1)
        for child in sorted(seen, key=lambda each: each.gives_way):
            if widths[child] is None and child.hugs:
                whole = room._replace(width=UNLIMITED if child.gives_way else left)
                width = child.hugged(page, whole)
                if child.gives_way and width > left:
                    del widths[child]
                    left += gap
                else:
                    widths[child] = width
                    left -= width
        each = 0.0 if hugged else left / max(1, list(widths.values()).count(None))
        return [(child, each if width is None else width) for child, width in widths.items()]


class Column(Box):
    """Nodes under each other. Those without a height share what the others leave, each up to its `limit`.

    If anything is left then, `pins` says where all of them stand together.
    """

    pins = StringProperty("center")

    def arranged(self, room: Rect, page: Page) -> list[tuple[Node, Rect]]:
        """All nodes with their places."""
        extent, found = Extent(room.width, room.height), list[tuple[Node, Rect]]()
        gap, seen = px_of(self.gap, page, extent), self.seen(page, extent)
        heights = self._shared(seen, self._heights(seen, room, gap, page), room, gap, page)
        y = pinned(room, sum(heights) + gap * (len(seen) - 1), self.pins).y
        for child, height in zip(seen, heights, strict=True):
            place = Rect(room.x, y, room.width, height)
            width = child.across(page, extent)
            found.append((child, place if width is None else anchored(place, width, child.anchor)))
            y += height + gap
        return found

    def natural(self, page: Page, room: Extent) -> float | None:
        """What its nodes take; None where one of them takes all."""
        extent = self.within(page, room)
        seen, gap = self.seen(page, extent), px_of(self.gap, page, extent)
        heights = self._heights(seen, Rect(0, 0, *extent), gap, page)
        if None in heights:
            return None
        return sum(height or 0 for height in heights) + gap * (len(seen) - 1) + room.height - extent.height

    def _heights(self, seen: list[Node], room: Rect, gap: float, page: Page) -> list[float | None]:
        """Height of each: a text is measured in what those before it leave, one that depends on another after that."""
        whole, left = Extent(room.width, room.height), room.height - gap * (len(seen) - 1)
        heights: list[float | None] = [None] * len(seen)
        for number, child in sorted(enumerate(seen), key=lambda each: getattr(each[1], "under", None) is not None):
            heights[number] = child.measured(page, whole, Extent(room.width, left))
            left -= heights[number] or 0
        return heights

    def _shared(self, seen: list[Node], heights: list[float | None], room: Rect, gap: float, page: Page) -> list[float]:
        """The heights where those without one share what the others leave, each up to its limit."""
        free = room.height - sum(height or 0 for height in heights) - gap * (len(seen) - 1)
        each = free / max(1, heights.count(None))
        extent = Extent(room.width, room.height)
        limits = [each if child.limit is None else px_of(child.limit, page, extent) for child in seen]
        return [min(each, limit) if height is None else height for height, limit in zip(heights, limits, strict=True)]


class Space(Node):
    """Room that stays free: of its size, or what the others of a box leave."""

    repeats = True

    def place(self, at: Rect, sheet: Sheet) -> None:
        """Nothing is drawn."""


class Card(Stack):
    """A surface with nodes on it: a reading group.

    `open` makes it a target as far as the first target that lies on it, with the gap before: none lies within another.
    """

    ink = StringProperty("surface")
    radius = ObjectProperty(None, allownone=True)
    """A length; None for the brand's radius of cards."""
    corner = NumericProperty(1.0)
    """The radius in parts of that."""
    edge = StringProperty("")
    """The colour of its border; empty for none."""
    border = ObjectProperty(1.0)
    """The border in parts of the brand's."""
    open = ObjectProperty(None, allownone=True)
    drawn = BooleanProperty(True)
    """Whether the surface is drawn; what lies on it always is."""

    def place(self, at: Rect, sheet: Sheet) -> None:
        """Add the surface under the parts of all nodes."""
        key = sheet.key(self.key)
        group = self.group or sheet.group or key
        under = len(sheet.parts)
        super().place(at, sheet.within(group=group))
        if self.drawn:
            sheet.parts.insert(under, self._surface(at, key, group, sheet, sheet.parts[under:]))

    def _surface(self, at: Rect, key: str, group: str, sheet: Sheet, lying: list[Part]) -> CardPart:
        page, extent = sheet.page, Extent(at.width, at.height)
        radius = round(page.card_radius * self.corner) if self.radius is None else px_of(self.radius, page, extent)
        border = page.border_width * self.border if self.edge else 0.0
        gap = px_of(t.gap, page, extent)
        starts = [part.rect.x - gap for part in lying if isinstance(part, ButtonPart)] if self.open else []
        return CardPart(
            key,
            at,
            group,
            radius=radius,
            ink=self.ink,
            border=border,
            edge=self.edge or "outline",
            open=self.open,
            reserved=at.right - min(starts) if starts else 0.0,
        )


class Band(Stack):
    """The filled head of a card, with nodes on it."""

    ink = StringProperty("accent")

    def place(self, at: Rect, sheet: Sheet) -> None:
        """Add the band under the parts of all nodes."""
        key = sheet.key(self.key)
        group = self.group or sheet.group or key
        sheet.parts.append(BandPart(key, at, group, radius=sheet.page.card_radius, ink=self.ink))
        super().place(at, sheet.within(group=group))
