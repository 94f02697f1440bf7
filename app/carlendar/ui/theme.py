"""Colours, sizes of type and measures: the design's tokens, which a brand may override.

A brand file (`assets/brands/<name>.toml`) has tables `night` and `day` of tokens, `#rrggbb` each. It can change
colours alone: sizes are a matter of safety.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from msgspec.structs import replace

from carlendar.domain.base import Value
from carlendar.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

Rgba = tuple[float, float, float, float]

_HEX = re.compile(r"#[0-9a-f]{6}", re.IGNORECASE)


def rgba(color: str) -> Rgba:
    """The colour of `#rrggbb`, opaque; ValueError for anything else."""
    if not _HEX.fullmatch(color):
        raise ValueError("a colour is written #rrggbb")
    red, green, blue = (int(color[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return red, green, blue, 1.0


class Palette(Value, frozen=True):
    """The tokens of one theme, each opaque RGBA from 0 to 1."""

    bg: Rgba
    surface: Rgba
    surface_2: Rgba
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
    outline: Rgba

    def token(self, name: str) -> Rgba:
        """The colour of a token by its name; AttributeError when there is none."""
        color: Rgba = getattr(self, name)
        return color


def _palette(tokens: Mapping[str, str]) -> Palette:
    return Palette(**{name: rgba(color) for name, color in tokens.items()})


NIGHT = _palette({
    "bg": "#0b1017", "surface": "#151d28", "surface_2": "#1d2836", "text": "#f4f7fb", "mute": "#a9b6c6",
    "accent": "#4ea8ff", "on_accent": "#04101d", "go": "#35c27a", "on_go": "#04140b", "warn": "#ffb547",
    "on_warn": "#1d1200",
    "stop": "#ff6b6b", "on_stop": "#190303", "outline": "#6f8098",
})  # fmt: skip
DAY = _palette({
    "bg": "#eef1f5", "surface": "#ffffff", "surface_2": "#e3e8ef", "text": "#0d1520", "mute": "#475467",
    "accent": "#0951ab", "on_accent": "#ffffff", "go": "#07653a", "on_go": "#ffffff", "warn": "#7a4800",
    "on_warn": "#ffffff",
    "stop": "#a81f15", "on_stop": "#ffffff", "outline": "#667284",
})  # fmt: skip


class Brand(Value, frozen=True):
    """Both palettes of a make of car."""

    night: Palette = NIGHT
    day: Palette = DAY

    def palette(self, *, night: bool) -> Palette:
        """The palette for the light there is."""
        return self.night if night else self.day


def overridden(base: Palette, tokens: Mapping[str, object]) -> Palette:
    """`base` with some tokens replaced; ValueError for a token that does not exist or is no colour."""
    known = set(Palette.__struct_fields__)
    names = {name: name.replace("-", "_") for name in tokens}
    if unknown := set(names.values()) - known:
        raise ValueError(f"unknown token: {', '.join(sorted(unknown))}")
    return replace(base, **{names[name]: rgba(str(color)) for name, color in tokens.items()})


@cache
def load_brand(path: Path) -> Brand:
    """The brand of that file; SettingsError when it cannot be used."""
    import tomllib  # only a branded display pays for it

    try:
        with path.open("rb") as file:
            tables = tomllib.load(file)
        return Brand(overridden(NIGHT, tables.get("night", {})), overridden(DAY, tables.get("day", {})))
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise SettingsError(f"The brand file {path.name} cannot be used: {error}") from error


class Role:
    """Sizes of type by what they are for: cap height in minutes of arc, at full size."""

    COUNTDOWN = 70.0
    CODE = 50.0
    TITLE = 37.5
    PRIMARY = 30.0
    ROW_TIME = 27.5
    ROW_TITLE = 23.7
    CLOCK = 22.5
    BODY = 22.5
    SECONDARY = 21.2
    DETAIL = 20.0
    STATUS = 17.5
    FLOOR_MAIN = 20.0
    """Least size of titles, times and labels of actions while restricted."""
    FLOOR = 16.0
    """Least size of all other text while restricted, and of the main texts when parked."""
    FLOOR_READING = 12.0
    """Least size of text to be read when parked."""


class Measure:
    """Lengths in millimetres."""

    MARGIN = 7.7
    MARGIN_COMPACT = 4.6
    GAP = 4.6
    STATUS = 13.8
    STATUS_COMPACT = 11.4
    CARD_RADIUS = 6.1
    BUTTON_RADIUS = 5.4
    BORDER = 0.5
    SIDE = 84.0
    SECONDARY = 22.0
    ROW_ACTION = 20.0
    ROW_ACTION_PARKED = 16.0
    RAIL = 25.3
    RAIL_BUTTON = 17.6
    BOTTOM_ROW = 30.6
    NARROW_BUTTON = 41.4
