"""Reads `brand.toml`. Every mistake is a `BrandError` with the file, the key and what is allowed there.

A brand changes colours, typeface, corners, borders, icons, sound, mark, and the default language and units. There are
no keys for layout, sizes or limits, and a brand has no code.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from carlendar.brands.brand import FILE, Brand, BrandError, Point, Stroke
from carlendar.brands.palette import COLORS, Palette, rgba
from carlendar.brands.requirements import refusal, type_refusal
from carlendar.brands.typeface import Typeface, facts, found
from carlendar.known_settings import LANGUAGES, Known

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

LONGEST = 64 * 1024
"""Maximum size of a brand file in bytes."""
LARGEST_SOUND = 1024 * 1024
"""Maximum size of a sound in bytes: about ten seconds."""
MOST_STROKES, MOST_POINTS = 24, 24
DRAWN = ("circle", "line", "polygon")
INKS = ("text", "mute", "accent", "track", "outline", "go", "warn")
_NAME = r"[A-Za-z0-9][A-Za-z0-9._-]*"

_COLOR = Known("", pattern=r"#[0-9a-fA-F]{6}", form="a colour, as #1a2b3c")
_PRESS = Known(0.28, low=0.15, high=0.4)
_FONT = Known("", pattern=rf"{_NAME}\.(?:ttf|otf)", form="the name of a .ttf or .otf file")

KEYS: dict[str, Known] = {
    "brand.title": Known("", "name for people", pattern=r"[^\x00-\x1f]{1,40}", form="a name of at most 40 characters"),
    **{f"{theme}.{color}": _COLOR for theme in ("night", "day") for color in COLORS},
    "night.press": _PRESS,
    "day.press": _PRESS,
    "type.regular": _FONT,
    "type.bold": _FONT,
    "shape.card_radius": Known(6.1, "millimetres", low=0.0, high=8.0),
    "shape.button_radius": Known(5.4, "millimetres", low=0.0, high=5.4),
    "shape.border": Known(0.5, "millimetres", low=0.3, high=1.0),
    "icons.weight": Known("filled", choices=("filled", "outlined")),
    "sound.reminder": Known("", pattern=rf"{_NAME}\.wav", form="the name of a .wav file in the brand's folder"),
    "locale.language": Known(
        "", pattern=rf"(?:{'|'.join(LANGUAGES)})(?:-[A-Z]{{2}})?", form=f"{', '.join(LANGUAGES)}; with a region: en-GB"
    ),
    "locale.units": Known("metric", choices=("metric", "imperial")),
    "mark.strokes": Known((), form=f"a list of at most {MOST_STROKES} tables with draw, points, radius, width, ink"),
}
"""Every key of a brand file, by section and name."""


def read_brand(folder: Path) -> Brand:
    """Return the brand of that folder, checked against the rules of colour and type. Raises BrandError."""
    import tomllib  # read already where a platform file names a brand

    file = folder / FILE
    try:
        with file.open("rb") as opened:
            data = opened.read(LONGEST + 1)
        if len(data) > LONGEST:
            raise BrandError(f"{file}: is longer than {LONGEST // 1024} KiB")
        tables = tomllib.loads(data.decode("utf-8-sig"))
    except OSError as error:
        raise BrandError(f"{file}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise BrandError(f"{file}: is not UTF-8 text") from error
    except (ValueError, RecursionError) as error:
        raise BrandError(f"{file}: {error}") from error
    return brand_of(tables, folder)


def brand_of(tables: Mapping[str, Any], folder: Path) -> Brand:
    """Return the brand of the file's tables. Raises BrandError."""
    file = folder / FILE
    try:
        brand = _brand(_flat(tables), folder)
    except ValueError as error:
        raise BrandError(f"{file}: {error}") from error
    if why := refusal(brand):
        raise BrandError(f"{file}: {why}")
    return brand


def _flat(tables: Mapping[str, Any]) -> dict[str, Any]:
    """Return the checked values by key. Raises ValueError."""
    flat: dict[str, Any] = {}
    for section, entries in tables.items():
        if not isinstance(entries, dict):
            raise ValueError(f"{section}: keys must be in sections: {', '.join(_sections())}")  # noqa: TRY004 - a fault of the file, as every other
        for name, value in entries.items():
            key = f"{section}.{name.replace('-', '_')}"
            if key in flat:
                raise ValueError(f"{key}: is given twice, with a hyphen and with an underscore")
            flat[key] = _checked(key, value)
    return flat


def _sections() -> list[str]:
    return list(dict.fromkeys(key.partition(".")[0] for key in KEYS))


def _checked(key: str, value: Any) -> Any:
    known = KEYS.get(key)
    if known is None:
        from difflib import get_close_matches  # not on the way to the first frame

        meant = get_close_matches(key, KEYS, 1, 0.75)
        hint = f"; did you mean {meant[0]}?" if meant else f"; allowed in sections {', '.join(_sections())}"
        raise ValueError(f"{key}: is not a key of a brand{hint}")
    if isinstance(known.default, tuple):
        return _strokes(key, value)
    if isinstance(known.default, float):
        given = float(value) if type(value) in (int, float) else None
        if given is None or not (known.low or 0.0) <= given <= (known.high or 0.0):
            raise ValueError(f"{key}: must be a number from {known.low:g} to {known.high:g}")
        return given
    if not isinstance(value, str) or (known.choices and value not in known.choices):
        raise ValueError(f"{key}: must be {known.form or 'one of ' + ', '.join(known.choices)}")
    if known.pattern and re.fullmatch(known.pattern, value) is None:
        raise ValueError(f"{key}: must be {known.form}")
    return value


