"""A snapshot's events as the agenda's entries, made once for each snapshot."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from datetime import UTC, datetime, timedelta, tzinfo
from operator import itemgetter
from typing import TYPE_CHECKING

from msgspec.structs import replace

from carlendar.domain.agenda import AgendaEntry, entry_of, occurrence_key
from carlendar.domain.base import Value
from carlendar.presentation.agenda.pending_answers import pending_answers

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from carlendar.domain.event import Event, Response
    from carlendar.store.records import Snapshot, StoredEvent

BACK = timedelta(hours=25)
"""What began earlier is over, its time for reminders and for joining again included, or covers whole days."""
FIRST_YEAR, LAST_YEAR = 1, 9999
"""A moment of these years may have no name in another zone: `datetime` reaches no further."""
AHEAD = 60
"""So many coming entries Drive and reminders look at: bounded, whatever a calendar holds."""


class AgendaIndex(Value, frozen=True):
    """Entries of the calendars that are shown, each meeting once, and what is stored of each by its key."""

    entries: tuple[AgendaEntry, ...]
    stored: Mapping[str, StoredEvent]
    timed: tuple[AgendaEntry, ...] = ()
    """Those with times of day, in order of start."""
    starts: tuple[float, ...] = ()
    """Their starts, seconds of the POSIX epoch."""
    whole: tuple[AgendaEntry, ...] = ()
    """Those that cover whole days."""
    zone: tzinfo = UTC
    """The zone whose days these are."""

    def near(self, now: datetime, ahead: int = AHEAD) -> tuple[AgendaEntry, ...]:
        """The timed entries that may be spoken of at `now`: from a day ago to the next `ahead`."""
        first = bisect_left(self.starts, (now - BACK).timestamp())
        last = bisect_right(self.starts, now.timestamp()) + ahead
        if 0 < last < len(self.starts):  # never between two of one time, whose order is another matter
            last = bisect_right(self.starts, self.starts[last - 1])
        return self.timed[first:last]

    def coming(self, now: datetime, ahead: int) -> tuple[tuple[AgendaEntry, ...], bool]:
        """What covers whole days and the timed entries `near` now, and whether there are later ones."""
        near = self.near(now, ahead)
        return (*self.whole, *near), bool(near) and near[-1] is not self.timed[-1]

    def of(self, entry: AgendaEntry) -> StoredEvent:
        """What is stored of an entry of this index."""
        return self.stored[entry.key]

    def account_of(self, event: Event) -> str:
        """The account of an event of this index, empty for one that is not in it."""
        stored = self.stored.get(occurrence_key(event))
        return stored.account.id if stored else ""


class AgendaCache:
    """Makes the index of a snapshot, and keeps it until there is another: `of` may be asked ahead by the thread that
    reads the store, so that the one that draws finds it ready.
    """

    def __init__(self) -> None:
        self._last: tuple[Snapshot, AgendaIndex] | None = None

    def of(self, snapshot: Snapshot) -> AgendaIndex:
        """The index of that very snapshot object."""
        last = self._last
        if last is None or last[0] is not snapshot:
            last = self._last = (snapshot, build_index(snapshot))
        return last[1]


def build_index(snapshot: Snapshot) -> AgendaIndex:
    """The index of a snapshot; empty while no profile is chosen."""
    if snapshot.profile is None:
        return AgendaIndex((), {})
    given = pending_answers(snapshot)
    shown = [stored for stored in snapshot.events if stored.calendar.shown and _has_times(stored)]
    return index_of([_answered(stored, given) for stored in shown] if given else shown, snapshot.zone)


def index_of(held: Sequence[StoredEvent], zone: tzinfo) -> AgendaIndex:
    """The index of these events, all of which have times that exist in every zone; days are those of `zone`."""
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
    """Whether its times exist in every zone and can be added to: not so at the ends of the calendar."""
    start, end = stored.event.span.start, stored.event.span.end
    return start.year > FIRST_YEAR and end.year < LAST_YEAR


def _answered(stored: StoredEvent, given: Mapping[tuple[str, str], tuple[int, Response]]) -> StoredEvent:
    """With the answer that is still on its way, to it or to its series: what a person did shows at once."""
    event = stored.event
    keys = [(stored.account.id, name) for name in (event.series_id, event.id) if name]
    found = max((given[key] for key in keys if key in given), default=None)
    return stored if found is None else replace(stored, event=replace(event, response=found[1]))
