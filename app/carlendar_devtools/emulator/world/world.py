"""The people of one organisation with their mailboxes, at one time."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from carlendar_devtools.emulator.world.entry import EntryOccurrence
from carlendar_devtools.emulator.world.mailbox import Mailbox


@dataclass(slots=True)
class World:
    """`at` is when the scenario begins, aware; `tenant` is the organisation's domain."""

    title: str
    tenant: str
    at: datetime
    mailboxes: dict[str, Mailbox] = field(default_factory=dict)
    start: str = ""
    """The address in the fictional town (`Ankerstraße 1`) at which the car stands; empty for a scenario without it."""
    clock: Callable[[], datetime] = field(default=lambda: datetime.now(UTC))

    @property
    def people(self) -> Iterable[Mailbox]:
        """All mailboxes, in the scenario's order."""
        return tuple(self.mailboxes.values())

    def person(self, address: str) -> Mailbox:
        """Return the mailbox of an address, ignoring case. Raises LookupError."""
        return self.mailboxes[address.casefold()]

    def follow(self, clock: Callable[[], datetime]) -> None:
        """Use `clock` for the time of changes from now on."""
        self.clock = clock

    def now(self) -> datetime:
        """The world's time, aware (UTC)."""
        return self.clock().astimezone(UTC)

    def events_between(self, address: str, start: datetime, end: datetime) -> list[EntryOccurrence]:
        """Return a person's entries between two aware times, as ground truth for tests."""
        return self.person(address).between(start, end)
