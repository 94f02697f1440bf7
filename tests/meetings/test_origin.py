"""The organiser's country and own number: only where the invitation states them without doubt."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from carlendar.domain.event import Event, Person
from carlendar.domain.timespan import Timespan
from carlendar.meetings.extract import find_join_details

SPAN = Timespan(datetime(2026, 11, 23, 9, tzinfo=UTC), datetime(2026, 11, 23, 10, tzinfo=UTC))
LINK = "https://teams.microsoft.com/meet/281442953617?p=aB3dE9"
SIGNED = f"See you\n{LINK}\n\nAna Meyer\nContoso GmbH\nMobile: +49 171 2345678\n"


def event(address: str = "ana@contoso.example", zone: str = "", *, own: bool = False) -> Event:
    organizer = Person("Ana Meyer", address)
    return Event("1", "c", "Review", SPAN, organizer=organizer, zone_name=zone, is_organizer=own)


@pytest.mark.parametrize(
    ("address", "zone", "country"),
    [
        ("ana@contoso.de", "", "DE"),
        ("ana@contoso.co.uk", "", "GB"),
        ("ana@contoso.io", "", "US"),
        ("ana@contoso.io", "W. Europe Standard Time", "DE"),
        ("ana@contoso.com", "Europe/Paris", "FR"),
        ("", "no zone", "US"),
    ],
)
def test_the_organiser_s_country(address: str, zone: str, country: str) -> None:
    body = f"{LINK}\n+1 323-555-0199,,123456789#\n+44 20 3443 0000,,123456789#"
    assert find_join_details(event(address, zone), body, "DE").organizer_country == country


def test_the_organiser_s_number_stands_in_the_signature() -> None:
    found = find_join_details(event(), SIGNED, "DE")
    assert (found.organizer_number, found.organizer_number_country) == ("+491712345678", "DE")
    assert found.dial_ins == ()


@pytest.mark.parametrize(
    "body",
    [
        SIGNED.replace("Ana Meyer", "Bob Miller"),
        SIGNED.replace("Mobile: ", ""),
        SIGNED.replace("Mobile: +49 171 2345678", "Mobile: +49 900 5123456"),
        SIGNED + "Tel: +49 30 12345678\n",
        SIGNED.replace("Ana Meyer", "Ana Meyer" + " and so on" * 40),
    ],
)
def test_a_number_that_is_not_certainly_the_organiser_s_is_none(body: str) -> None:
    assert find_join_details(event(), body, "DE").organizer_number == ""


def test_no_one_calls_themselves() -> None:
    assert find_join_details(event(own=True), SIGNED, "DE").organizer_number == ""


@pytest.mark.parametrize(
    ("body", "fits"),
    [
        (f"{LINK}\n+49 69 12345678,,123456789#", True),
        (f"{LINK}\n+49 69 12345678,,1#", False),
        ("https://zoom.us/j/85775884256\n+49 69 12345678,,85775884256#,,,,*010383#", True),
        ("https://zoom.us/j/85775884256\n+49 69 12345678,,4711#", False),
        ("https://zoom.us/j/85775884256\n+49 69 12345678,,11111111111#", False),
        ("https://contoso.webex.com/meet/ana\n+1-415-655-0002,,*01*1774007047##*01*", True),
        ("https://meet.google.com/abc-defg-hij\n+49 40 12345678 PIN: 123 456 789#", True),
        ("https://whereby.com/review-room\n+49 69 12345678,,4711#", True),
    ],
)
def test_a_number_belongs_to_the_service_whose_id_is_typed(body: str, fits: bool) -> None:
    assert [each.of_service for each in find_join_details(event(), body, "DE").dial_ins] == [fits]
