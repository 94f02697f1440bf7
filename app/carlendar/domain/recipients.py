"""Who is told that a person comes late: decided in one place, so that the screen says what is sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from carlendar.domain.event import Event

MOST = 50
"""So many people are told at most, and so many are kept of a meeting that one organises."""


def recipients(event: Event, own_address: str) -> tuple[str, ...]:
    """Addresses to tell: the organiser's, or those of all who were invited where the person is the organiser.

    Each once, never the person's own, at most `MOST`; empty where nobody can be told.
    """
    people = event.attendees if event.is_organizer else (event.organizer,) if event.organizer else ()
    found = {person.address.casefold(): person.address for person in people if "@" in person.address}
    found.pop(own_address.casefold(), None)
    return tuple(found.values())[:MOST]
