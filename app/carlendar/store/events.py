"""Calendars and events of all accounts (`events.db`): a cache, written by the service only."""

from __future__ import annotations

import math
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

from msgspec.structs import replace

from carlendar.domain.account import Calendar
from carlendar.domain.base import Value, decoded, encoded
from carlendar.domain.calendar_delta import DeltaScope
from carlendar.domain.event import Event, event_from_json, event_to_json
from carlendar.domain.timespan import DateSpan, Timespan
from carlendar.meetings.join_details import EXTRACTOR_VERSION, JoinDetails
from carlendar.store.database import open_database
from carlendar.store.records import SourceStatus
from carlendar.store.schema import EVENTS
from carlendar.store.sources import STATUSES, status_of
from carlendar.text.clean import well_formed

_UPSERT = """
INSERT INTO events (account_id, calendar_id, id, version, series, starts, ends, value, way_in)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (account_id, calendar_id, id) DO UPDATE SET
  version = excluded.version, series = excluded.series, starts = excluded.starts, ends = excluded.ends,
  value = excluded.value
WHERE version IS NOT excluded.version
"""

_POSITION = "SELECT position, window FROM sources WHERE account_id = ? AND calendar_id = ?"

_WIDER = (14 * 3600.0, 12 * 3600.0)
"""Seconds by which the bounds of all-day events are wider than in UTC: time zones range from UTC+14 to UTC-12."""


class StoredSyncToken(Value, frozen=True):
    """The sync token of a calendar: opaque, valid for `window` only."""

    position: str = ""
    window: str = ""


class EventUpsert(Value, frozen=True):
    """A new or changed event; `join_details` are those found in its structured data."""

    event: Event
    join_details: JoinDetails | None = None


class ExtractedBody(Value, frozen=True):
    """The extracted text and join details of an event, for the version that was read."""

    event_id: str
    version: str
    body: str
    join_details: JoinDetails


