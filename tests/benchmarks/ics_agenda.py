"""The 7-day agenda of a calendar of 10,000 events: cold, and unchanged since the last time inside the service.

The floor is what the two libraries take together for the same bytes in the same round: `icalendar` parses
them, recurring-ical-events expands the week. Cold is all of ours from the bytes to the events. Unchanged is
a whole synchronisation of the file by the service's engine, and reading the week out of the store.
"""

from __future__ import annotations

import statistics
import time
import tracemalloc
import warnings
from collections.abc import Callable
from datetime import UTC, timedelta
from pathlib import Path

from big_calendar import AT, big_calendar
from carlendar.domain.account import FILES, Account, AccountState
from carlendar.domain.timespan import Timespan
from carlendar.icalendar.download import Downloader
from carlendar.icalendar.ics import events
from carlendar.icalendar.reader import DirectReader
from carlendar.icalendar.source import FeedSource
from carlendar.meetings.join_details import JoinDetails
from carlendar.store.snapshot import StoreReader
from carlendar.sync.body_reader import SyncDependencies
from carlendar.sync.engine import SyncEngine
from service_parts import stores_of
from tests.fakes.clocks import ManualClocks

WEEK = Timespan(AT, AT + timedelta(days=7))
COLD, UNCHANGED = 12.0, 100.0
"""How many times as fast as the floor it must be."""
_OLD = 4_000_000_000_000_000_000
"""A moment in nanoseconds long after the file was written."""


def run(scratch: Path, rounds: int, say: Callable[[str], None]) -> None:
    """Print the medians of so many rounds, each figure beside its floor of the same round."""
    data = big_calendar()
    service = _Service(scratch / "feed", data)
    floors, colds, unchanged = [], [], []
    for _ in range(max(1, rounds)):
        floor, theirs = _timed(lambda: _libraries(data))
        cold, ours = _timed(lambda: len(events([data], "c", WEEK, UTC)))
        again, stored = _timed(service.agenda)
        if not theirs == ours == stored:
            raise SystemExit(f"the agendas differ: {theirs} of the libraries, {ours} cold, {stored} in the store")
        floors.append(floor)
        colds.append(floor / cold)
        unchanged.append(floor / again)
    service.close()
    say(f"icalendar: {len(data) / 2**20:.1f} MiB, {ours} occurrences in the week, median of {len(floors)} rounds")
    say(f"  floor: icalendar and recurring-ical-events {statistics.median(floors):.2f} s")
    say(f"  cold: {statistics.median(colds):.1f} times as fast (wanted: at least {COLD:.0f})")
    say(f"  unchanged, in the service: {statistics.median(unchanged):.0f} times as fast (wanted: {UNCHANGED:.0f})")
    say(f"  peak of memory: {_peak(lambda: events([data], 'c', WEEK, UTC)):.0f} MiB, of the libraries "
        f"{_peak(lambda: _libraries(data)):.0f} MiB")  # fmt: skip


def _libraries(data: bytes) -> int:
    import icalendar
    import recurring_ical_events

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        query = recurring_ical_events.of(icalendar.Calendar.from_ical(data))
        return len(query.between(WEEK.start, WEEK.end))


class _Service:
    """The service's own engine and store with the calendar as a file, synchronised once before."""

    def __init__(self, folder: Path, data: bytes) -> None:
        folder.mkdir(parents=True)
        self._file, self._data = folder / "big.ics", folder / "data"
        self._file.write_bytes(data)
        self._account = Account("feed-1", "p", "big.ics", "big", FILES, AccountState.SIGNED_IN, AT)
        self._user, self._events = stores_of(self._data, self._account)
        clock = ManualClocks(AT)
        source = FeedSource(
            "feed-1", "big", lambda: str(self._file), Downloader(), DirectReader(), clock.zone, lambda: _OLD
        )
        tools = SyncDependencies(lambda _: source, lambda _event, _text: JoinDetails(), lambda text: text, clock, clock)
        self._reader = StoreReader(self._data)
        self._engine = SyncEngine(self._events, self._user, tools)
        self.agenda()

    def agenda(self) -> int:
        """Synchronise and read the week; returns how many events there are."""
        outcome = self._engine.sync(self._account)
        if outcome.error:
            raise SystemExit(f"the synchronisation failed: {outcome.error}")
        return sum(stored.event.moments(UTC).end > WEEK.start for stored in self._reader.read(WEEK, UTC).events)

    def close(self) -> None:
        """Release the store."""
        self._reader.close()
        self._events.close()
        self._user.close()


def _timed(work: Callable[[], int]) -> tuple[float, int]:
    began = time.perf_counter()
    result = work()
    return time.perf_counter() - began, result


def _peak(work: Callable[[], object]) -> float:
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1] / 2**20
    finally:
        tracemalloc.stop()
