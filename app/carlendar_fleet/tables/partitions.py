"""Where the rows of an event are stored: by day and brand."""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache

FIRST_DAY = date(1970, 1, 1)


@lru_cache(maxsize=1_000)
def day_of(text: str) -> int:
    """The day since 1970 of a date in the form YYYY-MM-DD. Raises ValueError if there is no such day."""
    return (date.fromisoformat(text) - FIRST_DAY).days


def is_day(text: str) -> bool:
    """Whether there is a day with this date."""
    try:
        day_of(text)
    except ValueError:
        return False
    return True


def partition(event: str, day: int, brand: str) -> str:
    """The folder of a partition, relative to the data folder. `day` is counted from 1970 (UTC)."""
    return f"events/{event}/day={FIRST_DAY + timedelta(days=day)}/brand={brand}"
