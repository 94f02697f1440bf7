"""Generates brand files for Hypothesis: plausible palettes, careless ones, and every other key of a brand."""

from __future__ import annotations

import colorsys

from hypothesis import strategies as st

from carlendar.brands.brand import Brand
from carlendar.brands.palette import COLORS, Palette, hex_of, luminance

FONTS = (
    None,
    None,
    ("Roboto-Regular.ttf", "Roboto-Bold.ttf"),
    ("FreeSans.ttf", "FreeSansBold.ttf"),
    ("FreeSerif.ttf", "FreeSerifBold.ttf"),
    ("URWGothic-Book.otf", "URWGothic-Demi.otf"),
    ("NimbusSans-Regular.otf", "NimbusSans-Bold.otf"),
    ("NanumGothic.ttf", "NanumGothicBold.ttf"),
    ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf"),
    ("RobotoMono-Regular.ttf", "Roboto-Bold.ttf"),
)


def _of_luminance(hue: float, saturation: float, wanted: float) -> str:
    """The colour of that hue whose luminance is nearest."""
    low, high = 0.0, 1.0
    for _ in range(12):
        light = (low + high) / 2
        red, green, blue = colorsys.hls_to_rgb(hue, light, saturation)
        low, high = (light, high) if luminance((red, green, blue, 1.0)) < wanted else (low, light)
    return hex_of((red, green, blue, 1.0))


@st.composite
def palettes(draw: st.DrawFn, own: Palette) -> dict[str, object]:
    """Tokens with another hue and saturation than a palette's, and luminance near it; some are moved far."""
    hue = draw(st.floats(0, 1))
    spread = draw(st.sampled_from([0.0, 0.01, 0.03, 0.06, 0.15, 0.4]))
    tokens: dict[str, object] = {}
    for name in COLORS:
        color = own.token(name)
        own_hue, _, full = colorsys.rgb_to_hls(*color[:3])
        turned = own_hue if name in ("go", "warn", "stop", "stop_text") else (own_hue + hue) % 1
        share = draw(st.floats(-spread, spread))
        wanted = luminance(color)
        wanted += share * (1 - wanted if share > 0 else wanted)
        tokens[name] = _of_luminance(turned, full * draw(st.floats(0.5, 1.0)), wanted)
    tokens["press"] = draw(st.floats(0.15, 0.4))
    return tokens


@st.composite
def strokes(draw: st.DrawFn) -> dict[str, object]:
    """One drawing instruction, within the square."""
    point = st.lists(st.floats(0.1, 0.9), min_size=2, max_size=2)
    ink = draw(st.sampled_from(["accent", "text", "mute", "track", "outline"]))
    kind = draw(st.sampled_from(["circle", "line", "polygon"]))
    if kind == "circle":
        return {"draw": kind, "points": [[0.5, 0.5]], "radius": draw(st.floats(0.01, 0.4)), "width": 0.05, "ink": ink}
    points = draw(st.lists(point, min_size=3, max_size=6))
    return {"draw": kind, "points": points, "ink": ink} | ({"width": 0.05} if kind == "line" else {})


@st.composite
def brand_tables(draw: st.DrawFn) -> dict[str, dict[str, object]]:
    """The tables of a brand file whose every key is allowed: whether its colours and fonts are is the question."""
    own = Brand()
    tables: dict[str, dict[str, object]] = {
        "night": draw(palettes(own.night)),
        "day": draw(palettes(own.day)),
        "shape": {
            "card_radius": draw(st.floats(0, 8)),
            "button_radius": draw(st.floats(0, 5.4)),
            "border": draw(st.floats(0.3, 1.0)),
        },
        "icons": {"weight": draw(st.sampled_from(["filled", "outlined"]))},
        "locale": {"units": draw(st.sampled_from(["metric", "imperial"]))},
        "mark": {"strokes": draw(st.lists(strokes(), max_size=4))},
    }
    if fonts := draw(st.sampled_from(FONTS)):
        tables["type"] = dict(zip(("regular", "bold"), fonts, strict=True))
    return tables
