"""A clock that stands wrong, offline and over restarts, costs nothing that is still to come.

Once the clock is right and the car online again, the store is the cloud's own truth. A few dozen lives run in the
suite; `CARLENDAR_CLOCK_LIVES=2000` runs that many.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from carlendar.domain.account import FEED, Account, AccountState, Profile
from carlendar.icalendar.download import Download, Validators
from carlendar.icalendar.reader import DirectReader
from carlendar.icalendar.source import FeedSource
from carlendar.meetings.join_details import JoinDetails
from carlendar.store.events import EventStore
from carlendar.store.retention import expire
from carlendar.store.user import UserStore
from carlendar.sync.body_reader import SyncDependencies
from carlendar.sync.engine import SyncEngine
from carlendar.sync.window import rolling_window
from carlendar_devtools.emulator.world.pattern import Recurrence
from tests.truth.conftest import Car

LIVES = int(os.environ.get("CARLENDAR_CLOCK_LIVES", "25"))
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ZONES = ("Europe/Berlin", "America/Los_Angeles", "Pacific/Auckland")

Step = tuple[str, int]
"""What happens, and by how much."""

steps = st.lists(
    st.one_of(
        # Hours by which the clock is wrong from now on.
        st.tuples(st.just("wrong"), st.sampled_from((24, 48, 60, 72, 120, 167, 169, 192, 480, 9600, -24, -72, -480))),
        st.tuples(st.just("right"), st.just(0)),
        st.tuples(st.just("later"), st.sampled_from((1, 12, 30, 50))),
        st.tuples(st.just("chores"), st.just(0)),
        st.tuples(st.just("online"), st.just(0)),
        st.tuples(st.just("zone"), st.integers(0, 2)),
        st.tuples(st.just("edit"), st.integers(0, 5)),
    ),
    min_size=1, max_size=10,
)  # fmt: skip
LONG = LIVES > 100
lives = settings(
    max_examples=LIVES, deadline=None, database=None, derandomize=not LONG, suppress_health_check=list(HealthCheck),
    phases=(Phase.generate, Phase.shrink) if LONG else (Phase.generate,),
)  # fmt: skip


def week(car: Car) -> None:
    """A meeting on each of many days, two of them on days that are nearly over."""
    for day in range(-4, 16):
        car.ada.add(f"Day {day}", car.clocks.wall + day * DAY + 2 * HOUR, HOUR)
    car.ada.add("Stand-up", car.clocks.wall - 30 * DAY + HOUR, HOUR, recurrence=Recurrence("daily", date(2026, 10, 24)))
    car.ada.add("Fair", date(2026, 11, 24), date(2026, 11, 26), calendar="team")


@pytest.mark.parametrize("ahead", [2, 3, 5, 7, 8, 30, 400])
def test_a_clock_that_is_days_ahead_while_offline_deletes_no_coming_meeting_for_good(car: Car, ahead: int) -> None:
    week(car)
    car.settle()
    held = car.held()
    car.clocks.wall += ahead * DAY
    car.expire()
    car.clocks.wall -= ahead * DAY
    if ahead <= 7:
        assert car.held() == held, "nothing was too old yet"
    car.expire()
    car.settle()
    assert car.held() == car.truth() == held


@pytest.mark.parametrize("request_number", range(1, 9))
@pytest.mark.parametrize("first", [True, False])
def test_a_deletion_that_a_listing_did_not_see_is_made_good(car: Car, request_number: int, first: bool) -> None:
    """The clock jumps while a synchronisation is under way: its position is not kept."""
    week(car)
    if not first:
        car.settle()
        car.ada.add("New", car.clocks.wall + HOUR, HOUR, body="<p>Text</p>")
    right = car.clocks.wall

    def jump() -> None:
        car.clocks.wall = right + 9 * DAY
        car.expire()
        car.clocks.wall = right

    car.meanwhile = (request_number, jump)
    assert car.sync().error == ""
    car.settle()
    car.settle()
    assert car.held() == car.truth()


@pytest.mark.parametrize("days", [0, 1, 2, 9])
def test_what_is_kept_for_fewer_days_is_not_fetched_again_and_again(car: Car, days: int) -> None:
    week(car)
    car.past = days * DAY
    car.settle()
    car.settle()
    for _ in range(3):
        car.clocks.wall += 3 * HOUR
        car.expire()
        car.asked.clear()
        assert car.sync().error == ""
        assert [path for path, _ in car.asked if path.endswith("/calendarView")] == []
        assert car.held() == car.truth()


@pytest.mark.timeout(7200)
def test_after_any_clock_jumps_the_store_becomes_the_truth(new_car: Callable[[], Car]) -> None:
    @lives
    @given(steps, st.sampled_from((0, 1, 2)))
    def live(life: list[Step], kept: int) -> None:
        car = new_car()
        car.past = kept * DAY
        now, wrong = car.clocks.wall, timedelta()
        week(car)
        car.settle()
        for what, much in life:
            if what == "wrong":
                wrong = much * HOUR
            elif what == "right":
                wrong = timedelta()
            elif what == "later":
                now += much * HOUR
            elif what == "zone":
                car.clocks.car_zone = ZoneInfo(ZONES[much])
            elif what == "edit":
                entry = list(car.ada.entries.values())[much % len(car.ada.entries)]
                if much % 3 == 0 and len(car.ada.entries) > 8:
                    car.ada.delete(entry.key)
                else:
                    car.ada.change(entry.key, title=f"{entry.title}!")
                car.ada.add("New", now + much * DAY, HOUR)
            car.clocks.wall = now + wrong
            if what == "chores":
                car.expire()
            elif what == "online":
                car.sync()
        car.clocks.wall = now
        car.expire()
        car.settle()
        assert car.held() == car.truth()
        car.expire()
        assert car.held() == car.truth()

    live()


class Server:
    """A calendar's server that answers 304 while nothing changes, by the validators that it gives."""

    def __init__(self, days: range, start: datetime, validator: str) -> None:
        self.days, self.start, self.validator = list(days), start, validator
        self.version = 1

    def text(self) -> bytes:
        events = "".join(
            f"BEGIN:VEVENT\nUID:{day}\nSUMMARY:Day {day} v{self.version}\nDTSTART:{self._at(day)}\n"
            "DURATION:PT1H\nEND:VEVENT\n"
            for day in self.days
        )
        return f"BEGIN:VCALENDAR\nVERSION:2.0\n{events}END:VCALENDAR\n".encode()

    def get(self, _address: str, known: Validators, _held: ExitStack | None = None) -> Download:
        given = Validators(**{self.validator: f"v{self.version}-{len(self.days)}"}) if self.validator else Validators()
        if self.validator and given == known:
            return Download(None, known, 1, 0)
        return Download(self.text(), given, 1, 100)

    def _at(self, day: int) -> str:
        return f"{self.start + day * DAY + 2 * HOUR:%Y%m%dT%H%M%SZ}"


