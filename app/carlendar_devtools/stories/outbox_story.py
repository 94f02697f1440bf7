"""States of messages that the driver sent, for situations."""

from __future__ import annotations

from datetime import timedelta

from msgspec.structs import replace

from carlendar.store.records import OutboxItem, OutboxState, Snapshot
from carlendar_devtools.stories.scenario_rig import RigSession
from carlendar_devtools.stories.story_situation import SETTLED, Act, found

NEXT = "Product review"
"""The next meeting of the scenario `commute`."""


def outbox(kind: str, state: OutboxState, title: str = NEXT, reason: str = "") -> Act:
    """Put a message about that meeting, sent a minute ago, into that state."""

    def act(session: RigSession) -> None:
        created = session.clock.now() - timedelta(minutes=1)

        def edit(snapshot: Snapshot) -> Snapshot:
            stored = found(snapshot, title)
            item = OutboxItem(
                "item", stored.account.id, stored.event.id, kind, {"minutes": "10"}, created, created, state, 0, reason
            )
            return replace(snapshot, outbox=(item,))

        session.amend(edit)
        session.pass_time(SETTLED)

    return act


def settled(state: OutboxState) -> Act:
    """Put all messages into that state."""

    def edit(snapshot: Snapshot) -> Snapshot:
        return replace(snapshot, outbox=tuple(replace(item, state=state) for item in snapshot.outbox))

    return lambda session: session.amend(edit)
