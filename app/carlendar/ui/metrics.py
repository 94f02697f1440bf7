"""Converts visual angles and millimetres to pixels: the only place where sizes on the display are computed.

Sizes are angles (minutes of arc, of a capital letter's height) and millimetres; both are converted by a display's
density and viewing distance. Kivy's own units know neither and are not used.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from msgspec.structs import replace

from carlendar.domain.base import Value

CAP_HEIGHT_RATIO = 0.711
"""Height of a capital letter in parts of the font size: Roboto."""

RADIANS_PER_ARCMIN = math.pi / (180 * 60)


class DisplayMetrics(Value, frozen=True):
    """One display: its pixels, their density, and the distance it is seen from.

    Raises ValueError for anything that is not a display (sizes, density or distance not above zero).
    """

    width_px: int
    height_px: int
    px_per_mm: float
    distance_mm: float
    text_scale: float = 1.0
    cap_ratio: float = CAP_HEIGHT_RATIO
    """Height of a capital letter in parts of the font size, of the typeface that is drawn with."""

    def __post_init__(self) -> None:
        numbers = (self.width_px, self.height_px, self.px_per_mm, self.distance_mm, self.text_scale, self.cap_ratio)
        if not all(math.isfinite(number) and number > 0 for number in numbers):
            raise ValueError("a display has a size, a density and a distance above zero")

    def arcmin(self, angle: float) -> int:
        """Font size in px whose capitals are `angle` minutes of arc high (the text scale included)."""
        return max(1, round(self._font_px(angle * self.text_scale)))

    def floor(self, angle: float) -> int:
        """Font size in px whose capitals are not lower than `angle` minutes of arc, whatever the text scale."""
        return max(1, math.ceil(self._font_px(angle) - 1e-6))

    def _font_px(self, angle: float) -> float:
        return angle * RADIANS_PER_ARCMIN * self.distance_mm * self.px_per_mm / self.cap_ratio

    def mm(self, length: float) -> int:
        """Pixels of a length in millimetres, to the next whole one and at least one."""
        return max(1, round(length * self.px_per_mm))

    def least(self, length: float) -> int:
        """Pixels that are not less than `length` millimetres: for the sizes of targets."""
        return max(1, math.ceil(length * self.px_per_mm - 1e-6))

    def in_window(self, width_px: int, height_px: int, *, scaled: bool) -> DisplayMetrics:
        """The display with so many pixels.

        `scaled`, its pixels become smaller or larger, so that it measures at least as many millimetres both ways as
        before: a model of it on a desktop. Otherwise a pixel stays as large as it is.
        """
        scale = min(width_px / self.width_px, height_px / self.height_px) if scaled else 1.0
        return replace(self, width_px=width_px, height_px=height_px, px_per_mm=self.px_per_mm * scale)

    @property
    def width_mm(self) -> float:
        """Width in millimetres."""
        return self.width_px / self.px_per_mm

    @property
    def height_mm(self) -> float:
        """Height in millimetres."""
        return self.height_px / self.px_per_mm

    @property
    def portrait(self) -> bool:
        """Higher than wide."""
        return self.height_px > self.width_px

    @property
    def compact(self) -> bool:
        """So small that fewer things are shown: less than 110 mm one way, 200 mm the other."""
        short, long = sorted((self.width_mm, self.height_mm))
        return short < 110 and long < 200


def rows_that_fit(metrics: DisplayMetrics) -> int:
    """Rows of a restricted page of Agenda, with targets of full size: the display's own limit."""
    used = (11.4 if metrics.compact else 13.8) + 7.7 + (24.6 if metrics.portrait else 0.0)
    return max(1, int((metrics.height_mm - used + 4.6) // (20.0 + 4.6)))


class Fit(NamedTuple):
    """What a display has room for, as far as it decides what the screens contain."""

    rows: int
    """Rows of a restricted page of Agenda."""
    list_and_detail: bool = False
    """Whether a meeting stands beside the list while parked."""


WIDE = 220.0
"""Millimetres of width from which a landscape display has room for a list and a detail beside each other."""


def fit_of(metrics: DisplayMetrics) -> Fit:
    """What the display has room for."""
    wide = metrics.width_mm >= WIDE and not metrics.portrait and not metrics.compact
    return Fit(rows_that_fit(metrics), list_and_detail=wide)


def from_diagonal(width_px: int, height_px: int, inches: float, distance_mm: float = 750) -> DisplayMetrics:
    """Metrics of a panel that is sold by its diagonal, with square pixels."""
    density = math.hypot(width_px, height_px) / (inches * 25.4)
    return DisplayMetrics(width_px, height_px, density, distance_mm)


PRESETS = {
    "12.9": DisplayMetrics(1560, 700, 5.22, 750),
    "12.3": from_diagonal(1280, 720, 12.3),
    "9": from_diagonal(1024, 600, 9),
    "7": from_diagonal(800, 480, 7),
    "11": from_diagonal(1080, 1920, 11),
}
"""Displays by name: the diagonal in inches."""
