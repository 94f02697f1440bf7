"""Detects rescheduled and cancelled meetings.

Compares what the user knows (`user.db`) with the calendars (`events.db`). A meeting seen for the first time causes no
notice. One whose start differs from the known one, or that was cancelled, has a notice until it is acknowledged
(`UserStore.acknowledge_change`). Restarts and full re-synchronisations neither repeat nor lose notices. A meeting that
got a new id when it was moved is recognised.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from msgspec.structs import replace

from carlendar.domain.base import Value
from carlendar.domain.event import event_from_json
from carlendar.store.events import EventStore
from carlendar.store.uid_matching import Key, Seen, meeting_uid, renamed
from carlendar.store.user import UserStore

KEPT = timedelta(days=2)
"""How long after a meeting's start its known state is kept."""
AHEAD = timedelta(days=17)
"""How far ahead events and their known state are kept; beyond the synchronised window in every time zone."""


class _Known(Value, frozen=True):
    """The known state of an event.

    `uid` is None if stored by an earlier version; `gone` if no longer in the calendar.
    """

    version: str
    starts: float
    cancelled: bool
    news: str = ""
    before: float | None = None
    uid: str | None = None
    gone: bool = False

    def now(self, version: str, starts: float, *, cancelled: bool, uid: str) -> _Known:
        """Return the state after the calendar's current one; notices are relative to what the user knows."""
        known = self.starts if self.before is None else self.before
        was_cancelled = self.cancelled and self.news != "cancelled"
        if cancelled and not was_cancelled:
            return _Known(version, starts, cancelled, "cancelled", known, uid)
        if not cancelled and starts != known:
            return _Known(version, starts, cancelled, "moved", known, uid)
        return _Known(version, starts, cancelled, uid=uid)


class _Listed(Value, frozen=True):
    """The calendar's data of an event in addition to its version and start."""

    cancelled: bool = False
    uid: str = ""
    in_series: bool = False


def observe(user: UserStore, events: EventStore) -> bool:
    """Compare, after a synchronisation; return whether there are new notices. Raises StoreError."""
    known = _known(user)
    stored: dict[Key, tuple[str, float]] = {
        (account, event): (version, starts)
        for account, event, version, starts in events.database.rows(
            "SELECT account_id, id, version, starts FROM events"
        )
    }
    listed = {
        key: _listed_event(events, key)
        for key, (version, _) in stored.items()
        if not _is_as_known(known.get(key), version)
    }
    vanished = {key: was for key, was in known.items() if key not in stored and not was.gone}
    origin = _origins(known, stored, listed, vanished)
    fresh: dict[Key, _Known] = {}
    for key, current in listed.items():
        version, starts = stored[key]
        was = known.get(key) or known.get(origin.get(key, key))
        fresh[key] = (
            _Known(version, starts, current.cancelled, uid=current.uid)
            if was is None
            else was.now(version, starts, cancelled=current.cancelled, uid=current.uid)
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
    known: dict[Key, _Known],
    stored: dict[Key, tuple[str, float]],
    listed: dict[Key, _Listed],
    vanished: dict[Key, _Known],
) -> dict[Key, Key]:
    """Return, for each event with a new id, the key under which it was known."""
    return renamed(
        (Seen(key, was.uid or "", was.starts) for key, was in vanished.items()),
        (
            Seen(key, current.uid, stored[key][1], current.in_series)
            for key, current in listed.items()
            if key not in known
        ),
        (Seen(key, was.uid or "", was.starts) for key, was in known.items() if key in stored),
    )


def forget(user: UserStore, earliest: datetime, latest: datetime | None = None) -> None:
    """Delete the known state of past (relative to `earliest`) and far-off events (to `latest`), and of deleted
    accounts.

    The two are the same time unless the clock may be wrong. Call only while the clock is set.
    """
    user.database.change(
        "DELETE FROM known WHERE max(starts, coalesce(before, 0)) < ? OR starts > ?",
        ((earliest - KEPT).timestamp(), ((latest or earliest) + AHEAD).timestamp()),
    )
    user.database.change("DELETE FROM known WHERE account_id NOT IN (SELECT id FROM accounts)")


def _listed_event(events: EventStore, key: Key) -> _Listed:
    rows = events.database.rows("SELECT value FROM events WHERE account_id = ? AND id = ?", key)
    try:
        found = [event_from_json(value) for (value,) in rows]
    except (ValueError, KeyError, TypeError):
        found = []
    return _Listed(
        any(event.cancelled for event in found),
        meeting_uid(found[0].ical_uid) if found else "",
        any(event.series_id for event in found),
    )


def _save(user: UserStore, fresh: dict[Key, _Known], followed: set[Key]) -> None:
    """Store the current state, and delete the entries under former ids."""
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
