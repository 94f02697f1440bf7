"""The tables of the two databases, and the schema version that both processes must agree on."""

from __future__ import annotations

from functools import partial

from carlendar.domain.account import Account, Profile
from carlendar.domain.base import decoded
from carlendar.store.database import Schema
from carlendar.store.outbox import COLUMNS, item_of

EVENTS = Schema(
    file="events.db",
    synchronous="NORMAL",
    rebuildable=True,
    most_bytes=512 * 1024 * 1024,
    migrations=(
        (
            (
                "CREATE TABLE calendars (account_id TEXT NOT NULL, id TEXT NOT NULL, place INTEGER NOT NULL,"
                " value TEXT NOT NULL, PRIMARY KEY (account_id, id)) WITHOUT ROWID"
            ),
            (
                "CREATE TABLE sources (account_id TEXT NOT NULL, calendar_id TEXT NOT NULL,"
                " position TEXT NOT NULL DEFAULT '', window TEXT NOT NULL DEFAULT '', as_of TEXT,"
                " error TEXT NOT NULL DEFAULT '', PRIMARY KEY (account_id, calendar_id)) WITHOUT ROWID"
            ),
            # starts and ends are Unix seconds; those of all-day events are widened to cover every time zone.
            (
                "CREATE TABLE events (account_id TEXT NOT NULL, calendar_id TEXT NOT NULL, id TEXT NOT NULL,"
                " version TEXT NOT NULL, starts REAL NOT NULL, ends REAL NOT NULL, value TEXT NOT NULL,"
                " body TEXT NOT NULL DEFAULT '', way_in TEXT, read_version TEXT, extractor INTEGER NOT NULL DEFAULT 0,"
                " PRIMARY KEY (account_id, calendar_id, id))"
            ),
            "CREATE INDEX events_by_time ON events (starts, ends)",
        ),
        # A change may be reported by series id only.
        (
            "ALTER TABLE events ADD COLUMN series TEXT NOT NULL DEFAULT ''",
            "UPDATE events SET series = coalesce(json_extract(value, '$.series_id'), '')",
        ),
    ),
    probes=(
        "SELECT account_id, id, place, value FROM calendars LIMIT 1",
        "SELECT account_id, calendar_id, position, window, as_of, error FROM sources LIMIT 1",
        (
            "SELECT account_id, calendar_id, id, version, starts, ends, value, body, way_in, read_version, extractor,"
            " series FROM events LIMIT 1"
        ),
    ),
)
"""`read_version` is the version from whose text `body` and `way_in` were extracted; NULL if none yet."""

USER = Schema(
    file="user.db",
    synchronous="FULL",
    rebuildable=False,
    migrations=(
        (
            "CREATE TABLE profiles (id TEXT PRIMARY KEY, occasion TEXT NOT NULL DEFAULT '', value TEXT NOT NULL)",
            "CREATE TABLE accounts (id TEXT PRIMARY KEY, profile_id TEXT NOT NULL, value TEXT NOT NULL)",
            (
                "CREATE TABLE seat (one INTEGER PRIMARY KEY CHECK (one = 1), profile_id TEXT NOT NULL,"
                " occasion TEXT NOT NULL)"
            ),
            "CREATE TABLE preferences (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
            (
                "CREATE TABLE hidden_calendars (account_id TEXT NOT NULL, calendar_id TEXT NOT NULL,"
                " PRIMARY KEY (account_id, calendar_id)) WITHOUT ROWID"
            ),
            (
                "CREATE TABLE reminders (key TEXT PRIMARY KEY, account_id TEXT NOT NULL, until REAL,"
                " at REAL NOT NULL) WITHOUT ROWID"
            ),
            (
                "CREATE TABLE outbox (key TEXT PRIMARY KEY, account_id TEXT NOT NULL, event_id TEXT NOT NULL,"
                " kind TEXT NOT NULL, payload TEXT NOT NULL, created TEXT NOT NULL, not_before TEXT NOT NULL,"
                " state TEXT NOT NULL, attempts INTEGER NOT NULL, reason TEXT NOT NULL)"
            ),
        ),
        (
            (
                "CREATE TABLE known (account_id TEXT NOT NULL, event_id TEXT NOT NULL, version TEXT NOT NULL,"
                " starts REAL NOT NULL, cancelled INTEGER NOT NULL, news TEXT NOT NULL DEFAULT '', before REAL,"
                " PRIMARY KEY (account_id, event_id)) WITHOUT ROWID"
            ),
        ),
        # An event with a new id is found by its UID, at the comparison at which the old one is missing.
        (
            "ALTER TABLE known ADD COLUMN uid TEXT",
            "ALTER TABLE known ADD COLUMN gone INTEGER NOT NULL DEFAULT 0",
        ),
        # The meetings that were joined last: references only, since their texts are kept no longer than the events.
        (
            (
                "CREATE TABLE joined (account_id TEXT NOT NULL, key TEXT NOT NULL, line TEXT NOT NULL,"
                " at REAL NOT NULL, PRIMARY KEY (account_id, key)) WITHOUT ROWID"
            ),
        ),
    ),
    decoders=(
        ("profiles", "value", partial(decoded, Profile)),
        ("accounts", "value", partial(decoded, Account)),
        ("outbox", COLUMNS, lambda *row: item_of(row)),
    ),
    probes=(
        "SELECT id, occasion, value FROM profiles LIMIT 1",
        "SELECT id, profile_id, value FROM accounts LIMIT 1",
        "SELECT one, profile_id, occasion FROM seat LIMIT 1",
        "SELECT key, value FROM preferences LIMIT 1",
        "SELECT account_id, calendar_id FROM hidden_calendars LIMIT 1",
        "SELECT key, account_id, until, at FROM reminders LIMIT 1",
        (
            "SELECT key, account_id, event_id, kind, payload, created, not_before, state, attempts, reason"
            " FROM outbox LIMIT 1"
        ),
        "SELECT account_id, event_id, version, starts, cancelled, news, before, uid, gone FROM known LIMIT 1",
        "SELECT account_id, key, line, at FROM joined LIMIT 1",
    ),
)
"""`reminders.until` is NULL for a dismissed one, else the Unix time until which it is snoozed.

`known` is the state of meetings that the user knows: `version`, with the start `starts` (Unix seconds). `news` is
`moved` or `cancelled` until acknowledged, and `before` the start that the user knows. `uid` is the iCalendar UID, NULL
until determined; `gone` is true if the event is no longer in the calendar. `joined` has occurrence keys.
"""

SCHEMA = EVENTS.version * 1000 + USER.version
"""The schema version that both processes send in their Hello."""
