"""The queue of events on disk, in an SQLite file of its own, with the consents and random subjects it is kept for.

An event stays until the back end has confirmed it, or until it is the oldest of a full queue. Every change is one
transaction with full synchronisation, so that a power cut loses nothing that was recorded and repeats nothing that was
confirmed. A damaged file is replaced by an empty one: its content is statistics.
"""

from __future__ import annotations

import logging
import os
import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from carlendar.domain.base import Value
from carlendar.errors import StoreError
from carlendar.full_disk import is_full
from carlendar.sqlite_transaction import atomic
from carlendar.telemetry.envelope import instant
from carlendar.telemetry.schema import EVENTS, LARGEST, ConsentEvent, TelemetryEvent, Topic

FILE = "queue.db"
MOST_EVENTS = 4_000
"""Maximum number of events in the queue; about 1 MB."""
MOST_BYTES = 8 * 1024 * 1024
"""Maximum size of the file."""

_log = logging.getLogger(__name__)
_TABLES = (
    (
        "CREATE TABLE IF NOT EXISTS events (sequence INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE,"
        " name TEXT NOT NULL, topic TEXT NOT NULL, subject TEXT NOT NULL, version INTEGER NOT NULL, at TEXT NOT NULL,"
        " same TEXT NOT NULL, fields TEXT NOT NULL, published INTEGER NOT NULL DEFAULT 0)"
    ),
    (
        "CREATE TABLE IF NOT EXISTS consents (subject TEXT NOT NULL, topic TEXT NOT NULL, version INTEGER NOT NULL,"
        " event TEXT NOT NULL, received INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (subject, topic)) WITHOUT ROWID"
    ),
    "CREATE TABLE IF NOT EXISTS subjects (profile TEXT PRIMARY KEY, subject TEXT NOT NULL) WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID",
)
_PROBES = (
    "SELECT sequence, id, name, topic, subject, version, at, same, fields, published FROM events LIMIT 1",
    "SELECT subject, topic, version, event, received FROM consents LIMIT 1",
)
_ONE = "SELECT sequence, id, name, topic, subject, version, at, fields FROM events WHERE sequence = ?"
_SENDABLE = (
    "SELECT sequence, id, name, topic, subject, version, at, fields FROM events WHERE (topic IN ('security', 'consent')"
    " OR EXISTS (SELECT 1 FROM consents WHERE consents.subject = events.subject AND consents.topic = events.topic"
    " AND received = 1)) AND (same = '' OR published = 1 OR at < ?) ORDER BY topic != 'consent', sequence LIMIT ?"
)


class Queued(Value, frozen=True):
    """An event in the queue; `fields` is the event as JSON. `subject` is empty for an event of no person."""

    sequence: int
    id: str
    name: str
    topic: Topic
    subject: str
    consent_version: int
    at: str
    fields: bytes


Consents = Mapping[str, Mapping[Topic, int]]
"""The versions of the purposes that were consented to, by profile and topic."""


