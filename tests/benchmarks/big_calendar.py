"""A calendar of 10,000 events, three in ten recurring, about eight MiB; the same bytes every time."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

FIRST = datetime(2022, 1, 3, tzinfo=UTC)
"""The first day on which an event starts."""

AT = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
"""The moment from which the agenda is looked at: the events reach from five years before to one after."""

_RULES = ("FREQ=WEEKLY;BYDAY={day}", "FREQ=WEEKLY;INTERVAL=2", "FREQ=MONTHLY;BYDAY=2{day}", "FREQ=MONTHLY",
          "FREQ=YEARLY", "FREQ=DAILY;COUNT=20", "FREQ=WEEKLY;UNTIL={until}")  # fmt: skip
_TEXT = "The agenda and the figures of the quarter are in the folder of the project at contoso.example. " * 4


def big_calendar(events: int = 10_000, seed: int = 20261123) -> bytes:
    """The calendar's text."""
    chance = random.Random(seed)
    text = "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//contoso.example//benchmark//EN\n"
    text += "".join(_event(number, chance) for number in range(events))
    return (text + "END:VCALENDAR\n").replace("\n", "\r\n").encode()


def _event(number: int, chance: random.Random) -> str:
    start = FIRST + timedelta(days=chance.randrange(6 * 365), minutes=15 * chance.randrange(28, 72))
    stamp = start.strftime("%Y%m%dT%H%M%S")
    zone = chance.choice((";TZID=Europe/Berlin:{}", ";TZID=America/New_York:{}", ":{}Z"))
    ends = (start + timedelta(minutes=30)).strftime("%Y%m%dT%H%M%S")
    rule = ""
    if number % 10 < 3:
        day = chance.choice(("MO", "TU", "WE", "TH", "FR"))
        until = (start + timedelta(days=chance.randrange(30, 900))).strftime("%Y%m%dT%H%M%SZ")
        rule = f"RRULE:{chance.choice(_RULES).format(day=day, until=until)}\n"
    people = "".join(
        f"ATTENDEE;CN=Person {each};PARTSTAT=ACCEPTED:mailto:person{each}@contoso.example\n" for each in range(3)
    )
    folded = "\n ".join(_TEXT[at : at + 70] for at in range(0, len(_TEXT), 70))
    return (
        f"BEGIN:VEVENT\nUID:{number}@contoso.example\nDTSTAMP:20260101T000000Z\n"
        f"DTSTART{zone.format(stamp)}\nDTEND{zone.format(ends)}\n{rule}"
        f"SUMMARY:Review number {number}\nLOCATION:Room {number % 40}\nSEQUENCE:1\nSTATUS:CONFIRMED\n"
        f"ORGANIZER;CN=Priya Raman:mailto:priya@contoso.example\n{people}DESCRIPTION:{folded}\n"
        "BEGIN:VALARM\nACTION:DISPLAY\nDESCRIPTION:Reminder\nTRIGGER:-PT15M\nEND:VALARM\nEND:VEVENT\n"
    )
