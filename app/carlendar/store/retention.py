"""Retention: past events 2 days, data that is not refreshed 7 days, a blocked account 24 hours.

Events far ahead are deleted as well: they were stored while the clock was wrong.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from datetime import datetime, timedelta

from carlendar.domain.account import Account, AccountState
from carlendar.domain.base import Value
from carlendar.store.change_notices import AHEAD as AHEAD_KEPT
from carlendar.store.change_notices import forget as forget_known
from carlendar.store.events import EventStore
from carlendar.store.outbox import Outbox
from carlendar.store.user import UserStore

PAST_KEPT = timedelta(days=2)
UNREFRESHED_KEPT = timedelta(days=7)
BLOCKED_KEPT = timedelta(hours=24)
JOINED_LONGER = timedelta(days=1)
"""How much longer than past events it is kept which meetings were joined: a meeting ends after it was joined."""


_Key = tuple[str, str]
"""Account and calendar."""


class RetentionLimits(Value, frozen=True):
    """The retention periods; an administrator may set shorter ones."""

    past: timedelta = PAST_KEPT
    unrefreshed: timedelta = UNREFRESHED_KEPT
    blocked: timedelta = BLOCKED_KEPT


def expire(user: UserStore, events: EventStore, now: datetime, limits: RetentionLimits | None = None) -> bool:
    """Delete data that is too old; return whether events were deleted. Call only while the clock is set.
    A wrong clock must not delete future events: ages are relative to the last successful synchronisation if that is
    earlier than `now`. The sync token's window is reduced to what is kept, so that deleted events are fetched again if
    the clock is set back. Blocked accounts are deleted by the caller of `overdue`, together with their tokens.
    """
    limits = limits or RetentionLimits()
    known = {account.id for account in user.accounts()}
    deleted = 0
    with events.database.transaction() as connection:
        deleted += _delete_strangers(connection, known)
        deleted += _delete_unrefreshed(connection, now - limits.unrefreshed)
        fetched = _fetched(connection)
        for key, as_of in fetched.items():
            deleted += _delete_outside(connection, key, min(now, as_of) - limits.past, max(now, as_of) + AHEAD_KEPT)
    last = max(fetched.values(), default=now)
    user.forget_reminders(min(now, last))
    user.forget_joined(min(now, last) - limits.past - JOINED_LONGER)
    Outbox(user.database).forget_settled(min(now, last))
    forget_known(user, min(now, last), max(now, last))
    if deleted:
        events.database.truncate_log()  # the log may still contain deleted data; if there is a reader, next time
    return bool(deleted)


def forget_events(events: EventStore, account_ids: Iterable[str]) -> bool:
    """Delete the stored events of these accounts, which are then fetched again; return whether there were any."""
    deleted = 0
    with events.database.transaction() as connection:
        for account_id in account_ids:
            for table in ("events", "sources", "calendars"):
                statement = f"DELETE FROM {table} WHERE account_id = ?"  # noqa: S608 - constants
                deleted += connection.execute(statement, (account_id,)).rowcount
    if deleted:
        events.database.truncate_log()
    return bool(deleted)


def overdue(user: UserStore, now: datetime, limits: RetentionLimits | None = None) -> tuple[Account, ...]:
    """Return the accounts that have been blocked for too long, whose data must be erased."""
    limit = now - (limits or RetentionLimits()).blocked
    return tuple(a for a in user.accounts() if a.state is AccountState.BLOCKED and a.since <= limit)


def _fetched(connection: sqlite3.Connection) -> dict[_Key, datetime]:
    """Return when each calendar was last synchronised."""
    rows = connection.execute("SELECT account_id, calendar_id, as_of FROM sources WHERE as_of IS NOT NULL").fetchall()
    return {(account_id, calendar_id): datetime.fromisoformat(as_of) for account_id, calendar_id, as_of in rows}


def _delete_outside(connection: sqlite3.Connection, key: _Key, first: datetime, last: datetime) -> int:
    """Delete a calendar's events that end before `first` or start after `last`; return their number."""
    deleted = 0
    for condition, limit in (("ends < ?", first), ("starts > ?", last)):
        deleted += connection.execute(
            f"DELETE FROM events WHERE account_id = ? AND calendar_id = ? AND {condition}",  # noqa: S608 - constants
            (*key, limit.timestamp()),
        ).rowcount
    if deleted:
        _narrow(connection, key, first, last)
    return deleted


def _narrow(connection: sqlite3.Connection, key: _Key, first: datetime, last: datetime) -> None:
    """Reduce the window of a calendar's sync token to what is kept, so that it is not used for an earlier one."""
    row = connection.execute("SELECT window FROM sources WHERE account_id = ? AND calendar_id = ?", key).fetchone()
    try:
        start, end = map(datetime.fromisoformat, row[0].split("/"))
        start, end = max(start, first), min(end, last)
    except (ValueError, TypeError):
        _begin_anew(connection, key)
        return
    connection.execute(
        "UPDATE sources SET window = ? WHERE account_id = ? AND calendar_id = ?",
        (f"{start.isoformat()}/{end.isoformat()}", *key),
    )


def _delete_unrefreshed(connection: sqlite3.Connection, limit: datetime) -> int:
    deleted = 0
    rows = connection.execute("SELECT account_id, calendar_id, as_of FROM sources WHERE as_of IS NOT NULL")
    for account_id, calendar_id, as_of in rows.fetchall():
        if datetime.fromisoformat(as_of) < limit:
            key = (account_id, calendar_id)
            found = connection.execute("DELETE FROM events WHERE account_id = ? AND calendar_id = ?", key)
            deleted += found.rowcount
            _begin_anew(connection, key)
    return deleted


def _begin_anew(connection: sqlite3.Connection, key: _Key) -> None:
    """Discard the sync token, with which the server would report "no changes" for events that were deleted here."""
    connection.execute("UPDATE sources SET position = '' WHERE account_id = ? AND calendar_id = ?", key)


def _delete_strangers(connection: sqlite3.Connection, known: set[str]) -> int:
    """Delete data without an account (`user.db` may have been replaced)."""
    deleted = 0
    rows = connection.execute("SELECT account_id FROM calendars UNION SELECT account_id FROM events").fetchall()
    for (account_id,) in rows:
        if account_id not in known:
            for table in ("events", "sources", "calendars"):
                found = connection.execute(f"DELETE FROM {table} WHERE account_id = ?", (account_id,))  # noqa: S608 - constants
                deleted += found.rowcount
    return deleted
