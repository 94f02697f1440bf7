"""Reads which characters a font file supports: the `cmap` table of an OpenType font.

Kivy's text provider silently draws a box for a missing character; hence this small reader of the two subtable formats
that all current fonts use (4 and 12; OpenType specification, "cmap").
"""

from __future__ import annotations

import struct
from bisect import bisect_right
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from pathlib import Path

LIMIT = 4_000_000
"""Maximum size of a character map in bytes."""


class Coverage(NamedTuple):
    """Sorted, disjoint ranges of code points."""

    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def has(self, char: str) -> bool:
        """Whether the font has a glyph for the character."""
        at = bisect_right(self.starts, ord(char)) - 1
        return at >= 0 and ord(char) <= self.ends[at]


@cache
def coverage(path: Path) -> Coverage:
    """Return the coverage of the font file; empty if it cannot be interpreted."""
    try:
        with path.open("rb") as file:
            data = _cmap(file.read(12), file)
        ranges = sorted(_ranges(data))
    except (OSError, ValueError, struct.error, IndexError):
        ranges = []
    return Coverage(tuple(start for start, _ in ranges), tuple(end for _, end in ranges))


def _cmap(head: bytes, file: object) -> bytes:
    """Return the font's `cmap` table; of a collection (`ttcf`) the first font's."""
    read, seek = file.read, file.seek  # type: ignore[attr-defined]  # an open binary file
    if head[:4] == b"ttcf":
        seek(12)
        (offset,) = struct.unpack(">L", read(4))
        seek(offset)
        head = read(12)
    (count,) = struct.unpack(">H", head[4:6])
    for _ in range(count):
        tag, _, offset, length = struct.unpack(">4sLLL", read(16))
        if tag == b"cmap":
            seek(offset)
            return bytes(read(min(length, LIMIT)))
    raise ValueError("no character map")


def _ranges(cmap: bytes) -> list[tuple[int, int]]:
    (count,) = struct.unpack(">H", cmap[2:4])
    best: tuple[int, int] | None = None
    for at in range(count):
        platform, encoding, offset = struct.unpack(">HHL", cmap[4 + at * 8 : 12 + at * 8])
        (form,) = struct.unpack(">H", cmap[offset : offset + 2])
        unicode = platform == 0 or (platform == 3 and encoding in (1, 10))
        if unicode and form in (4, 12) and (best is None or form > best[0]):
            best = (form, offset)
    if best is None:
        raise ValueError("no Unicode character map")
    return _segments(cmap, best[1]) if best[0] == 4 else _groups(cmap, best[1])


def _groups(cmap: bytes, offset: int) -> list[tuple[int, int]]:
    (count,) = struct.unpack(">L", cmap[offset + 12 : offset + 16])
    groups = struct.iter_unpack(">LLL", cmap[offset + 16 : offset + 16 + count * 12])
    return [(start, end) for start, end, _ in groups]


def _segments(cmap: bytes, offset: int) -> list[tuple[int, int]]:
    (twice,) = struct.unpack(">H", cmap[offset + 6 : offset + 8])
    ends = struct.unpack(f">{twice // 2}H", cmap[offset + 14 : offset + 14 + twice])
    starts = struct.unpack(f">{twice // 2}H", cmap[offset + 16 + twice : offset + 16 + twice * 2])
    return [(start, end) for start, end in zip(starts, ends, strict=True) if start != 0xFFFF]
