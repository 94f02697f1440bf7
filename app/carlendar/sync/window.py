"""The days that are kept up to date, how far a source's position holds for them, and what is read first."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from carlendar.domain.event import Event
from carlendar.domain.ports import WallClock
from carlendar.domain.timespan import Timespan
from carlendar.store.events import bounds
from carlendar.store.retention import PAST_KEPT

DAYS_AHEAD = 14
URGENT = timedelta(hours=24)
"""What starts within that is read first."""


def rolling_window(wall: WallClock, past: timedelta = PAST_KEPT) -> Timespan:
    """From yesterday's midnight to the midnight after `DAYS_AHEAD` days, in the car's zone; given in UTC.

    It never begins earlier than `past` ago: what is deleted for its age must not be fetched again.
    """
    zone, now = wall.zone(), wall.now()
    today = now.astimezone(zone).date()
    start = datetime.combine(today - timedelta(days=1), time(), zone).astimezone(UTC)
    end = datetime.combine(today + timedelta(days=DAYS_AHEAD + 1), time(), zone).astimezone(UTC)
    return Timespan(max(start, (now - past).astimezone(UTC).replace(microsecond=0)), end)


def within(event: Event, window: Timespan) -> bool:
    """Whether an event touches the window; whole days, whether they do in any zone."""
    first, last = window.start.timestamp(), window.end.timestamp()
    starts, ends = bounds(event.span)
    return (starts < last and ends > first) or first <= starts == ends < last


def written(window: Timespan) -> str:
    """A window as text, for `good_for`."""
    return f"{window.start.isoformat()}/{window.end.isoformat()}"


def good_for(reach: str, window: Timespan) -> bool:
    """Whether a position of that reach may be handed back: it proves nothing of days beyond."""
    try:
        start, end = map(datetime.fromisoformat, reach.split("/"))
    except ValueError:
        return False
    return start <= window.start and window.end <= end


def priority(event: Event, now: datetime) -> tuple[int, datetime]:
    """Order of reading: what runs or starts within 24 hours, then what comes later, then what is over."""
    span = event.moments(UTC)
    if span.end < now:
        return (2, span.start)
    return (0 if span.start < now + URGENT else 1, span.start)
