"""The scenarios: each can be read, begins at the given time, and holds what real calendars hold."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from carlendar.domain.timespan import DateSpan, Timespan
from carlendar.errors import UsageError
from carlendar_devtools.emulator.world.entry import EntryOccurrence
from carlendar_devtools.emulator.world.library import scenario_file, scenario_names
from carlendar_devtools.emulator.world.scenario import load_world

ANA, BEN = "ana@contoso.example", "ben@contoso.example"
BERLIN = ZoneInfo("Europe/Berlin")


def fortnight(address: str, name: str = "commute") -> list[EntryOccurrence]:
    world = load_world(scenario_file(name))
    midnight = world.at.replace(hour=0, minute=0)
    return world.events_between(address, midnight, midnight + timedelta(days=14))


@pytest.mark.parametrize("name", [name for name in scenario_names() if name != "huge"])
def test_every_scenario_can_be_read_and_has_people_with_a_default_calendar(name: str) -> None:
    world = load_world(scenario_file(name))
    assert world.people
    for mailbox in world.people:
        assert mailbox.default_book.is_default
        assert mailbox.person.address.endswith(f"@{world.tenant}")


def test_a_scenario_begins_on_any_day_and_in_any_zone() -> None:
    at = datetime(2027, 7, 1, 12, tzinfo=UTC)
    world = load_world(scenario_file("commute"), at)
    assert world.at == at
    first = world.events_between(ANA, at - timedelta(hours=12), at + timedelta(hours=10))
    assert first[0].entry.title == "Product review"
    assert first[0].entry.span.start == datetime(2027, 7, 1, 9, tzinfo=BERLIN)


def test_the_fortnight_holds_everything_that_real_calendars_hold() -> None:
    shown = fortnight(ANA)
    entries = [each.entry for each in shown]
    bodies = {e.title: e.body for e in entries}
    assert any(e.room and e.room.conference_id for e in entries)
    assert any(e.room and not e.room.conference_id for e in entries)
    for sign in (
        "teams.live.com/meet/",
        "zoom.us/j/",
        "webex.com/",
        "safelinks.protection.outlook.com",
        "Telefonkonferenz-ID",
    ):
        assert any(sign in body for body in bodies.values()), sign
    meet = next(e for e in entries if "meet.google.com" in e.body)
    assert not meet.spots
    assert any(spot.latitude for e in entries for spot in e.spots)
    assert any(spot.latitude is None and spot.kind == "default" for e in entries for spot in e.spots)
    assert any(spot.kind == "conferenceRoom" for e in entries for spot in e.spots)
    days = [e.span for e in entries if isinstance(e.span, DateSpan)]
    assert {(span.end - span.start).days for span in days} >= {1, 2, 4}
    assert {each.kind for each in shown} == {"singleInstance", "occurrence", "exception"}
    assert any(each.kind == "exception" and each.entry.cancelled for each in shown)
    assert any(e.cancelled and e.recurrence is None for e in entries)
    assert {e.response for e in entries} >= {"accepted", "declined", "tentativelyAccepted", "notResponded", "organizer"}
    assert {e.show_as for e in entries} == {"busy", "free", "tentative", "oof", "workingElsewhere"}
    assert {e.sensitivity for e in entries} >= {"private", "confidential"}
    assert {e.zone_name for e in entries} >= {"America/Detroit", "Asia/Tokyo"}
    assert max(len(e.title) for e in entries) == 300
    assert {e.calendar for e in entries} == {"own", "team", "holidays"}


def test_the_fortnight_has_clashes_neighbours_nights_and_an_empty_working_day() -> None:
    timed = [e.entry.span for e in fortnight(ANA) if isinstance(e.entry.span, Timespan)]
    assert any(one.overlaps(two) for one in timed for two in timed if one is not two)
    assert any(one.end == two.start for one in timed for two in timed)
    assert any(span.start.astimezone(BERLIN).date() < span.end.astimezone(BERLIN).date() for span in timed)
    covered = {span.start.astimezone(BERLIN).date() for span in timed}
    assert date(2026, 12, 1) not in covered


def test_the_second_person_has_a_day_of_their_own() -> None:
    ana, ben = ({each.entry.title for each in fortnight(address)} for address in (ANA, BEN))
    assert ben
    assert not ana & ben
    assert "Lunch with Ana" in ben


def test_the_world_writes_in_many_scripts_over_a_change_to_summer_time() -> None:
    shown = fortnight(ANA, "world")
    titles = " ".join(each.entry.title for each in shown)
    for script in (
        r"[\u4e00-\u9fff]",
        r"[\u3040-\u30ff]",
        r"[\u0600-\u06ff]",
        r"[\u0590-\u05ff]",
        r"[\U0001F680-\U0001F6FF]",
        "ß|ä",
    ):
        assert re.search(script, titles), script
    daily = [each.entry.span.start for each in shown if each.entry.title.startswith("Daily call at nine")]
    clocks = {(moment.hour, moment.utcoffset()) for moment in daily if isinstance(moment, datetime)}
    assert clocks == {(9, timedelta(hours=1)), (9, timedelta(hours=2))}


def test_the_busy_day_clashes_three_times_at_once() -> None:
    spans = [e.entry.span for e in fortnight(ANA, "busy") if isinstance(e.entry.span, Timespan)]
    moment = datetime(2026, 11, 23, 9, 20, tzinfo=BERLIN)
    assert sum(span.contains(moment) for span in spans) >= 4
    assert not fortnight(ANA, "empty")


def test_the_generator_makes_the_same_meetings_again() -> None:
    one, two = (load_world(scenario_file("large")).person(ANA).entries for _ in range(2))
    assert len(one) == 2000
    assert [e.title for e in one.values()] == [e.title for e in two.values()]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "title = 1",
        "not toml",
        'title="x"\ntenant="x.example"\nzone="Mars/Olympus"\nat=2026-01-01T00:00:00',
        'title="x"\ntenant="x.example"\nzone="UTC"\nat=2026-01-01T00:00:00\n[[events]]\nowner="nobody"\ntitle="x"\nday=0',
    ],
)
def test_a_scenario_that_makes_no_sense_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "broken.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UsageError):
        load_world(path)


def test_unknown_and_missing_scenarios_are_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="commute"):
        scenario_file("nowhere")
    with pytest.raises(UsageError, match="cannot be read"):
        load_world(tmp_path / "missing.toml")


def test_a_scenario_of_ones_own_is_taken_by_its_path(tmp_path: Path) -> None:
    own = tmp_path / "mine.toml"
    assert scenario_file(str(own)) == own


TOP = """title = "x"
tenant = "contoso.example"
zone = "Europe/Berlin"
at = 2026-11-23T08:00:00
"""
PERSON = """
[[people]]
name = "Ana"
address = "ana@contoso.example"
"""
EVENT = """
[[events]]
owner = "ana@contoso.example"
title = "Review"
day = 0
"""


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (TOP.replace('zone = "Europe/Berlin"', ""), "s.toml: 'zone' is missing"),
        (TOP.replace("Berlin", "Nowhere"), "s.toml: .*Nowhere"),
        (TOP.replace("08:00:00", "25:00:00"), "s.toml is not TOML: .*line 4"),
        (TOP + PERSON.replace("name", "nam"), r"s.toml, line 6, \[people\]: .*'nam'"),
        (TOP + PERSON + EVENT + EVENT.replace("title", "titel"), r"line 15, \[events\]: 'title' is missing"),
        (
            TOP + PERSON + EVENT.replace("ana@", "ben@"),
            r"line 10, \[events\]: 'ben@contoso.example' is missing or unknown",
        ),
        (TOP + PERSON + EVENT.replace("day = 0", "day = 9999999999"), r"line 10, \[events\]: "),
        (TOP + PERSON + EVENT + "attendees = [7]", r"line 10, \[events\]: "),
        (TOP + PERSON + EVENT + 'attendees = [""]', r"line 10, \[events\]: "),
        (TOP + PERSON + "[generator]\nevnts = 3", r"line 9, \[generator\]: .*'evnts'"),
    ],
)
def test_a_scenario_that_makes_no_sense_is_refused_with_its_line(tmp_path: Path, text: str, why: str) -> None:
    path = tmp_path / "s.toml"
    path.write_text(text)
    with pytest.raises(UsageError, match=why):
        load_world(path)


def test_a_person_has_a_calendar_where_the_scenario_names_none(tmp_path: Path) -> None:
    path = tmp_path / "small.toml"
    path.write_text(TOP + PERSON + EVENT)
    assert [entry.title for entry in load_world(path).person(ANA).entries.values()] == ["Review"]
