"""Events are stored before anything is read of them; how to join never waits for a text that cannot be had."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from carlendar.domain.account import Account, Calendar
from carlendar.domain.event import Event
from carlendar.domain.timespan import Timespan
from carlendar.errors import OfflineError, OutageError, ThrottledError
from carlendar.store.events import EventStore
from carlendar.sync.engine import SyncEngine
from tests.sync.conftest import MemoryCalendar

Make = Callable[..., Event]
TWO_DAYS = 2 * 24 * 60


def test_joining_what_is_next_does_not_wait_for_texts(
    engine: SyncEngine, source: MemoryCalendar, account: Account, meeting: Make, events: EventStore,
    calendars: tuple[Calendar, ...],
) -> None:  # fmt: skip
    source.events["c1"] = [meeting("soon"), meeting("later", TWO_DAYS)]
    without: list[set[str]] = []
    original = source.bodies

    def bodies(calendar: Calendar, wanted: Sequence[str], starts: Timespan | None = None) -> dict[str, str]:
        without.append({event.id for event in events.without_details(calendars[0])})
        return dict(original(calendar, wanted, starts))

    source.replace("bodies", bodies)
    engine.sync(account)
    assert without[0] == {"later"}
    assert events.without_details(calendars[0]) == ()


@pytest.mark.parametrize("error", [OutageError("x"), OfflineError("x"), ThrottledError("x")])
def test_where_no_text_can_be_had_joining_is_known_from_the_listing(
    engine: SyncEngine, source: MemoryCalendar, account: Account, meeting: Make, events: EventStore,
    calendars: tuple[Calendar, ...], error: Exception,
) -> None:  # fmt: skip
    source.events["c1"] = [meeting("soon"), meeting("later", TWO_DAYS)]
    source.trouble["bodies"] = [error] * 20
    engine.sync(account)
    assert events.without_details(calendars[0]) == ()
    assert len(events.unread(calendars[0])) == 2


def test_a_second_calendar_that_is_throttled_takes_no_details_from_the_first(
    engine: SyncEngine, source: MemoryCalendar, account: Account, meeting: Make, events: EventStore,
    calendars: tuple[Calendar, ...],
) -> None:  # fmt: skip
    source.events["c1"] = [meeting("soon"), meeting("later", TWO_DAYS)]
    source.trouble["listing c2"] = [ThrottledError("x")]
    engine.sync(account)
    assert events.count(calendars[0]) == 2
    assert events.without_details(calendars[0]) == ()
