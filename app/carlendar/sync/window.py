"""The window of days to synchronise, the validity of sync tokens for it, and the priority of events."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from carlendar.domain.event import Event
from carlendar.domain.ports import WallClock
from carlendar.domain.timespan import Timespan, midnight
from carlendar.store.events import bounds
from carlendar.store.retention import PAST_KEPT

DAYS_AHEAD = 14
URGENT = timedelta(hours=24)
"""Events that start within this time have priority."""


def rolling_window(wall: WallClock, past: timedelta = PAST_KEPT) -> Timespan:
    """Return the window from midnight yesterday to midnight after `DAYS_AHEAD` days in the car's zone, in UTC.

    It never starts earlier than `past` ago, so that expired events are not fetched again.
    """
    zone, now = wall.zone(), wall.now()
    today = now.astimezone(zone).date()
    start = midnight(today - timedelta(days=1), zone)
    end = midnight(today + timedelta(days=DAYS_AHEAD + 1), zone)
    return Timespan(max(start, (now - past).astimezone(UTC).replace(microsecond=0)), end)


def within(event: Event, window: Timespan) -> bool:
    """Whether an event overlaps the window; for an all-day event, whether it does in any time zone."""
    span = event.span
    if isinstance(span, Timespan):
        return span.overlaps(window) or window.start <= span.start == span.end < window.end
    first, last = window.start.timestamp(), window.end.timestamp()
    starts, ends = bounds(span)
    return starts < last and ends > first


def written(window: Timespan) -> str:
    """Format a window as text, for `good_for`."""
    return f"{window.start.isoformat()}/{window.end.isoformat()}"


def good_for(reach: str, window: Timespan) -> bool:
    """Whether a sync token with this validity can be used for the window."""
    try:
        start, end = map(datetime.fromisoformat, reach.split("/"))
    except ValueError:
        return False
    return start <= window.start and window.end <= end


def priority(event: Event, now: datetime) -> tuple[int, datetime]:
    """Return the sort key for processing: events running or starting within 24 hours, later ones, past ones."""
    span = event.moments(UTC)
    if span.end < now:
        return (2, span.start)
    return (0 if span.start < now + URGENT else 1, span.start)
