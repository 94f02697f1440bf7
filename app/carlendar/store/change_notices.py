"""What people know of their meetings (`user.db`), held against what the calendars say (`events.db`).

A meeting that is seen for the first time is no news. One that starts at another time than people know, or was
cancelled, is news until somebody was told (`UserStore.news_told`): a restart says nothing twice and forgets
nothing, nor does a calendar that had to be fetched anew. One that moved and got a new id is still the same.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from msgspec.structs import replace

from carlendar.domain.base import Value
from carlendar.store.codec import event_from_json
from carlendar.store.events import EventStore
from carlendar.store.uid_matching import Key, Seen, meeting_uid, renamed
from carlendar.store.user import UserStore

KEPT = timedelta(days=2)
"""How long after a meeting's start what was known of it is kept."""
AHEAD = timedelta(days=17)
"""How far ahead events and what is known of them are kept: what is kept up to date ends before, in whatever zone."""


class _Known(Value, frozen=True):
    """`uid` is None of what an earlier program knew; `gone` is what has left the calendar before the last look."""

    version: str
    starts: float
    cancelled: bool
    news: str = ""
    before: float | None = None
    uid: str | None = None
    gone: bool = False

    def now(self, version: str, starts: float, *, cancelled: bool, uid: str) -> _Known:
        """What is known once the calendar says that; news are measured by what people know."""
        known = self.starts if self.before is None else self.before
        was_cancelled = self.cancelled and self.news != "cancelled"
        if cancelled and not was_cancelled:
            return _Known(version, starts, cancelled, "cancelled", known, uid)
        if not cancelled and starts != known:
            return _Known(version, starts, cancelled, "moved", known, uid)
        return _Known(version, starts, cancelled, uid=uid)


class _Said(Value, frozen=True):
    """What the calendar says of an event beside its version and start."""

    cancelled: bool = False
    uid: str = ""
    in_series: bool = False


def observe(user: UserStore, events: EventStore) -> bool:
    """Compare once, after a synchronisation; True when there is something new to be said (StoreError)."""
    known = _known(user)
    stored: dict[Key, tuple[str, float]] = {
        (account, event): (version, starts)
        for account, event, version, starts in events.database.rows(
            "SELECT account_id, id, version, starts FROM events"
        )
    }
    said = {
        key: _said(events, key) for key, (version, _) in stored.items() if not _is_as_known(known.get(key), version)
    }
    vanished = {key: was for key, was in known.items() if key not in stored and not was.gone}
    origin = _origins(known, stored, said, vanished)
    fresh: dict[Key, _Known] = {}
    for key, told in said.items():
        version, starts = stored[key]
        was = known.get(key) or known.get(origin.get(key, key))
        fresh[key] = (
            _Known(version, starts, told.cancelled, uid=told.uid)
            if was is None
            else was.now(version, starts, cancelled=told.cancelled, uid=told.uid)
        )
    left = {key: replace(was, gone=True) for key, was in vanished.items()}
    _save(user, {**left, **fresh}, set(origin.values()))
    return any(
        now.news and (was := known.get(origin.get(key, key))) and now.news != was.news for key, now in fresh.items()
    )


def _known(user: UserStore) -> dict[Key, _Known]:
    rows = user.database.rows(
        "SELECT account_id, event_id, version, starts, cancelled, news, before, uid, gone FROM known"
    )
    return {
        (account, event): _Known(version, starts, bool(cancelled), news, before, uid, bool(gone))
        for account, event, version, starts, cancelled, news, before, uid, gone in rows
    }


def _is_as_known(was: _Known | None, version: str) -> bool:
    return was is not None and was.version == version and was.uid is not None and not was.gone


def _origins(
    known: dict[Key, _Known], stored: dict[Key, tuple[str, float]], said: dict[Key, _Said], vanished: dict[Key, _Known]
) -> dict[Key, Key]:
    """The key under which each event that moved to a new id was known."""
    return renamed(
        (Seen(key, was.uid or "", was.starts) for key, was in vanished.items()),
        (Seen(key, told.uid, stored[key][1], told.in_series) for key, told in said.items() if key not in known),
        (Seen(key, was.uid or "", was.starts) for key, was in known.items() if key in stored),
    )


def forget(user: UserStore, earliest: datetime, latest: datetime | None = None) -> None:
    """Drop what is long over at `earliest` or far ahead at `latest`, and what was of accounts that are gone.

    The two are the same where the clock is to be believed. Only while it is known to be set.
    """
    user.database.change(
        "DELETE FROM known WHERE max(starts, coalesce(before, 0)) < ? OR starts > ?",
        ((earliest - KEPT).timestamp(), ((latest or earliest) + AHEAD).timestamp()),
    )
    user.database.change("DELETE FROM known WHERE account_id NOT IN (SELECT id FROM accounts)")


def _said(events: EventStore, key: Key) -> _Said:
    rows = events.database.rows("SELECT value FROM events WHERE account_id = ? AND id = ?", key)
    try:
        found = [event_from_json(value) for (value,) in rows]
    except (ValueError, KeyError, TypeError):
        found = []
    return _Said(
        any(event.cancelled for event in found),
        meeting_uid(found[0].ical_uid) if found else "",
        any(event.series_id for event in found),
    )


def _save(user: UserStore, fresh: dict[Key, _Known], followed: set[Key]) -> None:
    """Keep what is known now, and drop what it followed under another id."""
    if not fresh:
        return
    with user.database.transaction() as connection:
        connection.executemany("DELETE FROM known WHERE account_id = ? AND event_id = ?", sorted(followed))
        connection.executemany(
            "INSERT OR REPLACE INTO known (account_id, event_id, version, starts, cancelled, news, before, uid, gone)"
            " SELECT ?, ?, ?, ?, ?, ?, ?, ?, ? WHERE EXISTS (SELECT 1 FROM accounts WHERE id = ?)",
            [
                (*key, now.version, now.starts, now.cancelled, now.news, now.before, now.uid, now.gone, key[0])
                for key, now in fresh.items()
                if key not in followed
            ],
        )
