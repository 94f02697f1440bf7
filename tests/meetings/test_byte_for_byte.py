"""A join link is handed out byte for byte: from Graph's and iCalendar's bytes to the link that is opened or shown."""

from __future__ import annotations

import html
import json
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from carlendar.domain.timespan import Timespan
from carlendar.icalendar import ics
from carlendar.known_settings import KNOWN
from carlendar.meetings.extract import find_join_details as way_in
from carlendar.microsoft.items import read_item

SHORT_LINK_DAYS = 60
"""Days after a meeting at which Teams lets its short link (`/meet/…`) expire."""
WINDOW = Timespan(datetime(2026, 11, 20, tzinfo=UTC), datetime(2026, 11, 30, tzinfo=UTC))
LINKS = (
    "https://teams.microsoft.com/l/meetup-join/19%3ameeting_QUJD%40thread.v2/0?context=%7b%22Tid%22%3a%221%22%7d",
    "https://teams.microsoft.com/l/meetup-join/19%3Ameeting_QUJD%40thread.v2/0?context=%7B%22Tid%22%3A%221%22%7D",
    "https://teams.microsoft.com/l/meetup-join/19:meeting_QUJD@thread.v2/0?context=%7b%22Tid%22%3a%221%22%7d",
    "https://Teams.Microsoft.com/meet/281442953617?p=aB3dE9fG",
    "HTTPS://teams.microsoft.com:443/meet/281442953617?p=aB3dE9fG",
    "https://teams.microsoft.com/meet/281442953617?p=aB3dE9f%2bG&anon=true",
    "https://us02web.zoom.us/j/85775884256?pwd=QUJDREVG.1#success",
    "https://contoso.webex.com/contoso/j.php?MTID=m0123456789abcdef0123456789abcdef",
    "https://teams.microsoftonline.cn/l/meetup-join/19%3ameeting_QUJD%40thread.v2/0?context=%7b%7d",
    "https://events.teams.microsoft.com/event/4C0E5F0A-1b7d-4f6e-9a3c-2d8b7e6f5a41@4c0e5f0a-1b7d-4f6e-9a3c-2d8b7e6f5a41",
    "https://events.gov.teams.microsoft.us/event/4c0e5f0a-1b7d-4f6e-9a3c-2d8b7e6f5a41@4c0e5f0a-1b7d-4f6e-9a3c-2d8b7e6f5a41",
    f"https://teams.microsoft.com/l/meetup-join/19%3ameeting_{'A' * 2500}%40thread.v2/0?context=%7b%7d",
)
PROPERTIES = (
    *LINKS,
    "https://teams.microsoft.com/meet/281442953617?p=aB3dE9fG.",
    "https://zoom.us/j/85775884256?pwd=ab%20c+d,e;f",
)
"""Of a property that holds nothing else, also what a sentence would not include."""


def graph(link: str, body: str = "") -> str:
    item = {
        "id": "1",
        "type": "singleInstance",
        "subject": "Review",
        "isAllDay": False,
        "start": {"dateTime": "2026-11-23T09:00:00", "timeZone": "UTC"},
        "end": {"dateTime": "2026-11-23T10:00:00", "timeZone": "UTC"},
        "onlineMeeting": {"joinUrl": link} if link else None,
    }
    event = read_item(json.loads(json.dumps(item)), "c")
    assert event is not None
    return way_in(event, body).url


@pytest.mark.parametrize("link", PROPERTIES)
def test_graphs_own_field(link: str) -> None:
    assert graph(link) == link


@pytest.mark.parametrize("link", LINKS)
def test_the_text_of_an_invitation(link: str) -> None:
    assert graph("", f"Join the meeting: {link}\nSee you there") == link
    assert graph("", f'<html><body><a href="{html.escape(link)}">Join</a></body></html>') == link


def folded(line: str) -> str:
    return "\r\n ".join(line[at : at + 70] for at in range(0, len(line), 70))


@pytest.mark.parametrize(
    "line",
    ["X-MICROSOFT-SKYPETEAMSMEETINGURL:{}", "CONFERENCE;VALUE=URI;FEATURE=VIDEO:{}", "URL:{}", "DESCRIPTION:Join {}"],
)
@pytest.mark.parametrize("link", PROPERTIES)
def test_icalendars_properties(line: str, link: str) -> None:
    if line.startswith("DESCRIPTION") and link not in LINKS:
        return  # a text escapes a comma, and what ends a link there is the sentence's
    text = "\r\n".join(
        (
            "BEGIN:VCALENDAR", "VERSION:2.0", "BEGIN:VEVENT", "UID:1", "DTSTAMP:20261120T080000Z",
            "DTSTART:20261123T090000Z", "DTEND:20261123T100000Z", "SUMMARY:Review", folded(line.format(link)),
            "END:VEVENT", "END:VCALENDAR", "",
        )
    )  # fmt: skip
    found, _ = ics.read([text.encode()], "c", WINDOW, ZoneInfo("Europe/Berlin"), frozenset())
    assert way_in(found[0].event, found[0].text).url == link


def test_no_short_link_is_kept_until_it_expires() -> None:
    kept = KNOWN["data.days_kept"].high
    assert kept is not None
    assert kept < SHORT_LINK_DAYS
