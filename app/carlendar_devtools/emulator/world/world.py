"""The world: the people of one organisation with their mailboxes, at one time.

world = load_world(scenario_file("commute"))
ana = world.person("ana@contoso.example")
ana.add("Coffee", start, timedelta(minutes=15))
"""

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
    clock: Callable[[], datetime] = field(default=lambda: datetime.now(UTC))

    @property
    def people(self) -> Iterable[Mailbox]:
        """All mailboxes, in the scenario's order."""
        return tuple(self.mailboxes.values())

    def person(self, address: str) -> Mailbox:
        """The mailbox of an address, upper or lower case aside. Raises LookupError."""
        return self.mailboxes[address.casefold()]

    def follow(self, clock: Callable[[], datetime]) -> None:
        """Take the time of changes from `clock` from now on."""
        self.clock = clock

    def now(self) -> datetime:
        """The world's time, aware (UTC)."""
        return self.clock().astimezone(UTC)

    def events_between(self, address: str, start: datetime, end: datetime) -> list[EntryOccurrence]:
        """The world's own truth: what one person's calendars show between two aware moments."""
        return self.person(address).between(start, end)
