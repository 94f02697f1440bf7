"""A QR code."""

from __future__ import annotations

from kivy.graphics.texture import Texture
from kivy.properties import NumericProperty, ObjectProperty

from carlendar.ui.parts import Part, QrPart
from carlendar.ui.widgets.part_widget import PartWidget

QUIET_ZONE = 4
"""Modules of white around the code (ISO/IEC 18004)."""


class QrShape(PartWidget):
    """Draws a `QrPart`: whole pixels for each module, black on white by night and by day."""

    texture = ObjectProperty(None, allownone=True)
    side = NumericProperty(0)
    radius = NumericProperty(0)
    _text = ""

    def draw(self, part: Part) -> None:
        """Make the picture when the text is another one."""
        if not isinstance(part, QrPart):
            return
        self.radius = part.radius
        if part.text != self._text:
            self._text = part.text
            self.texture = _picture(part.text)
        scale = max(1, int(min(self.size) // (self.texture.width + 2 * QUIET_ZONE)))
        self.side = self.texture.width * scale


def _picture(text: str) -> Texture:
    import segno  # takes 20 ms: only when there is a code to show

    rows = [bytes(0 if module else 255 for module in row) for row in segno.make(text, micro=False, error="m").matrix]
    texture = Texture.create(size=(len(rows), len(rows)), colorfmt="luminance")
    texture.mag_filter = texture.min_filter = "nearest"
    pixels = bytes(value for row in reversed(rows) for value in row for _ in range(3))
    texture = Texture.create(size=(len(rows), len(rows)), colorfmt="rgb")
    texture.mag_filter = texture.min_filter = "nearest"
    texture.blit_buffer(pixels, colorfmt="rgb", bufferfmt="ubyte")
    return texture
