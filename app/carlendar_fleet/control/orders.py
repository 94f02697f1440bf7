"""The commands that were given, with their documents and results."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import msgspec

from carlendar.domain.base import Value
from carlendar.errors import UsageError
from carlendar.telemetry.control import DESIRED_LIMIT, CommandOutcome, CommandResult, VehicleCommand
from carlendar.telemetry.envelope import instant
from carlendar_fleet.registry.database import Database
from carlendar_fleet.registry.vehicles import Vehicles

DRAFT, PENDING, SUPERSEDED, EXPIRED = "draft", "pending", "superseded", "expired"
"""States of an order before it has a result, which is one of `CommandOutcome`."""
DAYS = 7
COLUMNS = "id, vehicle, name, number, document, note, issued_at, expires_at, status, counts"
Kind = TypeVar("Kind", bound=VehicleCommand)


class Order(Value, frozen=True):
    """A command for one vehicle. `document` is empty in a draft. `note` is the back end's own."""

    id: str
    vehicle: str
    name: str
    number: int
    document: bytes
    note: str
    issued_at: datetime
    expires_at: datetime
    status: str
    counts: dict[str, int]


class Orders:
    """The orders in the registry."""

    def __init__(self, database: Database, new_id: Callable[[], str] = lambda: str(uuid.uuid4())) -> None:
        self._database, self._new_id = database, new_id

    def draft(
        self, kind: type[Kind], vehicle: str, now: datetime, *, days: int = DAYS, note: str = "",
        fields: Mapping[str, Any] | None = None,
    ) -> Kind:  # fmt: skip
        """Reserve the next number of a command for a vehicle; returns the command, which is to be signed.

        Raises UsageError if the vehicle is not registered.
        """
        Vehicles(self._database).get(vehicle)
        name = str(kind.__struct_config__.tag)
        identifier, expires = self._new_id(), now + timedelta(days=days)
        with self._database.transaction() as connection:
            query = "SELECT coalesce(max(number), 0) + 1 FROM orders WHERE vehicle = ? AND name = ?"
            (number,) = connection.execute(query, [vehicle, name]).fetchone()
            connection.execute(
                "INSERT INTO orders VALUES (?, ?, ?, ?, x'', ?, ?, ?, ?, '{}')",
                [identifier, vehicle, name, number, note, now.isoformat(), expires.isoformat(), DRAFT],
            )
        return kind(
            id=identifier, vehicle=vehicle, number=number, issued=instant(now), expires=instant(expires), version=1,
            **(fields or {}),
        )  # fmt: skip

    def release(self, identifier: str, document: bytes) -> Order:
        """Offer a signed command from now on, in place of earlier ones of its name. Raises UsageError."""
        found = self.get(identifier)
        if found.status != DRAFT:
            raise UsageError(f"this command was released already and is {found.status}")
        with self._database.transaction() as connection:
            connection.execute(
                "UPDATE orders SET status = ? WHERE vehicle = ? AND name = ? AND status = ? AND number < ?",
                [SUPERSEDED, found.vehicle, found.name, PENDING, found.number],
            )
            connection.execute(
                "UPDATE orders SET status = ?, document = ? WHERE id = ?", [PENDING, document, identifier]
            )
        return self.get(identifier)

    def get(self, identifier: str) -> Order:
        """Return an order. Raises UsageError if there is none of that id."""
        found = self._found("WHERE id = ?", [identifier])
        if not found:
            raise UsageError("this command is not known to the registry")
        return found[0]

    def all(self, vehicle: str = "") -> list[Order]:
        """All orders, or those of a vehicle, by time."""
        return self._found("WHERE vehicle = ?", [vehicle]) if vehicle else self._found("", [])

    def pending(self, vehicle: str, now: datetime) -> list[Order]:
        """What a vehicle has to be offered: the oldest first, without what has expired."""
        found = self._found("WHERE vehicle = ? AND status = ? AND expires_at > ?", [vehicle, PENDING, _text(now)])
        return found[:DESIRED_LIMIT]

    def recorded(self, vehicle: str, result: CommandResult) -> Order | None:
        """Record a vehicle's result; returns the order, or None if the vehicle has no such order that is pending."""
        found = self._found("WHERE id = ? AND vehicle = ? AND status = ?", [result.id, vehicle, PENDING])
        if not found or result.outcome is CommandOutcome.WAITING:
            return found[0] if found else None
        with self._database.transaction() as connection:
            connection.execute(
                "UPDATE orders SET status = ?, counts = ? WHERE id = ?",
                [result.outcome, msgspec.json.encode(result.counts).decode(), result.id],
            )
        return self.get(result.id)

    def expire(self, now: datetime) -> None:
        """Mark what was not carried out in time."""
        with self._database.transaction() as connection:
            connection.execute(
                "UPDATE orders SET status = ? WHERE status IN (?, ?) AND expires_at <= ?",
                [EXPIRED, PENDING, DRAFT, _text(now)],
            )

    def _found(self, condition: str, values: list[str]) -> list[Order]:
        query = f"SELECT {COLUMNS} FROM orders {condition} ORDER BY issued_at, number"  # noqa: S608 - fixed texts
        return [
            Order(
                identifier, vehicle, name, number, document, note, datetime.fromisoformat(issued),
                datetime.fromisoformat(expires), status, msgspec.json.decode(counts, type=dict[str, int]),
            )
            for identifier, vehicle, name, number, document, note, issued, expires, status, counts
            in self._database.rows(query, values)
        ]  # fmt: skip


def _text(at: datetime) -> str:
    return at.astimezone(UTC).isoformat()
