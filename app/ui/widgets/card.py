"""A surface; in a list it may be touched as a whole."""

from __future__ import annotations

from kivy.properties import ColorProperty, NumericProperty

from app.ui.parts import CardPart, Part
from app.ui.widgets.touchable import Touchable


class Card(Touchable):
    """Draws a `CardPart`."""

    fill = ColorProperty((0, 0, 0, 0))
    radius = NumericProperty(0)

    def draw(self, part: Part) -> None:
        """Take over colour, radius and action."""
        if isinstance(part, CardPart):
            self.radius = part.radius
            self.action = part.open
            self.fill = self.palette.token(part.ink)
