"""Random edits, faults and power cuts: after each settled synchronisation the store is the world's own truth.

A few hundred steps run in the suite; `CARLENDAR_TRUTH_STEPS=10000` runs that many and prints how many
of which kind there were.
"""

from __future__ import annotations

import os
import random
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from typing import ClassVar
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from carlendar.domain.timespan import Timespan
from carlendar_devtools.emulator.cloud.faults import GARBAGE, Fault
from carlendar_devtools.emulator.world.generator import fill
from carlendar_devtools.emulator.world.mailbox import NotInMailboxError
from carlendar_devtools.emulator.world.pattern import DAYS, Recurrence
from carlendar_devtools.emulator.world.person import CalendarBook
from tests.fakes.kill_points import KilledAt
from tests.truth.conftest import Car

STEPS = int(os.environ.get("CARLENDAR_TRUTH_STEPS", "250"))
RUN = 50 if STEPS > 1000 else 16
"""Steps of one life of a car. Hypothesis leaves out some rules of each life: many short lives meet all of them."""
_FIRST = date(2026, 11, 23)
_PATHS = ("", "/delta", "calendarView", "/events/", "batch", "instances", "/me/calendars$")

Edit = tuple[str, dict[str, object]]
"""Name of a method of `Life`, and its arguments."""

days = st.integers(-4, 22).map(lambda number: _FIRST + timedelta(days=number))
times = st.builds(time, st.integers(0, 23), st.sampled_from((0, 15, 30)))
lengths = st.sampled_from((0, 15, 30, 60, 90, 60 * 26)).map(lambda minutes: timedelta(minutes=minutes))
zones = st.sampled_from(("UTC", "Europe/Berlin", "America/Los_Angeles", "Asia/Kolkata"))
titles = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=12)
books = st.sampled_from(("calendar", "team"))
picks = st.integers(0, 10_000)
faults = st.one_of(
    st.builds(
        Fault, st.just("status"), st.integers(1, 4), st.sampled_from(_PATHS),
        status=st.sampled_from((400, 401, 403, 404, 408, 410, 429, 500, 502, 503, 504, 509)),
        code=st.sampled_from(("", "SyncStateNotFound", "TooManyRequests", "ErrorAccessDenied")),
        retry_after=st.sampled_from(("", "1", "0.25", "99999", "soon", "-3", "Wed, 21 Oct 2026 07:28:00 GMT")),
    ),
    st.builds(
        Fault, st.just("garbage"), st.integers(1, 4), st.sampled_from(_PATHS), garbage=st.sampled_from(GARBAGE)
    ),
    st.builds(Fault, st.sampled_from(("cut", "cut_body")), st.integers(1, 4), st.sampled_from(_PATHS)),
    st.builds(
        Fault, st.just("lost_token"), st.integers(1, 2), status=st.sampled_from((400, 404, 410)),
        code=st.sampled_from(("SyncStateNotFound", "syncstatenotfound", "resyncRequired")),
    ),
    st.builds(Fault, st.just("endless_paging"), st.sampled_from((1, 3, 60))),
)  # fmt: skip


def _edit(name: str, values: dict[str, st.SearchStrategy[object]]) -> st.SearchStrategy[Edit]:
    return st.tuples(st.just(name), st.fixed_dictionaries(values))


edits = st.one_of(
    _edit("add", {"title": titles, "day": days, "at": times, "length": lengths, "home": zones, "book": books}),
    _edit("add_days", {"title": titles, "day": days, "length": st.integers(1, 3), "book": books}),
    _edit(
        "add_series",
        {
            "title": titles,
            "back": st.integers(0, 60),
            "at": times,
            "book": books,
            "home": zones,
            "whole": st.booleans(),
            "kind": st.sampled_from(("daily", "weekly")),
            "interval": st.integers(1, 3),
            "end": st.sampled_from((0, 5, 30)),
        },
    ),
    _edit(
        "reword",
        {
            "pick": picks,
            "once": st.booleans(),
            "title": titles,
            "body": st.sampled_from(("", "<p>Other</p>", "<b>x</b>" * 300)),
        },
    ),
    _edit("move", {"pick": picks, "once": st.booleans(), "day": days, "at": times}),
    _edit("cancel_or_carry", {"pick": picks, "once": st.booleans(), "book": st.sampled_from(("calendar", "team", ""))}),
    _edit("delete", {"pick": picks, "once": st.booleans()}),
    _edit("make_or_end_a_series", {"pick": picks, "ends": st.booleans()}),
    _edit("empty_or_share_a_calendar", {"pick": picks}),
)


