"""When a meeting reminds: once before, once at the start, until it is answered."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carlendar.domain.agenda import AgendaEntry
from carlendar.domain.event import Event, Response, ShowAs
from carlendar.domain.reminders import ReminderStage, answered_until, due, lead
from carlendar.domain.timespan import DateSpan, Timespan

NINE = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def entry(
    name: str = "a", minutes: int = 0, length: int = 30, *, join_details: bool = False, **fields: Any
) -> AgendaEntry:
    start = NINE + timedelta(minutes=minutes)
    return AgendaEntry(
        Event(name, "c", name, Timespan(start, start + timedelta(minutes=length)), **fields), join_details
    )


@pytest.mark.parametrize(
    ("minute", "stage"),
    [
        (-6, None),
        (-5, ReminderStage.BEFORE),
        (-1, ReminderStage.BEFORE),
        (0, ReminderStage.START),
        (60, ReminderStage.START),
        (61, None),
    ],
)
def test_from_five_minutes_before_to_thirty_after_the_end(minute: int, stage: ReminderStage | None) -> None:
    found = due([entry()], NINE + timedelta(minutes=minute), 5)
    assert (found.stage if found else None) == stage


@pytest.mark.parametrize(
    ("own", "default", "minutes"), [(None, 5, 5), (None, 15, 15), (10, 5, 10), (0, 5, 0), (1440, 5, 5), (-3, 15, 15)]
)
def test_its_own_minutes_count_unless_they_are_not_for_the_road(own: int | None, default: int, minutes: int) -> None:
    assert lead(entry(reminder_minutes=own).event, default) == timedelta(minutes=minutes)


def test_a_reminder_that_was_switched_off_never_rings() -> None:
    assert lead(entry(reminder_off=True).event, 5) is None
    assert due([entry(reminder_off=True), entry("b")], NINE, 5) == due([entry("b")], NINE, 5)


def test_what_blocks_no_time_reminds_only_where_it_was_asked_for() -> None:
    assert due([entry(show_as=ShowAs.FREE)], NINE, 5) is None
    assert due([entry(show_as=ShowAs.FREE, reminder_minutes=5)], NINE, 5) is not None


@pytest.mark.parametrize(
    "fields", [{"cancelled": True}, {"response": Response.DECLINED}], ids=["cancelled", "declined"]
)
def test_what_does_not_take_place_never_reminds(fields: dict[str, Any]) -> None:
    assert due([entry(**fields)], NINE, 5) is None


def test_whole_days_never_remind() -> None:
    whole = AgendaEntry(Event("d", "c", "", DateSpan(date(2026, 11, 23), date(2026, 11, 24))))
    assert due([whole], datetime(2026, 11, 23, tzinfo=UTC), 5) is None


def test_dismissed_it_never_comes_back_and_snoozed_it_does() -> None:
    held = entry()
    before = NINE - timedelta(minutes=3)
    assert due([held], before, 5, frozenset({held.key})) is None
    assert due([held], before, 5, snoozed={held.key: NINE}) is None
    found = due([held], NINE, 5, snoozed={held.key: NINE})
    assert found is not None
    assert found.stage is ReminderStage.START


def test_answered_by_joining_it_sleeps_beyond_its_time() -> None:
    held = entry()
    asleep = {held.key: answered_until(held.event)}
    for minute in range(-5, 70):
        assert due([held], NINE + timedelta(minutes=minute), 5, snoozed=asleep) is None


def test_meetings_of_one_start_share_one_reminder_the_joinable_first() -> None:
    found = due([entry("a"), entry("b", join_details=True)], NINE, 5)
    assert found is not None
    assert [one.event.id for one in found.entries] == ["b", "a"]
    assert found.start == NINE


def test_the_one_that_came_due_last_is_shown_and_the_other_waits() -> None:
    first, second = entry("a"), entry("b", 30)
    at = NINE + timedelta(minutes=25)
    found = due([first, second], at, 5)
    assert found is not None
    assert found.keys == (second.key,)
    left = due([first, second], at, 5, frozenset({second.key}))
    assert left is not None
    assert left.keys == (first.key,)


@given(
    starts=st.lists(st.integers(0, 90), max_size=8),
    moments=st.lists(st.integers(-30, 200), max_size=20),
    default=st.sampled_from([5, 15]),
)
def test_every_meeting_of_a_reminder_is_due_and_has_one_start(
    starts: list[int], moments: list[int], default: int
) -> None:
    held = [entry(str(index), minutes) for index, minutes in enumerate(starts)]
    for minute in moments:
        now = NINE + timedelta(minutes=minute)
        found = due(held, now, default)
        expected = [
            one for one in held
            if one.event.moments(UTC).start - timedelta(minutes=default) <= now
            <= one.event.moments(UTC).end + timedelta(minutes=30)
        ]  # fmt: skip
        assert (found is None) == (not expected)
        if found is not None:
            assert {one.event.moments(UTC).start for one in found.entries} == {found.start}
            assert set(found.keys) <= {one.key for one in expected}
            assert found.at <= now
