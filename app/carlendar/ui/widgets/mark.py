"""A brand's mark, drawn by its instructions."""

from __future__ import annotations

from kivy.graphics import Color, Mesh, SmoothEllipse, SmoothLine

from carlendar.brands.brand import Stroke
from carlendar.ui.parts import MarkPart, Part
from carlendar.ui.widgets.part_widget import PartWidget


class MarkShape(PartWidget):
    """Draws a `MarkPart`. Has no rule: how many shapes a mark has is the brand's."""

    def draw(self, part: Part) -> None:
        """Draw all strokes, the first one lowest."""
        self.canvas.clear()
        if not isinstance(part, MarkPart):
            return
        with self.canvas:
            for stroke in part.strokes:
                Color(rgba=self.palette.token(stroke.ink))
                self._stroke(stroke)

    def _stroke(self, stroke: Stroke) -> None:
        side = min(self.size)
        points = [(self.x + x * side, self.y + y * side) for x, y in stroke.points]
        if stroke.draw == "polygon":
            vertices = [number for x, y in points for number in (x, y, 0, 0)]
            Mesh(vertices=vertices, indices=list(range(len(points))), mode="triangle_fan")
        elif stroke.draw == "line":
            SmoothLine(points=[number for point in points for number in point], width=stroke.width * side / 2)
        elif stroke.width:
            SmoothLine(circle=(*points[0], stroke.radius * side), width=stroke.width * side / 2)
        else:
            size = 2 * stroke.radius * side
            SmoothEllipse(pos=(points[0][0] - size / 2, points[0][1] - size / 2), size=(size, size))
