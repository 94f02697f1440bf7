"""The outbox: user actions to be sent, stored in `user.db` so that they survive a power cut.

State transitions: waiting → sending → sent, given up, waiting again (certainly not sent), or unsure (possibly sent).
A waiting item can be withdrawn. An item that was given up is kept until the user has acknowledged it.
"""

from __future__ import annotations

import json
import sqlite3
from datetime import UTC, datetime, timedelta

from carlendar.store.database import Database
from carlendar.store.records import UNSETTLED, OutboxItem, OutboxState

COLUMNS = "key, account_id, event_id, kind, payload, created, not_before, state, attempts, reason"

SETTLED_KEPT = timedelta(days=1)
"""How long an item is kept after it was sent, withdrawn or acknowledged."""
UNSEEN_KEPT = timedelta(days=7)
"""How long an item that was given up is kept without acknowledgement."""

ANSWERS = ("accept", "tentative", "decline")
"""Kinds of which a newer item for the same event replaces unsent ones."""
REMINDERS = ("dismiss", "snooze")
"""Another such family of kinds."""

_OPEN = f"('{OutboxState.WAITING}', '{OutboxState.UNSURE}')"


class Outbox:
    """The outbox items. An item is claimed before it is sent, and can be withdrawn only until then."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, item: OutboxItem) -> None:
        """Add an item unless its key exists; withdraw earlier ones that it replaces."""
        with self._database.transaction() as connection:
            added = connection.execute(
                f"INSERT OR IGNORE INTO outbox ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608 - constants
                _row(item),
            )
            if added.rowcount:
                _withdraw_replaced(connection)

    def withdraw(self, key: str) -> bool:
        """Withdraw an item; return False if it is being sent already."""
        return bool(self._move(key, (OutboxState.WAITING,), OutboxState.WITHDRAWN))

    def acknowledge(self, key: str) -> bool:
        """Record that the user knows that the item was given up."""
        return bool(self._move(key, (OutboxState.GIVEN_UP,), OutboxState.SEEN))

    def items(self) -> tuple[OutboxItem, ...]:
        """Return all items, oldest first."""
        rows = self._database.rows(f"SELECT {COLUMNS} FROM outbox ORDER BY created, rowid")  # noqa: S608 - constants
        return tuple(item_of(row) for row in rows)

    def claim(self, key: str) -> bool:
        """Claim an item for sending and count the attempt; return False if it is no longer open."""
        return bool(
            self._database.change(
                f"UPDATE outbox SET state = ?, attempts = attempts + 1 WHERE key = ? AND state IN {_OPEN}",  # noqa: S608 - constants
                (OutboxState.SENDING, key),
            )
        )

    def settle(self, key: str, state: OutboxState, reason: str = "") -> None:
        """Record the outcome of a claimed item; if it is to be sent again but a newer one replaces it, withdraw it."""
        with self._database.transaction() as connection:
            connection.execute(
                "UPDATE outbox SET state = ?, reason = ? WHERE key = ? AND state = ?",
                (state, reason, key, OutboxState.SENDING),
            )
            _withdraw_replaced(connection)

    def recover(self) -> int:
        """Mark items that were being sent when the process ended as unsure; return their number."""
        with self._database.transaction() as connection:
            found = connection.execute(
                "UPDATE outbox SET state = ? WHERE state = ?", (OutboxState.UNSURE, OutboxState.SENDING)
            )
            _withdraw_replaced(connection)
            return found.rowcount

    def forget_settled(self, now: datetime) -> None:
        """Delete settled items older than `SETTLED_KEPT`, and unacknowledged ones older than `UNSEEN_KEPT`."""
        for item in self.items():
            kept = UNSEEN_KEPT if item.state is OutboxState.GIVEN_UP else SETTLED_KEPT
            if item.state not in UNSETTLED and item.created < now - kept:
                self._database.change("DELETE FROM outbox WHERE key = ?", (item.key,))

    def _move(self, key: str, before: tuple[OutboxState, ...], after: OutboxState) -> int:
        marks = ", ".join("?" for _ in before)
        return self._database.change(
            f"UPDATE outbox SET state = ? WHERE key = ? AND state IN ({marks})",  # noqa: S608 - question marks
            (after, key, *before),
        )


def _withdraw_replaced(connection: sqlite3.Connection) -> None:
    """Withdraw open items that are replaced by a newer one of the same family for the same event."""
    for family in (ANSWERS, REMINDERS):
        connection.execute(
            f"UPDATE outbox SET state = ? WHERE state IN {_OPEN} AND kind IN {family} AND EXISTS (SELECT 1"  # noqa: S608 - constants
            " FROM outbox AS newer WHERE newer.rowid > outbox.rowid AND newer.account_id = outbox.account_id"
            f" AND newer.event_id = outbox.event_id AND newer.kind IN {family} AND newer.state != ?)",
            (OutboxState.WITHDRAWN, OutboxState.WITHDRAWN),
        )


def item_of(row: tuple[str, str, str, str, str, str, str, str, int, str]) -> OutboxItem:
    """Return the item of a row of `COLUMNS`."""
    key, account_id, event_id, kind, payload, created, not_before, state, attempts, reason = row
    return OutboxItem(
        key=key,
        account_id=account_id,
        event_id=event_id,
        kind=kind,
        payload=json.loads(payload),
        created=datetime.fromisoformat(created),
        not_before=datetime.fromisoformat(not_before),
        state=OutboxState(state),
        attempts=attempts,
        reason=reason,
    )


def _row(item: OutboxItem) -> tuple[object, ...]:
    created, not_before = item.created.astimezone(UTC).isoformat(), item.not_before.astimezone(UTC).isoformat()
    return (item.key, item.account_id, item.event_id, item.kind, json.dumps(item.payload), created, not_before,
            item.state, item.attempts, item.reason)  # fmt: skip
