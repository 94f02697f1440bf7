"""Text to be read in full: where it has no room as a whole, it scrolls."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kivy.properties import ObjectProperty

from carlendar.ui.layout.boxes import Stack
from carlendar.ui.layout.lengths import Extent
from carlendar.ui.layout.node import Sheet, inner
from carlendar.ui.parts import TextPart

if TYPE_CHECKING:
    from carlendar.ui.geometry import Rect
    from carlendar.ui.page import Page
    from carlendar.ui.parts import Part

NOT_COMPARED = re.compile(r"[\s\-\u00ad\u2010]+")
"""What breaking a text into lines adds to it or takes away."""


class Reading(Stack):
    """Shows its first node where that draws all of `readings` whole, else its second, a list that scrolls.

    Where the second is not `shown`, the first is drawn in either case.
    """

    readings = ObjectProperty(())
    """The texts that are to be read, each as the forms of which one has to be drawn."""

    def natural(self, page: Page, room: Extent) -> float | None:  # noqa: ARG002  # it depends on what is drawn
        """All of the room."""
        return None

    def place(self, at: Rect, sheet: Sheet) -> None:
        """Place the first node, or the second."""
        page, room = sheet.page, inner(at, self.padding, sheet.page)
        first, second = self.children
        parts: list[Part] = []
        first.put(self.own_place(first, room, page), Sheet(page, parts, sheet.prefix, self.group or sheet.group))
        if second.present(page, Extent(room.width, room.height)) and not self._all_in(parts):
            second.put(self.own_place(second, room, page), sheet.within(group=self.group))
        else:
            sheet.parts += parts

    def _all_in(self, parts: list[Part]) -> bool:
        whole = {_compared("".join(part.lines)) for part in parts if isinstance(part, TextPart) and not part.cut}
        return all(any(not form or _compared(form) in whole for form in forms) for forms in self.readings)


def _compared(text: str) -> str:
    return NOT_COMPARED.sub("", text)
