"""Data of a subject for a third party, of the topics that the driver granted it and still consents to."""

from __future__ import annotations

from datetime import datetime

from carlendar.errors import UsageError
from carlendar.telemetry.schema import CONSENT_TOPICS, EVENTS
from carlendar_fleet.folder import DataFolder
from carlendar_fleet.privacy.subject_data import Record, checked, events_of
from carlendar_fleet.registry.consents import Consents
from carlendar_fleet.registry.database import Database
from carlendar_fleet.registry.shares import Access, Shares

WITHHELD = frozenset({"event_id", "vehicle_id", "subject", "received_at", "sequence"})
"""Columns that a third party does not get: they would connect the data with the car and with other data."""
LONGEST_NAME = 64


def topics_of(names: str) -> list[str]:
    """The topics of a list with commas. Raises UsageError for one that a driver cannot share."""
    found = [each.strip() for each in names.split(",") if each.strip()]
    known = [each.value for each in CONSENT_TOPICS]
    if not found or (unknown := sorted(set(found) - set(known))):
        raise UsageError(f"no topics to share: {', '.join(unknown) if found else 'none'}; there are {', '.join(known)}")
    return found


def recipient_of(name: str) -> str:
    """The name of a third party. Raises UsageError for an impossible one."""
    if not name.strip() or len(name) > LONGEST_NAME or not name.isprintable():
        raise UsageError(f"the third party needs a name of 1 to {LONGEST_NAME} characters")
    return name.strip()


def shared_data(data: DataFolder, subject: str, recipient: str, now: datetime) -> dict[str, list[Record]]:
    """The events that the third party may have now, by kind. Raises UsageError if it may have none."""
    database = Database(data.registry)
    try:
        shares = Shares(database).of(checked(subject), recipient)
        granted = {each.topic for each in shares if each.at(now) is Access.GRANTED}
        consented = {each.topic for each in Consents(database).of(subject) if each.granted}
    finally:
        database.close()
    if not granted & consented:
        states = ", ".join(f"{each.topic} {each.at(now)}" for each in shares) or "nothing was granted"
        raise UsageError(f"{recipient} may have no data of this subject: {states}; the driver's consent is needed too")
    names = [name for name, event in EVENTS.items() if event.about.topic in granted & consented]
    found = events_of(data, subject, names)
    return {
        name: [{key: value for key, value in row.items() if key not in WITHHELD} for row in rows]
        for name, rows in found.items()
    }
