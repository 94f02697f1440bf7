"""The countdown: a ring with a number and its unit in it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from kivy.properties import NumericProperty, ObjectProperty

from carlendar.text.wrap import set_title, steps
from carlendar.ui.geometry import Rect
from carlendar.ui.layout.node import Node, Sheet
from carlendar.ui.metrics import CAP_HEIGHT_RATIO
from carlendar.ui.page import TOKENS
from carlendar.ui.parts import Align, RingPart
from carlendar.ui.roles import TextRole
from carlendar.ui.theme import Floor
from carlendar.ui.tokens import t

if TYPE_CHECKING:
    from carlendar.ui.layout.lengths import Extent
    from carlendar.ui.page import Page

ASCENT = 0.928
"""From the top of a line to the feet of its letters, in parts of their size: Roboto."""


class Ring(Node):
    """A `Ring` of a state, as wide as it is high. Number and unit shrink to stay inside it.

    Shares are parts of the ring's size, those of the number and the unit parts of the hole.
    """

    repeats = True
    content = "ring"
    ring = ObjectProperty(None, allownone=True)
    thickness = NumericProperty()
    number_height = NumericProperty()
    number_width = NumericProperty()
    unit_width = NumericProperty()
    unit_size = NumericProperty()
    unit_height = NumericProperty()
    """Height that the unit takes, in parts of its size."""
    unit_gap = NumericProperty()
    """Between number and unit, in parts of the unit's size."""

    def present(self, page: Page, room: Extent) -> bool:
        """Whether there is something to count."""
        return self.ring is not None and super().present(page, room)

    def place(self, at: Rect, sheet: Sheet) -> None:
        """Add the ring and its words."""
        state, page, group = self.ring, sheet.page, self.group or sheet.group
        thickness = max(3.0, at.width * self.thickness)
        hole = at.inset(thickness * 2)
        key = sheet.key(self.key or "ring")
        sheet.parts.append(
            RingPart(key, at, group, fraction=state.fraction, thickness=thickness, ink=TOKENS[state.tone])
        )
        largest = min(page.px(t.countdown), round(hole.height * self.number_height))
        least = min(largest, page.sizes(Floor.TEXT)[-1])
        number = set_title(state.number, hole.width * self.number_width, steps(largest, least), page.ruler, lines=1)
        unit_px = min(page.px(t.unit), max(page.metrics.floor(Floor.TEXT), round(at.width * self.unit_size)))
        units = (state.unit, state.short_unit, state.short_unit.partition(" ")[0])
        unit = page.line(units, hole.width * self.unit_width, unit_px)
        # figures fill ascent to baseline: of the block's height only the capitals are seen
        height = number.px * CAP_HEIGHT_RATIO + unit_px * self.unit_height
        top = at.y + (at.height - height) / 2 - number.px * (ASCENT - CAP_HEIGHT_RATIO)
        place = Rect(hole.x, top, hole.width, 1)
        feet = top + number.px * ASCENT
        # as far under the number as the ring leaves room for its lower corners
        widest = max((page.ruler.width(line, unit.px, bold=False) for line in unit.lines), default=0.0) / 2
        inner = at.width / 2 - thickness * 1.6
        lowest = at.y + at.height / 2 + math.sqrt(max(0.0, inner**2 - widest**2)) - unit.px * ASCENT
        below = place._replace(y=max(feet, min(feet + unit_px * self.unit_gap, lowest)))
        sheet.parts += [
            page.block(
                f"{key}.number", number, place, bold=True, main=True, align=Align.CENTER, group=group,
                role=TextRole.COUNTDOWN,
            ),
            page.block(
                f"{key}.unit", unit, below, ink="mute", align=Align.CENTER, group=group, role=TextRole.UNIT
            ),
        ]  # fmt: skip
