"""Fills a calendar with any number of meetings, the same ones for the same seed."""

from __future__ import annotations

import random
from datetime import date, datetime, time, timedelta

from carlendar.domain.timespan import Timespan
from carlendar_devtools.emulator.world.entry import Attendee, Contact, Entry, Spot
from carlendar_devtools.emulator.world.identifiers import key_of
from carlendar_devtools.emulator.world.invitation_parts import InvitationRequest
from carlendar_devtools.emulator.world.invitations import invitation
from carlendar_devtools.emulator.world.mailbox import Mailbox
from carlendar_devtools.emulator.world.zones import zone

_SUBJECTS = ("Review", "Planning", "Check-in", "Workshop", "Interview", "Stand-up", "Demo", "Retrospective", "Budget")
_MATTERS = ("battery housings", "line 4", "the pilot", "suppliers", "quality", "the rollout", "logistics", "training")
_SHAPES = ("teams", "teams-old", "teams-german", "zoom", "webex", "meet", "plain", "plain")


def fill(mailbox: Mailbox, first: date, *, events: int, days: int, seed: int = 1) -> None:
    """Add `events` meetings, spread over `days` days from `first`, between 7:00 and 19:00."""
    chance = random.Random(seed)
    for number in range(events):
        mailbox.put(_meeting(mailbox, first + timedelta(days=number * days // events), chance, f"{seed}.{number}"))


def _meeting(mailbox: Mailbox, day: date, chance: random.Random, seed: str) -> Entry:
    home = zone(mailbox.person.zone)
    start = datetime.combine(day, time(7 + chance.randrange(12), 15 * chance.randrange(4)), home)
    title = f"{chance.choice(_SUBJECTS)}: {chance.choice(_MATTERS)} {seed}"
    made = invitation(
        chance.choice(_SHAPES), InvitationRequest(seed, f"Notes for {title}.", "+49 69 90009 123", "123456789")
    )
    host = Contact("Jonas Weber", "jonas.weber@contoso.example")
    return Entry(
        key=key_of("generated", mailbox.person.address, seed),
        calendar=mailbox.default_book.key,
        title=title,
        span=Timespan(start, start + timedelta(minutes=15 * chance.randint(1, 6))),
        zone_name=mailbox.person.zone,
        organizer=host,
        is_organizer=False,
        attendees=(Attendee(host), Attendee(mailbox.contact, response="accepted")),
        response="accepted",
        body=made.html,
        room=made.room,
        spots=(Spot(made.place),) if made.place else (),
    )
