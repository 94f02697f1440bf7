"""How long things are kept: past events 2 days, data that is not refreshed 7 days, a blocked account 24 hours.

Nothing is kept of days far ahead either: they were stored while the clock stood wrong.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.domain.account import Account, AccountState
from app.store.events import EventStore
from app.store.known import AHEAD as AHEAD_KEPT
from app.store.known import forget as forget_known
from app.store.outbox import Outbox
from app.store.user import UserStore

PAST_KEPT = timedelta(days=2)
UNREFRESHED_KEPT = timedelta(days=7)
BLOCKED_KEPT = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Limits:
    """How long is kept what; an administrator may set less."""

    past: timedelta = PAST_KEPT
    unrefreshed: timedelta = UNREFRESHED_KEPT
    blocked: timedelta = BLOCKED_KEPT


def expire(user: UserStore, events: EventStore, now: datetime, limits: Limits | None = None) -> bool:
    """Delete what is too old; True when events were deleted. Only called while the clock is known to be set.

    Blocked accounts are deleted by whoever can also forget their tokens: see `overdue`.
    """
    limits = limits or Limits()
    past = (now - limits.past).timestamp()
    known = {account.id for account in user.accounts()}
    deleted = 0
    with events.database.transaction() as connection:
        deleted += connection.execute("DELETE FROM events WHERE ends < ?", (past,)).rowcount
        deleted += _delete_far_ahead(connection, now + AHEAD_KEPT)
        deleted += _delete_unrefreshed(connection, now - limits.unrefreshed)
        deleted += _delete_strangers(connection, known)
    user.forget_reminders(now)
    Outbox(user.database).forget_settled(now)
    forget_known(user, now)
    if deleted:
        events.database.truncate_log()  # the log may still hold what was deleted; if somebody reads, next time
    return bool(deleted)


def overdue(user: UserStore, now: datetime, limits: Limits | None = None) -> tuple[Account, ...]:
    """Blocked accounts without a new sign-in for too long: everything of theirs is to be erased."""
    limit = now - (limits or Limits()).blocked
    return tuple(a for a in user.accounts() if a.state is AccountState.BLOCKED and a.since <= limit)


def _delete_far_ahead(connection: sqlite3.Connection, limit: datetime) -> int:
    rows = connection.execute(
        "SELECT DISTINCT account_id, calendar_id FROM events WHERE starts > ?", (limit.timestamp(),)
    )
    for key in rows.fetchall():
        _begin_anew(connection, key)
    return connection.execute("DELETE FROM events WHERE starts > ?", (limit.timestamp(),)).rowcount


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


def _begin_anew(connection: sqlite3.Connection, key: tuple[str, str]) -> None:
    """A position would make the source say "nothing changed" about events that are no longer here."""
    connection.execute("UPDATE sources SET position = '' WHERE account_id = ? AND calendar_id = ?", key)


def _delete_strangers(connection: sqlite3.Connection, known: set[str]) -> int:
    """Delete what belongs to no registered account (`user.db` may have been begun anew)."""
    deleted = 0
    rows = connection.execute("SELECT account_id FROM calendars UNION SELECT account_id FROM events").fetchall()
    for (account_id,) in rows:
        if account_id not in known:
            for table in ("events", "sources", "calendars"):
                found = connection.execute(f"DELETE FROM {table} WHERE account_id = ?", (account_id,))  # noqa: S608 - constants
                deleted += found.rowcount
    return deleted
