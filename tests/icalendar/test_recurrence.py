"""Series: rules, dates, exceptions, and the rules that would never end."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

import pytest

from carlendar.domain.timespan import Timespan
from carlendar.errors import UsageError
from carlendar.icalendar.ics import events
from tests.icalendar.made import BERLIN, calendar, read, starts

DAILY = "UID:d\nSUMMARY:Daily\nDTSTART;TZID=Europe/Berlin:20261102T090000\nDTEND;TZID=Europe/Berlin:20261102T093000\n"


def at(moment: str) -> datetime:
    return datetime.fromisoformat(moment).replace(tzinfo=BERLIN)


def test_exdate_takes_out_what_it_names_in_whatever_zone() -> None:
    lines = f"{DAILY}RRULE:FREQ=DAILY\nEXDATE:20261124T080000Z,20261125T080000Z\nEXDATE;VALUE=DATE:20261126"
    assert starts(calendar(lines)) == ["Mon 09:00", "Fri 09:00", "Sat 09:00", "Sun 09:00"]


def test_exrule_takes_out_what_it_gives() -> None:
    assert starts(calendar(f"{DAILY}RRULE:FREQ=DAILY\nEXRULE:FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,SA")) == [
        "Fri 09:00",
        "Sun 09:00",
    ]


def test_rdate_adds_moments_days_and_periods_of_their_own_length() -> None:
    found = read(
        calendar(
            f"{DAILY}RDATE;TZID=Europe/Berlin:20261124T110000\nRDATE;VALUE=DATE:20261125\n"
            "RDATE;VALUE=PERIOD:20261126T100000Z/PT2H,20261127T100000Z/20261127T103000Z"
        )
    )
    assert [(e.start(BERLIN).strftime("%a %H:%M"), e.moments(UTC).duration) for e in found] == [
        ("Tue 11:00", timedelta(minutes=30)),
        ("Wed 09:00", timedelta(minutes=30)),
        ("Thu 11:00", timedelta(hours=2)),
        ("Fri 11:00", timedelta(minutes=30)),
    ]


def test_this_and_future_moves_renames_and_lengthens_what_follows() -> None:
    found = read(
        calendar(
            f"{DAILY}RRULE:FREQ=DAILY",
            "UID:d\nSUMMARY:Later\nRECURRENCE-ID;RANGE=THISANDFUTURE;TZID=Europe/Berlin:20261125T090000\n"
            "DTSTART;TZID=Europe/Berlin:20261125T110000\nDTEND;TZID=Europe/Berlin:20261125T120000",
        ),
        days=4,
    )
    assert [(e.title, e.start(BERLIN).strftime("%a %H"), e.moments(UTC).duration.seconds // 60) for e in found] == [
        ("Daily", "Mon 09", 30),
        ("Daily", "Tue 09", 30),
        ("Later", "Wed 11", 60),
        ("Later", "Thu 11", 60),
    ]


def test_an_occurrence_moved_out_of_the_window_is_gone_and_one_moved_in_is_there() -> None:
    out = "UID:d\nRECURRENCE-ID:20261124T080000Z\nDTSTART:20261210T080000Z\nDTEND:20261210T083000Z"
    into = "UID:d\nRECURRENCE-ID:20261216T080000Z\nDTSTART:20261123T150000Z\nDTEND:20261123T153000Z"
    assert starts(calendar(f"{DAILY}RRULE:FREQ=DAILY", out, into), days=2) == ["Mon 09:00", "Mon 16:00"]


def test_a_moved_occurrence_keeps_its_id() -> None:
    series = f"{DAILY}RRULE:FREQ=DAILY"
    moved = "UID:d\nRECURRENCE-ID:20261124T080000Z\nDTSTART:20261124T130000Z\nDTEND:20261124T133000Z"
    before, after = read(calendar(series), days=2), read(calendar(series, moved), days=2)
    assert [event.id for event in before] == [event.id for event in after]
    assert before[1].version != after[1].version


def test_a_cancelled_occurrence_is_reported_as_cancelled() -> None:
    lines = "UID:d\nRECURRENCE-ID:20261124T080000Z\nDTSTART:20261124T080000Z\nSTATUS:CANCELLED"
    assert [e.cancelled for e in read(calendar(f"{DAILY}RRULE:FREQ=DAILY", lines), days=3)] == [False, True, False]


def test_an_exception_without_its_series_stands_for_itself() -> None:
    lines = "UID:x\nSUMMARY:Once\nRECURRENCE-ID:20261124T080000Z\nDTSTART:20261124T100000Z\nDTEND:20261124T110000Z"
    assert starts(calendar(lines)) == ["Tue 11:00"]


def test_exceptions_are_found_in_another_file_of_the_same_calendar() -> None:
    moved = "UID:d\nRECURRENCE-ID:20261124T080000Z\nDTSTART:20261124T130000Z\nDTEND:20261124T133000Z"
    assert starts(calendar(f"{DAILY}RRULE:FREQ=DAILY"), calendar(moved), days=2) == ["Mon 09:00", "Tue 14:00"]


@pytest.mark.parametrize(
    ("until", "expected"),
    [
        ("20261125", ["Mon", "Tue", "Wed"]),
        ("20261125T090000", ["Mon", "Tue", "Wed"]),
        ("20261125T080000Z", ["Mon", "Tue", "Wed"]),
        ("20261125T075959Z", ["Mon", "Tue"]),
    ],
)
def test_until_is_inclusive_as_a_date_in_local_time_and_in_utc(until: str, expected: list[str]) -> None:
    found = starts(calendar(f"{DAILY}RRULE:FREQ=DAILY;UNTIL={until}"))
    assert [each[:3] for each in found] == expected


def test_a_series_that_ended_long_ago_is_over() -> None:
    assert starts(calendar(f"{DAILY.replace('20261102', '20200102')}RRULE:FREQ=DAILY;UNTIL=20210101T000000Z")) == []


def test_the_last_friday_of_the_month_and_other_positions() -> None:
    lines = f"{DAILY}RRULE:FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1"
    assert starts(calendar(lines.replace("20261102", "20200131")), days=14)[-1:] == ["Mon 09:00"]


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=MONTHLY;BYMONTHDAY=31;BYMONTH=4",
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=HOURLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30;COUNT=10",
        "FREQ=MINUTELY;INTERVAL=30;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=YEARLY;BYWEEKNO=1;BYMONTH=6",
        "FREQ=DAILY;BYSETPOS=5",
        "FREQ=MONTHLY;BYDAY=1MO;BYSETPOS=2",
    ],
)
def test_a_rule_that_never_matches_ends_the_search_behind_the_window(rule: str) -> None:
    began = time.process_time()
    found = starts(
        calendar(f"{DAILY.replace('20261102', '20000103')}RRULE:{rule}", f"UID:o\n{DAILY[6:]}RRULE:FREQ=DAILY")
    )
    assert len(found) == 7
    assert time.process_time() - began < 5  # it would search for minutes, or endlessly


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=SECONDLY;COUNT=999999999",
        "FREQ=MINUTELY;COUNT=99999999",
        "FREQ=SECONDLY;BYHOUR=9,10,11;BYSECOND=1;INTERVAL=59;COUNT=99999999",
        "FREQ=MINUTELY;BYMONTHDAY=31;COUNT=9999999",
    ],
)
def test_a_series_too_long_to_look_through_is_refused_with_a_message(rule: str) -> None:
    with pytest.raises(UsageError, match="series of the calendar"):
        starts(calendar(f"{DAILY.replace('20261102', '20000103')}RRULE:{rule}"))


@pytest.mark.parametrize(
    "rule",
    ["", "FREQ=", "FREQ=SOMETIMES", "INTERVAL=2", "FREQ=DAILY;INTERVAL=0", "FREQ=WEEKLY;BYDAY=XX",
     "FREQ=DAILY;UNTIL=soon", "RSCALE=HEBREW;FREQ=DAILY", "FREQ=DAILY;UNTL=20261125", "FREQ=YEARLY;BYMONTH=13"],
)  # fmt: skip
def test_a_rule_that_makes_no_sense_costs_the_rule_and_not_the_meeting(rule: str) -> None:
    assert starts(calendar(f"{DAILY.replace('20261102', '20261124')}RRULE:{rule}")) == ["Tue 09:00"]


def test_summer_time_keeps_the_clock_on_the_wall() -> None:
    lines = DAILY.replace("20261102", "20260320").replace("090000", "023000").replace("093000", "034500")
    found = read(calendar(f"{lines}RRULE:FREQ=DAILY"), at=at("2026-03-28"), days=3)
    assert [event.moments(UTC).start.astimezone(UTC).strftime("%d %H:%M") for event in found] == [
        "28 01:30",
        "29 01:30",  # 02:30 is skipped that night: the offset before it counts, 03:30 summer time
        "30 00:30",
    ]


def test_an_hour_that_comes_twice_is_taken_the_first_time() -> None:
    lines = DAILY.replace("20261102", "20261025").replace("090000", "023000").replace("093000", "024500")
    (event,) = read(calendar(lines), at=at("2026-10-25"), days=1)
    assert event.moments(UTC).start.astimezone(UTC).hour == 0


def test_the_first_and_the_last_year_do_no_harm() -> None:
    far = "UID:a\nDTSTART:00010101T000000Z\nDTEND:99991231T235959Z"
    ever = "UID:b\nSUMMARY:Ever\nDTSTART;TZID=Europe/Berlin:00010101T090000\nRRULE:FREQ=DAILY"
    last = "UID:c\nDTSTART;VALUE=DATE:99991231\nRRULE:FREQ=DAILY"
    bad = "UID:d\nDTSTART:00000000T000000\nRRULE:FREQ=DAILY"
    found = read(calendar(far, ever, last, bad), days=1)
    assert [event.ical_uid for event in found] == ["a", "b"]
    for year in (1, 9999):
        edge = Timespan(datetime(year, 1, 2, tzinfo=UTC), datetime(year, 12, 30, tzinfo=UTC))
        assert events([calendar(far, ever, last)], "c", edge, BERLIN)


@pytest.mark.parametrize("until", ["20261125T090000", "20261125T140000Z", "20261125T135959Z", "20261125T085959"])
def test_until_without_z_is_in_the_zone_of_the_series(until: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nine o'clock in New York is 14:00 in UTC; the machine's own zone does not matter."""
    lines = f"UID:u\nDTSTART;TZID=America/New_York:20261123T090000\nRRULE:FREQ=DAILY;UNTIL={until}"
    for machine in ("Asia/Tokyo", "America/Los_Angeles"):
        monkeypatch.setenv("TZ", machine)
        time.tzset()
        days = 2 if "59" in until else 3
        assert starts(calendar(lines)) == ["Mon 15:00", "Tue 15:00", "Wed 15:00"][:days]
    monkeypatch.undo()
    time.tzset()


