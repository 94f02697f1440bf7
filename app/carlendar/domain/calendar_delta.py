"""What reading a calendar gives: its events, where its synchronisation stands afterwards, and what it cost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from carlendar.domain.base import Value

if TYPE_CHECKING:
    from carlendar.domain.event import Event
    from carlendar.domain.timespan import Timespan


class Traffic(Value, frozen=True):
    """What a piece of synchronisation cost."""

    requests: int = 0
    bytes: int = 0

    def __add__(self, other: Traffic) -> Traffic:
        return Traffic(self.requests + other.requests, self.bytes + other.bytes)


class Scope(Value, frozen=True):
    """The part of a window that a listing tells everything of: what is stored of it and not listed is gone.

    `ids` are events, and series with all their occurrences in the window; `spans` are parts of the
    window with all that touches them.
    """

    ids: frozenset[str] = frozenset()
    spans: tuple[Timespan, ...] = ()


class Listing(Value, frozen=True):
    """All events of one calendar that touch the window, or the word that nothing changed.

    `events` is None when `position` proved that nothing has changed. `position` is opaque, to be
    handed back at the next listing; empty where the source has none.
    """

    events: tuple[Event, ...] | None
    position: str
    traffic: Traffic = Traffic()
    scope: Scope | None = None
    """What `events` are the whole truth of; None for all of the window."""
    reach: Timespan | None = None
    """`position` may be handed back for any window within it; None for none but the one that was listed."""
    again: bool = False
    """A further listing, once all else is done, would make those after it cheap."""
    unreadable: tuple[str, ...] = ()
    """Ids of events that are listed but cannot be read (empty for one without an id): what is stored of them stays."""
