"""How the synchronisation of each calendar stands, as both processes read it.

A module of its own: the screen's first frame does not wait for what writes events.
"""

from __future__ import annotations

from datetime import datetime

from app.domain.timespan import require_aware
from app.store.records import SourceStatus

STATUSES = (
    "SELECT calendars.account_id, id, as_of, coalesce(error, '') FROM calendars"
    " LEFT JOIN sources ON (calendar_id = id AND sources.account_id = calendars.account_id)"
    " UNION SELECT account_id, calendar_id, as_of, error FROM sources ORDER BY 1, 2"
)
"""Of the listed calendars, and of sources whose calendars have not been listed yet."""


def status_of(account_id: str, calendar_id: str, as_of: str | None, error: str) -> SourceStatus:
    """A row of `sources` as a value. ValueError or TypeError for a moment that is none."""
    moment = require_aware(datetime.fromisoformat(as_of), "as_of") if as_of else None
    return SourceStatus(calendar_id, account_id, moment, error)
