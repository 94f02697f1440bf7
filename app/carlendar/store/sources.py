"""How the synchronisation of each calendar stands, as both processes read it.

A module of its own: the screen's first frame does not wait for what writes events.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from carlendar.domain.timespan import require_aware
from carlendar.store.records import SourceStatus

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


def failing_alone(sources: Iterable[SourceStatus], feeds: Collection[str]) -> tuple[SourceStatus, ...]:
    """Calendars that fail by themselves: others of their account are well, or it is a feed (of the ids `feeds`)."""
    every = tuple(sources)
    well = {source.account_id for source in every if not source.error}
    return tuple(each for each in every if each.error and (each.account_id in well or each.account_id in feeds))


def overall(sources: Iterable[SourceStatus], feeds: Collection[str]) -> tuple[datetime | None, str]:
    """As of when all is, None while something was never fetched; and the key of what fails, empty where all is well.

    A calendar that fails by itself says so in its own status, and takes neither their age nor their good state from
    the others; a feed that could never be read has no age at all. Where nothing else is left, these count.
    """
    every = tuple(sources)
    alone = failing_alone(every, feeds)
    counted = [each for each in every if each not in alone] or every
    times = [each.as_of for each in counted if each.as_of is not None or each.account_id not in feeds]
    known = [moment for moment in times if moment is not None]
    as_of = min(known) if known and len(known) == len(times) else None
    return as_of, next((each.error for each in counted if each.error), "")
