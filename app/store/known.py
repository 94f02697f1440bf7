"""What people know of their meetings (`user.db`), held against what the calendars say (`events.db`).

A meeting that is seen for the first time is no news. One that starts at another time than people know, or was
cancelled, is news until somebody was told (`UserStore.news_told`): a restart says nothing twice and forgets
nothing, nor does a calendar that had to be fetched anew.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from app.store.codec import event_from_json
from app.store.events import EventStore
from app.store.user import UserStore

KEPT = timedelta(days=2)
"""How long after a meeting's start what was known of it is kept."""


@dataclass(frozen=True, slots=True)
class _Known:
    version: str
    starts: float
    cancelled: bool
    news: str = ""
    before: float | None = None

    def now(self, version: str, starts: float, *, cancelled: bool) -> _Known:
        """What is known once the calendar says that; news are measured by what people know."""
        known = self.starts if self.before is None else self.before
        was_cancelled = self.cancelled and self.news != "cancelled"
        if cancelled and not was_cancelled:
            return _Known(version, starts, cancelled, "cancelled", known)
        if not cancelled and starts != known:
            return _Known(version, starts, cancelled, "moved", known)
        return _Known(version, starts, cancelled)


def observe(user: UserStore, events: EventStore) -> bool:
    """Compare once, after a synchronisation; True when there is something new to be said (StoreError)."""
    known = {
        (account, event): _Known(version, starts, bool(cancelled), news, before)
        for account, event, version, starts, cancelled, news, before in user.database.rows(
            "SELECT account_id, event_id, version, starts, cancelled, news, before FROM known"
        )
    }
    fresh: dict[tuple[str, str], _Known] = {}
    for account, event, version, starts in events.database.rows("SELECT account_id, id, version, starts FROM events"):
        before = known.get((account, event))
        if before is not None and before.version == version:
            continue
        cancelled = _cancelled(events, account, event)
        fresh[account, event] = (
            _Known(version, starts, cancelled) if before is None else before.now(version, starts, cancelled=cancelled)
        )
    _save(user, fresh)
    return any(now.news and now.news != known[key].news for key, now in fresh.items() if key in known)


def forget(user: UserStore, now: datetime) -> None:
    """Drop what is long over, and what was of accounts that are gone. Only while the clock is known to be set."""
    user.database.change("DELETE FROM known WHERE max(starts, coalesce(before, 0)) < ?", ((now - KEPT).timestamp(),))
    user.database.change("DELETE FROM known WHERE account_id NOT IN (SELECT id FROM accounts)")


def _cancelled(events: EventStore, account: str, event: str) -> bool:
    rows = events.database.rows("SELECT value FROM events WHERE account_id = ? AND id = ?", (account, event))
    try:
        return any(event_from_json(value).cancelled for (value,) in rows)
    except (ValueError, KeyError, TypeError):
        return False


def _save(user: UserStore, fresh: dict[tuple[str, str], _Known]) -> None:
    if not fresh:
        return
    with user.database.transaction() as connection:
        connection.executemany(
            "INSERT OR REPLACE INTO known (account_id, event_id, version, starts, cancelled, news, before)"
            " SELECT ?, ?, ?, ?, ?, ?, ? WHERE EXISTS (SELECT 1 FROM accounts WHERE id = ?)",
            [
                (account, event, now.version, now.starts, now.cancelled, now.news, now.before, account)
                for (account, event), now in fresh.items()
            ],
        )
