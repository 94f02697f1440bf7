"""Sizes of type and measures, which no brand can change: they are a matter of safety.

Colours, typeface, corners and borders are a brand's (`carlendar.brands`).
"""

from __future__ import annotations


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
    SIDE = 84.0
    SECONDARY = 22.0
    ROW_ACTION = 20.0
    ROW_ACTION_PARKED = 16.0
    RAIL = 25.3
    RAIL_BUTTON = 17.6
    BOTTOM_ROW = 30.6
    NARROW_BUTTON = 41.4
