"""Invitations as they come, and the way in that is found in them."""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from carlendar.domain.event import Event, OnlineMeetingInfo
from carlendar.domain.place import Place
from carlendar.domain.timespan import Timespan
from carlendar.meetings.extract import find_join_details
from carlendar.meetings.join_details import DialIn

HERE = Path(__file__).parent / "invitations"
CASES = [
    pytest.param(case, id=f"{file.stem}: {case['name']}")
    for file in sorted(HERE.glob("*.toml"))
    for case in tomllib.loads(file.read_text("utf-8"))["invitation"]
]
LINK = "https://teams.microsoft.com/l/meetup-join/19%3ameeting_QUJD%40thread.v2/0?context=%7b%7d"


def event(online: OnlineMeetingInfo | None = None, url: str = "", place: str = "") -> Event:
    span = Timespan(datetime(2026, 11, 23, 9, tzinfo=UTC), datetime(2026, 11, 23, 10, tzinfo=UTC))
    return Event("1", "c", "Review", span, online=online, url=url, place=Place(place) if place else None)


def spelled(dial_in: DialIn) -> str:
    return f"{dial_in.number} {dial_in.tones} {dial_in.country} {dial_in.label}".strip()


@pytest.mark.parametrize("case", CASES)
def test_the_join_details_of_an_invitation(case: dict[str, Any]) -> None:
    found = find_join_details(event(), case["body"], "DE")
    seen = {
        "service": found.service,
        "url": found.url,
        "meeting_id": found.meeting_id,
        "passcode": found.passcode,
        "dial_ins": [spelled(dial_in) for dial_in in found.dial_ins],
        "refused": [refused.why for refused in found.refused],
    }
    expected = {"refused": []} | {key: value for key, value in case.items() if key not in ("name", "body")}
    assert seen == expected


def test_the_provider_s_own_field_comes_first() -> None:
    online = OnlineMeetingInfo(LINK, "123456789", "+49 69 12345678", ("0800 1234567",))
    found = find_join_details(
        event(online, place="https://zoom.us/j/85775884256"), "https://meet.google.com/abc-defg-hij"
    )
    assert (found.service, found.url, found.found_in) == ("teams", LINK, "online_meeting")
    assert [spelled(dial_in) for dial_in in found.dial_ins] == [
        "+498001234567 p123456789# DE",
        "+496912345678 p123456789# DE",
    ]


def test_conference_properties_give_link_and_number() -> None:
    uris = ("tel:+1-412-555-0123,,,654321", "https://contoso.webex.com/meet/ana.meyer")
    found = find_join_details(event(OnlineMeetingInfo(conference_uris=uris)), "")
    assert (found.service, found.found_in) == ("webex", "conference_property")
    assert [spelled(dial_in) for dial_in in found.dial_ins] == ["+14125550123 pp654321 US"]


@pytest.mark.parametrize(
    ("url", "place", "body", "where"),
    [
        (LINK, "https://zoom.us/j/85775884256", "", "url"),
        ("", "Room 4; zoom.us/j/85775884256", LINK, "location"),
        ("https://calendar.google.com/calendar/event?eid=1", "Room 4", LINK, "body"),
        ("https://contoso.example/news", "", LINK, "body"),
    ],
)
def test_places_are_trusted_in_order(url: str, place: str, body: str, where: str) -> None:
    assert find_join_details(event(url=url, place=place), body).found_in == where


def test_a_known_service_in_the_body_beats_an_unknown_link_in_the_place() -> None:
    found = find_join_details(event(place="https://calls.contoso.example/room/42"), f"Join {LINK}")
    assert (found.service, found.found_in) == ("teams", "body")


def test_a_link_of_no_known_service_is_reported_as_unknown() -> None:
    found = find_join_details(event(place="https://calls.contoso.example/room/42"), "")
    assert (found.service, found.host) == ("unknown", "calls.contoso.example")


def test_a_number_alone_in_the_place_can_be_called() -> None:
    found = find_join_details(event(place="+49 30 12345678"), "")
    assert (found.service, found.found_in) == ("", "location")
    assert [spelled(dial_in) for dial_in in found.dial_ins] == ["+493012345678  DE"]


@pytest.mark.parametrize(
    ("region", "first"), [("DE", "+496912345678"), ("US", "+13235550199"), ("FR", "+498001234567")]
)
def test_the_choice_of_numbers_goes_by_the_phone_s_country_then_toll_free(region: str, first: str) -> None:
    body = "+13235550199,,1234567# US\n+496912345678,,1234567# Germany\n"
    if region == "FR":
        body += "+498001234567,,1234567# Germany\n"
    assert find_join_details(event(), body, region).dial_ins[0].number == first


def test_an_event_without_anything_has_no_join_details() -> None:
    found = find_join_details(event(), "Lunch at 12:30, table for 4, call 5 of us")
    assert not found.found
    assert found.found_in == ""


def test_a_poser_in_the_provider_s_field_is_refused_and_the_next_place_is_read() -> None:
    poser = "https://teams.microsoft.com@evil.example/l/meetup-join/x"
    found = find_join_details(event(OnlineMeetingInfo(poser)), LINK)
    assert (found.url, found.found_in) == (LINK, "body")
    assert [refused.text for refused in found.refused] == [poser]


@pytest.mark.parametrize(
    "place",
    [
        "Hotel Contoso, Hauptstr. 5, Frankfurt, Tel. +49 69 12345678",
        "Room 2026-11-23 10",
        "1 323 555 0199",
        "12 10115 4711 99",
    ],
)
def test_what_only_looks_like_a_dial_in_in_the_place_is_none(place: str) -> None:
    assert find_join_details(event(place=place), "", "DE").dial_ins == ()


@pytest.mark.parametrize(
    "body",
    [
        "Ana Meyer, Tel. +49 30 12345678 ext. 12",
        "Call 323-555-0199,,123456789#",
        "Order 0301234567 of 2026-11-23, #42",
    ],
)
def test_a_number_that_is_not_certainly_meant_is_not_dialled(body: str) -> None:
    assert find_join_details(event(), body, "DE").dial_ins == ()


def test_a_national_number_with_its_id_is_of_the_phone_s_country() -> None:
    found = find_join_details(event(), "Einwahl: 069 12345678,,123456789#", "DE")
    assert [spelled(dial_in) for dial_in in found.dial_ins] == ["+496912345678 p123456789# DE"]
