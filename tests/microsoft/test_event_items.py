"""Graph's JSON becomes domain values, whatever is in it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import to_builtins

from carlendar.domain.event import Event, OnlineMeetingInfo, Person, Response, Sensitivity, ShowAs
from carlendar.domain.place import Place
from carlendar.domain.timespan import DateSpan, Timespan
from carlendar.microsoft.items import EVENT_FIELDS, event_from
from carlendar.microsoft.tolerant_reader import TEXT_LIMIT, calendar_from


def item(**fields: object) -> dict[str, Any]:
    plain = {
        "id": "AAkALgAA==",
        "subject": "Review",
        "type": "singleInstance",
        "start": {"dateTime": "2026-11-20T09:00:00.0000000", "timeZone": "UTC"},
        "end": {"dateTime": "2026-11-20T10:00:00.0000000", "timeZone": "UTC"},
    }
    return plain | fields


def event(**fields: object) -> Event:
    made = event_from(item(**fields), "calendar")
    assert made is not None
    return made


FULL = item(
    **{
        "@odata.etag": 'W/"abc"',
        "isAllDay": False,
        "isCancelled": True,
        "isOrganizer": False,
        "showAs": "oof",
        "sensitivity": "confidential",
        "iCalUId": "uid",
        "seriesMasterId": "master",
        "originalStartTimeZone": "tzone://Microsoft/Custom",
        "allowNewTimeProposals": False,
        "isReminderOn": True,
        "reminderMinutesBeforeStart": 15,
        "responseStatus": {"response": "tentativelyAccepted", "time": "0001-01-01T00:00:00Z"},
        "organizer": {"emailAddress": {"name": "Ada Example", "address": "ada@contoso.example"}},
        "attendees": [
            {"type": "required", "emailAddress": {"name": f"P{number}", "address": f"p{number}@contoso.example"}}
            for number in range(7)
        ]
        + [{"type": "resource", "emailAddress": {"name": "Room 1", "address": "room1@contoso.example"}}],
        "location": {
            "displayName": "Room 1",
            "locationType": "conferenceRoom",
            "address": {"street": "1 Example Way", "city": "Springfield", "postalCode": "12345"},
            "coordinates": {"latitude": 52.42, "longitude": 10.78},
        },
        "onlineMeetingProvider": "teamsForBusiness",
        "onlineMeeting": {
            "joinUrl": "https://teams.microsoft.com/l/meetup-join/x",
            "conferenceId": "123456789",
            "tollNumber": "+1 323-555-0100",
            "tollFreeNumbers": ["+1 800-555-0100", None],
        },
    }
)


def test_a_full_event_is_read_whole() -> None:
    read = event_from(FULL, "calendar")
    assert read == Event(
        id="AAkALgAA==",
        calendar_id="calendar",
        title="Review",
        span=Timespan(datetime(2026, 11, 20, 9, tzinfo=UTC), datetime(2026, 11, 20, 10, tzinfo=UTC)),
        version='W/"abc"',
        ical_uid="uid",
        series_id="master",
        show_as=ShowAs.OUT_OF_OFFICE,
        response=Response.TENTATIVE,
        sensitivity=Sensitivity.CONFIDENTIAL,
        cancelled=True,
        organizer=Person("Ada Example", "ada@contoso.example"),
        attendees=tuple(Person(f"P{number}", f"p{number}@contoso.example") for number in range(5)),
        attendee_count=7,
        place=Place("Room 1", "1 Example Way, 12345 Springfield", 52.42, 10.78, is_room=True),
        online=OnlineMeetingInfo(
            "https://teams.microsoft.com/l/meetup-join/x",
            "123456789",
            "+1 323-555-0100",
            ("+1 800-555-0100",),
            provider="teamsForBusiness",
        ),
        reminder_minutes=15,
        zone_name="tzone://Microsoft/Custom",
        allow_proposals=False,
    )


@pytest.mark.parametrize("asked", ["UTC", "Pacific Standard Time", "Asia/Tokyo"])
def test_whole_days_are_floating_dates_whatever_zone_they_come_in(asked: str) -> None:
    days = event(
        isAllDay=True,
        start={"dateTime": "2026-11-20T00:00:00.0000000", "timeZone": asked},
        end={"dateTime": "2026-11-22T00:00:00.0000000", "timeZone": asked},
    )
    assert days.span == DateSpan(date(2026, 11, 20), date(2026, 11, 22))


def test_whole_days_without_a_length_are_one_day() -> None:
    moment = {"dateTime": "2026-11-20T00:00:00.0000000", "timeZone": "UTC"}
    assert event(isAllDay=True, start=moment, end=moment).span == DateSpan(date(2026, 11, 20), date(2026, 11, 21))
    assert event(isAllDay=True, start=moment, end=None).span == DateSpan(date(2026, 11, 20), date(2026, 11, 21))


@pytest.mark.parametrize(
    ("text", "zone", "hour"),
    [
        ("2026-07-01T09:00:00.1234567", "UTC", 9),
        ("2026-07-01T09:00:00Z", "", 9),
        ("2026-07-01T09:00:00+02:00", "UTC", 7),
        ("2026-07-01T09:00:00", "W. Europe Standard Time", 7),
        ("2026-07-01T09:00:00", "Europe/Berlin", 7),
        ("2026-07-01T09:00:00", "Mitteleuropäische Zeit", 7),
        ("2026-07-01T09:00:00", "(UTC+01:00) Amsterdam, Berlin, Bern, Rom, Stockholm, Wien", 7),
        ("2026-07-01T09:00:00", "Europe de l’Ouest", 7),
        ("2026-07-01T09:00:00", "GMT-05.00/-04.00", 13),
    ],
)
def test_moments_are_read_to_utc(text: str, zone: str, hour: int) -> None:
    start = event(start={"dateTime": text, "timeZone": zone}).start(UTC)
    assert (start.day, start.hour) == (1, hour)


def test_an_end_before_the_start_becomes_no_length() -> None:
    span = event(end={"dateTime": "2026-11-20T08:00:00", "timeZone": "UTC"}).span
    assert isinstance(span, Timespan)
    assert span.duration.total_seconds() == 0


@pytest.mark.parametrize(
    "broken",
    [
        {"id": None},
        {"id": ""},
        {"type": "seriesMaster"},
        {"start": None},
        {"start": {"dateTime": "0001-01-01T00:00:00Z"}},
        {"start": {"dateTime": "9999-12-31T23:59:59"}},
        {"start": {"dateTime": "yesterday"}},
        {"start": {"dateTime": "2026-07-01T09:00:00", "timeZone": "Customized Time Zone"}},
        {"start": {"dateTime": "2026-07-01T09:00:00", "timeZone": "../../etc/passwd"}},
        {"end": {"dateTime": "2026-07-01T09:00:00", "timeZone": "Nowhere"}},
        {"start": "2026-11-20"},
        {"@removed": {"reason": "deleted"}},
    ],
)
def test_what_cannot_be_an_event_is_none(broken: dict[str, object]) -> None:
    assert event_from(item(**broken), "calendar") is None


def test_unknown_words_become_the_safe_choice() -> None:
    odd = event(showAs="onTheMoon", sensitivity="topSecret", responseStatus={"response": "shrugged"})
    assert (odd.show_as, odd.sensitivity, odd.response) == (ShowAs.UNKNOWN, Sensitivity.PRIVATE, Response.NONE)
    assert odd.private
    assert event(showAs="WorkingElsewhere").show_as is ShowAs.WORKING_ELSEWHERE


def test_a_cancelled_prefix_is_left_to_the_screen() -> None:
    assert event(subject="Canceled: Review", isCancelled=True).title == "Canceled: Review"


def test_a_reminder_counts_only_when_it_is_on() -> None:
    assert event(isReminderOn=False, reminderMinutesBeforeStart=15).reminder_minutes is None
    assert event(isReminderOn=False, reminderMinutesBeforeStart=15).reminder_off
    assert not event(isReminderOn=None).reminder_off, "nothing was said"
    assert not event(isReminderOn="false").reminder_off
    assert event(isReminderOn=True, reminderMinutesBeforeStart=0).reminder_minutes == 0
    assert event(isReminderOn=True, reminderMinutesBeforeStart=-5).reminder_minutes is None


def test_a_place_is_completed_from_the_list_and_impossible_coordinates_are_dropped() -> None:
    listed = {"displayName": "Café", "coordinates": {"latitude": 91.0, "longitude": 1.0}}
    assert event(location={"displayName": ""}, locations=[listed]).place == Place("Café")
    assert event(location={"displayName": "", "coordinates": {}, "address": {}}).place is None
    zeros = {"displayName": "Desk", "coordinates": {"latitude": 0, "longitude": 0.0}}
    assert event(location=zeros).place == Place("Desk")
    assert event(location={"address": {"city": "Springfield"}}).place == Place("Springfield", "Springfield")


def test_online_meetings_of_every_age_are_read() -> None:
    assert event(onlineMeeting=None, onlineMeetingProvider="unknown").online is None
    assert event(onlineMeeting={}, onlineMeetingProvider="teamsForBusiness").online is None
    skype = event(onlineMeeting=None, onlineMeetingUrl="https://meet.contoso.example/x").online
    assert skype == OnlineMeetingInfo("https://meet.contoso.example/x")
    phones = event(onlineMeeting={"phones": [{"number": None}, {"number": "+49 30 901820"}]}).online
    assert phones is not None
    assert phones.toll_number == "+49 30 901820"


def test_a_web_address_as_location_is_a_link_and_nothing_else_is() -> None:
    assert event(location={"locationUri": "https://zoom.us/j/1"}).url == "https://zoom.us/j/1"
    assert event(location={"locationUri": "javascript:alert(1)"}).url == ""


def test_texts_are_bounded_and_can_be_stored() -> None:
    assert event(subject="half \ud83d of a face").title.encode() == b"half ? of a face"
    assert event(isReminderOn=True, reminderMinutesBeforeStart=10**30).reminder_minutes is None
    assert len(event(subject="x" * 100_000).title) == TEXT_LIMIT


def test_a_calendar_is_read_with_its_colour() -> None:
    made = calendar_from({"id": "c", "name": "Calendar", "color": "lightGreen", "isDefaultCalendar": True}, "me")
    assert made is not None
    assert (made.name, made.is_default, made.can_edit, made.can_view_private) == ("Calendar", True, False, True)
    assert made.color.startswith("#")
    assert calendar_from({"id": None}, "me") is None
    assert calendar_from({"id": "c", "hexColor": "#123456", "color": "auto"}, "me").color == "#123456"  # type: ignore[union-attr]  # it has an id


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=8,
)
NAMES = [*EVENT_FIELDS.split(","), "@odata.etag", "isAllDay"]
INNER = ["dateTime", "timeZone", "emailAddress", "displayName", "coordinates", "latitude", "address", "joinUrl"]
OBJECTS = st.dictionaries(st.sampled_from(INNER), JSON, max_size=4)


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(st.sampled_from(NAMES), JSON | OBJECTS | st.lists(OBJECTS, max_size=3), max_size=8))
def test_nothing_that_a_server_sends_raises(odd: dict[str, object]) -> None:
    event_from(odd, "calendar")
    # What was read can be stored: no half characters, no numbers beyond a database's.
    read = event_from({**FULL, **odd, "id": "x", "start": FULL["start"], "type": None}, "calendar")
    assert read is None or read.id == "x"
    if read is not None:
        str(to_builtins(read)).encode()
        read.title.encode()
        assert 0 <= (read.reminder_minutes or 0) < 2**31
    calendar_from(odd, "me")


def test_of_a_meeting_that_one_organises_all_are_kept_who_can_be_notified() -> None:
    crowd = [{"emailAddress": {"name": f"P{number}", "address": f"p{number}@contoso.example"}} for number in range(80)]
    read = event_from({**FULL, "attendees": crowd, "isOrganizer": True}, "calendar")
    assert read is not None
    assert (len(read.attendees), read.attendee_count) == (50, 80)
    assert read.attendees[-1] == Person("P49", "p49@contoso.example")