class EventStore:
    """The service's access to `events.db`. Methods block briefly and raise StoreError.

    `known` returns whether an account exists: nothing is stored for one that does not, so that a running
    synchronisation cannot restore data that has just been erased.
    """

    def __init__(self, folder: Path, known: Callable[[str], bool] = lambda _: True) -> None:
        self.database = open_database(folder, EVENTS)
        self._known = known

    def close(self) -> None:
        """Release the file."""
        self.database.close()

    def calendars(self, account_id: str) -> tuple[Calendar, ...]:
        """Return the account's calendars as of the last synchronisation."""
        rows = self.database.rows("SELECT value FROM calendars WHERE account_id = ? ORDER BY place", (account_id,))
        return tuple(decoded(Calendar, value) for (value,) in rows)

    def save_calendars(self, account_id: str, calendars: Sequence[Calendar]) -> None:
        """Replace the account's list of calendars; the data of removed ones is deleted."""
        ids = {calendar.id for calendar in calendars}
        with self.database.transaction() as connection:
            if not self._known(account_id):
                return
            for (old,) in connection.execute("SELECT id FROM calendars WHERE account_id = ?", (account_id,)).fetchall():
                if old not in ids:
                    _forget_calendar(connection, account_id, old)
            connection.execute("DELETE FROM calendars WHERE account_id = ?", (account_id,))
            connection.executemany(
                "INSERT INTO calendars (account_id, id, place, value) VALUES (?, ?, ?, ?)",
                [(account_id, c.id, place, encoded(c)) for place, c in enumerate(calendars)],
            )

    def save_color(self, calendar: Calendar, color: str) -> None:
        """Replace the stored calendar's colour; does nothing if it is no longer stored."""
        with self.database.transaction() as connection:
            connection.execute(
                "UPDATE calendars SET value = ? WHERE account_id = ? AND id = ?",
                (encoded(replace(calendar, color=color)), *_key(calendar)),
            )

    def position(self, calendar: Calendar) -> StoredSyncToken:
        """Return the calendar's sync token."""
        return _position(self.database.rows(_POSITION, _key(calendar)))

    def versions(self, calendar: Calendar, window: Timespan) -> dict[str, str]:
        """Return the versions, by id, of the calendar's stored events that overlap the window."""
        return self.expected_versions(calendar, DeltaScope(spans=(window,)), whole=True)

    def expected_versions(self, calendar: Calendar, scope: DeltaScope, *, whole: bool = False) -> dict[str, str]:
        """Return the versions, by id, of the stored events that a delta of this scope must contain if they still
        exist.

        Events listed by id count regardless of their time, others if they overlap the spans. Whether an all-day event
        at the edge of a span overlaps it depends on a time zone that only the server knows: it counts if the delta is
        `whole`, otherwise only if it overlaps in every time zone.
        """
        rows = self.database.rows(
            "SELECT id, version, series, starts, ends, instr(value, '\"days\":') FROM events"
            " WHERE account_id = ? AND calendar_id = ?",
            _key(calendar),
        )
        spans = [(span.start.timestamp(), span.end.timestamp()) for span in scope.spans]
        return {
            event_id: version
            for event_id, version, series, starts, ends, days in rows
            if event_id in scope.ids
            or (series and series in scope.ids)
            or any(_touches(starts, ends, span, surely=bool(days) and not whole) for span in spans)
        }

    def save(
        self, calendar: Calendar, upserts: Iterable[EventUpsert], removals: Iterable[str], at: StoredSyncToken,
        now: datetime, since: StoredSyncToken | None = None,
    ) -> None:  # fmt: skip
        """Store changes and sync token in one transaction; the calendar is then as of `now` and without error.

        `since` is the token that the delta started from. If the stored one has changed in the meantime, data that the
        delta relied on was deleted, and the token is discarded: the next synchronisation is a full one.
        """
        account_id, calendar_id = _key(calendar)
        with self.database.transaction() as connection:
            if not self._known(account_id):
                return
            found = connection.execute(_POSITION, _key(calendar)).fetchall()
            if since is not None and _position(found) != since:
                at = StoredSyncToken()
            connection.executemany(_UPSERT, [_row(calendar, upsert) for upsert in upserts])
            connection.executemany(
                "DELETE FROM events WHERE account_id = ? AND calendar_id = ? AND id = ?",
                [(account_id, calendar_id, event_id) for event_id in removals],
            )
            connection.execute(
                "INSERT OR REPLACE INTO sources (account_id, calendar_id, position, window, as_of, error)"
                " VALUES (?, ?, ?, ?, ?, '')",
                (account_id, calendar_id, at.position, at.window, now.astimezone(UTC).isoformat()),
            )

    def save_error(self, account_id: str, calendar_id: str, error: str) -> None:
        """Record that the calendar's synchronisation failed; stored data is kept."""
        with self.database.transaction() as connection:
            if self._known(account_id):
                connection.execute(
                    "INSERT INTO sources (account_id, calendar_id, error) VALUES (?, ?, ?)"
                    " ON CONFLICT (account_id, calendar_id) DO UPDATE SET error = excluded.error",
                    (account_id, calendar_id, error),
                )

    def unread(self, calendar: Calendar) -> tuple[Event, ...]:
        """Return the events whose current text has not been processed by this version of the extractor, in order of
        start."""
        rows = self.database.rows(
            "SELECT value FROM events WHERE account_id = ? AND calendar_id = ?"
            " AND (read_version IS NOT version OR extractor IS NOT ?) ORDER BY starts",
            (*_key(calendar), EXTRACTOR_VERSION),
        )
        return tuple(event_from_json(value) for (value,) in rows)

    def without_details(self, calendar: Calendar, before: datetime | None = None) -> tuple[Event, ...]:
        """Return the events without join details, optionally only those that start before a given time."""
        rows = self.database.rows(
            "SELECT value FROM events WHERE account_id = ? AND calendar_id = ? AND way_in IS NULL AND starts < ?",
            (*_key(calendar), _seconds(before) if before is not None else math.inf),
        )
        return tuple(event_from_json(value) for (value,) in rows)

    def save_details(self, calendar: Calendar, details: Iterable[tuple[Event, JoinDetails]]) -> None:
        """Store join details from structured data, unless better ones are stored already."""
        with self.database.transaction() as connection:
            connection.executemany(
                "UPDATE events SET way_in = ?"
                " WHERE account_id = ? AND calendar_id = ? AND id = ? AND version = ? AND way_in IS NULL",
                [(encoded(found), *_key(calendar), event.id, event.version) for event, found in details],
            )

    def event(self, account_id: str, event_id: str) -> Event | None:
        """Return the stored event with its text, from any calendar; None if there is none."""
        rows = self.database.rows(
            "SELECT value, body FROM events WHERE account_id = ? AND id = ? LIMIT 1", (account_id, event_id)
        )
        return event_from_json(*rows[0]) if rows else None

    def join_details(self, account_id: str, event_id: str) -> JoinDetails | None:
        """Return the stored join details of an event, from any calendar; None if there are none."""
        rows = self.database.rows(
            "SELECT way_in FROM events WHERE account_id = ? AND id = ? AND way_in IS NOT NULL LIMIT 1",
            (account_id, event_id),
        )
        return decoded(JoinDetails, rows[0][0]) if rows else None

    def save_bodies(self, calendar: Calendar, readings: Iterable[ExtractedBody]) -> None:
        """Store texts and join details of events, in one transaction."""
        with self.database.transaction() as connection:
            connection.executemany(
                "UPDATE events SET body = ?, way_in = ?, read_version = ?, extractor = ?"
                " WHERE account_id = ? AND calendar_id = ? AND id = ? AND version = ?",
                [
                    (well_formed(r.body), encoded(r.join_details), r.version, EXTRACTOR_VERSION,
                     *_key(calendar), r.event_id, r.version)
                    for r in readings
                ],
            )  # fmt: skip

    def statuses(self) -> tuple[SourceStatus, ...]:
        """Return the synchronisation status of every calendar; `as_of` is None if it never succeeded."""
        return tuple(status_of(*row) for row in self.database.rows(STATUSES))

    def count_all(self) -> int:
        """Return the number of stored events."""
        return int(self.database.rows("SELECT count(*) FROM events")[0][0])

    def count(self, calendar: Calendar) -> int:
        """Return the number of stored events of the calendar."""
        rows = self.database.rows(
            "SELECT count(*) FROM events WHERE account_id = ? AND calendar_id = ?", _key(calendar)
        )
        return int(rows[0][0])


