"""Remembers which meetings were joined, by which line, for the list of those joined last."""

from __future__ import annotations

from typing import TYPE_CHECKING

from carlendar.domain.call import CallPhase, same_number
from carlendar.presentation.view_context import data_call, ours
from carlendar.store.records import JoinedLine

if TYPE_CHECKING:
    from carlendar.presentation.intent_context import IntentContext
    from carlendar.presentation.view_context import MeetingCall
    from carlendar.store.records import StoredEvent


def remember(context: IntentContext) -> None:
    """Store that our call has been in its meeting, once for each call. A call to a person is no meeting."""
    session, call = context.session, context.session.meeting_call
    line = _line(context)
    if call is None or line is None or session.remembered == (call.key, line, call.since):
        return
    entry = session.agenda.moved_entry(call.key)
    if entry is None:
        return
    stored = session.agenda.of(entry)
    if _to_organizer(call, stored):
        return
    session.remembered = (call.key, line, call.since)
    context.ports.memory.joined(entry.key, stored.account.id, line.value, context.now())


def _line(context: IntentContext) -> JoinedLine | None:
    """The line by which our call has been in its meeting; None before that."""
    session = context.session
    online = data_call(session.data_line, session.meeting_call)
    if online is not None:
        return JoinedLine.DATA if online.up and online.joined is not None else None
    found = ours(session.phone.calls, session.meeting_call)
    return JoinedLine.PHONE if found is not None and found.phase is CallPhase.ACTIVE else None


def _to_organizer(call: MeetingCall, stored: StoredEvent) -> bool:
    details = stored.join_details
    if call.online or details is None or not details.organizer_number:
        return False
    meeting = any(same_number(call.number, each.number) for each in details.dial_ins)
    return not meeting and same_number(call.number, details.organizer_number)
