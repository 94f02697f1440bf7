"""Colour tokens of the display by night and by day, and the contrast of two colours."""

from __future__ import annotations

import colorsys
import re
from functools import lru_cache

from carlendar.domain.base import Value
from carlendar.domain.hue import DEGREES, Hue

Rgba = tuple[float, float, float, float]

HUE = "hue_"
"""Begins the names of tokens that are derived from the palette: the shades of calendars' hues."""
HUE_CONTRAST = 4.5
"""Least contrast of such a shade against cards and targets: icons are drawn in it."""
HUE_SATURATION = 0.72
_STEP = 0.02

_HEX = re.compile(r"#[0-9a-fA-F]{6}")


def rgba(color: str) -> Rgba:
    """Return the colour of `#rrggbb`, opaque. Raises ValueError for anything else."""
    if not _HEX.fullmatch(color):
        raise ValueError("a colour is written #rrggbb")
    red, green, blue = (int(color[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return red, green, blue, 1.0


def hex_of(color: Rgba) -> str:
    """Return the colour as `#rrggbb`."""
    return "#" + "".join(f"{round(part * 255):02x}" for part in color[:3])


def luminance(color: Rgba) -> float:
    """Relative luminance, 0 to 1 (WCAG 2.2, "relative luminance")."""
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in color[:3])
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: Rgba, other: Rgba) -> float:
    """Contrast ratio, 1 to 21 (WCAG 2.2, "contrast ratio")."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def grey(color: Rgba) -> float:
    """Luma, 0 to 255 (ITU-R BT.601): the colour on a display without colours."""
    return 255 * (0.299 * color[0] + 0.587 * color[1] + 0.114 * color[2])


class Palette(Value, frozen=True):
    """The tokens of one theme: opaque RGBA from 0 to 1, and the strength of the press feedback."""

    bg: Rgba
    surface: Rgba
    surface_2: Rgba
    track: Rgba
    text: Rgba
    mute: Rgba
    accent: Rgba
    on_accent: Rgba
    go: Rgba
    on_go: Rgba
    warn: Rgba
    on_warn: Rgba
    stop: Rgba
    on_stop: Rgba
    stop_text: Rgba
    """Red text, and the border of Leave, whose fill is too dark by night to be seen by itself."""
    outline: Rgba
    press: float = 0.28
    """Share of the feedback's colour in the fill of a target that is pressed."""

    def token(self, name: str) -> Rgba:
        """Return the colour of a token, or of a calendar's hue (`hue_green`).

        Raises AttributeError for an unknown token, ValueError for an unknown hue.
        """
        if name.startswith(HUE):
            return _shade(Hue(name.removeprefix(HUE)), self.surface, self.surface_2)
        color: Rgba = getattr(self, name)
        return color

    def pressed(self, token: str) -> Rgba:
        """Return the fill of a pressed target: a filled one moves towards the page, another towards the accent."""
        color = self.token(token)
        towards = self.accent if token in {"surface", "surface_2"} else self.bg
        mixed = (part * (1 - self.press) + other * self.press for part, other in zip(color, towards, strict=True))
        red, green, blue, _ = mixed
        return red, green, blue, 1.0


@lru_cache(maxsize=64)
def _shade(hue: Hue, *grounds: Rgba) -> Rgba:
    """Return the hue, as light or dark as it must be to be seen on all grounds."""
    lighter = all(luminance(ground) < 0.18 for ground in grounds)
    lightness = 0.5
    while True:
        red, green, blue = colorsys.hls_to_rgb(DEGREES[hue] / 360, lightness, HUE_SATURATION)
        color = (red, green, blue, 1.0)
        done = lightness <= 0 or lightness >= 1
        if done or all(contrast(color, ground) >= HUE_CONTRAST + 0.1 for ground in grounds):
            return color
        lightness = min(1.0, lightness + _STEP) if lighter else max(0.0, lightness - _STEP)


COLORS = tuple(name for name in Palette.__struct_fields__ if name != "press")
"""Names of the colour tokens."""


def palette(tokens: dict[str, str], press: float = 0.28) -> Palette:
    """Return the palette of `#rrggbb` by token. Raises ValueError for a colour, TypeError for a token."""
    return Palette(**{name: rgba(color) for name, color in tokens.items()}, press=press)


NIGHT = palette({
    "bg": "#070b11", "surface": "#18222f", "surface_2": "#233245", "track": "#26364a", "text": "#f4f7fb",
    "mute": "#a9b6c6", "accent": "#4ea8ff", "on_accent": "#04101d", "go": "#2fb873", "on_go": "#04140b",
    "warn": "#ffb547", "on_warn": "#1d1200", "stop": "#a3261f", "on_stop": "#ffffff", "stop_text": "#ff6b6b",
    "outline": "#6f8098",
})  # fmt: skip
DAY = palette({
    "bg": "#e2e7ee", "surface": "#ffffff", "surface_2": "#e7eefb", "track": "#d3dbe6", "text": "#0d1520",
    "mute": "#475467", "accent": "#0951ab", "on_accent": "#ffffff", "go": "#07653a", "on_go": "#ffffff",
    "warn": "#7d4a00", "on_warn": "#ffffff", "stop": "#a81f15", "on_stop": "#ffffff", "stop_text": "#a81f15",
    "outline": "#5c6a80",
})  # fmt: skip