def bounds(span: Timespan | DateSpan) -> tuple[float, float]:
    """Return start and end in Unix seconds; all-day events are widened to cover every time zone (UTC-12 to UTC+14)."""
    if isinstance(span, Timespan):
        return _seconds(span.start), _seconds(span.end)
    return _midnight(span.start) - _WIDER[0], _midnight(span.end) + _WIDER[1]


def _row(calendar: Calendar, upsert: EventUpsert) -> tuple[object, ...]:
    event = upsert.event
    found = upsert.join_details
    join_details = None if found is None else encoded(found)
    return (
        *_key(calendar), event.id, event.version, event.series_id, *bounds(event.span), event_to_json(event),
        join_details,
    )  # fmt: skip


def _touches(starts: float, ends: float, span: tuple[float, float], *, surely: bool) -> bool:
    """Whether bounds overlap a span; with `surely`, those of an all-day event must overlap it in every time zone."""
    first, last = span
    if surely:
        starts, ends = starts + _WIDER[0], ends - _WIDER[1]
        return min(ends, last) - max(starts, first) > max(_WIDER)
    return (starts < last and ends > first) or first <= starts == ends < last


def _position(rows: Sequence[tuple[str, str]]) -> StoredSyncToken:
    return StoredSyncToken(*rows[0]) if rows else StoredSyncToken()


def _forget_calendar(connection: sqlite3.Connection, account_id: str, calendar_id: str) -> None:
    connection.execute("DELETE FROM events WHERE account_id = ? AND calendar_id = ?", (account_id, calendar_id))
    connection.execute("DELETE FROM sources WHERE account_id = ? AND calendar_id = ?", (account_id, calendar_id))


def _key(calendar: Calendar) -> tuple[str, str]:
    return calendar.account_id, calendar.id


def _seconds(moment: datetime) -> float:
    """Unix seconds of an aware moment."""
    return moment.timestamp()


def _midnight(day: date) -> float:
    return (day - date(1970, 1, 1)).days * 86400.0
