"""Lines of text, drawn as pictures of their runs."""

from __future__ import annotations

from kivy.graphics import Color, Rectangle
from msgspec.structs import replace

from carlendar.text.bidi import composed, is_rtl
from carlendar.text.shape import MISSING
from carlendar.ui.fonts import RULER, line_pictures
from carlendar.ui.parts import Align, Part, TextPart
from carlendar.ui.widgets.part_widget import PartWidget


class TextBlock(PartWidget):
    """Draws a `TextPart`. Has no rule: how many pictures a line has is known only here."""

    _rtl = False

    def draw(self, part: Part) -> None:
        """Lay the pictures of all lines out, on whole pixels."""
        self.canvas.clear()
        if not isinstance(part, TextPart):
            return
        pitch = part.px * part.line_height
        text = " ".join(part.lines)
        self._rtl = self.handler.composition_now().rtl if composed(text) else is_rtl(text)
        with self.canvas:
            Color(rgba=self.palette.token(part.ink))
            for number, line in enumerate(part.lines):
                self._line(line, part, self.top - number * pitch)

    def instead(self, part: Part) -> Part | None:
        """The frame's stand-in, where that is no wider than what was set; else the sign for a missing character."""
        if not isinstance(part, TextPart):
            return None
        text = self.handler.composition_now().stand_in
        fits = RULER.width(text, part.px, bold=part.bold) <= part.rect.width
        return replace(part, lines=(text if fits else MISSING,))

    def _line(self, line: str, part: TextPart, top: float) -> None:
        pieces = line if part.spacing else (line,)
        pictures = [p for piece in pieces for p in line_pictures(piece, part.px, bold=part.bold, rtl=self._rtl)]
        width = sum(texture.width for texture, _ in pictures) + part.spacing * (len(pictures) - 1)
        baseline = top - part.px * 0.928 - (part.line_height - 1.17) * part.px / 2
        start = x = self._start(part.align, width)
        for texture, ascent in pictures:
            place = round(x), round(baseline + ascent - texture.height)
            Rectangle(texture=texture, pos=place, size=texture.size)
            x += texture.width + part.spacing
        if part.struck:
            thickness = max(2, part.px // 14)
            Rectangle(pos=(round(start), round(baseline + part.px * 0.26)), size=(width, thickness))

    def _start(self, align: Align, width: float) -> float:
        if align is Align.CENTER:
            return float(self.center_x - width / 2)
        from_right = (align is Align.END) != self._rtl
        return float(self.right - width if from_right else self.x)
