"""Third parties that a driver lets have data, by topic. Terms of ISO 20078: the driver is the resource owner, the back
end the offering party, a third party the accessing party.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum

from carlendar.domain.base import Value
from carlendar_fleet.registry.database import Database

UNANSWERED = timedelta(days=30)
"""After so long without an answer, a request counts as ignored."""


class Access(StrEnum):
    """What became of a request for access (ISO 20078)."""

    REQUESTED = "requested"
    GRANTED = "granted"
    DENIED = "denied"
    IGNORED = "ignored"
    REVOKED = "revoked"


class Share(Value, frozen=True):
    """The access of a third party to a topic of a subject's data."""

    subject: str
    recipient: str
    topic: str
    access: Access
    changed_at: datetime

    def at(self, now: datetime) -> Access:
        """The access at that time: a request that was not answered is ignored after a while."""
        waiting = self.access is Access.REQUESTED
        return Access.IGNORED if waiting and now - self.changed_at > UNANSWERED else self.access


class Shares:
    """The shares in the registry."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def set(self, subject: str, recipient: str, topics: Iterable[str], access: Access, now: datetime) -> None:
        """Record a request or its answer for each of the topics."""
        rows = [(subject, recipient, topic, access, now.isoformat()) for topic in topics]
        with self._database.transaction() as connection:
            connection.executemany("INSERT OR REPLACE INTO shares VALUES (?, ?, ?, ?, ?)", rows)

    def of(self, subject: str, recipient: str = "") -> list[Share]:
        """The shares of a subject by recipient and topic, with one recipient only if it is named."""
        query = (
            "SELECT subject, recipient, topic, access, changed_at FROM shares "
            "WHERE subject = ? AND ? IN ('', recipient) ORDER BY recipient, topic"
        )
        return [
            Share(own, other, topic, Access(access), datetime.fromisoformat(at))
            for own, other, topic, access, at in self._database.rows(query, [subject, recipient])
        ]
