"""A brand's typeface: two font files, found by name, and what their tables say about size, weight and figures.

The tables are `head`, `hhea`, `hmtx`, `cmap` and `OS/2` of the OpenType specification.
"""

from __future__ import annotations

import mmap
import struct
from bisect import bisect_left
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from carlendar.domain.base import Value
from carlendar.text.shape import PLAIN

FONT_FOLDERS = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"))
MOST_TABLES = 64
TABLES = ("head", "hhea", "hmtx", "cmap", "OS/2")
LETTERS = "abcdefghijklmnopqrstuvwxyz"
NEEDED = "".join(sorted({*PLAIN, *"–’·…"} - {" "}))
"""Characters that a typeface must have: those that are drawn with it without asking."""


class Typeface(Value, frozen=True):
    """Regular and bold font file, and the height of capitals as a fraction of the font size."""

    regular: Path
    bold: Path
    cap_ratio: float = 0.711


class FontFacts(Value, frozen=True):
    """What a font file says of itself; lengths as fractions of the font size."""

    weight: int
    cap_ratio: float
    figures: frozenset[float]
    """Advance widths of the figures 0 to 9."""
    letter: float
    """Mean advance width of the small letters a to z."""
    missing: str = ""
    """Characters of `NEEDED` that it does not have."""


def found(name: str, folder: Path) -> Path | None:
    """Return the font file of that name: in the brand's folder, among Kivy's, else an installed one; None if none."""
    for path in (folder / name, bundled() / name):
        if path.is_file():
            return path
    for base in FONT_FOLDERS:
        for path in base.glob(f"*/*/{name}"):
            return path
        for path in base.glob(f"*/{name}"):
            return path
    return None


@cache
def bundled() -> Path:
    """Return the folder of the fonts that come with Kivy, which is not imported."""
    spec = find_spec("kivy")
    return Path(spec.origin if spec is not None and spec.origin else ".").parent / "data" / "fonts"


@cache
def roboto() -> Typeface:
    """Return the typeface where no brand names another."""
    return Typeface(bundled() / "Roboto-Regular.ttf", bundled() / "Roboto-Bold.ttf")


@cache
def facts(path: Path) -> FontFacts:
    """Read a font file's tables. Raises ValueError for a file that is no OpenType font with a cap height."""
    try:
        with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            return _facts(data)
    except (OSError, struct.error, IndexError, KeyError, ZeroDivisionError) as error:
        raise ValueError("is not an OpenType font") from error


def _facts(data: mmap.mmap) -> FontFacts:
    tables = _tables(data)
    (em,) = struct.unpack_from(">H", tables["head"], 18)
    version, _, weight = struct.unpack_from(">HhH", tables["OS/2"])
    cap = struct.unpack_from(">h", tables["OS/2"], 88)[0] if version >= 2 else 0
    if cap <= 0:
        raise ValueError("does not state the height of its capitals (OS/2, sCapHeight)")
    (metrics,) = struct.unpack_from(">H", tables["hhea"], 34)
    glyphs = _glyphs(tables["cmap"])

    def advance(char: str) -> float:
        at = min(glyphs[ord(char)], metrics - 1)
        return float(struct.unpack_from(">H", tables["hmtx"], at * 4)[0]) / float(em)

    missing = "".join(char for char in NEEDED if not glyphs.get(ord(char)))
    figures = frozenset(round(advance(char), 4) for char in "0123456789" if char not in missing)
    letters = [advance(char) for char in LETTERS if char not in missing]
    return FontFacts(weight, cap / em, figures, sum(letters) / max(1, len(letters)), missing)


def _tables(data: mmap.mmap) -> dict[str, bytes]:
    (count,) = struct.unpack_from(">H", data, 4)
    found: dict[str, bytes] = {}
    for at in range(min(count, MOST_TABLES)):
        tag, _, offset, length = struct.unpack_from(">4sLLL", data, 12 + at * 16)
        if (name := tag.decode("latin-1")) in TABLES:
            found[name] = data[offset : offset + length]
    return found


def _glyphs(cmap: bytes) -> dict[int, int]:
    """Return the glyphs of the characters in `NEEDED` by code point, from a Unicode subtable of format 4 or 12."""
    (count,) = struct.unpack_from(">H", cmap, 2)
    best: tuple[int, int] | None = None
    for at in range(count):
        platform, encoding, offset = struct.unpack_from(">HHL", cmap, 4 + at * 8)
        (form,) = struct.unpack_from(">H", cmap, offset)
        if (platform == 0 or (platform == 3 and encoding in (1, 10))) and form in (4, 12):
            best = max(best or (0, 0), (form, offset))
    if best is None:
        raise ValueError("has no Unicode character map of format 4 or 12")
    if best[0] == 12:
        (count,) = struct.unpack_from(">L", cmap, best[1] + 12)
        groups = tuple(struct.iter_unpack(">LLL", cmap[best[1] + 16 : best[1] + 16 + count * 12]))
        ends = tuple(end for _, end, _ in groups)
        return {code: _in_groups(groups, ends, code) for code in map(ord, NEEDED)}
    (twice,) = struct.unpack_from(">H", cmap, best[1] + 6)
    ends = struct.unpack_from(f">{twice // 2}H", cmap, best[1] + 14)
    return {code: _in_segments(cmap, best[1], ends, code) for code in map(ord, NEEDED)}


def _in_groups(groups: tuple[tuple[int, ...], ...], ends: tuple[int, ...], code: int) -> int:
    at = bisect_left(ends, code)
    if at == len(groups) or code < groups[at][0]:
        return 0
    return groups[at][2] + code - groups[at][0]


def _in_segments(cmap: bytes, offset: int, ends: tuple[int, ...], code: int) -> int:
    number, twice = bisect_left(ends, code), 2 * len(ends)
    start, delta, shift = (
        int(struct.unpack_from(">H", cmap, offset + 16 + twice * part + number * 2)[0]) for part in (1, 2, 3)
    )
    if code < start:
        return 0
    if shift == 0:
        return (code + delta) & 0xFFFF
    at = offset + 16 + twice * 3 + number * 2 + shift + (code - start) * 2
    glyph = int(struct.unpack_from(">H", cmap, at)[0])
    return (glyph + delta) & 0xFFFF if glyph else 0
