"""Shapes that are no targets: the ring, the band of a reminder, the stripe of a row."""

from __future__ import annotations

from kivy.properties import BooleanProperty, ColorProperty, NumericProperty

from carlendar.presentation.states import Stripe
from carlendar.ui.parts import BandPart, Part, RingPart, StripePart
from carlendar.ui.widgets.part_widget import PartWidget


class RingShape(PartWidget):
    """Draws a `RingPart`: what is left of the last hour, running down clockwise."""

    angle = NumericProperty(0)
    tint = ColorProperty((0, 0, 0, 0))
    thickness = NumericProperty(1)

    def draw(self, part: Part) -> None:
        """Take the angle that is left."""
        if isinstance(part, RingPart):
            self.thickness, self.tint = part.thickness, self.palette.token(part.ink)
            self.angle = 360 * min(1.0, max(0.0, part.fraction))


class BandShape(PartWidget):
    """Draws a `BandPart`."""

    radius = NumericProperty(0)
    tint = ColorProperty((0, 0, 0, 0))

    def draw(self, part: Part) -> None:
        """Take the radius of the upper corners and the colour."""
        if isinstance(part, BandPart):
            self.radius, self.tint = part.radius, self.palette.token(part.ink)


class StripeMark(PartWidget):
    """Draws a `StripePart`: whole and in its calendar's hue, or dashed and amber for tentative."""

    dashed = BooleanProperty(False)
    tint = ColorProperty((0, 0, 0, 0))

    def draw(self, part: Part) -> None:
        """Take kind and colour."""
        if isinstance(part, StripePart):
            self.dashed = part.stripe is Stripe.DASHED
            self.tint = self.palette.warn if self.dashed else self.palette.token(part.ink)
