"""Time zones as calendars name them, made up by Outlook among others."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carlendar.domain.zone_names import zone_named
from carlendar.icalendar.components import calendars
from carlendar.icalendar.vevent_times import ExpansionOptions
from tests.icalendar.made import BERLIN, calendar, read, starts


def vtimezone(name: str, standard: str = "+0100", summer: str = "+0200", more: str = "") -> str:
    """Central Europe's rules as Outlook writes them, under a name of its own."""
    return (
        f"BEGIN:VTIMEZONE\nTZID:{name}\n{more}BEGIN:STANDARD\nDTSTART:16010101T030000\nTZOFFSETFROM:{summer}\n"
        f"TZOFFSETTO:{standard}\nRRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=10\nEND:STANDARD\nBEGIN:DAYLIGHT\n"
        f"DTSTART:16010101T020000\nTZOFFSETFROM:{standard}\nTZOFFSETTO:{summer}\n"
        "RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=3\nEND:DAYLIGHT\nEND:VTIMEZONE\n"
    )


def event(name: str, stamp: str = "20261124T090000") -> str:
    return f"UID:z\nDTSTART;TZID={name}:{stamp}\nDURATION:PT1H"


@pytest.mark.parametrize(
    "name",
    ["Europe/Berlin", "W. Europe Standard Time", "/mozilla.org/20050126_1/Europe/Berlin", "europe/berlin",
     "/freeassociation.sourceforge.net/Tzfile/Europe/Berlin", '"Europe/Berlin"', "UTC+01:00", "GMT+1"],
)  # fmt: skip
def test_names_that_identify_the_zone(name: str) -> None:
    assert starts(calendar(event(name))) == ["Tue 09:00"]


@pytest.mark.parametrize(
    "name", ["Customized Time Zone", "(UTC+01:00) Amsterdam\\, Bern", "Berlin 1", "tzone://Microsoft/Custom", "DE"]
)
def test_a_made_up_name_means_what_the_calendar_says(name: str) -> None:
    head = vtimezone(name, standard="-0330", summer="-0230")
    assert starts(calendar(event(f'"{name}"' if "," in name or ":" in name else name), head=head)) == ["Tue 13:30"]


def test_the_same_made_up_name_means_something_else_in_the_next_calendar() -> None:
    for standard, hour in (("-0500", "15"), ("+0100", "09")):
        head = vtimezone("Customized Time Zone", standard=standard, summer="+0200")
        assert starts(calendar(event("Customized Time Zone"), head=head)) == [f"Tue {hour}:00"]


def test_a_known_place_behind_a_made_up_name_counts() -> None:
    head = vtimezone("Mine", "+0900", "+0900", more="X-LIC-LOCATION:Europe/Berlin\n")
    assert starts(calendar(event("Mine"), head=head)) == ["Tue 09:00"]


def test_a_name_that_is_spelt_otherwise_means_what_the_calendar_says() -> None:
    head = vtimezone("Europe/lisbon", more="X-LIC-LOCATION:Europe/lisbon\n")
    assert starts(calendar(event("Europe/lisbon"), head=head)) == ["Tue 09:00"]
    assert starts(calendar(event("Europe/lisbon"))) == ["Tue 10:00"]


@pytest.mark.parametrize(
    ("name", "winter", "summer"),
    [
        ("(UTC-05:00) Eastern Time (US & Canada)", "15:00", "15:00"),
        ("(UTC-05:00) Eastern Time (US and Canada)", "15:00", "15:00"),
        ("(UTC+01:00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna", "09:00", "09:00"),
        ("(GMT+01:00) Sarajevo/Warsaw/Zagreb", "09:00", "09:00"),
        ("(UTC) Dublin, Edinburgh, Lisbon, London", "10:00", "10:00"),
        ("(UTC+10:00) Canberra, Melbourne, Sydney", "23:00", "01:00"),
        ("(UTC-03:00) Brasilia", "13:00", "14:00"),
        ("(GMT -05:00)", "15:00", "16:00"),
        ("(UTC+09:00) Eastern Time (US & Canada)", "01:00", "02:00"),
    ],
)
def test_a_name_as_windows_shows_it_tells_the_zone_by_its_places_and_offset(
    name: str, winter: str, summer: str
) -> None:
    for day, wanted in (("20261124", winter), ("20260714", summer)):
        at = datetime.strptime(day, "%Y%m%d").replace(tzinfo=BERLIN) - timedelta(days=1)
        (found,) = read(calendar(event(f'"{name}"', f"{day}T090000")), at=at)
        assert f"{found.start(BERLIN):%H:%M}" == wanted


@pytest.mark.parametrize("name", ["Nowhere/City", "x" * 500, "../../etc/passwd", "Europe", "\x00"])
def test_a_name_that_nothing_explains_floats(name: str) -> None:
    assert starts(calendar(event(name))) == ["Tue 09:00"]


def test_broken_rules_of_a_zone_cost_the_zone() -> None:
    head = vtimezone("Broken", "+9900", "x")
    assert starts(calendar(event("Broken"), head=head)) == ["Tue 09:00"]


MINUTES = 40 * 365 * 24 * 60


@given(st.integers(0, MINUTES), st.sampled_from((0, 1)))
def test_rules_give_what_the_database_gives(minutes: int, fold: int) -> None:
    """Central Europe has had these rules since 1996; the database's own table ends in 2037."""
    data = calendar(head=vtimezone("Rules"))
    (text,) = calendars(data)
    zone = ExpansionOptions.of(text).zones.find("Rules")
    assert zone is not None
    moment = datetime(1997, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    wall = moment.replace(fold=fold)
    assert wall.replace(tzinfo=zone).utcoffset() == wall.replace(tzinfo=BERLIN).utcoffset()
    ours, theirs = moment.astimezone(zone), moment.astimezone(BERLIN)
    assert (ours.replace(tzinfo=None), ours.fold) == (theirs.replace(tzinfo=None), theirs.fold)


def test_x_wr_timezone_is_for_times_that_float() -> None:
    head = "X-WR-TIMEZONE:America/New_York\n"
    lines = (
        "UID:f\nDTSTART:20261124T090000",
        "UID:u\nDTSTART:20261125T090000Z",
        "UID:t\nDTSTART;TZID=Europe/Berlin:20261126T090000",
    )
    assert starts(calendar(*lines, head=head)) == ["Tue 15:00", "Wed 10:00", "Thu 09:00"]
    assert starts(calendar(lines[0])) == ["Tue 09:00"]


def test_a_series_in_utc_keeps_its_owners_wall_time() -> None:
    """As the x-wr-timezone library has it: the owner's zone decides where a series in UTC repeats."""
    line = "UID:u\nDTSTART:20260701T070000Z\nDURATION:PT1H\nRRULE:FREQ=DAILY"
    assert starts(calendar(line, head="X-WR-TIMEZONE:Europe/Berlin\n"), days=1) == ["Mon 09:00"]
    assert starts(calendar(line), days=1) == ["Mon 08:00"]


def test_the_zone_it_was_planned_in_is_kept() -> None:
    (found,) = read(calendar(event("Eastern Standard Time")))
    assert found.zone_name == "America/New_York"
    assert found.moments(UTC).duration == timedelta(hours=1)
    assert zone_named("Eastern Standard Time") == ZoneInfo("America/New_York")
