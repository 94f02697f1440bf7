"""Answers to invitations that the calendar may not have yet: the agenda shows them at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from carlendar.domain.event import Response
from carlendar.store.records import UNSETTLED, OutboxItem, OutboxState

if TYPE_CHECKING:
    from datetime import datetime

    from carlendar.store.records import Snapshot

RESPONSES = {"accept": Response.ACCEPTED, "tentative": Response.TENTATIVE, "decline": Response.DECLINED}
"""The response of each kind of outbox item."""


def pending_answers(snapshot: Snapshot) -> dict[tuple[str, str], tuple[int, Response]]:
    """By account and event (or series): the answer that the calendar may not know yet, and its place in order."""
    found: dict[tuple[str, str], tuple[int, Response]] = {}
    fetched = _fetched(snapshot)
    for number, item in enumerate(snapshot.outbox):
        known = item.state is OutboxState.SENT and _is_known(item, fetched.get(item.account_id))
        if item.kind in RESPONSES and item.state in (*UNSETTLED, OutboxState.SENT) and not known:
            found[item.account_id, item.event_id] = (number, RESPONSES[item.kind])
    return found


def _is_known(item: OutboxItem, fetched: datetime | None) -> bool:
    """Whether the calendar was fetched after the answer was due: what it says now is the truth."""
    return fetched is not None and fetched > item.not_before


def _fetched(snapshot: Snapshot) -> dict[str, datetime]:
    """When the calendars of each account were last fetched, the oldest of them."""
    found: dict[str, datetime] = {}
    for source in snapshot.sources:
        if source.as_of is not None:
            found[source.account_id] = min(source.as_of, found.get(source.account_id, source.as_of))
    return found
