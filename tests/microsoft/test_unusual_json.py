"""What Graph sends in other shapes than it documents: PascalCase, moments for whole days, audio conferencing."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from msgspec import Raw

from carlendar.domain.timespan import DateSpan
from carlendar.microsoft.calendar import MicrosoftCalendar
from carlendar.microsoft.graph import GraphClient
from carlendar.microsoft.items import read_body, read_change, read_item
from tests.microsoft.conftest import Script

PLAIN: dict[str, Any] = {
    "@odata.etag": 'W/"1"',
    "id": "AAkALgAA==",
    "subject": "Review",
    "type": "singleInstance",
    "isAllDay": False,
    "start": {"dateTime": "2026-11-20T09:00:00.0000000", "timeZone": "UTC"},
    "end": {"dateTime": "2026-11-20T10:00:00.0000000", "timeZone": "UTC"},
    "iCalUId": "uid",
    "organizer": {"emailAddress": {"name": "Ada Example", "address": "ada@contoso.example"}},
    "location": {"displayName": "Room 1"},
    "responseStatus": {"response": "accepted"},
    "isReminderOn": False,
    "isCancelled": True,
    "sensitivity": "private",
    "showAs": "tentative",
    "changeKey": "2",
    "seriesMasterId": "AAkALgBB==",
    "attendees": [{"emailAddress": {"name": "Bo Example", "address": "bo@contoso.example"}, "type": "required"}],
    "originalStartTimeZone": "W. Europe Standard Time",
    "onlineMeeting": {"joinUrl": "https://teams.microsoft.com/meet/281442953617?p=aB3dE9fG"},
}


def pascal(value: object) -> object:
    """With every name in PascalCase, as older services write them."""
    if isinstance(value, list):
        return [pascal(each) for each in value]
    if not isinstance(value, dict):
        return value
    return {name if name[0] == "@" else name[0].upper() + name[1:]: pascal(inner) for name, inner in value.items()}


def raw(value: object) -> Raw:
    return Raw(json.dumps(value).encode())


def test_an_event_in_pascal_case_is_the_same_event() -> None:
    event = read_item(raw(PLAIN), "c")
    assert event is not None
    assert event.organizer is not None
    assert event.online is not None
    assert read_item(raw(pascal(PLAIN)), "c") == event
    assert read_item(pascal(PLAIN), "c") == event
    assert read_item(raw({name.upper(): value for name, value in PLAIN.items()}), "c") == event


@pytest.mark.parametrize("name", sorted(PLAIN.keys() - {"@odata.etag"}))
def test_one_name_in_pascal_case_loses_nothing(name: str) -> None:
    mixed = {each: value for each, value in PLAIN.items() if each != name}
    for value in ({**mixed, name[0].upper() + name[1:]: PLAIN[name]}, {**mixed, name: pascal(PLAIN[name])}):
        assert read_item(raw(value), "c") == read_item(raw(PLAIN), "c")


def test_one_name_in_pascal_case_deep_within_an_event_loses_nothing() -> None:
    online = {"JoinUrl": PLAIN["onlineMeeting"]["joinUrl"]}
    assert read_item(raw({**PLAIN, "onlineMeeting": online}), "c") == read_item(raw(PLAIN), "c")


def test_a_next_page_in_another_spelling_is_not_the_end_of_the_list(connect: Callable[[Script], GraphClient]) -> None:
    def script(_method: str, path: str, headers: dict[str, str], _body: bytes) -> tuple[int, dict[str, str], bytes]:
        if "page=2" in path:
            return 200, {}, json.dumps({"value": [{"id": "2"}]}).encode()
        link = f"https://{headers['Host']}/v1.0/me/calendars?page=2"
        return 200, {}, json.dumps({"value": [{"id": "1"}], "@odata.NextLink": link}).encode()

    assert [sorted(page.ids) for page in connect(script).pages("/me/calendars")] == [["1"], ["2"]]


def test_the_documented_spelling_counts_where_both_are_there() -> None:
    event = read_item({**PLAIN, "Subject": "Another"}, "c")
    assert event is not None
    assert event.title == "Review"


def test_changes_and_bodies_in_pascal_case_are_read() -> None:
    change = read_change(raw({"Id": "1", "Type": "occurrence", "SeriesMasterId": "m"}))
    assert (change.id, change.type, change.series_master_id) == ("1", "occurrence", "m")
    assert read_body(raw({"Id": "1", "Body": {"ContentType": "html", "Content": "Hello"}})) == ("1", "Hello")


def test_calendars_and_pages_in_pascal_case_are_listed(connect: Callable[[Script], GraphClient]) -> None:
    page = {"Value": [{"Id": "c", "Name": "Calendar", "IsDefaultCalendar": True, "CanEdit": True}]}
    source = MicrosoftCalendar(connect(lambda *_: (200, {}, json.dumps(page).encode())), "a")
    (calendar,) = source.calendars()
    assert (calendar.id, calendar.name, calendar.is_default, calendar.can_edit) == ("c", "Calendar", True, True)


@pytest.mark.parametrize(("answer", "default"), [({"id": "2"}, "2"), (None, "")])
def test_of_two_default_calendars_the_service_says_which_it_is(
    connect: Callable[[Script], GraphClient], answer: dict[str, str] | None, default: str
) -> None:
    both = {"value": [{"id": each, "name": each, "isDefaultCalendar": True} for each in ("1", "2")]}

    def script(method: str, path: str, *_: object) -> tuple[int, dict[str, str], bytes]:
        if path.startswith("/v1.0/me/calendars"):
            return 200, {}, json.dumps(both).encode()
        return (200, {}, json.dumps(answer).encode()) if answer else (404, {}, b"{}")

    calendars = MicrosoftCalendar(connect(script), "a").calendars()
    assert {calendar.id: calendar.is_default for calendar in calendars} == {"1": default == "1", "2": default == "2"}


@pytest.mark.parametrize(
    ("start", "end", "zone", "own", "days"),
    [
        ("2026-11-19T23:00:00Z", "2026-11-20T23:00:00Z", "UTC", "W. Europe Standard Time", (20, 21)),
        ("2026-11-19T23:00:00.0000000", "2026-11-20T23:00:00.0000000", "UTC", "Europe/Berlin", (20, 21)),
        ("2026-11-19T23:00:00Z", "2026-11-20T23:00:00Z", "UTC", "", (20, 21)),
        ("2026-11-19T23:00:00Z", "2026-11-20T23:00:00Z", "UTC", "tzone://Microsoft/Custom", (20, 21)),
        ("2026-11-20T05:00:00Z", "2026-11-21T05:00:00Z", "UTC", "Eastern Standard Time", (20, 21)),
        ("2026-11-19T11:00:00Z", "2026-11-20T11:00:00Z", "UTC", "Pacific/Auckland", (20, 21)),
        ("2026-11-20T00:00:00+01:00", "2026-11-21T00:00:00+01:00", "UTC", "", (20, 21)),
        ("2026-11-20T00:00:00", "2026-11-22T00:00:00", "Asia/Tokyo", "Pacific Standard Time", (20, 22)),
        ("2026-11-20T00:00:00", "2026-11-20T23:59:59", "UTC", "", (20, 21)),
    ],
)
def test_a_whole_day_that_comes_as_a_moment_is_the_day_that_was_meant(
    start: str, end: str, zone: str, own: str, days: tuple[int, int]
) -> None:
    value = {
        **PLAIN,
        "isAllDay": True,
        "start": {"dateTime": start, "timeZone": zone},
        "end": {"dateTime": end, "timeZone": zone},
        "originalStartTimeZone": own,
    }
    for element in (raw(value), value):
        event = read_item(element, "c")
        assert event is not None
        assert event.span == DateSpan(date(2026, 11, days[0]), date(2026, 11, days[1]))


PAGE = "https://dialin.teams.microsoft.com/6787a136-b9b8-4d39-846c-c0f1ff937f10?id=425999123"


@pytest.mark.parametrize(
    "meeting",
    [
        {"audioConferencing": {"ConferenceId": "425999123", "tollNumber": "+12065550100"}},
        {"audioConferencing": {"conferenceId": "425999123", "tollNumbers": ["+12065550100"]}},
        {"audioConferencing": {"dialinUrl": PAGE, "tollNumber": "+12065550100"}},
        {"audioConferencing": {"DialinUrl": PAGE.replace("?", "?lang=de&"), "TollNumber": "+12065550100"}},
        {"dialinUrl": PAGE, "tollNumber": "+12065550100"},
        {"conferenceId": "425999123", "phones": [{"number": "+12065550100"}]},
    ],
)
def test_conference_id_and_number_are_found_in_audio_conferencing_too(meeting: dict[str, object]) -> None:
    for value in ({**PLAIN, "onlineMeeting": meeting}, {**PLAIN, "onlineMeeting": {**meeting, "joinUrl": "https://x"}}):
        for element in (raw(value), value, raw(pascal(value))):
            event = read_item(element, "c")
            assert event is not None
            assert event.online is not None
            assert (event.online.conference_id, event.online.toll_number) == ("425999123", "+12065550100")


def test_an_address_that_is_too_long_is_left_out_and_not_cut() -> None:
    for length, kept in ((2500, True), (9000, False)):
        link = f"https://teams.microsoft.com/l/meetup-join/19%3a{'A' * length}%40thread.v2/0?context=%7b%7d"
        for element in (
            raw({**PLAIN, "onlineMeeting": {"joinUrl": link}}),
            {**PLAIN, "onlineMeeting": {"joinUrl": link}},
        ):
            event = read_item(element, "c")
            assert event is not None
            assert (event.online.join_url if event.online else "") == (link if kept else "")