def test_days_with_and_without_a_number_stand_side_by_side() -> None:
    lines = "UID:n\nDTSTART;TZID=Europe/Berlin:20261102T090000\nRRULE:FREQ=MONTHLY;BYDAY=MO,2TU"
    assert starts(calendar(lines), at=at("2026-12-01"), days=14) == ["Mon 09:00", "Tue 09:00", "Mon 09:00"]


@pytest.mark.parametrize("rule", ["FREQ=DAILY;BYHOUR=9,10;COUNT=2", "FREQ=DAILY;BYMINUTE=0,30;COUNT=2",
                                  "FREQ=HOURLY;INTERVAL=6;COUNT=8"])  # fmt: skip
def test_a_series_of_whole_days_has_each_day_once(rule: str) -> None:
    assert starts(calendar(f"UID:w\nDTSTART;VALUE=DATE:20261123\nRRULE:{rule}")) == ["Mon", "Tue"]


@pytest.mark.parametrize(("position", "first"), [("1", "Mon"), ("2", "Wed"), ("-1", "Fri")])
def test_positions_count_in_the_whole_first_week(position: str, first: str) -> None:
    """It begins on Monday, also where DTSTART is its Wednesday.

    BYSETPOS "operates on a set of recurrence instances in one interval of the recurrence rule", in a WEEKLY rule one
    week (RFC 5545, section 3.3.10): days before DTSTART have a position and no occurrence. So do it lib-recur and
    ical4j, as recorded in `golden_rules.json`; ical.js passes over BYSETPOS of WEEKLY rules, and dateutil begins the
    first week at DTSTART.
    """
    rule = f"FREQ=WEEKLY;BYDAY=MO,WE,FR;BYSETPOS={position}"
    data = calendar(f"UID:p\nDTSTART;TZID=Europe/Berlin:20261125T090000\nRRULE:{rule}")
    beside_start = [each[:3] for each in starts(data, at=at("2026-11-30"))]
    assert beside_start == [first]
    in_first_week = {each[:3] for each in starts(data)} - {"Wed"}
    assert in_first_week == ({first} & {"Fri"})


