"""Minutes of calls over data that each car may use in a calendar month (UTC).

What a token could be used for is reserved when it is issued. Once the car reports how long the call lasted, that is
counted instead; what is never reported stays counted as reserved. Reservations are called leases.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from carlendar.domain.base import Value
from carlendar_fleet.calling.refusal import Reason, TokenRefusedError
from carlendar_fleet.registry.database import Database

KEPT = timedelta(days=400)
"""Leases are deleted after that time."""


class Lease(Value, frozen=True):
    """A reservation. `guest` is Azure's identity that was made for it, empty for a Teams user."""

    id: str
    vehicle: str
    guest: str = ""


class MinuteBudget:
    """The minutes in the registry. `monthly` are those of one car; `new_id` returns ids that cannot be guessed."""

    def __init__(
        self, database: Database, monthly: int, now: Callable[[], datetime], new_id: Callable[[], str]
    ) -> None:
        self._database, self._monthly, self._now, self._new_id = database, monthly, now, new_id

    def left(self, vehicle: str) -> int:
        """The minutes that the car has left in this month."""
        query = "SELECT COALESCE(SUM(minutes), 0) FROM calling_leases WHERE vehicle = ? AND month = ?"
        ((used,),) = self._database.rows(query, [vehicle, _month(self._now())])
        return max(0, self._monthly - int(used))

    def require(self, vehicle: str) -> None:
        """Raise TokenRefusedError if the car has used up its minutes; the time to wait ends with the month."""
        if self.left(vehicle) <= 0:
            now = self._now()
            raise TokenRefusedError(Reason.MINUTES_USED_UP, (_next_month(now) - now).total_seconds())

    def reserve(self, vehicle: str, expires: datetime, guest: str = "") -> Lease:
        """Reserve what a token that expires then could be used for, at most what is left."""
        now = self._now()
        life = max(1, math.ceil((expires - now).total_seconds() / 60))
        lease = Lease(self._new_id(), vehicle, guest)
        with self._database.transaction() as connection:
            connection.execute("DELETE FROM calling_leases WHERE issued_at < ?", [(now - KEPT).isoformat()])
            connection.execute(
                "INSERT INTO calling_leases (id, vehicle, month, minutes, issued_at, expires_at, guest, settled)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, 0)",
                [
                    lease.id, vehicle, _month(now), min(life, self.left(vehicle)), now.isoformat(),
                    expires.astimezone(UTC).isoformat(), guest,
                ],
            )  # fmt: skip
        return lease

    def settle(self, lease: str, vehicle: str, minutes: int) -> Lease | None:
        """Count what was used instead of what was reserved, once; None for a lease that is not this car's or settled.

        More than was reserved is not counted: the car has renewed its token then, with a lease of its own.
        """
        with self._database.transaction() as connection:
            query = "SELECT guest FROM calling_leases WHERE id = ? AND vehicle = ? AND settled = 0"
            found = connection.execute(query, [lease, vehicle]).fetchone()
            if found is None:
                return None
            connection.execute(
                "UPDATE calling_leases SET minutes = MIN(minutes, ?), settled = 1 WHERE id = ?", [minutes, lease]
            )
        return Lease(lease, vehicle, found[0])

    def expired_guests(self) -> list[Lease]:
        """Leases of guests whose token has expired and whose identity has not been deleted."""
        query = "SELECT id, vehicle, guest FROM calling_leases WHERE guest != '' AND expires_at <= ? LIMIT 20"
        return [Lease(*row) for row in self._database.rows(query, [self._now().astimezone(UTC).isoformat()])]

    def guest_deleted(self, lease: Lease) -> None:
        """Record that Azure's identity of a guest was deleted."""
        with self._database.transaction() as connection:
            connection.execute("UPDATE calling_leases SET guest = '' WHERE id = ?", [lease.id])


def _month(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m}"


def _next_month(moment: datetime) -> datetime:
    first = moment.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return (first + timedelta(days=32)).replace(day=1)
