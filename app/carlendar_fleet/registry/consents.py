"""What each subject consented to, by topic, as the cars reported it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from carlendar.domain.base import Value
from carlendar_fleet.registry.database import Database


class Consent(Value, frozen=True):
    """The last statement of a subject about a topic.

    `sequence` is the car's number of the event that stated it, and `since` that of the first event that the present
    consent covers: what was collected before an earlier withdrawal stays excluded.
    """

    subject: str
    topic: str
    vehicle: str
    granted: bool
    purpose_version: int
    sequence: int
    since: int
    changed_at: datetime

    def covers(self, sequence: int, purpose_version: int) -> bool:
        """Whether the event of that number, collected for that version of the purpose, may be processed."""
        return self.granted and sequence >= self.since and 0 < purpose_version <= self.purpose_version

    def followed_by(self, later: Consent) -> Consent:
        """Return what is valid after another statement, which may be an older one that arrived late.

        A car numbers its events from 1 again after its queue was lost; a later time counts as well for that reason.
        """
        if later.vehicle != self.vehicle or not (
            later.sequence > self.sequence or later.changed_at > self.changed_at
        ):  # fmt: skip
            return self
        since = self.since if self.granted and later.granted and later.sequence > self.sequence else later.sequence
        return Consent(
            self.subject, self.topic, self.vehicle, later.granted, later.purpose_version, later.sequence, since,
            later.changed_at,
        )  # fmt: skip


COLUMNS = "subject, topic, vehicle, granted, purpose_version, sequence, since, changed_at"


class Consents:
    """The consents in the registry."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> list[Consent]:
        """All consents by subject and topic."""
        return self._found("", [])

    def of(self, subject: str) -> list[Consent]:
        """The consents of a subject."""
        return self._found("WHERE subject = ?", [subject])

    def get(self, subject: str, topic: str) -> Consent | None:
        """The last statement of a subject about a topic."""
        found = self._found("WHERE subject = ? AND topic = ?", [subject, topic])
        return found[0] if found else None

    def subjects_of(self, vehicle: str) -> int:
        """The number of subjects of a vehicle."""
        query = "SELECT count(DISTINCT subject) FROM consents WHERE vehicle = ?"
        number: int = self._database.rows(query, [vehicle])[0][0]
        return number

    def _found(self, condition: str, values: list[str]) -> list[Consent]:
        query = f"SELECT {COLUMNS} FROM consents {condition} ORDER BY subject, topic"  # noqa: S608 - fixed texts
        return [
            Consent(subject, topic, vehicle, bool(granted), version, sequence, since, datetime.fromisoformat(at))
            for subject, topic, vehicle, granted, version, sequence, since, at in self._database.rows(query, values)
        ]

    def store(self, consents: Iterable[Consent]) -> None:
        """Store consents in one transaction, each in place of what was known (see `Consent.followed_by`)."""
        rows = [
            (each.subject, each.topic, each.vehicle, each.granted, each.purpose_version, each.sequence, each.since,
             each.changed_at.isoformat())
            for each in consents
        ]  # fmt: skip
        if rows:
            with self._database.transaction() as connection:
                connection.executemany(
                    f"INSERT OR REPLACE INTO consents ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608 - a constant
                    rows,
                )

    def forget(self, subject: str) -> int:
        """Delete what is known of a subject; returns how many consents that were."""
        with self._database.transaction() as connection:
            return connection.execute("DELETE FROM consents WHERE subject = ?", [subject]).rowcount
