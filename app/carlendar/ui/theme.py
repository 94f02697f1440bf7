"""Sizes of type and measures, which no brand can change: they are a matter of safety.

Colours, typeface, corners and borders are a brand's (`carlendar.brands`).
"""

from __future__ import annotations


class Role:
    """Sizes of type by what they are for: cap height in minutes of arc, at full size."""

    CODE = 50.0
    TITLE = 37.5
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

    GAP = 4.6
    SIDE = 84.0
    SECONDARY = 22.0
