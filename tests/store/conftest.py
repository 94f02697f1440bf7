"""A store in a folder of its own, with one signed-in person."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from carlendar.domain.account import Account, Calendar
from carlendar.domain.event import Event
from carlendar.domain.timespan import Timespan
from carlendar.store.events import EventStore
from carlendar.store.user import UserStore
from tests.fakes.stores import ana_account, event_store, user_store

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def window(now: datetime) -> Timespan:
    return Timespan(now - timedelta(days=1), now + timedelta(days=14))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def account() -> Account:
    return ana_account(NOW)


@pytest.fixture
def calendar() -> Calendar:
    return Calendar("c1", "a1", "Calendar", is_default=True)


@pytest.fixture
def user(folder: Path, account: Account) -> Iterator[UserStore]:
    with user_store(folder, account) as store:
        yield store


@pytest.fixture
def events(folder: Path, user: UserStore, calendar: Calendar) -> Iterator[EventStore]:
    with event_store(folder, user) as store:
        store.save_calendars(calendar.account_id, [calendar])
        yield store


@pytest.fixture
def meeting() -> Callable[..., Event]:
    """Make an event that starts some minutes after `now`."""

    def make(event_id: str, minutes: float = 60, length: float = 30, **rest: object) -> Event:
        start = NOW + timedelta(minutes=minutes)
        values: dict[str, object] = {"calendar_id": "c1", "title": f"Meeting {event_id}", "version": "1"}
        span = Timespan(start, start + timedelta(minutes=length))
        return Event(**{"id": event_id, "span": span, **values, **rest})  # type: ignore[arg-type]  # fields by name

    return make
