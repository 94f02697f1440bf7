"""What a brand must satisfy: contrast, greyscale and type, by the limits for the driver of a moving car.

The audit measures the same on drawn screens (rules T5, T7, T8, T10, D2, D3); here the tokens are compared pair by
pair, so that a brand is refused before anything is drawn.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from carlendar.brands.palette import Palette, contrast, grey, hex_of, luminance

if TYPE_CHECKING:
    from collections.abc import Iterator

    from carlendar.brands.brand import Brand
    from carlendar.brands.typeface import FontFacts

MAIN, TEXT, SHAPE = 7.0, 4.5, 3.0
"""Least contrast of titles, times and labels; of other text and icons; of the shape of a target."""
CARD = 1.18
"""Least contrast of a card against the page: a card is no target, but has to be seen as one thing."""
DARKEST_DAY, BRIGHTEST_NIGHT = 0.5, 0.03
"""Relative luminance of the page."""
GREY = 46
"""Least difference in luma (0 to 255) of the colours of two states: 40 is measured, the rest is for the edges."""
MARGIN = 0.02
"""Added to every contrast, because a display draws whole steps of 255."""
WEIGHTS = {"type.regular": (350, 500), "type.bold": (550, 900)}
WIDEST = 1.08
"""Largest mean width of letters against the height of capitals, relative to Roboto, whose labels fit."""
ROBOTO_LETTER = {"type.regular": 0.7018, "type.bold": 0.7137}
FIGURES = 0.001
CAPITALS = (0.6, 0.8)


class Pair(NamedTuple):
    """Two tokens and the least contrast between them."""

    one: str
    other: str
    least: float
    use: str


PAIRS = (
    *(Pair("text", ground, MAIN, "titles and times") for ground in ("bg", "surface", "surface_2")),
    *(Pair(f"on_{fill}", fill, MAIN, "labels of actions") for fill in ("accent", "go", "warn", "stop")),
    *(
        Pair(ink, ground, TEXT, "text and icons")
        for ink in ("mute", "accent", "warn", "go", "stop_text")
        for ground in ("bg", "surface", "surface_2")
    ),
    *(
        Pair(shape, ground, SHAPE, "shape of a target")
        for shape in ("outline", "accent", "go", "warn", "stop_text")
        for ground in ("bg", "surface")
    ),
    Pair("outline", "surface_2", 1.5, "border against its own fill"),
    Pair("accent", "track", SHAPE, "ring against its track"),
    Pair("surface", "bg", CARD, "card"),
)

STATES = (
    ("accent", "surface"),
    ("accent", "surface_2"),
    ("accent", "track"),
    ("warn", "surface"),
    ("warn", "surface_2"),
    ("go", "surface_2"),
    ("stop_text", "surface_2"),
    ("text", "mute"),
)
"""Pairs of tokens that distinguish two states, by day and by night."""
LEAST_GREY = {("text", "mute"): 16.0}


def refusal(brand: Brand) -> str:
    """Return the first rule that the brand breaks, with the pair and the values; empty if it breaks none."""
    return next(chain(violations(brand.night, "night"), violations(brand.day, "day")), "")


def violations(palette: Palette, theme: str) -> Iterator[str]:
    """Yield each rule that the palette breaks."""
    ground = luminance(palette.bg)
    if theme == "night" and ground > BRIGHTEST_NIGHT - 0.001:
        yield f"{theme}.bg: luminance {ground:.3f} of {hex_of(palette.bg)} must be at most {BRIGHTEST_NIGHT}"
    if theme == "day" and ground < DARKEST_DAY + 0.001:
        yield f"{theme}.bg: luminance {ground:.3f} of {hex_of(palette.bg)} must be at least {DARKEST_DAY}"
    for pair in PAIRS:
        ratio = contrast(palette.token(pair.one), palette.token(pair.other))
        if ratio < pair.least + MARGIN:
            yield _said(theme, palette, pair.one, pair.other, f"contrast {ratio:.2f}:1", f"{pair.least:g}:1", pair.use)
    for one, other in STATES:
        least = LEAST_GREY.get((one, other), GREY)
        difference = abs(grey(palette.token(one)) - grey(palette.token(other)))
        if difference < least:
            yield _said(theme, palette, one, other, f"difference in grey {difference:.0f}", f"{least:g}", "states")
    for fill, label in (("surface_2", "text"), *((fill, f"on_{fill}") for fill in ("go", "stop", "accent", "warn"))):
        ratio = contrast(palette.pressed(fill), palette.token(label))
        if ratio < SHAPE:
            where = f"{theme}.press: contrast {ratio:.2f}:1 of {label} on a pressed {fill}"
            yield f"{where} must be at least {SHAPE:g}:1; use a smaller number"


def _said(theme: str, palette: Palette, one: str, other: str, measured: str, least: str, use: str) -> str:
    first, second = hex_of(palette.token(one)), hex_of(palette.token(other))
    return f"{theme}.{one} {first} on {theme}.{other} {second}: {measured} must be at least {least} ({use})"


def type_refusal(regular: FontFacts, bold: FontFacts) -> str:
    """Return the first rule that the two fonts of a typeface break; empty if they break none."""
    for key, font in (("type.regular", regular), ("type.bold", bold)):
        least, most = WEIGHTS[key]
        if not least <= font.weight <= most:
            return f"{key}: weight {font.weight} must be from {least} to {most}"
        if font.missing:
            return f"{key}: has no {font.missing[:8]}"
        if not CAPITALS[0] <= font.cap_ratio <= CAPITALS[1]:
            return f"{key}: height of capitals {font.cap_ratio:.2f} must be from {CAPITALS[0]} to {CAPITALS[1]}"
        if max(font.figures) - min(font.figures) > FIGURES:
            return f"{key}: figures must be of equal width (tabular)"
        width = font.letter / font.cap_ratio / ROBOTO_LETTER[key]
        if width > WIDEST:
            return f"{key}: letters are {width:.2f} times as wide as Roboto's; at most {WIDEST:g}"
    return ""