def test_weeks_with_days_of_the_month_or_the_year_lose_no_date() -> None:
    lines = "UID:w\nDTSTART;TZID=Europe/Berlin:20261123T090000\nRRULE:FREQ=YEARLY;BYWEEKNO=48;{}"
    for part in ("BYMONTHDAY=24,25,26", "BYYEARDAY=328,329,330"):
        assert starts(calendar(lines.format(part)))[1:] == ["Tue 09:00", "Wed 09:00", "Thu 09:00"]


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=DAILY;COUNT=250000",
        "FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR;COUNT=150000",
        "FREQ=WEEKLY;BYDAY=MO,TU;COUNT=150000",
        "FREQ=HOURLY;INTERVAL=24;COUNT=250000",
    ],
)
def test_a_long_count_is_not_counted_through(rule: str) -> None:
    many = [f"UID:{number}\nDTSTART:16010101T080000Z\nRRULE:{rule}" for number in range(100)]
    began = time.process_time()
    found = starts(calendar(*many), days=1)
    assert len(found) == 100
    assert time.process_time() - began < 3


def test_a_long_count_ends_where_it_ends() -> None:
    """155,555 days from 1601 to 23 November 2026, both included."""
    for count, expected in ((155_555, ["Mon 09:00"]), (155_556, ["Mon 09:00", "Tue 09:00"])):
        rule = f"RRULE:FREQ=DAILY;COUNT={count}"
        assert starts(calendar(f"UID:c\nDTSTART:16010101T080000Z\n{rule}")) == expected
