"""A pictogram."""

from __future__ import annotations

from kivy.properties import ColorProperty, ObjectProperty

from carlendar.ui.fonts import icon_picture
from carlendar.ui.parts import IconPart, Part
from carlendar.ui.widgets.part_widget import PartWidget


class IconShape(PartWidget):
    """Draws an `IconPart`; nothing for a name that no pictogram has."""

    tint = ColorProperty((0, 0, 0, 0))
    texture = ObjectProperty(None, allownone=True)

    def draw(self, part: Part) -> None:
        """Take the picture and its colour."""
        if isinstance(part, IconPart):
            self.texture = icon_picture(part.name, round(part.rect.height), flipped=part.flipped)
            self.tint = self.palette.token(part.ink) if self.texture else (0, 0, 0, 0)