class EventQueue:
    """The queue; safe from any thread. Methods raise StoreError if the file cannot be used.

    `new_id` returns a UUID, `new_subject` 32 random hexadecimal digits.
    """

    def __init__(
        self, folder: Path, new_id: Callable[[], str], new_subject: Callable[[], str], *, most: int = MOST_EVENTS
    ) -> None:
        self._path, self._most = folder / FILE, most
        self._new_id, self._new_subject = new_id, new_subject
        self._lock = threading.RLock()
        with _translated():
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._connection = _opened(self._path)

    def close(self) -> None:
        """Release the file."""
        with self._lock, _translated():
            self._connection.close()

    # --- recording ----------------------------------------------------------------------------

    def record(self, event: TelemetryEvent, at: datetime, profile: str = "") -> bool:
        """Store an event; False if the driver of `profile` has not consented to its topic.

        An event with a `count` is added to a stored one of the same values that has not been published yet.
        """
        topic = event.about.topic
        with self._transaction() as connection:
            if topic in (Topic.SECURITY, Topic.CONSENT):
                self._store(connection, event, instant(at), "", 0)
                return True
            row = connection.execute(
                "SELECT subjects.subject, version FROM subjects JOIN consents ON subjects.subject = consents.subject"
                " WHERE profile = ? AND topic = ?",
                (profile, topic.value),
            ).fetchone()
            if row is None:
                return False
            self._store(connection, event, instant(at), *row)
        return True

    def _store(self, connection: sqlite3.Connection, event: TelemetryEvent, at: str, subject: str, version: int) -> str:
        about, fields = event.about, msgspec.json.encode(event).decode()
        same = _sameness(event)
        found = (
            same
            and connection.execute(
                "SELECT sequence, fields FROM events WHERE same = ? AND subject = ? AND published = 0"
                " ORDER BY sequence DESC LIMIT 1",
                (same, subject),
            ).fetchone()
        )
        if found:
            merged = _merged(event, msgspec.json.decode(found[1]))
            connection.execute(
                "UPDATE events SET fields = ? WHERE sequence = ?", (msgspec.json.encode(merged).decode(), found[0])
            )
            return ""
        identifier = self._new_id()
        connection.execute(
            "INSERT INTO events (id, name, topic, subject, version, at, same, fields) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                identifier,
                about.name,
                about.topic.value,
                subject,
                version,
                at,
                same,
                fields,
            ),
        )
        self._bound(connection)
        return identifier

    def _bound(self, connection: sqlite3.Connection) -> None:
        """Delete the oldest events of a full queue, and count them; consents are the last to go."""
        (held,) = connection.execute("SELECT count(*) FROM events").fetchone()
        if held <= self._most:
            return
        dropped = connection.execute(
            "DELETE FROM events WHERE sequence IN (SELECT sequence FROM events ORDER BY topic = 'consent', sequence"
            " LIMIT ?)",
            (held - self._most,),
        ).rowcount
        _count(connection, "dropped", dropped)

    # --- consent ------------------------------------------------------------------------------

    def consent(self, given: Consents, at: datetime) -> bool:
        """Adopt the consents that are given now, by profile; return whether anything changed.

        A new one is announced to the back end, and events of its topic are published once it has been received. One
        that is no longer given is withdrawn: its events are deleted at once, and the back end is notified.
        """
        changed = False
        with self._transaction() as connection:
            for profile, subject in connection.execute("SELECT profile, subject FROM subjects").fetchall():
                changed |= self._withdraw_missing(connection, subject, given.get(profile, {}), at)
                if profile not in given:
                    connection.execute("DELETE FROM subjects WHERE profile = ?", (profile,))
            for profile, topics in given.items():
                for topic, version in topics.items():
                    changed |= self._give(connection, profile, topic, version, at)
        return changed

    def _withdraw_missing(
        self, connection: sqlite3.Connection, subject: str, given: Mapping[Topic, int], at: datetime
    ) -> bool:
        rows = connection.execute("SELECT topic, version FROM consents WHERE subject = ?", (subject,)).fetchall()
        missing = [(topic, version) for topic, version in rows if given.get(Topic(topic)) != version]
        for topic, version in missing:
            connection.execute("DELETE FROM events WHERE subject = ? AND topic = ?", (subject, topic))
            connection.execute("DELETE FROM consents WHERE subject = ? AND topic = ?", (subject, topic))
            event = ConsentEvent(topic=Topic(topic), granted=False, purpose_version=version)
            self._store(connection, event, instant(at), subject, version)
        return bool(missing)

    def _give(self, connection: sqlite3.Connection, profile: str, topic: Topic, version: int, at: datetime) -> bool:
        connection.execute("INSERT OR IGNORE INTO subjects VALUES (?, ?)", (profile, self._new_subject()))
        (subject,) = connection.execute("SELECT subject FROM subjects WHERE profile = ?", (profile,)).fetchone()
        known = "SELECT 1 FROM consents WHERE subject = ? AND topic = ?"
        if connection.execute(known, (subject, topic.value)).fetchone():
            return False
        event = ConsentEvent(topic=topic, granted=True, purpose_version=version)
        identifier = self._store(connection, event, instant(at), subject, version)
        connection.execute("INSERT INTO consents VALUES (?, ?, ?, ?, 0)", (subject, topic.value, version, identifier))
        return True

    def topics(self, profile: str) -> frozenset[Topic]:
        """The topics that the driver of a profile consented to."""
        rows = self._rows(
            "SELECT topic FROM consents JOIN subjects ON subjects.subject = consents.subject WHERE profile = ?",
            (profile,),
        )
        return frozenset(Topic(topic) for (topic,) in rows)

    # --- publishing ---------------------------------------------------------------------------

    def sendable(self, limit: int, before: datetime | None = None) -> list[Queued]:
        """Return the oldest events that may be published, up to `limit`.

        Consents come first. With `before`, counted events that are younger are left out, so that more is added to them.
        """
        rows = self._rows(_SENDABLE, (instant(before) if before else "9", limit))
        return [_queued(*row) for row in rows]

    def seal(self, events: Iterable[Queued]) -> list[Queued]:
        """Return events as they are now, to be published: from now on nothing is counted into them any more.

        Events that were deleted meanwhile, as by a withdrawal, are left out.
        """
        sealed: list[Queued] = []
        with self._transaction() as connection:
            for each in events:
                connection.execute("UPDATE events SET published = 1 WHERE sequence = ?", (each.sequence,))
                row = connection.execute(_ONE, (each.sequence,)).fetchone()
                sealed += [_queued(*row)] if row is not None else []
        return sealed

    def confirmed(self, identifiers: Iterable[str]) -> int:
        """Delete the events that the back end has confirmed; return how many consents it has received thereby."""
        ids = [(each,) for each in identifiers]
        with self._transaction() as connection:
            connection.executemany("DELETE FROM events WHERE id = ?", ids)
            update = "UPDATE consents SET received = 1 WHERE event = ? AND received = 0"
            return connection.executemany(update, ids).rowcount

    def held(self) -> dict[str, int]:
        """The number of events in the queue, by topic."""
        return dict(self._rows("SELECT topic, count(*) FROM events GROUP BY topic"))

    # --- counters -----------------------------------------------------------------------------

    def count(self, name: str, by: int = 1) -> None:
        """Add to a counter."""
        with self._transaction() as connection:
            _count(connection, name, by)

    def counter(self, name: str) -> int:
        """Return a counter; 0 if nothing was counted."""
        rows = self._rows("SELECT value FROM counters WHERE name = ?", (name,))
        return int(rows[0][0]) if rows else 0

    def put(self, name: str, value: int) -> None:
        """Set a counter."""
        with self._transaction() as connection:
            connection.execute("INSERT OR REPLACE INTO counters VALUES (?, ?)", (name, value))

    def take(self, name: str) -> int:
        """Return a counter and reset it."""
        with self._transaction() as connection:
            row = connection.execute("SELECT value FROM counters WHERE name = ?", (name,)).fetchone()
            connection.execute("DELETE FROM counters WHERE name = ?", (name,))
        return int(row[0]) if row else 0

    # --- erasing ------------------------------------------------------------------------------

    def erase(self, at: datetime) -> None:
        """Delete all events of persons and renew the random subjects; the back end is notified of the withdrawals."""
        self.consent({}, at)
        with self._transaction() as connection:
            connection.execute("DELETE FROM events WHERE topic NOT IN ('security', 'consent')")
        with self._lock, _translated():
            self._connection.execute("VACUUM")
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def _rows(self, query: str, values: tuple[object, ...] = ()) -> list[tuple[Any, ...]]:
        with self._lock, _translated():
            return self._connection.execute(query, values).fetchall()

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._lock, _translated(), atomic(self._connection) as connection:
            yield connection


