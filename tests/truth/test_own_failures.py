"""One refused calendar, one unreadable text: the rest of the account is the truth all the same, at its usual pace."""

from __future__ import annotations

from datetime import timedelta

import pytest

from carlendar.store.events import EventStore
from carlendar.store.sources import overall
from carlendar_devtools.emulator.cloud.faults import Fault
from carlendar_devtools.emulator.world.entry import EntryOccurrence
from tests.truth.conftest import Car

HOUR = timedelta(hours=1)


def statuses(car: Car) -> dict[str, str]:
    """By the calendar's name what its own status says."""
    store = EventStore(car.folder)
    try:
        names = {calendar.id: calendar.name for calendar in store.calendars("a1")}
        assert overall(store.statuses(), ()) == (car.clocks.wall, "")
        return {names[status.calendar_id]: status.error for status in store.statuses()}
    finally:
        store.close()


@pytest.mark.parametrize(
    ("status", "code", "key"),
    [(403, "ErrorAccessDenied", "refused"), (404, "ErrorItemNotFound", "gone"), (500, "ErrorInternal", "outage"),
     (400, "ErrorInvalidRequest", "refused"), (503, "", "outage")],
)  # fmt: skip
def test_one_calendar_that_is_refused_for_good_holds_up_nothing(car: Car, status: int, code: str, key: str) -> None:
    car.ada.add("Theirs", car.clocks.wall + HOUR, HOUR, calendar="team")
    car.settle()
    team = next(calendar.id for calendar in car.calendars() if not calendar.is_default)
    car.cloud.inject(Fault("status", None, "/me/calendars/[^/]+/calendarView", status=status, code=code))
    for number in range(4):
        car.ada.add(f"Mine {number}", car.clocks.wall + HOUR, HOUR, body=f"<p>Text {number}</p>")
        car.clocks.wall += timedelta(minutes=5)
        outcome = car.sync()
        assert (outcome.error, outcome.soon) == ("", key == "outage")
        assert {each.calendar.name: each.error for each in outcome.calendars} == {"Calendar": "", "Team": key}
        assert statuses(car) == {"Calendar": "", "Team": key}
        assert {row for row in car.held() if row[0] != team} == {row for row in car.truth() if row[0] != team}
        assert [row[2] for row in car.held() if row[0] == team] == ["Theirs"], "what was known stays"
    car.ada.add("Theirs too", car.clocks.wall + HOUR, HOUR, calendar="team")
    car.settle()
    assert statuses(car) == {"Calendar": "", "Team": ""}
    assert car.held() == car.truth()


@pytest.mark.parametrize(("status", "code"), [(500, "ErrorContentConversionFailed"), (403, "ErrorAccessDenied")])
def test_one_text_that_cannot_be_had_costs_that_text_though_its_page_fails(car: Car, status: int, code: str) -> None:
    bad = car.ada.add("Bad", car.clocks.wall + HOUR, HOUR, body="<p>Never seen</p>")
    for number in range(25):
        car.ada.add(f"Good {number}", car.clocks.wall + HOUR, HOUR, body=f"<p>Text {number}</p>")
    identifier = car.ada.identifier(EntryOccurrence(bad, "singleInstance"))
    car.cloud.inject(Fault("status", None, f"/events/{identifier[:40]}", status=status, code=code))
    car.cloud.inject(Fault("status", None, "/calendarView$", query="select=id,body", status=status, code=code))
    outcome = car.sync()
    assert (outcome.error, [each.error for each in outcome.calendars]) == ("", ["", ""])
    assert sum(each.unread for each in outcome.calendars) == 1
    texts = {str(row[2]): row[5] for row in car.held()}
    assert {title for title, text in texts.items() if not text} == {"Bad"}
    assert len(texts) == 26
    car.settle()
    assert car.held() == car.truth()
