"""The least sizes of type, which neither a brand nor a kv file can change: they are a matter of safety.

The sizes of the design are in kv/tokens.kv; colours, typeface, corners and borders are a brand's (`carlendar.brands`).
"""

from __future__ import annotations


class Floor:
    """Least sizes of type by what it is for: cap height in minutes of arc."""

    MAIN = 20.0
    """Least size of titles, times and labels of actions while restricted."""
    TEXT = 16.0
    """Least size of all other text while restricted, and of the main texts when parked."""
    READING = 12.0
    """Least size of text to be read when parked."""
