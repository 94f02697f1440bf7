"""Handlers of the intents that go to the outbox: running late, answers to invitations, reminders."""

from __future__ import annotations

from datetime import UTC, timedelta
from typing import TYPE_CHECKING

from carlendar.domain.ports import ResponseKind
from carlendar.domain.reminders import answered_until
from carlendar.presentation import outbox_status
from carlendar.presentation.intents import Acknowledge, NewsSeen, Undo
from carlendar.presentation.now import running_late
from carlendar.presentation.states import Action, Tone
from carlendar.presentation.travel.facts import late_arrival
from carlendar.presentation.view_context import Panel
from carlendar.store.records import UNSETTLED, OutboxItem, OutboxState

if TYPE_CHECKING:
    from datetime import datetime

    from carlendar.domain.agenda import AgendaEntry
    from carlendar.presentation.intent_context import IntentContext
    from carlendar.presentation.intents import AnswerSeries, Dismiss, Remind, Respond, SendLate
    from carlendar.presentation.view_context import ViewContext
    from carlendar.store.records import Snapshot, StoredEvent

UNDO = timedelta(seconds=20)
"""How long what is sent can be undone."""
PANELS = {
    ResponseKind.ACCEPT: Panel.SERIES_ACCEPT,
    ResponseKind.TENTATIVE: Panel.SERIES_TENTATIVE,
    ResponseKind.DECLINE: Panel.SERIES_DECLINE,
}
"""The question about the series that each answer leads to."""


def late(context: IntentContext, intent: SendLate) -> None:
    """Put a running-late message into the outbox; it can be undone for 20 seconds."""
    entry, view = context.entry(intent.key), context.view()
    if entry is None or not running_late.offered(view, entry) or not _still_late(view, entry, intent):
        return
    stored = view.agenda.of(entry)
    start = entry.event.moments(UTC).start.astimezone(UTC).isoformat()
    payload = {"minutes": str(intent.minutes), "start": start}
    if intent.arrives is not None:
        payload["arrives"] = intent.arrives.astimezone(UTC).isoformat()
    item = _put(context, stored.account.id, entry.event.id, "late", payload)
    context.session.late[entry.event.id] = item
    context.session.close_question()
    words, text = view.words, outbox_status.sending(view, stored, payload)
    undo = Action(Undo(item.key), (words.say("Undo"),), "undo")
    context.toast(text, "send-clock", action=undo, stays=UNDO.total_seconds())


def _still_late(view: ViewContext, entry: AgendaEntry, intent: SendLate) -> bool:
    """Whether the message of the touched frame is still correct: the one check before it is sent.

    A message that names the arrival is, while the same arrival is displayed.
    """
    if intent.arrives is None:
        return intent.minutes in running_late.CHOICES
    found = late_arrival(view, entry)
    return found is not None and (found.at, found.minutes) == (intent.arrives, intent.minutes)


def undo(context: IntentContext, intent: Undo) -> None:
    """Withdraw what has not been sent; whether that was in time is reported once the store knows."""
    session, toast, key = context.session, context.session.toast, intent.item
    offered = toast is not None and toast.action is not None and toast.action.intent == intent
    waits = any(item.key == key and item.state is OutboxState.WAITING for item in session.snapshot.outbox)
    if not (offered or waits) or key in session.undoing_keys:
        return
    session.undoing_keys.add(key)
    if offered:
        session.toast = None
    context.ports.memory.withdraw(key)


def ask_series(context: IntentContext, intent: AnswerSeries) -> None:
    """Ask whether an answer is for the one occurrence or for its series; only while parked."""
    if not context.session.restrictions.restricted:
        context.session.panel, context.session.panel_subject = PANELS[intent.response], intent.key


def respond(context: IntentContext, intent: Respond) -> None:
    """Answer an invitation; the answer shows at once. A series is answered only while parked."""
    entry, restrictions, series = context.entry(intent.key), context.session.restrictions, intent.series
    if entry is None or (restrictions.restricted and (series or restrictions.moving)):
        return
    stored, event = context.session.agenda.of(entry), entry.event
    if not running_late.may_answer(stored) or (series and not event.series_id):
        return
    payload = {"series": event.series_id} if event.series_id else {}
    item = _put(context, stored.account.id, event.series_id if series else event.id, intent.response, payload)
    context.session.close_question()
    words = context.words()
    undo_action = Action(Undo(item.key), (words.say("Undo"),), "undo")
    text = words.say("Sending your answer for the series") if series else words.say("Sending your answer")
    context.toast(text, "send-clock", action=undo_action, stays=UNDO.total_seconds())


