"""Coarse cells: the H3 grid at resolution 4 (about 1,770 km² each), as small numbers.

A number holds the base cell (0 to 121) and one digit of three bits for each resolution. It has no room for a finer one.
"""

from __future__ import annotations

from carlendar.telemetry.schema import CELL_RESOLUTION

_DIGIT_BITS = 3
_MOST_DIGITS = 15
_BASE_BITS = 7
_RESOLUTION_SHIFT = 52


def cell_of(latitude: float, longitude: float) -> int | None:
    """Return the coarse cell of a position in degrees; None without the library h3, or for an invalid position."""
    try:
        import h3
    except ImportError:
        return None
    try:
        return from_h3(h3.latlng_to_cell(latitude, longitude, CELL_RESOLUTION))
    except ValueError:
        return None


def from_h3(index: str) -> int:
    """Return the number of an H3 cell of resolution 4, given as hexadecimal text. Raises ValueError for another one."""
    value = int(index, 16)
    if (value >> _RESOLUTION_SHIFT) & 0xF != CELL_RESOLUTION:
        raise ValueError("not a cell of this resolution")
    kept = (1 << (_BASE_BITS + _DIGIT_BITS * CELL_RESOLUTION)) - 1
    return (value >> (_DIGIT_BITS * (_MOST_DIGITS - CELL_RESOLUTION))) & kept
