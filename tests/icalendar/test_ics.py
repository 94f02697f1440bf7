"""Events out of iCalendar text, as other programs write it."""

from __future__ import annotations

import contextlib
from datetime import UTC, date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carlendar.domain.cancellation import plain_title
from carlendar.domain.event import Response, Sensitivity, ShowAs
from carlendar.domain.timespan import DateSpan
from carlendar.errors import UsageError
from tests.icalendar.made import BERLIN, calendar, read


def test_a_weekly_series_becomes_its_occurrences() -> None:
    data = calendar(
        "UID:w\nSUMMARY:Stand-up\nDTSTART;TZID=Europe/Berlin:20260105T090000\nDURATION:PT15M\n"
        "RRULE:FREQ=WEEKLY;BYDAY=MO,WE\nEXDATE;TZID=Europe/Berlin:20261125T090000"
    )
    found = read(data, days=8)
    assert [event.start(BERLIN).isoformat() for event in found] == [
        "2026-11-23T09:00:00+01:00",
        "2026-11-30T09:00:00+01:00",
    ]
    assert all(event.span.end - event.span.start == timedelta(minutes=15) for event in found)
    assert len({event.id for event in found}) == 2


def test_a_moved_occurrence_stands_at_its_new_time_only() -> None:
    data = calendar(
        "UID:m\nSUMMARY:Sync\nDTSTART:20261123T080000Z\nDTEND:20261123T083000Z\nRRULE:FREQ=DAILY;COUNT=3",
        "UID:m\nSUMMARY:Sync, moved\nRECURRENCE-ID:20261124T080000Z\nDTSTART:20261124T130000Z\nDTEND:20261124T133000Z",
    )
    assert [event.start(UTC).hour for event in read(data)] == [8, 13, 8]


def test_whole_days_are_floating_dates() -> None:
    (event,) = read(calendar("UID:d\nSUMMARY:Fair\nDTSTART;VALUE=DATE:20261124\nDTEND;VALUE=DATE:20261126"))
    assert event.span == DateSpan(date(2026, 11, 24), date(2026, 11, 26))


def test_a_floating_time_is_read_in_the_zone_of_the_car() -> None:
    (event,) = read(calendar("UID:f\nSUMMARY:Lunch\nDTSTART:20261123T120000\nDTEND:20261123T130000"))
    assert event.start(BERLIN).isoformat() == "2026-11-23T12:00:00+01:00"


def test_facts_of_an_invitation_are_kept() -> None:
    (event,) = read(
        calendar(
            "UID:i\nSUMMARY:Review\nDTSTART:20261123T100000Z\nDTEND:20261123T110000Z\nCLASS:PRIVATE\n"
            "LOCATION:Hafenstraße 12\nGEO:53.5;9.9\nSTATUS:TENTATIVE\n"
            "ORGANIZER;CN=Priya Raman:mailto:priya@contoso.example\n"
            "ATTENDEE;PARTSTAT=ACCEPTED:mailto:ana@contoso.example\nATTENDEE:mailto:ben@contoso.example\n"
            "CONFERENCE;VALUE=URI;FEATURE=PHONE:tel:+49-69-1234,,5678#"
        ),
        mine=frozenset({"ana@contoso.example"}),
    )
    assert (event.sensitivity, event.show_as, event.response) == (
        Sensitivity.PRIVATE,
        ShowAs.TENTATIVE,
        Response.ACCEPTED,
    )
    assert event.organizer is not None
    assert (event.organizer.name, event.attendee_count) == ("Priya Raman", 2)
    assert event.place is not None
    assert event.place.navigable
    assert event.online is not None
    assert event.online.conference_uris == ("tel:+49-69-1234,,5678#",)


def test_the_moderator_s_join_details_is_no_participant_s() -> None:
    (event,) = read(
        calendar(
            "UID:i\nSUMMARY:Review\nDTSTART:20261123T100000Z\nDTEND:20261123T110000Z\n"
            "CONFERENCE;VALUE=URI;FEATURE=PHONE,MODERATOR:tel:+49-69-1234,,9999#\n"
            "CONFERENCE;VALUE=URI;FEATURE=PHONE:tel:+49-69-1234,,5678#"
        )
    )
    assert event.online is not None
    assert event.online.conference_uris == ("tel:+49-69-1234,,5678#",)


