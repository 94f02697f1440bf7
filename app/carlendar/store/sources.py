"""The synchronisation status of each calendar, for both processes.

A separate module, so that the first frame does not import the code that writes events.
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
"""Statuses of known calendars, and of sources whose calendars are not known yet."""


def status_of(account_id: str, calendar_id: str, as_of: str | None, error: str) -> SourceStatus:
    """Return the status of a row of `sources`. Raises ValueError or TypeError for an invalid time."""
    moment = require_aware(datetime.fromisoformat(as_of), "as_of") if as_of else None
    return SourceStatus(calendar_id, account_id, moment, error)


def failing_alone(sources: Iterable[SourceStatus], feeds: Collection[str]) -> tuple[SourceStatus, ...]:
    """Return the calendars that fail individually: others of the account succeed, or it is a feed (`feeds`: ids)."""
    every = tuple(sources)
    well = {source.account_id for source in every if not source.error}
    return tuple(each for each in every if each.error and (each.account_id in well or each.account_id in feeds))


def overall(sources: Iterable[SourceStatus], feeds: Collection[str]) -> tuple[datetime | None, str]:
    """Return the oldest `as_of` (None if one was never fetched) and the key of the worst failure, empty if none.

    A calendar that fails individually has its own status and does not count, nor does a feed that was never read,
    unless there are no others.
    """
    every = tuple(sources)
    alone = failing_alone(every, feeds)
    counted = [each for each in every if each not in alone] or every
    times = [each.as_of for each in counted if each.as_of is not None or each.account_id not in feeds]
    known = [moment for moment in times if moment is not None]
    as_of = min(known) if known and len(known) == len(times) else None
    return as_of, next((each.error for each in counted if each.error), "")
