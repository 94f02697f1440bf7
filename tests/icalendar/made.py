"""Calendars made of the lines of their events, and what is read out of them."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from carlendar.domain.event import Event
from carlendar.domain.timespan import Timespan
from carlendar.icalendar.ics import events

BERLIN = ZoneInfo("Europe/Berlin")
START = datetime(2026, 11, 23, tzinfo=BERLIN)


def calendar(*lines: str, head: str = "") -> bytes:
    """A calendar with these events, and `head` beside its properties."""
    inner = "".join(f"BEGIN:VEVENT\n{event}\nEND:VEVENT\n" for event in lines)
    text = f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//contoso.example//test//EN\n{head}{inner}END:VCALENDAR\n"
    return text.replace("\n", "\r\n").encode()


def read(*data: bytes, at: datetime = START, days: int = 7, mine: frozenset[str] = frozenset()) -> list[Event]:
    """The events of a week (of `days`) from `at` on, as in Berlin."""
    return [found.event for found in events(data, "c", Timespan(at, at + timedelta(days=days)), BERLIN, mine)]


def starts(*data: bytes, at: datetime = START, days: int = 7) -> list[str]:
    """When they start, in Berlin: `Mon 09:00`, of whole days `Mon`."""
    return [
        event.start(BERLIN).strftime("%a" if event.all_day else "%a %H:%M") for event in read(*data, at=at, days=days)
    ]
