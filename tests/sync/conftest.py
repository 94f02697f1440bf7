"""A calendar that exists only in memory, clocks that stand until they are moved, and a store."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from carlendar.domain.account import Account, Calendar
from carlendar.domain.calendar_delta import CalendarDelta, Traffic
from carlendar.domain.event import Event, Response
from carlendar.domain.ports import ResponseKind
from carlendar.domain.timespan import Timespan
from carlendar.meetings.join_details import JoinDetails
from carlendar.store.events import EventStore
from carlendar.store.user import UserStore
from carlendar.sync.body_reader import SyncDependencies
from carlendar.sync.engine import SyncEngine
from tests.fakes.clocks import ManualClocks
from tests.fakes.stores import ana_account, event_store, user_store

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


class MemoryCalendar:
    """A `CalendarSource` and `CalendarActions`. `trouble` raises before the call of that name and calendar."""

    def __init__(self, calendars: Sequence[Calendar]) -> None:
        self.known = tuple(calendars)
        self.events: dict[str, list[Event]] = {calendar.id: [] for calendar in calendars}
        self.texts: dict[str, str] = {}
        self.without: set[str] = set()
        """Events that are reported as gone when their texts are asked for."""
        self.trouble: dict[str, list[Exception]] = {}
        self.answers: list[list[Event] | None] = []
        self.calls: list[tuple[str, ...]] = []
        self.done: list[tuple[str, ...]] = []
        self.given: dict[str, Response] = {}
        self.sent_items: set[str] | None = None
        """What Sent Items hold; None where they may not be read."""

    def replace(self, method: str, answer: Callable[..., object]) -> None:
        """Let another function answer instead of the method of that name."""
        setattr(self, method, answer)

    def _call(self, name: str, *values: str) -> None:
        self.calls.append((name, *values))
        for key in (name, f"{name} {values[0] if values else ''}"):
            if self.trouble.get(key):
                raise self.trouble[key].pop(0)

    def calendars(self) -> tuple[Calendar, ...]:
        self._call("calendars")
        return self.known

    def listing(self, calendar: Calendar, start: datetime, end: datetime, position: str) -> CalendarDelta:
        self._call("listing", calendar.id, position)
        events = self.answers.pop(0) if self.answers else self.events[calendar.id]
        listed = None if events is None else tuple(e for e in events if e.start(UTC) < end and e.end(UTC) > start)
        return CalendarDelta(listed, f"position {len(self.calls)}", Traffic(1, 100))

    def bodies(
        self,
        calendar: Calendar,
        event_ids: Iterable[str],
        starts: object = None,  # noqa: ARG002 - the source's
    ) -> dict[str, str]:
        wanted = list(event_ids)
        self._call("bodies", calendar.id, *wanted)
        return {event_id: self.texts.get(event_id, "") for event_id in wanted if event_id not in self.without}

    def respond(self, event_id: str, kind: ResponseKind, comment: str = "") -> None:
        self._call("respond", event_id)
        self.done.append((kind.value, event_id, comment))

    def send_mail(self, to: Sequence[str], subject: str, text: str, transaction_id: str) -> None:
        self._call("send_mail", transaction_id)
        self.done.append(("mail", ",".join(to), subject, text, transaction_id))

    def dismiss_reminder(self, event_id: str) -> None:
        self._call("dismiss", event_id)
        self.done.append(("dismiss", event_id))

    def snooze_reminder(self, event_id: str, until: datetime) -> None:
        self._call("snooze", event_id)
        self.done.append(("snooze", event_id, until.isoformat()))

    def answer_given(self, event_id: str) -> Response:
        self._call("answer_given", event_id)
        return self.given.get(event_id, Response.NOT_RESPONDED)

    def mail_sent(self, transaction_id: str) -> bool | None:
        self._call("mail_sent", transaction_id)
        return transaction_id in self.sent_items if self.sent_items is not None else None


@pytest.fixture
def clocks() -> ManualClocks:
    return ManualClocks(NOW)


@pytest.fixture
def account() -> Account:
    return ana_account(NOW)


@pytest.fixture
def calendars() -> tuple[Calendar, Calendar]:
    return Calendar("c1", "a1", "Calendar", is_default=True), Calendar("c2", "a1", "Team")


@pytest.fixture
def source(calendars: tuple[Calendar, Calendar]) -> MemoryCalendar:
    return MemoryCalendar(calendars)


@pytest.fixture
def user(tmp_path: Path, account: Account) -> Iterator[UserStore]:
    with user_store(tmp_path / "data", account) as store:
        yield store


@pytest.fixture
def events(tmp_path: Path, user: UserStore) -> Iterator[EventStore]:
    with event_store(tmp_path / "data", user) as store:
        yield store


@pytest.fixture
def changes() -> list[str]:
    return []


@pytest.fixture
def engine(
    events: EventStore, user: UserStore, source: MemoryCalendar, clocks: ManualClocks, changes: list[str]
) -> SyncEngine:
    def extract(event: Event, text: str) -> JoinDetails:
        if "poison" in text:
            raise RuntimeError("hostile")
        return JoinDetails("teams", f"https://{event.id}.example/{event.version}", found_in="body" if text else "url")

    dependencies = SyncDependencies(
        lambda _: source, extract, str.upper, clocks, clocks, changed=changes.append, concurrency=1
    )
    return SyncEngine(events, user, dependencies)


@pytest.fixture
def meeting() -> Callable[..., Event]:
    def make(event_id: str, minutes: float = 60, version: str = "1", calendar: str = "c1", title: str = "T") -> Event:
        start = NOW + timedelta(minutes=minutes)
        return Event(event_id, calendar, title, Timespan(start, start + timedelta(minutes=30)), version)

    return make