def remind_later(context: IntentContext, intent: Remind) -> None:
    """Put the reminder off to the start; at or after the start, for good. In this car at once, elsewhere by Graph.

    Reminders that wait behind it are snoozed as well, but in this car only: the driver need not dismiss them one by
    one, and a reminder that was not seen stays active on other devices.
    """
    view = context.view()
    for key in intent.keys:
        entry = context.entry(key)
        if entry is None:
            continue
        stored, until = view.agenda.of(entry), _snooze(context, view, entry)
        if view.now < entry.event.moments(UTC).start:
            _elsewhere(context, stored, "snooze", {"until": until.astimezone(UTC).isoformat()})
        else:
            _elsewhere(context, stored, "dismiss", {})
    _snooze_earlier(context, view, intent.keys)


def _snooze_earlier(context: IntentContext, view: ViewContext, keys: tuple[str, ...]) -> None:
    if view.reminder is not None and keys == view.reminder.keys:
        for entry in view.reminder.earlier:
            _snooze(context, view, entry)


def _snooze(context: IntentContext, view: ViewContext, entry: AgendaEntry) -> datetime:
    """Let its reminder sleep until the start, after that for good; returns until when."""
    start = entry.event.moments(UTC).start
    until = start if view.now < start else answered_until(entry.event)
    context.session.snoozed[entry.key] = until
    context.ports.memory.snooze(entry.key, view.agenda.of(entry).account.id, until, view.now)
    return until


def dismiss(context: IntentContext, intent: Dismiss) -> None:
    """Neither remind of these occurrences again nor show them at home; reminders waiting behind them are snoozed."""
    now = context.now()
    _snooze_earlier(context, context.view(), intent.keys)
    for key in intent.keys:
        entry = context.entry(key)
        if entry is not None:
            stored = context.session.agenda.of(entry)
            _elsewhere(context, stored, "dismiss", {})
            context.session.dismissed.add(key)
            context.ports.memory.dismiss(key, stored.account.id, now)


def acknowledge(context: IntentContext, intent: Acknowledge) -> None:
    """Note that the person has seen that something was not sent."""
    context.session.acknowledged.add(intent)
    context.ports.memory.acknowledge(intent.item)


def news_seen(context: IntentContext, intent: NewsSeen) -> None:
    """Note that the person has seen that a meeting was moved or cancelled."""
    context.session.acknowledged.add(intent)
    context.ports.memory.acknowledge_change(intent.account_id, intent.event_id)


def settle(context: IntentContext) -> bool:
    """After a new snapshot: forget what it contains by now. True when it decides whether an Undo was in time."""
    session = context.session
    session.dismissed -= session.snapshot.dismissed
    for key, until in session.snapshot.snoozed:
        if session.snoozed.get(key) == until:
            del session.snoozed[key]
    stored = {item.key for item in session.snapshot.outbox}
    session.late = {event: item for event, item in session.late.items() if item.key not in stored}
    news = {NewsSeen(each.account_id, each.event_id) for each in session.snapshot.news}
    given_up = {Acknowledge(item.key) for item in session.snapshot.outbox if item.state is OutboxState.GIVEN_UP}
    session.acknowledged &= news | given_up
    offered = session.toast.action.intent if session.toast is not None and session.toast.action is not None else None
    if isinstance(offered, Undo) and offered.item in _gone(session.snapshot):
        session.toast = None  # its Undo would have no effect any more
    return _report_undone(context)


def _gone(snapshot: Snapshot) -> frozenset[str]:
    """Keys of what can no longer be taken back."""
    return frozenset(item.key for item in snapshot.outbox if item.state is not OutboxState.WAITING)


def _report_undone(context: IntentContext) -> bool:
    session, words, reported = context.session, context.words(), False
    for item in session.snapshot.outbox:
        if item.key not in session.undoing_keys or item.state is OutboxState.WAITING:
            continue
        session.undoing_keys.discard(item.key)
        reported = True
        if item.state is OutboxState.WITHDRAWN:
            context.toast(words.say("Undone"), "undo")
        elif item.state in UNSETTLED or item.state is OutboxState.SENT:
            context.toast(words.say("Too late: already sent"), "alert", Tone.WARN)
    return reported


def _elsewhere(context: IntentContext, stored: StoredEvent, kind: str, payload: dict[str, str]) -> None:
    """What was done to a reminder, for the person's other devices; a feed's reminders are this car's alone."""
    if running_late.may_answer(stored) and stored.event.reminder_minutes is not None:
        _put(context, stored.account.id, stored.event.id, kind, payload, UNDO * 0)


def _put(
    context: IntentContext, account_id: str, event_id: str, kind: str, payload: dict[str, str], undo: timedelta = UNDO
) -> OutboxItem:
    now = context.ports.wall.now()
    item = OutboxItem(context.ports.new_key(), account_id, event_id, kind, payload, now, now + undo)
    context.ports.memory.put(item)
    return item
