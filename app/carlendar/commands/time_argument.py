"""Parses a date and time given as an argument."""

from __future__ import annotations

from datetime import datetime

from carlendar.errors import UsageError

YEARS = range(1980, 2200)
"""Years that are accepted, far from the limits of date arithmetic."""


def moment(text: str) -> datetime:
    """Parse an ISO 8601 text, with or without an offset. Raises UsageError for anything else."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise UsageError(f"{text} is not a moment (ISO 8601, as 2026-11-23T08:41+01:00)") from error
    if found.year not in YEARS:
        raise UsageError(f"{text} does not lie between {YEARS[0]} and {YEARS[-1]}")
    return found
