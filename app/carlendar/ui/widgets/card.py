"""A surface; in a list it may be touched as a whole."""

from __future__ import annotations

from kivy.properties import ColorProperty, NumericProperty

from carlendar.ui.geometry import Rect
from carlendar.ui.parts import CardPart, Part
from carlendar.ui.widgets.touchable import Touchable


class CardShape(Touchable):
    """Draws a `CardPart`."""

    fill = ColorProperty((0, 0, 0, 0))
    edge = ColorProperty((0, 0, 0, 0))
    radius = NumericProperty(0)
    border = NumericProperty(0)
    _reserved = 0.0
    _rtl = False

    def draw(self, part: Part) -> None:
        """Take over colour, radius and action."""
        if isinstance(part, CardPart):
            self.radius, self.border = part.radius, part.border
            self.edge = self.palette.token(part.edge)
            self.action = part.open
            self.fill = self.palette.token(part.ink)
            self._reserved, self._rtl = part.reserved, part.rtl

    def answers(self) -> Rect:
        """Its place without what is reserved for another target on it."""
        place = self.place()
        return place.without_left(self._reserved) if self._rtl else place.without_right(self._reserved)

    def collide_point(self, x: float, y: float) -> bool:
        """Whether it answers at that point: not where another target lies on it."""
        start = self.x + (self._reserved if self._rtl else 0)
        end = self.right - (0 if self._rtl else self._reserved)
        return bool(start <= x <= end and self.y <= y <= self.top)
