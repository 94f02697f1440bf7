"""Nodes for what a state has several of, or not always: each item is shown by the same kv rule."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kivy.factory import Factory
from kivy.properties import BooleanProperty, NumericProperty, ObjectProperty, StringProperty

from carlendar.ui.geometry import Rect
from carlendar.ui.layout.boxes import Box
from carlendar.ui.layout.lengths import Extent
from carlendar.ui.layout.node import ItemLayout, Node, Sheet, inner, px_of, shares
from carlendar.ui.layout.rules import need

if TYPE_CHECKING:
    from collections.abc import Sequence

    from carlendar.ui.page import Page


def item_layout(name: str, item: object, page: Page, number: int = 0) -> ItemLayout:
    """Return new nodes by the rule of that name, which begins with `<NAME@ItemLayout>:`."""
    need(name)
    made: ItemLayout = Factory.get(name)(item=item, number=number)
    made.take(page)
    made.build()
    return made


class Items(Box):
    """Keeps the nodes of the items that are shown."""

    items: Sequence[object] = ()
    rule = StringProperty("")
    """Name of the kv rule that shows one item."""

    def __init__(self, **properties: Any) -> None:
        super().__init__(**properties)
        self._made: list[ItemLayout] = []

    def on_rule(self, *_: object) -> None:
        """Another rule shows the items: their nodes are rebuilt."""
        for made in self.__dict__.get("_made", ()):
            made.discard()
        self._made = []

    def layout_of(self, number: int, item: object, page: Page) -> ItemLayout:
        """The nodes that show the item."""
        made = self._made
        if number == len(made):
            made.append(item_layout(self.rule, item, page, number))
        made[number].take(page)
        made[number].item = item
        return made[number]

    def beside(self, row: Rect, numbers: range, gap: float, page: Page) -> list[Rect]:
        """Places of items beside each other: equal, but where one needs more."""
        extent = Extent(row.width, row.height)
        needs = [
            self.layout_of(number, self.items[number], page).needed(page, extent) if number < len(self.items) else 0.0
            for number in numbers
        ]
        places, x = [], row.x
        for width in shares(needs, row.width, gap):
            places.append(Rect(x, row.y, width, row.height))
            x += width + gap
        return places

    def walk(self) -> list[Node]:
        """This node and all in it."""
        return [*super().walk(), *(node for made in self._made for node in made.walk())]


class Optional(Items):
    """Shows `item` by a rule, and takes no room where that is None. Its key begins the keys of the rule's parts."""

    content = "item"
    item = ObjectProperty(None, allownone=True)

    def present(self, page: Page, room: Extent) -> bool:
        """Whether there is something to show."""
        return self.item is not None and super().present(page, room)

    def natural(self, page: Page, room: Extent) -> float | None:
        """The height of what it shows."""
        return self.layout_of(0, self.item, page).measured(page, room, room)

    def place(self, at: Rect, sheet: Sheet) -> None:
        """Add the parts of the item."""
        key = sheet.key(self.key)
        within = sheet.within(prefix=key, group=self.group or key)
        self.layout_of(0, self.item, sheet.page).put(inner(at, self.padding, sheet.page), within)


class Each(Items):
    """Shows each of `items` by a rule, in equal places beside each other, or `down`, under each other.

    There are at least `places` of them, so that a single item does not grow; `places` of 1 below a width of `narrow`.
    With `least` there are at most `places` that are so wide, or `down` so high. `columns` of them are beside each other
    in as many rows as that takes. Items without a place are not shown. Keys are `KEY.0`, `KEY.1` and so on; `by_key`,
    `KEY.` and the item's own key. With `own` each item has its own height.
    """

    items = ObjectProperty(())
    down = BooleanProperty(False)
    own = BooleanProperty(False)
    by_key = BooleanProperty(False)
    places = NumericProperty(1)
    least = ObjectProperty(None, allownone=True)
    columns = NumericProperty(0)
    narrow = ObjectProperty(None, allownone=True)

    def present(self, page: Page, room: Extent) -> bool:
        """Whether there is something to show."""
        return bool(self.items) and super().present(page, room)

    def natural(self, page: Page, room: Extent) -> float | None:
        """The heights of all items together, where each has its own."""
        if not self.own:
            return None
        heights = [self._height(number, item, page, room) for number, item in enumerate(self.items)]
        return sum(heights) + px_of(self.gap, page, room) * (len(heights) - 1)

    def place(self, at: Rect, sheet: Sheet) -> None:
        """Add the parts of the items that have a place."""
        page, room = sheet.page, inner(at, self.padding, sheet.page)
        for number, (item, place) in enumerate(zip(self.items, self._places(room, page), strict=False)):
            name = item.key if self.by_key else str(number)
            key = sheet.key(f"{self.key}.{name}" if self.key else name)
            within = sheet.within(prefix=key, group=self.group or sheet.group or key)
            self.layout_of(number, item, page).put(place, within)

    def _places(self, room: Rect, page: Page) -> list[Rect]:
        extent = Extent(room.width, room.height)
        gap = px_of(self.gap, page, extent)
        if self.own:
            places, y = [], room.y
            for number, item in enumerate(self.items):
                height = self._height(number, item, page, extent)
                places.append(Rect(room.x, y, room.width, height))
                y += height + gap
            return places
        if self.columns:
            across = int(self.columns)
            rows = room.rows(-(-len(self.items) // across), gap)
            return [
                place
                for number, row in enumerate(rows)
                for place in self.beside(row, range(number * across, (number + 1) * across), gap, page)
            ]
        most = int(self.places)
        if self.least is not None:
            whole, least = (room.height if self.down else room.width), px_of(self.least, page, extent)
            most = min(most, int((whole + gap) // (least + gap)))
        count = max(most, len(self.items))
        if self.narrow is not None and room.width < px_of(self.narrow, page, extent):
            count = 1
        return list(room.rows(count, gap)) if self.down else self.beside(room, range(count), gap, page)

    def _height(self, number: int, item: object, page: Page, room: Extent) -> float:
        return self.layout_of(number, item, page).measured(page, room, room) or 0.0
