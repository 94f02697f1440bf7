"""Recipients of the "running late" message, in one place, so that the screen shows what will be sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from carlendar.domain.event import Event

MOST = 50
"""Maximum number of recipients, and of stored attendees of a meeting that the owner organises."""


def recipients(event: Event, own_address: str) -> tuple[str, ...]:
    """Return the recipients: the organiser, or all attendees if the user is the organiser.

    Without duplicates and the user's own address, at most `MOST`; empty if there are none.
    """
    people = event.attendees if event.is_organizer else (event.organizer,) if event.organizer else ()
    found = {person.address.casefold(): person.address for person in people if "@" in person.address}
    found.pop(own_address.casefold(), None)
    return tuple(found.values())[:MOST]
