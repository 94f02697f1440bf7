"""A meeting in several calendars is shown once, by the copy with the most details."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from carlendar.domain.duplicates import Copy, one_of_each
from carlendar.domain.event import Event, Response
from carlendar.domain.timespan import Timespan

START = datetime(2026, 11, 23, 9, tzinfo=UTC)
EVENT = Event("a", "c", "Review", Timespan(START, START + timedelta(hours=1)), ical_uid="u")
POOR = Copy(replace(EVENT, id="poor"))


def kept(*copies: Copy) -> list[str]:
    return [copy.event.id for copy in one_of_each(copies, lambda copy: copy)]


@pytest.mark.parametrize(
    "better",
    [
        Copy(EVENT, can_join=True),
        Copy(replace(EVENT, response=Response.ACCEPTED)),
        Copy(replace(EVENT, response=Response.ORGANIZER)),
        Copy(EVENT, is_default=True),
    ],
)
def test_the_copy_that_tells_most_is_kept_in_whatever_order(better: Copy) -> None:
    assert kept(POOR, better) == kept(better, POOR) == ["a"]


def test_what_takes_place_wins_over_a_link_and_what_may_be_shown_over_everything() -> None:
    declined = Copy(replace(EVENT, id="declined", response=Response.DECLINED), can_join=True, is_default=True)
    cancelled = Copy(replace(EVENT, id="cancelled", cancelled=True), can_join=True)
    hidden = Copy(replace(EVENT, id="hidden", response=Response.ACCEPTED), True, True, hidden=True)
    assert kept(declined, cancelled, POOR, hidden) == ["poor"]


def test_another_time_no_uid_and_whole_days_are_no_copies() -> None:
    moved = replace(EVENT, id="moved", span=Timespan(START + timedelta(hours=2), START + timedelta(hours=3)))
    assert kept(Copy(EVENT), Copy(moved)) == ["a", "moved"]
    assert kept(Copy(replace(EVENT, ical_uid="")), Copy(replace(EVENT, ical_uid="", id="b"))) == ["a", "b"]


def test_each_keeps_the_place_of_its_first_copy() -> None:
    other = Copy(replace(EVENT, id="other", ical_uid="v"))
    assert kept(POOR, other, Copy(EVENT, can_join=True)) == ["a", "other"]
