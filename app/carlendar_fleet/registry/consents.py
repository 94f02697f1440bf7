"""What each subject consented to, by topic, as the cars reported it."""

from __future__ import annotations

from datetime import datetime

from carlendar.domain.base import Value
from carlendar_fleet.registry.database import Database


class Consent(Value, frozen=True):
    """The last word of a subject about a topic. `sequence` is the car's number of the event that said it."""

    subject: str
    topic: str
    vehicle: str
    granted: bool
    purpose_version: int
    sequence: int
    changed_at: datetime


class Consents:
    """The consents in the registry."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> list[Consent]:
        """All consents by subject and topic."""
        rows = self._database.rows(
            "SELECT subject, topic, vehicle, granted, purpose_version, sequence, changed_at FROM consents "
            "ORDER BY subject, topic"
        )
        return [Consent(*each, bool(granted), version, sequence, datetime.fromisoformat(at))
                for *each, granted, version, sequence, at in rows]  # fmt: skip

    def of(self, subject: str) -> list[Consent]:
        """The consents of a subject."""
        return [each for each in self.all() if each.subject == subject]

    def record(self, changes: list[Consent]) -> None:
        """Record consents in one transaction. One that is older than what is known changes nothing."""
        with self._database.transaction() as connection:
            connection.executemany(
                "INSERT INTO consents (subject, topic, vehicle, granted, purpose_version, sequence, changed_at) "
                "VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (subject, topic) DO UPDATE SET granted = excluded.granted, "
                "purpose_version = excluded.purpose_version, sequence = excluded.sequence, "
                "changed_at = excluded.changed_at "
                "WHERE excluded.sequence > consents.sequence AND excluded.vehicle = consents.vehicle",
                [
                    (each.subject, each.topic, each.vehicle, each.granted, each.purpose_version, each.sequence,
                     each.changed_at.isoformat())
                    for each in changes
                ],
            )  # fmt: skip

    def forget(self, subject: str) -> int:
        """Delete what is known of a subject; returns how many consents that were."""
        with self._database.transaction() as connection:
            return connection.execute("DELETE FROM consents WHERE subject = ?", [subject]).rowcount
