"""The reminder that a calendar's alarms name: how long before the start, switched off, or nothing at all."""

from __future__ import annotations

import pytest

from tests.icalendar.made import calendar, read

MEETING = "UID:1\nSUMMARY:Review\nDTSTART:20261124T100000Z\nDTEND:20261124T110000Z\n"
APPLE_NONE = "TRIGGER;VALUE=DATE-TIME:19760401T005545Z\nACTION:NONE\nX-APPLE-LOCAL-DEFAULT-ALARM:TRUE"


def alarm(*lines: str) -> str:
    return "".join(f"BEGIN:VALARM\n{each}\nEND:VALARM\n" for each in lines)


@pytest.mark.parametrize(
    ("alarms", "minutes"),
    [
        (alarm("ACTION:DISPLAY\nTRIGGER:-PT10M"), 10),
        (alarm("TRIGGER;RELATED=START:-PT10M\nACTION:AUDIO\nREPEAT:3\nDURATION:PT5M"), 10),
        (alarm("TRIGGER:-P0DT0H15M0S\nACTION:DISPLAY"), 15),
        (alarm("trigger:-PT1H\naction:display"), 60),
        (alarm("ACTION:DISPLAY\nTRIGGER:PT0S"), 0),
        (alarm("ACTION:DISPLAY\nTRIGGER:PT5M"), 0),
        (alarm("ACTION:DISPLAY\nTRIGGER;RELATED=END:-PT70M"), 10),
        (alarm("ACTION:DISPLAY\nTRIGGER;VALUE=DATE-TIME:20261124T094000Z"), 20),
        (alarm("ACTION:DISPLAY\nTRIGGER:-P1D", "ACTION:DISPLAY\nTRIGGER:-PT5M", "ACTION:DISPLAY\nTRIGGER:-PT30M"), 30),
        (alarm("ACTION:DISPLAY\nTRIGGER:-P1D", "ACTION:DISPLAY\nTRIGGER:-P1W"), 1440),
        (alarm(APPLE_NONE, "ACTION:DISPLAY\nTRIGGER:-PT5M"), 5),
        (alarm("TRIGGER:-PT5M"), 5),
    ],
)
def test_an_alarm_says_how_long_before_the_start_it_is(alarms: str, minutes: int) -> None:
    (event,) = read(calendar(MEETING + alarms + "LOCATION:Room 1"))
    assert (event.reminder_minutes, event.reminder_off) == (minutes, False)
    assert (event.title, event.place.name if event.place else "") == ("Review", "Room 1")


@pytest.mark.parametrize("alarms", [alarm(APPLE_NONE), alarm("ACTION:None"), alarm(APPLE_NONE, APPLE_NONE)])
def test_an_alarm_that_does_nothing_switches_the_reminder_off(alarms: str) -> None:
    (event,) = read(calendar(MEETING + alarms))
    assert (event.reminder_minutes, event.reminder_off) == (None, True)


@pytest.mark.parametrize(
    "alarms",
    [
        "",
        alarm("ACTION:DISPLAY"),
        alarm("ACTION:DISPLAY\nTRIGGER:soon"),
        alarm("ACTION:DISPLAY\nTRIGGER:soon", APPLE_NONE),
        alarm("ACTION:EMAIL\nTRIGGER:-PT10M"),
        "TRIGGER:-PT10M\nACTION:NONE\n",
        "BEGIN:X-OWN\n" + alarm("ACTION:DISPLAY\nTRIGGER:-PT10M") + "END:X-OWN\n",
    ],
)
def test_without_a_usable_alarm_nothing_is_known_of_a_reminder(alarms: str) -> None:
    (event,) = read(calendar(MEETING + alarms))
    assert (event.reminder_minutes, event.reminder_off) == (None, False)


def test_each_occurrence_of_a_series_has_the_alarm_of_the_series_or_its_own() -> None:
    series = MEETING + "RRULE:FREQ=DAILY;COUNT=3\n" + alarm("ACTION:DISPLAY\nTRIGGER:-PT10M")
    moved = MEETING + "RECURRENCE-ID:20261125T100000Z\n" + alarm(APPLE_NONE)
    found = read(calendar(series, moved.replace("DTSTART:20261124", "DTSTART:20261125")))
    assert [(event.reminder_minutes, event.reminder_off) for event in found][::2] == [(10, False), (10, False)]
    assert any(event.reminder_off for event in found)


def test_one_moment_for_a_whole_series_is_no_reminder() -> None:
    alarms = alarm("ACTION:DISPLAY\nTRIGGER;VALUE=DATE-TIME:20200101T000000Z")
    assert {event.reminder_minutes for event in read(calendar(MEETING + "RRULE:FREQ=DAILY;COUNT=3\n" + alarms))} == {
        None
    }


def test_another_alarm_makes_another_version() -> None:
    versions = {
        read(calendar(MEETING + alarm(f"ACTION:DISPLAY\nTRIGGER:-PT{minutes}M")))[0].version for minutes in (5, 10)
    }
    assert len(versions) == 2


def test_thousands_of_alarms_are_one_reminder() -> None:
    (event,) = read(calendar(MEETING + alarm(*["ACTION:DISPLAY\nTRIGGER:-PT5M"] * 20_000)))
    assert event.reminder_minutes == 5
