"""A calendar's colour as one of a few hues: the display has its own shades of them, which keep its contrasts."""

from __future__ import annotations

import colorsys
import re
from enum import StrEnum

_HEX = re.compile(r"#([0-9a-fA-F]{6})(?:[0-9a-fA-F]{2})?")
LEAST_SATURATION = 0.18
"""Colours with less (HSV) are greys."""
DARKEST = 0.12
"""Colours whose value (HSV) is lower are black."""


class Hue(StrEnum):
    """The colour that distinguishes a calendar from the others. A state is never shown by it alone."""

    ACCENT = "accent"
    """That of the display: no calendar's colour is known, or this is the account's own."""
    NEUTRAL = "neutral"
    BLUE = "blue"
    TEAL = "teal"
    GREEN = "green"
    YELLOW = "yellow"
    ORANGE = "orange"
    RED = "red"
    PINK = "pink"
    PURPLE = "purple"


DEGREES: dict[Hue, int] = {
    Hue.RED: 2, Hue.ORANGE: 26, Hue.YELLOW: 50, Hue.GREEN: 124, Hue.TEAL: 180, Hue.BLUE: 215, Hue.PURPLE: 272,
    Hue.PINK: 325,
}  # fmt: skip
"""Angle of each hue on the colour wheel."""


def hue_of(color: str) -> Hue | None:
    """Return the nearest hue of `#rrggbb` (or with two more digits, which are ignored); NEUTRAL for greys.

    None for anything else, such as an empty text: the colour is not known.
    """
    found = _HEX.fullmatch(color.strip())
    if found is None:
        return None
    red, green, blue = (int(found[1][at : at + 2], 16) / 255 for at in (0, 2, 4))
    angle, saturation, value = colorsys.rgb_to_hsv(red, green, blue)
    if saturation < LEAST_SATURATION or value < DARKEST:
        return Hue.NEUTRAL
    return min(DEGREES, key=lambda hue: _apart(angle * 360, DEGREES[hue]))


def _apart(one: float, other: float) -> float:
    """Degrees between two angles."""
    return abs((one - other + 180) % 360 - 180)
