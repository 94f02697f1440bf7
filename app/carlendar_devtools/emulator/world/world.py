"""The world: the people of one organisation with their mailboxes, at one time.

world = World.load(scenario_file("commute"))
ana = world.person("ana@contoso.example")
ana.add("Coffee", start, timedelta(minutes=15))
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from carlendar_devtools.emulator.world.entry import Occurrence
from carlendar_devtools.emulator.world.mailbox import Mailbox


@dataclass(slots=True)
class World:
    """`at` is when the scenario begins, aware; `tenant` is the organisation's domain."""

    title: str
    tenant: str
    at: datetime
    mailboxes: dict[str, Mailbox] = field(default_factory=dict)
    clock: Callable[[], datetime] = field(default=lambda: datetime.now(UTC))

    @staticmethod
    def load(path: Path, at: datetime | None = None) -> World:
        """Read a scenario; its first day is that of `at`, of the scenario's own moment if None.

        Raises UsageError for a file that cannot be read or does not make sense.
        """
        from carlendar_devtools.emulator.world.scenario import load  # the reader builds worlds: a cycle at the top

        return load(path, at)

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

    def events_between(self, address: str, start: datetime, end: datetime) -> list[Occurrence]:
        """The world's own truth: what one person's calendars show between two aware moments."""
        return self.person(address).between(start, end)