def _strokes(key: str, value: Any) -> tuple[Stroke, ...]:
    if not isinstance(value, list) or len(value) > MOST_STROKES:
        raise ValueError(f"{key}: must be {KEYS[key].form}")
    return tuple(_stroke(f"{key}[{number}]", each) for number, each in enumerate(value))


def _stroke(key: str, table: Any) -> Stroke:
    if not isinstance(table, dict) or not {"draw", "points"} <= set(table) <= set(Stroke.__struct_fields__):
        raise ValueError(f"{key}: must be a table with draw and points, and perhaps {', '.join(_MORE)}")
    draw, ink = table["draw"], table.get("ink", "accent")
    if draw not in DRAWN:
        raise ValueError(f"{key}.draw: must be one of {', '.join(DRAWN)}")
    if ink not in INKS:
        raise ValueError(f"{key}.ink: must be one of {', '.join(INKS)}")
    points = _points(f"{key}.points", table["points"], *{"circle": (1, 1), "line": (2, MOST_POINTS)}.get(draw, (3, 24)))
    radius, width = (_length(f"{key}.{name}", table.get(name, 0.0)) for name in ("radius", "width"))
    if draw == "circle" and not 0 < radius <= 0.5:
        raise ValueError(f"{key}.radius: must be a number above 0 and at most 0.5")
    if draw == "line" and width <= 0:
        raise ValueError(f"{key}.width: must be a number above 0")
    reach = radius + width / 2 if draw == "circle" else width / 2
    if any(not reach - 1e-9 <= part <= 1 - reach + 1e-9 for point in points for part in point):
        raise ValueError(f"{key}: must lie in the square from 0 to 1, with its width")
    return Stroke(draw, points, radius, width, ink)


_MORE = ("radius", "width", "ink")


def _points(key: str, value: Any, least: int, most: int) -> tuple[Point, ...]:
    many = f"{least}" if least == most else f"{least} to {most}"
    form = f"{key}: must be a list of {many} pairs of numbers from 0 to 1"
    if not isinstance(value, list) or not least <= len(value) <= most:
        raise ValueError(form)
    points: list[Point] = []
    for pair in value:
        if not isinstance(pair, list) or len(pair) != 2 or not all(_is_share(part) for part in pair):
            raise ValueError(form)
        points.append((float(pair[0]), float(pair[1])))
    return tuple(points)


def _is_share(value: Any) -> bool:
    return type(value) in (int, float) and 0 <= value <= 1


def _length(key: str, value: Any) -> float:
    if not _is_share(value):
        raise ValueError(f"{key}: must be a number from 0 to 1")
    return float(value)


def _brand(flat: Mapping[str, Any], folder: Path) -> Brand:
    own = Brand()
    return Brand(
        name=folder.name,
        title=flat.get("brand.title", folder.name.capitalize()),
        night=_palette(own.night, flat, "night"),
        day=_palette(own.day, flat, "day"),
        typeface=_typeface(flat, folder),
        outlined_icons=flat.get("icons.weight") == "outlined",
        card_radius=flat.get("shape.card_radius", own.card_radius),
        button_radius=flat.get("shape.button_radius", own.button_radius),
        border=flat.get("shape.border", own.border),
        sound=_sound(flat.get("sound.reminder", ""), folder),
        mark=flat.get("mark.strokes", ()),
        language=flat.get("locale.language", ""),
        miles=flat.get("locale.units") == "imperial",
    )


def _palette(own: Palette, flat: Mapping[str, Any], theme: str) -> Palette:
    colors = {name: rgba(flat[f"{theme}.{name}"]) for name in COLORS if f"{theme}.{name}" in flat}
    return replace(own, **colors, press=flat.get(f"{theme}.press", own.press))


def _typeface(flat: Mapping[str, Any], folder: Path) -> Typeface | None:
    names = [flat.get(f"type.{weight}", "") for weight in ("regular", "bold")]
    if not any(names):
        return None
    for key, name in zip(("type.regular", "type.bold"), names, strict=True):
        if not name:
            raise ValueError(f"{key}: must be {_FONT.form}, because the other weight is given")
    paths = [found(name, folder) for name in names]
    read = []
    for key, name, path in zip(("type.regular", "type.bold"), names, paths, strict=True):
        if path is None:
            raise ValueError(f"{key}: {name} is neither in the brand's folder nor installed")
        try:
            read.append(facts(path))
        except ValueError as error:
            raise ValueError(f"{key}: {name} {error}") from error
    if why := type_refusal(*read):
        raise ValueError(why)
    regular, bold = paths
    assert regular is not None and bold is not None  # noqa: PT018, S101 - checked above
    return Typeface(regular, bold, min(each.cap_ratio for each in read))


def _sound(name: str, folder: Path) -> Path | None:
    if not name:
        return None
    path = folder / name
    if not path.is_file() or path.stat().st_size > LARGEST_SOUND:
        raise ValueError(f"sound.reminder: {name} must be in the brand's folder, at most {LARGEST_SOUND >> 20} MiB")
    with path.open("rb") as file:
        head = file.read(36)
    if head[:4] != b"RIFF" or head[8:16] != b"WAVEfmt " or head[20:22] != b"\x01\x00" or head[34:36] != b"\x10\x00":
        raise ValueError(f"sound.reminder: {name} must be a WAV file of 16 bits PCM")
    return path