def _queued(
    sequence: int, identifier: str, name: str, topic: str, subject: str, version: int, at: str, fields: str
) -> Queued:  # fmt: skip
    return Queued(sequence, identifier, name, Topic(topic), subject, version, at, fields.encode())


def event_of(queued: Queued) -> TelemetryEvent:
    """Return the event of a queued one. Raises ValueError if it is none that this version knows."""
    kind = EVENTS.get(queued.name)
    if kind is None:
        raise ValueError("unknown event")
    try:
        return msgspec.json.decode(queued.fields, type=kind)
    except msgspec.DecodeError as error:
        raise ValueError(str(error)) from None


def _sameness(event: TelemetryEvent) -> str:
    """What events that are counted together have in common; empty for events that are not counted."""
    about = event.about
    if "count" not in event.__struct_fields__ or about.topic is Topic.CONSENT:
        return ""
    fields = (
        f"{each}={getattr(event, each)}" for each in event.__struct_fields__ if each not in ("count", *about.largest)
    )
    return f"{about.name}:{','.join(fields)}"


def _merged(event: TelemetryEvent, before: Mapping[str, Any]) -> dict[str, Any]:
    """The stored fields with an event's added: counts are summed, of durations the largest is kept."""
    now = msgspec.to_builtins(event)
    largest = {each: max(now[each], before[each]) for each in event.about.largest}
    return {**before, **largest, "count": min(before["count"] + now["count"], LARGEST)}


def _count(connection: sqlite3.Connection, name: str, by: int) -> None:
    connection.execute(
        "INSERT INTO counters VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = value + excluded.value", (name, by)
    )


def _opened(path: Path) -> sqlite3.Connection:
    try:
        return _connected(path)
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.OperationalError) and "disk" in str(error):
            raise  # full, or it cannot be read now
        _log.warning("the telemetry queue is damaged and was replaced: %s", type(error).__name__)
        for suffix in ("", "-wal", "-shm", "-journal"):
            path.with_name(path.name + suffix).unlink(missing_ok=True)
        return _connected(path)


def _connected(path: Path) -> sqlite3.Connection:
    os.close(os.open(path, os.O_CREAT | os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600))
    connection = sqlite3.connect(path, timeout=5.0, isolation_level=None, check_same_thread=False)
    try:
        for pragma in ("temp_store=MEMORY", "journal_mode=WAL", "synchronous=FULL", "secure_delete=ON"):
            connection.execute(f"PRAGMA {pragma}")
        (size,) = connection.execute("PRAGMA page_size").fetchone()
        connection.execute(f"PRAGMA max_page_count={MOST_BYTES // int(size)}")
        _require_sound(connection)
        for table in _TABLES:
            connection.execute(table)
        connection.execute(
            "SELECT sequence, id, name, topic, subject, version, at, same, fields, published FROM events"
        )
        connection.execute("SELECT subject, topic, version, event, received FROM consents")
    except BaseException:
        connection.close()
        raise
    return connection


def _require_sound(connection: sqlite3.Connection) -> None:
    (found,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    if found != "ok":
        raise sqlite3.DatabaseError(found)


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        detail = "the disk is full" if is_full(error) else type(error).__name__
        raise StoreError("The telemetry queue cannot be used.", detail=detail) from error
