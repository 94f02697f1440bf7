"""Whatever one event holds costs that event, never the calendar."""

from __future__ import annotations

import time

import pytest

from carlendar.domain.base import to_json
from carlendar.domain.timespan import Timespan
from carlendar.errors import FeedError
from carlendar.icalendar import ics
from carlendar.icalendar.vevent import VEventProperties, facts
from carlendar.icalendar.vevent_times import VEventTimes
from tests.icalendar.made import BERLIN, START, calendar, read, starts

GOOD = "UID:good\nSUMMARY:Review\nDTSTART:20261124T100000Z\nDTEND:20261124T110000Z"
AT = "DTSTART:20261124T080000Z"
MANY = "9" * 5000
HUGE = "1" + "0" * 400
YEAR, SIXTY = (",".join(map(str, range(1, last))) for last in (367, 60))
EVERY_SECOND = f"BYHOUR={','.join(map(str, range(24)))};BYMINUTE=0,{SIXTY};BYSECOND=0,{SIXTY}"
BAD = {
    "a superscript for a SEQUENCE": f"UID:x\n{AT}\nSEQUENCE:²",
    "5,000 digits": f"UID:x\n{AT}\nSEQUENCE:{MANY}",
    "digits of another script": f"UID:x\n{AT}\nSEQUENCE:٣",
    "a SEQUENCE beyond any float": f"UID:x\n{AT}\nSEQUENCE:{HUGE}\nRRULE:FREQ=DAILY",
    "an INTERVAL beyond any float": f"UID:x\n{AT}\nRRULE:FREQ=DAILY;INTERVAL={HUGE}",
    "a COUNT of 5,000 digits": f"UID:x\n{AT}\nRRULE:FREQ=DAILY;COUNT={MANY}",
    "a superscript INTERVAL": f"UID:x\n{AT}\nRRULE:FREQ=DAILY;INTERVAL=²",
    "BY parts out of range": f"UID:x\n{AT}\nRRULE:FREQ=DAILY;BYHOUR=99;BYMONTHDAY=400;BYSETPOS=9999",
    "every second": f"UID:x\n{AT}\nRRULE:FREQ=SECONDLY",
    "every second of a day that never comes": f"UID:x\n{AT}\nRRULE:FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30",
    "every minute": f"UID:x\n{AT}\nRRULE:FREQ=MINUTELY",
    "every second of a year, as a list": f"UID:x\n{AT}\nRRULE:FREQ=YEARLY;BYYEARDAY={YEAR};{EVERY_SECOND}",
    "the last of every second of a year": f"UID:x\n{AT}\nRRULE:FREQ=YEARLY;BYSETPOS=-1;BYYEARDAY={YEAR};{EVERY_SECOND}",
    "a duration of 5,000 digits": f"UID:x\n{AT}\nDURATION:P{MANY}D",
    "a duration beyond a timedelta": f"UID:x\n{AT}\nDURATION:P999999999999D",
    "the year 0": "UID:x\nDTSTART:00000101T000000Z",
    "the last second": "UID:x\nDTSTART;TZID=America/Los_Angeles:99991231T235959\nRRULE:FREQ=YEARLY",
    "all of time": "UID:x\nDTSTART;TZID=Asia/Tokyo:00010101T000000\nDTEND;TZID=America/Los_Angeles:99991231T235959",
    "a zone that never ends": f"UID:x\nDTSTART;TZID={'/'.join('A' * 3000)}:20261124T080000",
    "a zone outside of its folder": "UID:x\nDTSTART;TZID=../../../etc/passwd:20261124T080000",
    "a zone with NUL": "UID:x\nDTSTART;TZID=\x00:20261124T080000",
    "an exception with a poisoned SEQUENCE": f"UID:good\nRECURRENCE-ID:20261124T090000Z\n{AT}\nSEQUENCE:{MANY}",
    "20,000 people": f"UID:x\n{AT}\n" + "ATTENDEE:mailto:a@contoso.example\n" * 20_000,
    "a nested event": f"UID:x\n{AT}\n" + "BEGIN:VALARM\n" * 30_000,
    "a million digits of nothing": f"UID:x\n{AT}\nX-A:" + "9" * 1_000_000,
    "a GEO that is no number": f"UID:x\n{AT}\nGEO:nan;inf",
}


@pytest.mark.parametrize("bad", BAD.values(), ids=BAD)
@pytest.mark.parametrize("first", [True, False])
def test_one_bad_event_costs_itself_alone(bad: str, first: bool) -> None:
    began = time.monotonic()
    found = read(calendar(*((bad, GOOD) if first else (GOOD, bad))))
    assert "Review" in [event.title for event in found]
    assert time.monotonic() - began < 10
    for event in found:
        assert event.start(BERLIN) <= event.end(BERLIN)


@pytest.mark.parametrize("name", ["a superscript for a SEQUENCE", "5,000 digits", "20,000 people"])
def test_what_can_be_read_of_the_event_itself_is_kept(name: str) -> None:
    assert starts(calendar(BAD[name])) == ["Tue 09:00"]


ZONE = "BEGIN:VTIMEZONE\nTZID:Own\nBEGIN:STANDARD\nDTSTART:{start}\nTZOFFSETFROM:+0100\nTZOFFSETTO:+0200\n{rule}\n"
ZONE += "END:STANDARD\nEND:VTIMEZONE\n"


