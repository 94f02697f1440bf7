"""Boxes: nodes beside, under and over each other, and the surfaces that they lie on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kivy.properties import ObjectProperty, StringProperty

from carlendar.ui.geometry import Rect
from carlendar.ui.layout.lengths import NOTHING, Extent
from carlendar.ui.layout.node import Node, Sheet, anchored, inner, pinned, px_of
from carlendar.ui.parts import BandPart, CardPart

if TYPE_CHECKING:
    from carlendar.ui.screens.page import Page


class Box(Node):
    """The base of boxes. `padding` is one length, `across, along`, or `start, top, end, bottom`."""

    padding = ObjectProperty(None, allownone=True)
    gap = ObjectProperty(NOTHING)

    def seen(self, page: Page, room: Extent) -> list[Node]:
        """The nodes that take room."""
        return [child for child in self.children if child.present(page, room)]

    def placed(self, child: Node, at: Rect, sheet: Sheet) -> None:
        """Place a node in `at`, in its own size where it has one."""
        room = Extent(at.width, at.height)
        width, height = child.across(sheet.page, room), child.along(sheet.page, room)
        if width is not None:
            at = anchored(at, width, child.anchor)
        child.place(at if height is None else pinned(at, height, child.pin), sheet)


class Stack(Box):
    """Nodes over each other, the first at the bottom, each in the whole room unless it has a size of its own."""

    def natural(self, page: Page, room: Extent) -> float | None:
        """The height of its highest node with the padding; None where one takes all."""
        within = inner(Rect(0, 0, room.width, room.height), self.padding, page)
        extent = Extent(within.width, within.height)
        heights = [child.measured(page, extent, extent) for child in self.seen(page, extent)]
        if None in heights:
            return None
        return max((height or 0.0 for height in heights), default=0.0) + room.height - within.height

    def place(self, at: Rect, sheet: Sheet) -> None:
        """Place all nodes."""
        room, within = inner(at, self.padding, sheet.page), sheet.within(group=self.group)
        for child in self.seen(sheet.page, Extent(room.width, room.height)):
            self.placed(child, room, within)


class Row(Box):
    """Nodes beside each other, from where a line begins; those without a width share what the others leave."""

    def natural(self, page: Page, room: Extent) -> float | None:
        """The height of its highest node with the padding; None where one takes all."""
        within = inner(Rect(0, 0, room.width, room.height), self.padding, page)
        extent = Extent(within.width, within.height)
        heights = [
            child.measured(page, extent, Extent(width, within.height))
            for child, width in self._widths(self.seen(page, extent), extent, page)
        ]
        if None in heights:
            return None
        return max((height or 0.0 for height in heights), default=0.0) + room.height - within.height

    def place(self, at: Rect, sheet: Sheet) -> None:
        """Place all nodes."""
        page = sheet.page
        room, within = inner(at, self.padding, page), sheet.within(group=self.group)
        extent = Extent(room.width, room.height)
        gap, x = px_of(self.gap, page, extent), room.x
        for child, width in self._widths(self.seen(page, extent), extent, page):
            place = Rect(x, room.y, width, room.height)
            height = child.along(page, extent)
            child.place(place if height is None else pinned(place, height, child.pin), within)
            x += width + gap

    def _widths(self, seen: list[Node], room: Extent, page: Page) -> list[tuple[Node, float]]:
        """Each node with its width."""
        widths = [child.across(page, room) for child in seen]
        free = room.width - sum(width or 0 for width in widths) - px_of(self.gap, page, room) * (len(seen) - 1)
        each = free / max(1, widths.count(None))
        return [(child, each if width is None else width) for child, width in zip(seen, widths, strict=True)]


class Column(Box):
    """Nodes under each other. Those without a height share what the others leave; if there are none, `pins` says where
    all of them stand together.
    """

    pins = StringProperty("center")

    def place(self, at: Rect, sheet: Sheet) -> None:
        """Place all nodes."""
        page = sheet.page
        room, within = inner(at, self.padding, page), sheet.within(group=self.group)
        extent = Extent(room.width, room.height)
        gap, seen = px_of(self.gap, page, extent), self.seen(page, extent)
        heights = self._heights(seen, room, gap, page)
        free = room.height - sum(height or 0 for height in heights) - gap * (len(seen) - 1)
        growing = heights.count(None)
        y = room.y if growing else pinned(room, room.height - free, self.pins).y
        for child, height in zip(seen, heights, strict=True):
            taken = free / growing if height is None else height
            place = Rect(room.x, y, room.width, taken)
            width = child.across(page, extent)
            child.place(place if width is None else anchored(place, width, child.anchor), within)
            y += taken + gap

    def natural(self, page: Page, room: Extent) -> float | None:
        """What its nodes take; None where one of them takes all."""
        within = inner(Rect(0, 0, room.width, room.height), self.padding, page)
        extent = Extent(within.width, within.height)
        seen, gap = self.seen(page, extent), px_of(self.gap, page, extent)
        heights = self._heights(seen, within, gap, page)
        if None in heights:
            return None
        return sum(height or 0 for height in heights) + gap * (len(seen) - 1) + room.height - within.height

    def _heights(self, seen: list[Node], room: Rect, gap: float, page: Page) -> list[float | None]:
        """Height of each: a text is measured in what those before it leave."""
        whole, left = Extent(room.width, room.height), room.height - gap * (len(seen) - 1)
        heights: list[float | None] = []
        for child in seen:
            height = child.measured(page, whole, Extent(room.width, left))
            heights.append(height)
            left -= height or 0
        return heights


class Space(Node):
    """Room that stays free: of its size, or what the others of a box leave."""

    def place(self, at: Rect, sheet: Sheet) -> None:
        """Nothing is drawn."""


class Card(Stack):
    """A surface with nodes on it: a reading group. `open` makes it a target, but for `reserved` at its end."""

    ink = StringProperty("surface")
    radius = ObjectProperty(None, allownone=True)
    """A length; None for the brand's radius of cards."""
    edge = StringProperty("")
    """The colour of its border; empty for none."""
    border = ObjectProperty(1.0)
    """The border in parts of the brand's."""
    open = ObjectProperty(None, allownone=True)
    reserved = ObjectProperty(NOTHING)

    def place(self, at: Rect, sheet: Sheet) -> None:
        """Add the surface under the parts of all nodes."""
        page, key = sheet.page, sheet.key(self.key)
        group = self.group or sheet.group or key
        extent = Extent(at.width, at.height)
        radius = page.card_radius if self.radius is None else px_of(self.radius, page, extent)
        border = page.border_width * self.border if self.edge else 0.0
        sheet.parts.append(
            CardPart(
                key,
                at,
                group,
                radius=radius,
                ink=self.ink,
                border=border,
                edge=self.edge or "outline",
                open=self.open,
                reserved=px_of(self.reserved, page, extent),
            )
        )
        super().place(at, sheet.within(group=group))


class Band(Stack):
    """The filled head of a card, with nodes on it."""

    ink = StringProperty("accent")

    def place(self, at: Rect, sheet: Sheet) -> None:
        """Add the band under the parts of all nodes."""
        key = sheet.key(self.key)
        group = self.group or sheet.group or key
        sheet.parts.append(BandPart(key, at, group, radius=sheet.page.card_radius, ink=self.ink))
        super().place(at, sheet.within(group=group))
