"""Keeps drivers' sealed settings, one version each.

The back end knows neither the driver nor the content, and not from which car they came: a name that it cannot derive,
the hash of a proof, and what the car has encrypted.
"""

from __future__ import annotations

import hashlib
import hmac
from collections import Counter
from datetime import date, datetime

from carlendar.telemetry.driver_settings import SettingsAnswer, SettingsRequest
from carlendar_fleet.registry.database import Database

PER_VEHICLE = 100
"""Requests of one vehicle and day."""


class SettingsService:
    """Used on one thread."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._day = date.min
        self._asked: Counter[str] = Counter()

    def answer(self, vehicle: str, asked: SettingsRequest, now: datetime) -> SettingsAnswer:
        """Answer a request of an active vehicle. Raises StoreError."""
        if self._too_often(vehicle, now.date()):
            return SettingsAnswer(asked.id, "refused")
        rows = self._database.rows("SELECT proof, version, sealed FROM settings WHERE name = ?", [asked.name])
        proof = hashlib.sha256(bytes.fromhex(asked.proof)).digest()
        if rows and not hmac.compare_digest(rows[0][0], proof):
            return SettingsAnswer(asked.id, "refused")
        kept = (int(rows[0][1]), str(rows[0][2])) if rows else None
        if asked.operation == "get":
            return SettingsAnswer(asked.id, "absent") if kept is None else SettingsAnswer(asked.id, "done", *kept)
        if asked.operation == "delete":
            with self._database.transaction() as connection:
                connection.execute("DELETE FROM settings WHERE name = ?", [asked.name])
            return SettingsAnswer(asked.id, "done" if kept else "absent")
        return self._put(asked, proof, kept, now)

    def _put(self, asked: SettingsRequest, proof: bytes, kept: tuple[int, str] | None, now: datetime) -> SettingsAnswer:
        """Store the next version; a car that did not know the present one gets it instead."""
        if asked.version != (kept[0] if kept else 0) + 1:
            return SettingsAnswer(asked.id, "conflict", *(kept or (0, "")))
        with self._database.transaction() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO settings VALUES (?, ?, ?, ?, ?)",
                [asked.name, proof, asked.version, asked.sealed, now.date().isoformat()],
            )
        return SettingsAnswer(asked.id, "done", asked.version)

    def _too_often(self, vehicle: str, day: date) -> bool:
        if day != self._day:
            self._day = day
            self._asked.clear()
        self._asked[vehicle] += 1
        return self._asked[vehicle] > PER_VEHICLE
