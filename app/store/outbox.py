"""What the person did and is still to be sent: kept in `user.db`, so that it survives a power cut."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

from app.store.database import Database
from app.store.records import OutboxItem, OutboxState

COLUMNS = "key, account_id, event_id, kind, payload, created, not_before, state, attempts, reason"

SETTLED_KEPT = timedelta(days=1)
"""How long an item that was sent, withdrawn or given up can still be seen."""

ANSWERS = ("accept", "tentative", "decline")
"""Kinds of which the latest for an event replaces those still waiting."""


class Outbox:
    """The items. An item is claimed before it is sent, and can be withdrawn only until then."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, item: OutboxItem) -> None:
        """Add an item; one of the same key is left as it is, an earlier answer to the event withdrawn."""
        with self._database.transaction() as connection:
            if item.kind in ANSWERS:
                connection.execute(
                    f"UPDATE outbox SET state = ? WHERE account_id = ? AND event_id = ? AND state = ? AND key != ?"  # noqa: S608 - constants
                    f" AND kind IN {ANSWERS}",
                    (OutboxState.WITHDRAWN, item.account_id, item.event_id, OutboxState.WAITING, item.key),
                )
            connection.execute(
                f"INSERT OR IGNORE INTO outbox ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608 - constants
                _row(item),
            )

    def withdraw(self, key: str) -> bool:
        """Take an item back; False when it is already on its way."""
        return bool(self._move(key, OutboxState.WAITING, OutboxState.WITHDRAWN))

    def items(self) -> tuple[OutboxItem, ...]:
        """All items, the oldest first."""
        rows = self._database.rows(f"SELECT {COLUMNS} FROM outbox ORDER BY created, rowid")  # noqa: S608 - constants
        return tuple(item_of(row) for row in rows)

    def claim(self, key: str) -> bool:
        """Take an item for sending and count the attempt; False when it is no longer waiting."""
        return bool(
            self._database.change(
                "UPDATE outbox SET state = ?, attempts = attempts + 1 WHERE key = ? AND state = ?",
                (OutboxState.SENDING, key, OutboxState.WAITING),
            )
        )

    def settle(self, key: str, state: OutboxState, reason: str = "") -> None:
        """Say what became of a claimed item."""
        self._database.change(
            "UPDATE outbox SET state = ?, reason = ? WHERE key = ? AND state = ?",
            (state, reason, key, OutboxState.SENDING),
        )

    def recover(self) -> int:
        """Put items that were being sent when the process ended back in the queue; returns how many."""
        return self._database.change(
            "UPDATE outbox SET state = ? WHERE state = ?", (OutboxState.WAITING, OutboxState.SENDING)
        )

    def forget_settled(self, now: datetime) -> None:
        """Drop what was settled and is older than `SETTLED_KEPT`."""
        open_states = (OutboxState.WAITING, OutboxState.SENDING)
        for item in self.items():
            if item.state not in open_states and item.created < now - SETTLED_KEPT:
                self._database.change("DELETE FROM outbox WHERE key = ?", (item.key,))

    def _move(self, key: str, before: OutboxState, after: OutboxState) -> int:
        return self._database.change("UPDATE outbox SET state = ? WHERE key = ? AND state = ?", (after, key, before))


def item_of(row: tuple[str, str, str, str, str, str, str, str, int, str]) -> OutboxItem:
    """A row of `COLUMNS` as a value."""
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
