"""Who hears that one is late."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from carlendar.domain.event import Event, Person
from carlendar.domain.recipients import MOST, recipients
from carlendar.domain.timespan import Timespan

START = datetime(2026, 11, 23, 9, tzinfo=UTC)
PRIYA = Person("Priya", "priya@contoso.example")
ME = "ana@contoso.example"


def event(**fields: object) -> Event:
    span = Timespan(START, START + timedelta(minutes=30))
    return Event("e", "c", "Review", span, **fields)  # type: ignore[arg-type]  # fields of a test


def test_those_who_were_invited_notify_the_organiser_only() -> None:
    invited = (Person("Ben", "ben@contoso.example"),)
    assert recipients(event(organizer=PRIYA, attendees=invited), ME) == ("priya@contoso.example",)


def test_the_organiser_tells_each_who_was_invited_once_and_never_oneself() -> None:
    invited = (PRIYA, Person("Priya again", "PRIYA@contoso.example"), Person("Ana", ME.upper()), Person("No address"))
    mine = event(is_organizer=True, organizer=Person("Ana", ME), attendees=invited)
    assert [address.casefold() for address in recipients(mine, ME)] == ["priya@contoso.example"]


def test_a_crowd_is_bounded() -> None:
    crowd = tuple(Person("", f"p{number}@contoso.example") for number in range(300))
    assert len(recipients(event(is_organizer=True, attendees=crowd), ME)) == MOST == 50


def test_no_one_is_notified_of_a_change_without_attendees() -> None:
    assert recipients(event(), ME) == ()
    assert recipients(event(organizer=Person("Ana", ME)), ME) == ()
    assert recipients(event(organizer=Person("No address")), ME) == ()
    assert recipients(event(is_organizer=True, organizer=Person("Ana", ME)), ME) == ()
