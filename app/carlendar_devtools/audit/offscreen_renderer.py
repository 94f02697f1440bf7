"""An off-screen display that lays out, probes and renders frames."""

from __future__ import annotations

import io
import math
from typing import TYPE_CHECKING, Any

from carlendar.ui.picture import Gallery
from carlendar_devtools.audit.kivy_hooks import unlimited_frame_rate
from carlendar_devtools.audit.pixels import PixelImage
from carlendar_devtools.audit.probe import nodes, require_whole

if TYPE_CHECKING:
    from carlendar.brands.brand import Brand
    from carlendar.presentation.states import Frame
    from carlendar.text.wrap import Ruler
    from carlendar.ui.composition import Composition
    from carlendar.ui.geometry import Rect
    from carlendar.ui.metrics import DisplayMetrics
    from carlendar_devtools.audit.nodes import Node


KEPT = 8
"""Compositions of frames that are kept: those that are compared with each other in several looks."""


class OffscreenRenderer:
    """One display. `show` returns the nodes of a frame in the present brand's look; `picture` renders it."""

    def __init__(self, metrics: DisplayMetrics, brand: Brand) -> None:
        self.metrics, self.brand = metrics, brand
        self._gallery = Gallery(metrics, brand=brand)
        self.stage: Any = None
        """The live widget tree, None before the first frame."""
        self._composed: list[tuple[object, Composition]] = []

    def show(self, frame: Frame, brand: Brand | None = None) -> list[Node]:
        """Lay out the frame with the real widgets and probe them; with `brand`, in its look from now on."""
        self.draw(frame, brand)
        return nodes(self.stage)

    def draw(self, frame: Frame, brand: Brand | None = None) -> None:
        """Lay out the frame as `show` does, without probing it; lists stay where they are scrolled to.

        Raises RuntimeError as `carlendar_devtools.audit.probe.nodes`.
        """
        before, self.brand = self.brand, brand or self.brand
        changed = self.brand is not before
        if changed and self.stage is None:
            self._gallery = Gallery(self.metrics, brand=self.brand)
        elif self.stage is not None:
            # a stage ignores an equal frame, but another display of this process may have changed the fonts since
            self.stage.frame = None
            if changed:
                self.stage.rebrand(self.brand)
        self._gallery.open()
        with unlimited_frame_rate():
            self.stage = self._gallery.stage(frame, composer=self._compose)
        require_whole(self.stage)

    def _compose(self, frame: Frame, metrics: DisplayMetrics, ruler: Ruler, brand: Brand) -> Composition:
        """Return the parts that draw the frame, as they were composed if it is one of the last."""
        from carlendar.ui import root_view  # imports Kivy, which the gallery prepares
        from carlendar.ui.fonts import look

        given = (frame, metrics, brand, look())
        found = next((composition for key, composition in self._composed if key == given), None)
        if found is None:
            found = root_view.compose(frame, metrics, ruler, brand)
            self._composed = [(given, found), *self._composed[: KEPT - 1]]
        return found

    def positions(self) -> list[float]:
        """Return the scroll positions, from 1 (top) to 0, at which together every row is completely visible."""
        hidden = max((each.children[0].height / each.height - 1 for each in self._scrollers()), default=0.0)
        steps = math.ceil(1.5 * hidden) if hidden > 0 else 0  # a third of the viewport overlaps
        return [1 - step / steps for step in range(steps + 1)] if steps else [1.0]

    def scroll(self, position: float) -> list[Node]:
        """Scroll to a position, from 1 (top) to 0 (bottom), and probe again."""
        self.move(position)
        return nodes(self.stage)

    def move(self, position: float) -> None:
        """Scroll as `scroll` does, without probing. Raises RuntimeError as `draw`."""
        from carlendar.ui.picture import settle

        moved = [scroller for scroller in self._scrollers() if scroller.scroll_y != position]
        for scroller in moved:
            scroller.scroll_y = position
        if moved:
            with unlimited_frame_rate():
                settle()
        require_whole(self.stage)

    def _scrollers(self) -> list[Any]:
        return [widget for widget in self.stage.walk() if type(widget).__name__ == "Scroller"]

    def picture(self, area: Rect | None = None) -> PixelImage:
        """Render the current frame; with an `area` that is on the display only that, and the rest is black."""
        width, height = size = self.metrics.width_px, self.metrics.height_px
        if area is not None:
            left, top = max(0, math.floor(area.x)), max(0, math.floor(area.y))
            right, bottom = min(width, math.ceil(area.right) + 1), min(height, math.ceil(area.bottom) + 1)
            if left < right and top < bottom:
                rgba = self._gallery.rgba_of_shown((left, height - bottom, right - left, bottom - top))
                return PixelImage.with_part(size, (left, top, right, bottom), rgba)
        return PixelImage(size, self._gallery.rgba_of_shown())


def excerpt(picture: PixelImage, rect: Rect | None, most: int = 640) -> bytes:
    """Return a PNG of the area with a border, at most `most` pixels wide; of the whole page without an area."""
    from PIL import ImageDraw

    image = picture.image.copy()
    if rect is not None:
        box = (rect.x - 3, rect.y - 3, max(rect.right, rect.x + 1) + 3, max(rect.bottom, rect.y + 1) + 3)
        ImageDraw.Draw(image).rectangle(box, outline=(255, 0, 80), width=3)
        margin = max(120.0, rect.width * 0.25)
        around = rect.inset(-margin)
        image = image.crop((
            max(0, round(around.x)), max(0, round(around.y)),
            max(1, min(image.width, round(around.right))), max(1, min(image.height, round(around.bottom))),
        ))  # fmt: skip
    image.thumbnail((most, most))
    target = io.BytesIO()
    image.quantize(128).save(target, "PNG", optimize=True)
    return target.getvalue()
