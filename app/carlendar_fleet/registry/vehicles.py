"""Vehicles by their id, with brand, model and whether they may take part."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

from carlendar.domain.base import Value
from carlendar.errors import UsageError
from carlendar_fleet.registry.database import Database

VEHICLE_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
BRAND = re.compile(r"[a-z0-9][a-z0-9-]{0,31}")
MODEL = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,31}")
RESERVED = "backend"
"""Ids that begin with this are those of the back end's own clients of the broker."""


class Status(StrEnum):
    """Whether a vehicle may take part."""

    ENROLLED = "enrolled"
    """Known, but without a certificate."""
    ACTIVE = "active"
    REVOKED = "revoked"


class Vehicle(Value, frozen=True):
    """A vehicle. `number` is the registry's own, which never changes."""

    number: int
    id: str
    brand: str
    model: str
    status: Status


class Vehicles:
    """The vehicles in the registry."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> list[Vehicle]:
        """All vehicles by id."""
        rows = self._database.rows("SELECT number, id, brand, model, status FROM vehicles ORDER BY id")
        return [Vehicle(number, name, brand, model, Status(status)) for number, name, brand, model, status in rows]

    def get(self, vehicle: str) -> Vehicle:
        """Return the vehicle. Raises UsageError if it is not registered."""
        query = "SELECT number, id, brand, model, status FROM vehicles WHERE id = ?"
        for number, name, brand, model, status in self._database.rows(query, [vehicle]):
            return Vehicle(number, name, brand, model, Status(status))
        raise UsageError(f"{vehicle} is not registered")

    def status_of_certificate(self, vehicle: str, serial: int) -> Status | None:
        """Return REVOKED if the vehicle or this certificate is, else the vehicle's status; None if it is not known."""
        query = (
            "SELECT vehicles.status, certificates.revoked_at FROM certificates"
            " JOIN vehicles ON vehicles.id = certificates.vehicle WHERE serial = ? AND vehicles.id = ?"
        )
        for status, revoked_at in self._database.rows(query, [f"{serial:x}", vehicle]):
            return Status.REVOKED if revoked_at is not None else Status(status)
        return None

    def enrol(self, vehicle: str, brand: str, model: str, now: datetime) -> Vehicle:
        """Add a vehicle. Raises UsageError if it exists or a value has not the right form."""
        if not VEHICLE_ID.fullmatch(vehicle) or vehicle.startswith(RESERVED):
            raise UsageError(
                f"{vehicle} cannot be a vehicle's id: 1 to 64 letters, digits, '.', '_' and '-', "
                f"beginning with a letter or digit and not with {RESERVED}"
            )
        _check(brand, model)
        with self._database.transaction() as connection:
            if connection.execute("SELECT 1 FROM vehicles WHERE id = ?", [vehicle]).fetchone():
                raise UsageError(f"{vehicle} is registered already")
            connection.execute(
                "INSERT INTO vehicles (id, brand, model, status, enrolled_at) VALUES (?, ?, ?, ?, ?)",
                [vehicle, brand, model, Status.ENROLLED, now.isoformat()],
            )
        return self.get(vehicle)

    def change(self, vehicle: str, brand: str = "", model: str = "") -> Vehicle:
        """Correct brand or model, where not empty: they are those of what is stored from now on.

        Raises UsageError if the vehicle is not registered or a value has not the right form.
        """
        known = self.get(vehicle)
        brand, model = brand or known.brand, model or known.model
        _check(brand, model)
        with self._database.transaction() as connection:
            connection.execute("UPDATE vehicles SET brand = ?, model = ? WHERE id = ?", [brand, model, vehicle])
        return self.get(vehicle)

    def add_active(self, vehicles: Iterable[tuple[str, str, str, int]], begin: datetime, end: datetime) -> None:
        """Add vehicles (id, brand, model, serial number of the certificate) in one transaction, as simulations do.

        The certificates are valid from `begin` to `end`. Raises UsageError if one exists.
        """
        with self._database.transaction() as connection:
            for vehicle, brand, model, serial in vehicles:
                values = [vehicle, brand, model, Status.ACTIVE, begin.isoformat()]
                added = connection.execute(
                    "INSERT OR IGNORE INTO vehicles (id, brand, model, status, enrolled_at) VALUES (?, ?, ?, ?, ?)",
                    values,
                )
                if not added.rowcount:
                    raise UsageError(f"{vehicle} is registered already")
                connection.execute(
                    "INSERT INTO certificates (serial, vehicle, issued_at, expires_at) VALUES (?, ?, ?, ?)",
                    [f"{serial:x}", vehicle, begin.isoformat(), end.isoformat()],
                )

    def certified(self, vehicle: str, serial: int, issued: datetime, expires: datetime) -> None:
        """Record a certificate; the vehicle is active from now on. Raises UsageError for one that is revoked."""
        if self.get(vehicle).status is Status.REVOKED:
            raise UsageError(f"{vehicle} is revoked and gets no certificate")
        with self._database.transaction() as connection:
            connection.execute(
                "INSERT INTO certificates (serial, vehicle, issued_at, expires_at) VALUES (?, ?, ?, ?)",
                [f"{serial:x}", vehicle, issued.isoformat(), expires.isoformat()],
            )
            connection.execute("UPDATE vehicles SET status = ? WHERE id = ?", [Status.ACTIVE, vehicle])

    def certified_since(self, vehicle: str, begin: datetime) -> int:
        """The number of a vehicle's certificates that were issued since a time (UTC)."""
        query = "SELECT count(*) FROM certificates WHERE vehicle = ? AND issued_at >= ?"
        number: int = self._database.rows(query, [vehicle, begin.isoformat()])[0][0]
        return number

    def revoke(self, vehicle: str, now: datetime) -> None:
        """Exclude a vehicle with all its certificates. Raises UsageError if it is not registered."""
        self.get(vehicle)
        with self._database.transaction() as connection:
            connection.execute("UPDATE vehicles SET status = ? WHERE id = ?", [Status.REVOKED, vehicle])
            connection.execute(
                "UPDATE certificates SET revoked_at = ? WHERE vehicle = ? AND revoked_at IS NULL",
                [now.isoformat(), vehicle],
            )

    def revoked_serials(self) -> list[tuple[int, datetime]]:
        """Serial numbers of the revoked certificates, and when each was revoked."""
        rows = self._database.rows("SELECT serial, revoked_at FROM certificates WHERE revoked_at IS NOT NULL")
        return [(int(serial, 16), datetime.fromisoformat(at)) for serial, at in rows]


def _check(brand: str, model: str) -> None:
    """Raise UsageError for a brand or model that has not the right form."""
    if not BRAND.fullmatch(brand):
        raise UsageError(f"{brand} cannot be a brand: 1 to 32 lower-case letters, digits and '-'")
    if not MODEL.fullmatch(model):
        raise UsageError(f"{model} cannot be a model: 1 to 32 letters, digits, '.', '_' and '-'")