@pytest.mark.parametrize(
    "zone",
    [
        ZONE.format(start="19700101T000000", rule="RRULE:FREQ=SECONDLY"),
        ZONE.format(start="00010101T000000", rule="RRULE:FREQ=YEARLY;UNTIL=99991231T235959Z"),
        ZONE.format(start="99991231T235959", rule="RRULE:FREQ=YEARLY;INTERVAL=" + "9" * 300),
        ZONE.format(start="19700101T000000", rule="RDATE:" + ",".join(["19700101T000000"] * 50_000)),
        "BEGIN:VTIMEZONE\nTZID:Own\n" + "BEGIN:STANDARD\nDTSTART:19700101T000000\nTZOFFSETFROM:+0100\n"
        "TZOFFSETTO:+0200\nEND:STANDARD\n" * 5_000 + "END:VTIMEZONE\n",
    ],
    ids=["every second", "all of time", "at the end", "50,000 changes", "5,000 observances"],
)  # fmt: skip
def test_a_hostile_zone_costs_no_other_event(zone: str) -> None:
    found = read(calendar(GOOD, "UID:x\nDTSTART;TZID=Own:20261124T080000\nSUMMARY:In it", head=zone))
    assert sorted(event.title for event in found) == ["In it", "Review"]


def test_series_with_too_many_occurrences_leave_the_others_their_room() -> None:
    hourly = [f"UID:h{number}\n{AT}\nRRULE:FREQ=MINUTELY;INTERVAL=4" for number in range(9)]
    found = read(calendar(*hourly, GOOD, f"UID:d\nSUMMARY:Stand-up\n{AT}\nRRULE:FREQ=DAILY"))
    assert len(found) <= 5_000
    titles = [event.title for event in found]
    assert ("Review" in titles, titles.count("Stand-up")) == (True, 6)


def test_many_series_that_never_occur_are_no_endless_work() -> None:
    never = [f"UID:n{number}\n{AT}\nRRULE:FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30" for number in range(300)]
    began = time.monotonic()
    assert starts(calendar(*never, GOOD)) == ["Tue 09:00"] * 300 + ["Tue 11:00"]
    assert time.monotonic() - began < 30


def test_thousands_of_one_event_are_distinguished_quickly() -> None:
    copies = [GOOD.replace("UID:good\n", "")] * 4_000
    began = time.monotonic()
    assert len({event.id for event in read(calendar(*copies))}) == 4_000
    assert time.monotonic() - began < 20


def test_what_is_left_out_is_counted() -> None:
    week = Timespan(START, START.replace(day=30))
    found, unread = ics.read([calendar(BAD["every second"], BAD["every minute"], GOOD)], "c", week, BERLIN)
    assert ([each.event.title for each in found], unread) == (["Review"], 2)


def test_a_calendar_of_nothing_else_is_still_refused_with_a_reason() -> None:
    with pytest.raises(FeedError, match="occurrences"):
        read(calendar(BAD["every second"]))


def test_an_event_that_makes_the_reader_fail_in_a_new_way_is_kept_with_its_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def failing(timing: VEventTimes, calendar_id: str, mine: frozenset[str]) -> VEventProperties:
        if timing.uid == "x":
            raise RecursionError
        return facts(timing, calendar_id, mine)

    monkeypatch.setattr(ics, "facts", failing)
    found = read(calendar(f"UID:x\n{AT}\nSUMMARY:Secret", GOOD))
    assert [(event.ical_uid, event.title) for event in found] == [("x", ""), ("good", "Review")]


def test_overlong_texts_are_cut_and_an_overlong_uid_still_tells_events_apart() -> None:
    many = "x" * 100_000
    found = read(calendar(*(f"UID:{many}{n}\nSUMMARY:{many}\nLOCATION:{many}\n{AT}" for n in range(2)), GOOD))
    assert len({event.id for event in found}) == 3
    assert max(len(event.title) + len(event.id) for event in found) < 3_000


def test_a_large_event_that_repeats_thousands_of_times_costs_no_other_event() -> None:
    people = "".join(f"ATTENDEE;CN={'n' * 1900}:mailto:{'m' * 1900}\n" for _ in range(5))
    links = f"CONFERENCE:https://meet.contoso.example/{'a' * 8000}\n" * 20
    bad = f"UID:x\n{AT}\nRRULE:FREQ=MINUTELY;INTERVAL=5\n{people}{links}".rstrip()
    found = read(calendar(bad, GOOD))
    assert "Review" in [event.title for event in found]
    assert sum(len(to_json(event)) for event in found) < 1.1 * ics.REPEATED


@pytest.mark.parametrize(
    "bad",
    [
        [f"UID:{number}\n{AT}\nRRULE:FREQ=DAILY;{EVERY_SECOND}" for number in range(500)],
        [f"UID:{number}\n{AT}\nRRULE:FREQ=SECONDLY;{EVERY_SECOND}" for number in range(500)],
        [f"UID:x\nDTSTART:20261124T{n // 3600:02}{n // 60 % 60:02}{n % 60:02}Z" for n in range(20_000)],
        ["UID:x\nDTSTART:20200101T000000Z\nRRULE:FREQ=DAILY"]
        + [
            f"UID:x\nRECURRENCE-ID;RANGE=THISANDFUTURE:202001{n // 1440 + 1:02}T{n // 60 % 24:02}{n % 60:02}00Z\n{AT}"
            for n in range(20_000)
        ],
    ],
    ids=[
        "every second of each day",
        "every second there is",
        "one UID for 20,000 starts",
        "20,000 changes of a series",
    ],
)
def test_many_bad_events_cost_little_time_and_no_other_event(bad: list[str]) -> None:
    began = time.process_time()
    assert "Review" in [event.title for event in read(calendar(*bad, GOOD))]
    assert time.process_time() - began < 8, "a calendar has 15 seconds, on a machine a third as fast"
