"""The registry as ingestion sees it: looked up once, and again after another process has changed it."""

from __future__ import annotations

from datetime import datetime

from carlendar.errors import UsageError
from carlendar_fleet.registry.consents import Consent, Consents
from carlendar_fleet.registry.database import Database
from carlendar_fleet.registry.vehicles import Vehicle, Vehicles

REMEMBERED = 50_000
"""Entries of each kind that are kept in memory."""


class RegistryView:
    """Vehicles and consents, with the changes of the batch that is being processed."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._vehicles, self._consents = Vehicles(database), Consents(database)
        self._known_vehicles: dict[str, Vehicle | None] = {}
        self._known_consents: dict[tuple[str, str], Consent | None] = {}
        self._changed: dict[tuple[str, str], Consent] = {}
        self._subjects: dict[str, int] = {}
        self._version = database.others_wrote()

    def refresh(self) -> None:
        """Look everything up again if another process has written. Call it between batches."""
        version = self._database.others_wrote()
        if version != self._version:
            self._version = version
            self._known_vehicles.clear()
            self._known_consents.clear()

    def vehicle(self, vehicle: str) -> Vehicle | None:
        """The vehicle, or None if it is not registered."""
        try:
            return self._known_vehicles[vehicle]
        except KeyError:
            pass
        try:
            found = self._vehicles.get(vehicle)
        except UsageError:
            found = None
        if len(self._known_vehicles) >= REMEMBERED:
            self._known_vehicles.clear()
        self._known_vehicles[vehicle] = found
        return found

    def consent(self, subject: str, topic: str) -> Consent | None:
        """The last statement of a subject about a topic, with those of this batch."""
        key = subject, topic
        try:
            return self._known_consents[key]
        except KeyError:
            pass
        found = self._changed.get(key) or self._consents.get(subject, topic)
        if len(self._known_consents) >= REMEMBERED:
            self._known_consents.clear()
        self._known_consents[key] = found
        return found

    def subjects_of(self, vehicle: str) -> int:
        """The number of subjects of a vehicle."""
        if vehicle not in self._subjects:
            self._subjects[vehicle] = self._consents.subjects_of(vehicle)
        return self._subjects[vehicle]

    def state(
        self, subject: str, topic: str, vehicle: str, *, granted: bool, version: int, sequence: int, at: datetime
    ) -> None:
        """Apply a statement of a subject; `store` writes it."""
        later = Consent(subject, topic, vehicle, granted, version, sequence, sequence, at)
        known = self.consent(subject, topic)
        valid = later if known is None else known.followed_by(later)
        if vehicle in self._subjects:
            self._subjects[vehicle] += 1
        if valid is not known:
            self._known_consents[subject, topic] = self._changed[subject, topic] = valid

    def store(self) -> None:
        """Write the statements of this batch. Writing them twice changes nothing."""
        self._consents.store(self._changed.values())
        self._changed.clear()
        self._subjects.clear()

    def abandon(self) -> None:
        """Drop the statements of this batch."""
        self._changed.clear()
        self._subjects.clear()
        self._known_consents.clear()