PUBLISHED = """UID:040000008200E00074C5B7101A82E008
SUMMARY:{title}
DTSTART;TZID=W. Europe Standard Time:20261124T100000
DTEND;TZID=W. Europe Standard Time:20261124T103000
CLASS:PUBLIC
TRANSP:{transparency}
STATUS:CONFIRMED
X-MICROSOFT-CDO-APPT-SEQUENCE:2
X-MICROSOFT-CDO-BUSYSTATUS:{busy}
X-MICROSOFT-CDO-INTENDEDSTATUS:BUSY
X-MICROSOFT-CDO-ALLDAYEVENT:FALSE
X-MICROSOFT-CDO-INSTTYPE:3"""
"""As Exchange publishes a calendar: without people, and STATUS never says that a meeting was cancelled."""


@pytest.mark.parametrize("title", ["Canceled: Review", "Abgesagt: Review", "Annulé : Review", "Canceled: Canceled: R"])
def test_a_cancellation_that_exchange_publishes_in_the_title_is_recognised(title: str) -> None:
    (event,) = read(calendar(PUBLISHED.format(title=title, transparency="TRANSPARENT", busy="FREE")))
    assert event.cancelled
    assert plain_title(event) in ("Review", "R")


@pytest.mark.parametrize(
    "lines",
    [
        PUBLISHED.format(title="Canceled: Review", transparency="OPAQUE", busy="BUSY"),
        PUBLISHED.format(title="Review", transparency="TRANSPARENT", busy="FREE"),
        PUBLISHED.format(title="Canceled flights: what to do", transparency="TRANSPARENT", busy="FREE"),
        "UID:1\nSUMMARY:Canceled: a song\nDTSTART:20261124T100000Z\nTRANSP:TRANSPARENT",
    ],
)
def test_a_title_alone_is_no_cancellation(lines: str) -> None:
    assert [event.cancelled for event in read(calendar(lines))] == [False]


def test_events_outside_the_time_are_left_out() -> None:
    data = calendar(
        "UID:a\nSUMMARY:Before\nDTSTART:20261122T220000Z\nDTEND:20261122T230000Z",
        "UID:b\nSUMMARY:Over midnight\nDTSTART:20261122T223000Z\nDTEND:20261122T233000Z",
        "UID:c\nSUMMARY:After\nDTSTART:20261129T230000Z\nDTEND:20261129T233000Z",
    )
    assert [event.title for event in read(data)] == ["Over midnight"]


def test_several_calendars_in_one_file_are_all_read() -> None:
    one = calendar("UID:1\nSUMMARY:One\nDTSTART:20261123T100000Z\nDTEND:20261123T110000Z")
    two = calendar("UID:2\nSUMMARY:Two\nDTSTART:20261123T120000Z\nDTEND:20261123T130000Z")
    assert [event.title for event in read(one + two)] == ["One", "Two"]


@pytest.mark.parametrize(
    "data", [b"", b"<html>", b"\xff\xfe\x00", b"BEGIN:VCALENDAR", b"BEGIN:VEVENT", b"BEGIN:VTODO\nEND:VTODO"]
)
def test_what_is_no_calendar_is_refused_with_a_reason(data: bytes) -> None:
    with pytest.raises(UsageError, match="iCalendar"):
        read(data)


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=SECONDLY",
        "FREQ=SECONDLY;INTERVAL=2",
        "FREQ=DAILY;BYHOUR=1,2,3,4;BYMINUTE="
        + ",".join(map(str, range(60)))
        + ";BYSECOND="
        + ",".join(map(str, range(60))),
    ],
)
def test_a_recurrence_bomb_is_refused_with_a_reason(rule: str) -> None:
    with pytest.raises(UsageError, match="more than"):
        read(calendar(f"UID:b\nDTSTART:20261123T000000Z\nRRULE:{rule}"), days=2)


@given(st.binary(max_size=200))
def test_no_bytes_crash_the_reader(data: bytes) -> None:
    with contextlib.suppress(UsageError):
        assert read(data) == []
