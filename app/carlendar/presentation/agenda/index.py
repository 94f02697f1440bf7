"""An index of the agenda entries of a snapshot, built once per snapshot."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from datetime import UTC, datetime, timedelta, tzinfo
from operator import itemgetter
from typing import TYPE_CHECKING

from msgspec.structs import replace

from carlendar.domain.agenda import AgendaEntry, entry_of, event_id_of, occurrence_key
from carlendar.domain.base import Value
from carlendar.presentation.agenda.pending_answers import pending_answers

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from carlendar.domain.event import Event, Response
    from carlendar.store.records import Snapshot, StoredEvent

BACK = timedelta(hours=25)
"""Timed events that began earlier are over, including their time for reminders and joining."""
FIRST_YEAR, LAST_YEAR = 1, 9999
"""Datetimes outside these years may overflow when converted to another zone."""
AHEAD = 60
"""Maximum number of coming entries that Now and reminders examine."""


class AgendaIndex(Value, frozen=True):
    """Entries of the visible calendars, each meeting once, and the stored event of each by key."""

    entries: tuple[AgendaEntry, ...]
    stored: Mapping[str, StoredEvent]
    timed: tuple[AgendaEntry, ...] = ()
    """Timed entries in order of start."""
    starts: tuple[float, ...] = ()
    """Their starts in POSIX seconds."""
    whole: tuple[AgendaEntry, ...] = ()
    """All-day entries."""
    zone: tzinfo = UTC
    """The zone of the days."""

    def near(self, now: datetime, ahead: int = AHEAD) -> tuple[AgendaEntry, ...]:
        """Return the timed entries relevant at `now`: from a day before to the next `ahead`."""
        first = bisect_left(self.starts, (now - BACK).timestamp())
        last = bisect_right(self.starts, now.timestamp()) + ahead
        if 0 < last < len(self.starts):  # never separate entries with the same start
            last = bisect_right(self.starts, self.starts[last - 1])
        return self.timed[first:last]

    def coming(self, now: datetime, ahead: int) -> tuple[tuple[AgendaEntry, ...], bool]:
        """Return all-day entries and the timed entries `near` now, and whether there are later ones."""
        near = self.near(now, ahead)
        return (*self.whole, *near), bool(near) and near[-1] is not self.timed[-1]

    def entry(self, key: str) -> AgendaEntry | None:
        """Return the entry of an occurrence key, None if it is not in this index."""
        return next((entry for entry in self.entries if entry.key == key), None)

    def moved_entry(self, key: str) -> AgendaEntry | None:
        """Return the entry of an occurrence key, also if the meeting was rescheduled since; None if it is gone."""
        if (same := self.entry(key)) is not None:
            return same
        event_id = event_id_of(key)
        return next((entry for entry in self.entries if entry.event.id == event_id), None)

    def of(self, entry: AgendaEntry) -> StoredEvent:
        """Return the stored event of an entry of this index."""
        return self.stored[entry.key]

    def account_of(self, event: Event) -> str:
        """Return the account of an event of this index, empty if it is not in it."""
        stored = self.stored.get(occurrence_key(event))
        return stored.account.id if stored else ""


class AgendaCache:
    """Builds and caches the index of a snapshot. The thread that reads the store can call `of` in advance, so that the
    index is ready for the UI thread.
    """

    def __init__(self) -> None:
        self._last: tuple[Snapshot, AgendaIndex] | None = None

    def of(self, snapshot: Snapshot) -> AgendaIndex:
        """Return the index of exactly that snapshot object."""
        last = self._last
        if last is None or last[0] is not snapshot:
            last = self._last = (snapshot, build_index(snapshot))
        return last[1]


def build_index(snapshot: Snapshot) -> AgendaIndex:
    """Return the index of a snapshot; empty while no profile is chosen."""
    if snapshot.profile is None:
        return AgendaIndex((), {})
    given = pending_answers(snapshot)
    shown = [stored for stored in snapshot.events if stored.calendar.shown and _has_times(stored)]
    return index_of([_answered(stored, given) for stored in shown] if given else shown, snapshot.zone)


def index_of(held: Sequence[StoredEvent], zone: tzinfo) -> AgendaIndex:
    """Return the index of these events, whose times must exist in every zone; days are those of `zone`."""
    pairs = [
        (entry_of(each.event, zone, can_join=bool(each.join_details and each.join_details.found)), each)
        for each in held
    ]
    entries = tuple(entry for entry, _ in pairs)
    ordered = sorted(
        ((entry.event.moments(UTC).start.timestamp(), entry) for entry in entries if not entry.all_day),
        key=itemgetter(0),
    )
    return AgendaIndex(
        entries,
        {entry.key: stored for entry, stored in pairs},
        tuple(entry for _, entry in ordered),
        tuple(start for start, _ in ordered),
        tuple(entry for entry in entries if entry.all_day),
        zone,
    )


def _has_times(stored: StoredEvent) -> bool:
    """Whether its times can be converted to every zone: not so near the limits of datetime."""
    start, end = stored.event.span.start, stored.event.span.end
    return start.year > FIRST_YEAR and end.year < LAST_YEAR


def _answered(stored: StoredEvent, given: Mapping[tuple[str, str], tuple[int, Response]]) -> StoredEvent:
    """Return the event with the pending answer to it or its series: the user's action shows immediately."""
    event = stored.event
    keys = [(stored.account.id, name) for name in (event.series_id, event.id) if name]
    found = max((given[key] for key in keys if key in given), default=None)
    return stored if found is None else replace(stored, event=replace(event, response=found[1]))
