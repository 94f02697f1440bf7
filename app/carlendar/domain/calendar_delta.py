"""The result of reading a calendar: its events or changes, the new sync token, and the traffic."""

from __future__ import annotations

from typing import TYPE_CHECKING

from carlendar.domain.base import Value

if TYPE_CHECKING:
    from carlendar.domain.event import Event
    from carlendar.domain.timespan import Timespan


class Traffic(Value, frozen=True):
    """Network traffic of a synchronisation."""

    requests: int = 0
    bytes: int = 0

    def __add__(self, other: Traffic) -> Traffic:
        return Traffic(self.requests + other.requests, self.bytes + other.bytes)


class DeltaScope(Value, frozen=True):
    """The part of a window that a delta covers completely: stored events of it that are not listed were deleted.

    `ids` are events, and series with all their occurrences in the window; `spans` are parts of the window with all
    events that overlap them.
    """

    ids: frozenset[str] = frozenset()
    spans: tuple[Timespan, ...] = ()


class CalendarDelta(Value, frozen=True):
    """The events of one calendar that overlap the window, or the information that nothing changed.

    `events` is None if nothing has changed since `position`. `position` is an opaque sync token for the next read,
    empty if the source has none.
    """

    events: tuple[Event, ...] | None
    position: str
    traffic: Traffic = Traffic()
    scope: DeltaScope | None = None
    """The part of the window that `events` covers completely; None for all of it."""
    reach: Timespan | None = None
    """`position` is valid for any window within this span; None if only for the same window."""
    again: bool = False
    """Whether a further read, with low priority, would make later ones cheaper."""
    unreadable: tuple[str, ...] = ()
    """Ids of events that could not be parsed (empty for one without an id): stored versions of them are kept."""
    color: str | None = None
    """The calendar's colour (`#rrggbb`, empty for none) where its events' source says it; None where it does not."""