@pytest.mark.parametrize("validator", ["etag", "modified", ""])
def test_a_feed_that_says_unchanged_after_a_deletion_is_read_anew(validator: str, tmp_path: Path, car: Car) -> None:
    numbers = iter(range(10_000))

    @lives
    @given(steps)
    def live(life: list[Step]) -> None:
        clocks, folder = car.clocks, tmp_path / f"feed{next(numbers)}"
        start = now = datetime(2026, 11, 23, 8, tzinfo=UTC)
        clocks.wall, wrong, clocks.car_zone = now, timedelta(), ZoneInfo(ZONES[0])
        user = UserStore(folder)
        account = Account("feed-1", "ada", "calendar.contoso.example", "Feed", FEED, AccountState.SIGNED_IN, now)
        user.save_profile(Profile("ada", "Ada"))
        user.save_account(account)
        events = EventStore(folder)
        server: Any = Server(range(-4, 16), start, validator)

        def sync() -> None:
            source = FeedSource(
                "feed-1",
                "Feed",
                lambda: "https://calendar.contoso.example/x.ics",
                server,
                DirectReader(),
                clocks.zone,
                lambda: 0,
            )
            tools = SyncDependencies(lambda _: source, lambda *_: JoinDetails(), str, clocks, clocks)
            assert SyncEngine(events, user, tools).sync(account).error == ""

        sync()
        for what, much in [*life, ("right", 0), ("chores", 0), ("online", 0)]:
            wrong = much * HOUR if what == "wrong" else timedelta() if what == "right" else wrong
            now += much * HOUR if what == "later" else timedelta()
            if what == "zone":
                clocks.car_zone = ZoneInfo(ZONES[much])
            if what == "edit":
                server.version += 1
                server.days = [day for day in server.days if day != much]
            clocks.wall = now + wrong
            if what == "chores":
                expire(user, events, clocks.now())
            elif what == "online":
                sync()
        window = rolling_window(clocks)
        begins = {f"Day {day} v{server.version}": start + day * DAY + 2 * HOUR for day in server.days}
        shown = {title for title, at in begins.items() if window.start < at + HOUR and at < window.end}
        rows = events.database.rows(
            "SELECT json_extract(value, '$.title') FROM events WHERE ends > ? AND starts < ?",
            (window.start.timestamp(), window.end.timestamp()),
        )
        assert {title for (title,) in rows} == shown
        events.close()
        user.close()

    live()