class Life(RuleBasedStateMachine):
    """One car's life. `made` gives a car with an empty store beside an empty mailbox."""

    made: Callable[[], Car]
    killed_at: KilledAt
    counted: ClassVar[Counter[str]] = Counter()

    @initialize(followed=st.booleans())
    def begin(self, followed: bool) -> None:
        self.car = type(self).made()
        fill(self.car.ada, _FIRST - timedelta(days=3), events=50, days=25)
        self.add_series("Stand-up", 40, time(9), "calendar", "Europe/Berlin", False, "daily", 1, 0)
        if followed:
            self.hold()

    @invariant()
    def count(self) -> None:
        self.counted["steps"] += 1

    # --- what people do in Outlook ------------------------------------------------------------

    def add(self, title: str, day: date, at: time, length: timedelta, home: str, book: str) -> None:
        start = datetime.combine(day, at, ZoneInfo(home))
        self.car.ada.add(title, start, length, zone_name=home, calendar=book, body=f"<p>About {day}</p>")

    def add_days(self, title: str, day: date, length: int, book: str) -> None:
        self.car.ada.add(title, day, day + timedelta(days=length), calendar=book)

    def add_series(
        self, title: str, back: int, at: time, book: str, home: str, whole: bool, kind: str, interval: int, end: int
    ) -> None:
        first = _FIRST - timedelta(days=back)
        named = (DAYS[first.weekday()],) if kind == "weekly" else ()
        recurrence = Recurrence(kind, first, interval, named, count=end)
        start = first if whole else datetime.combine(first, at, ZoneInfo(home))
        length = timedelta(days=1) if whole else timedelta(hours=1)
        self.car.ada.add(
            title, start, length, zone_name=home, calendar=book, recurrence=recurrence, body="<p>Every time</p>"
        )

    def reword(self, pick: int, once: bool, title: str, body: str) -> None:
        key, original = self._some(pick, once)
        with suppress(NotInMailboxError):
            self.car.ada.change(key, original, title=title, body=body)

    def move(self, pick: int, once: bool, day: date, at: time) -> None:
        key, original = self._some(pick, once)
        entry = self.car.ada.entry(key)
        if entry.recurrence is None or original is not None:
            with suppress(NotInMailboxError):
                start = day if entry.all_day else datetime.combine(day, at, ZoneInfo("UTC"))
                self.car.ada.move(key, start, original=original)

    def cancel_or_carry(self, pick: int, once: bool, book: str) -> None:
        key, original = self._some(pick, once)
        with suppress(NotInMailboxError):
            if book:
                self.car.ada.change(key, calendar=book)
            else:
                self.car.ada.cancel(key, original=original)

    def delete(self, pick: int, once: bool) -> None:
        key, original = self._some(pick, once)
        with suppress(NotInMailboxError):
            self.car.ada.delete(key, original=original)

    def make_or_end_a_series(self, pick: int, ends: bool) -> None:
        key, _ = self._some(pick, False)
        entry = self.car.ada.entry(key)
        first = entry.span.start.date() if isinstance(entry.span, Timespan) else entry.span.start
        recurrence = None if ends else Recurrence("daily", first, 2, count=6)
        self.car.ada.change(key, recurrence=recurrence, changes={})

    def empty_or_share_a_calendar(self, pick: int) -> None:
        ada = self.car.ada
        if pick % 3 == 0:
            for key in list(ada.entries):
                ada.delete(key)
        elif "shared" in ada.books:
            for key in [key for key, entry in ada.entries.items() if entry.calendar == "shared"]:
                ada.delete(key)
            del ada.books["shared"]
        else:
            ada.books["shared"] = CalendarBook("shared", "Shared", is_default=False)
            ada.add("From a shared calendar", _FIRST + timedelta(days=2), timedelta(days=1), calendar="shared")

    # --- what happens to the car --------------------------------------------------------------

    @rule(work=st.lists(edits, min_size=1, max_size=4))
    def people_work(self, work: list[Edit]) -> None:
        for edit in work:
            self._do(edit)

    @rule(
        hours=st.sampled_from((0, 1, 24, 24 * 9)), home=st.none() | zones, trouble=st.lists(faults, max_size=2),
        forget=st.booleans(), meanwhile=st.none() | st.tuples(st.integers(1, 8), edits),
        power=st.none() | st.integers(1, 60),
    )  # fmt: skip
    def synchronise(
        self,
        hours: int,
        home: str | None,
        trouble: list[Fault],
        forget: bool,
        meanwhile: tuple[int, Edit] | None,
        power: int | None,
    ) -> None:
        """In whatever trouble: a change is made right before the n-th request, power goes at the n-th statement."""
        self._pass(hours, home)
        for fault in trouble:
            self.car.cloud.inject(fault)
        if forget and trouble:
            self.car.cloud.lose_sync_state()
        if power is not None:
            self.counted["power cuts"] += type(self).killed_at(power, self.car.sync)
        if meanwhile is not None:
            self.car.meanwhile = (meanwhile[0], lambda: self._do(meanwhile[1]))
        outcome = self.car.sync()
        self.car.meanwhile = (0, lambda: None)
        failed = outcome.error or any(calendar.error for calendar in outcome.calendars)
        self.counted["failed" if failed else "went well"] += 1

    @rule(hours=st.sampled_from((0, 0, 24, 48)), work=st.lists(edits, max_size=3))
    def settle(self, hours: int, work: list[Edit]) -> None:
        self._pass(hours, None)
        self.people_work(work)
        self.hold()

    def hold(self) -> None:
        """The store against the truth."""
        self.car.settle()
        assert self.car.held() == self.car.truth()
        self.counted["settled"] += 1

    def teardown(self) -> None:
        if hasattr(self, "car"):
            self.hold()

    def _pass(self, hours: int, home: str | None) -> None:
        self.car.clocks.wall += timedelta(hours=hours)
        if home:
            self.car.clocks.car_zone = ZoneInfo(home)

    def _do(self, edit: Edit) -> None:
        name, values = edit
        if self.car.ada.entries or name.startswith("add"):
            getattr(self, name)(**values)

    def _some(self, pick: int, once: bool) -> tuple[str, date | None]:
        """An entry; of a series one of its occurrences where one is wanted."""
        entry = list(self.car.ada.entries.values())[pick % len(self.car.ada.entries)]
        if entry.recurrence is None or not once:
            return entry.key, None
        dates = list(entry.recurrence.dates(_FIRST - timedelta(days=2), _FIRST + timedelta(days=16)))
        return entry.key, random.Random(pick).choice(dates) if dates else None


@pytest.mark.timeout(7200)
def test_whatever_happens_the_store_becomes_the_truth(
    new_car: Callable[[], Car], killed_at: KilledAt, capsys: pytest.CaptureFixture[str]
) -> None:
    Life.made, Life.killed_at = staticmethod(new_car), staticmethod(killed_at)
    Life.counted.clear()
    whole = STEPS > 1000
    run_state_machine_as_test(
        Life,
        settings=settings(
            max_examples=max(1, STEPS // RUN), stateful_step_count=RUN, deadline=None, database=None,
            derandomize=not whole, suppress_health_check=list(HealthCheck),
            phases=(Phase.generate, Phase.shrink) if whole else (Phase.generate,),
        ),
    )  # fmt: skip
    with capsys.disabled():
        if whole:
            print(f"\n{dict(Life.counted)}")  # noqa: T201 - the figures of a long run
    assert Life.counted["steps"] > STEPS // 2
    assert {"settled", "failed", "went well", "power cuts"} <= set(+Life.counted), Life.counted
