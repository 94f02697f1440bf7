"""Several targets of equal height under each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kivy.properties import NumericProperty, ObjectProperty, OptionProperty
from msgspec.structs import replace

from carlendar.ui.geometry import Rect
from carlendar.ui.layout.each import Items
from carlendar.ui.layout.lengths import NOTHING, Extent
from carlendar.ui.layout.node import Sheet, pinned, px_of
from carlendar.ui.parts import ButtonPart, Part

if TYPE_CHECKING:
    from carlendar.ui.page import Page


class Actions(Items):
    """Shows each of `items` by a rule, `across` beside each other, as high as `tallest`.

    Where there is no room for that they are lower, down to `least`; below that two stand beside each other, and a last
    one alone. `spare` is the room that they leave to others of a column; `pins` says where they
    stand in a room that is higher. Keys are `KEY.0`, `KEY.1` and so on.
    """

    items = ObjectProperty(())
    across_least = NumericProperty(1)
    tallest = ObjectProperty(NOTHING)
    least = ObjectProperty(NOTHING)
    spare = ObjectProperty(NOTHING)
    pins = OptionProperty("top", options=["top", "center", "bottom"])

    def present(self, page: Page, room: Extent) -> bool:
        """Whether there is something to show."""
        return bool(self.items) and super().present(page, room)

    def natural(self, page: Page, room: Extent) -> float | None:
        """The height of all rows and the gaps between them."""
        return self._taken(*self._grid(page, room), px_of(self.gap, page, room))

    def place(self, at: Rect, sheet: Sheet) -> None:
        """Add the parts of all items."""
        page, room = sheet.page, Extent(at.width, at.height)
        gap = px_of(self.gap, page, room)
        across, height = self._grid(page, room, spare=0.0)
        at = pinned(at, self._taken(across, height, gap), self.pins)
        parts: list[Part] = []
        places: list[Rect] = []
        for first in range(0, len(self.items), across):
            # a single one in the last row takes all of it
            row = range(first, min(first + across, len(self.items)))
            places += self.beside(Rect(at.x, at.y + first // across * (height + gap), at.width, height), row, gap, page)
        for number, (item, place) in enumerate(zip(self.items, places, strict=True)):
            key = sheet.key(f"{self.key}.{number}")
            within = Sheet(page, parts, key, self.group or key)
            self.layout_of(number, item, page).put(place, within)
        sheet.parts += alike(parts) if across > 1 else parts

    def _taken(self, across: int, height: float, gap: float) -> float:
        """The height of all rows and the gaps between them."""
        rows = -(-len(self.items) // across)
        return rows * height + (rows - 1) * gap

    def _grid(self, page: Page, room: Extent, spare: float | None = None) -> tuple[int, float]:
        """How many stand beside each other, and how high each is."""
        count, gap = len(self.items), px_of(self.gap, page, room)
        free = room.height - (px_of(self.spare, page, room) if spare is None else spare)
        tallest, least = px_of(self.tallest, page, room), px_of(self.least, page, room)
        for across in range(int(self.across_least), 3):
            rows = -(-count // across)
            height = (free + gap) / rows - gap
            if height >= least or across == 2:
                break
        return across, least if height < least or across > self.across_least else min(tallest, height)


def alike(parts: list[Part]) -> list[Part]:
    """Targets in one size of letters, and all of a row without an icon where one has no room for its own."""
    buttons = [part for part in parts if isinstance(part, ButtonPart)]
    px = min((button.px for button in buttons), default=0)
    bare = {button.rect.y for button in buttons if not button.icon_px}
    return [
        replace(part, px=px, icon_px=0 if part.rect.y in bare else part.icon_px)
        if isinstance(part, ButtonPart)
        else part
        for part in parts
    ]
