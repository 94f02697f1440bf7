"""Touches that leave the car: running late, answers to invitations; and answers to reminders."""

from __future__ import annotations

from datetime import UTC, timedelta
from typing import TYPE_CHECKING

from carlendar.domain.ports import ResponseKind
from carlendar.domain.reminders import answered_until
from carlendar.presentation.intents import Intent
from carlendar.presentation.now import running_late
from carlendar.presentation.states import Action, Tone
from carlendar.presentation.view_context import Panel
from carlendar.store.records import UNSETTLED, OutboxItem, OutboxState

if TYPE_CHECKING:
    from datetime import datetime

    from carlendar.domain.agenda import Entry
    from carlendar.presentation.intent_context import IntentContext
    from carlendar.presentation.view_context import ViewContext
    from carlendar.store.records import Snapshot, StoredEvent

UNDO = timedelta(seconds=20)
"""How long what is sent can be taken back."""
SERIES = " series"
"""After the kind of an answer: it is meant for the whole series."""
PANELS = {"accept": Panel.SERIES_ACCEPT, "tentative": Panel.SERIES_TENTATIVE, "decline": Panel.SERIES_DECLINE}


def late(desk: IntentContext, argument: str) -> None:
    """Put a running-late message into the outbox; it can be taken back for 20 seconds."""
    minutes, _, key = argument.partition("|")
    entry, scene = desk.entry(key), desk.scene()
    if entry is None or minutes not in {str(choice) for choice in running_late.CHOICES}:
        return
    if not running_late.offered(scene, entry):
        return
    stored = scene.book.of(entry)
    start = entry.event.moments(UTC).start.astimezone(UTC).isoformat()
    item = _put(desk, stored.account.id, entry.event.id, "late", {"minutes": minutes, "start": start})
    desk.session.late.add(entry.event.id)
    desk.session.turn()
    words, told = scene.words, running_late.told_to(stored)
    if entry.event.is_organizer:
        text = words.say_number(
            "Sending to {n} person: {minutes} min late",
            "Sending to {n} people: {minutes} min late",
            told,
            minutes=minutes,
        )
    else:
        text = words.say("Sending: {minutes} min late", minutes=minutes)
    undo = Action(Intent.UNDO, (words.say("Undo"),), "undo", argument=item.key)
    desk.toast(text, "clock-alert-outline", action=undo, stays=UNDO.total_seconds())


def undo(desk: IntentContext, key: str) -> None:
    """Take back what has not been sent; whether that was in time is said once the store knows."""
    session, toast = desk.session, desk.session.toast
    offered = toast is not None and toast.action is not None and toast.action.argument == key
    waits = any(item.key == key and item.state is OutboxState.WAITING for item in session.snapshot.outbox)
    if not (offered or waits) or key in session.taking_back:
        return
    session.taking_back.add(key)
    if offered:
        session.toast = None
    desk.ports.memory.withdraw(key)


def ask_series(desk: IntentContext, argument: str) -> None:
    """Ask whether an answer is for the one occurrence or for its series; only while parked."""
    kind, _, key = argument.partition("|")
    if kind in PANELS and not desk.session.restrictions.restricted:
        desk.session.panel, desk.session.panel_subject = PANELS[kind], key


def respond(desk: IntentContext, argument: str) -> None:
    """Answer an invitation; the answer shows at once. A series is answered only while parked."""
    chosen, _, key = argument.partition("|")
    kind, series = chosen.removesuffix(SERIES), chosen.endswith(SERIES)
    entry, restrictions = desk.entry(key), desk.session.restrictions
    if entry is None or kind not in set(ResponseKind) or (restrictions.restricted and (series or restrictions.moving)):
        return
    stored, event = desk.session.book.of(entry), entry.event
    if not running_late.may_answer(stored) or (series and not event.series_id):
        return
    payload = {"series": event.series_id} if event.series_id else {}
    item = _put(desk, stored.account.id, event.series_id if series else event.id, kind, payload)
    desk.session.turn()
    words = desk.words()
    take_back = Action(Intent.UNDO, (words.say("Undo"),), "undo", argument=item.key)
    text = words.say("Sending your answer for the series") if series else words.say("Sending your answer")
    desk.toast(text, "calendar-check", action=take_back, stays=UNDO.total_seconds())


def remind_later(desk: IntentContext, keys: str) -> None:
    """Put the reminder off to the start; at or after the start, for good. In this car at once, elsewhere by Graph.

    Those that wait behind it are put off alike, but in this car alone: nobody has to clear away at the wheel what
    piled up, and nothing that was not seen is answered elsewhere.
    """
    scene = desk.scene()
    for key in keys.splitlines():
        entry = desk.entry(key)
        if entry is None:
            continue
        stored, until = scene.book.of(entry), _put_off(desk, scene, entry)
        if scene.now < entry.event.moments(UTC).start:
            _elsewhere(desk, stored, "snooze", {"until": until.astimezone(UTC).isoformat()})
        else:
            _elsewhere(desk, stored, "dismiss", {})
    _put_off_earlier(desk, scene, keys)


def _put_off_earlier(desk: IntentContext, scene: ViewContext, keys: str) -> None:
    if scene.reminder is not None and keys == "\n".join(scene.reminder.keys):
        for entry in scene.reminder.earlier:
            _put_off(desk, scene, entry)


def _put_off(desk: IntentContext, scene: ViewContext, entry: Entry) -> datetime:
    """Let its reminder sleep until the start, after that for good; returns until when."""
    start = entry.event.moments(UTC).start
    until = start if scene.now < start else answered_until(entry.event)
    desk.session.snoozed[entry.key] = until
    desk.ports.memory.snooze(entry.key, scene.book.of(entry).account.id, until, scene.now)
    return until


def skip(desk: IntentContext, keys: str) -> None:
    """Neither remind of these occurrences again nor show them on Drive; what piled up behind them is put off."""
    now = desk.now()
    _put_off_earlier(desk, desk.scene(), keys)
    for key in keys.splitlines():
        entry = desk.entry(key)
        if entry is not None:
            stored = desk.session.book.of(entry)
            _elsewhere(desk, stored, "dismiss", {})
            desk.session.dismissed.add(key)
            desk.ports.memory.dismiss(key, stored.account.id, now)


def acknowledge(desk: IntentContext, key: str) -> None:
    """The person has seen that something was not sent."""
    desk.session.acknowledged.add(key)
    desk.ports.memory.acknowledge(key)


def news_seen(desk: IntentContext, argument: str) -> None:
    """The person was told that a meeting was moved or cancelled."""
    account_id, _, event_id = argument.partition("|")
    desk.session.acknowledged.add(argument)
    desk.ports.memory.news_told(account_id, event_id)


def settle(desk: IntentContext) -> bool:
    """After a new snapshot: forget what it bears by now. True when it answers a touch: taken back in time or not."""
    session = desk.session
    session.dismissed -= session.snapshot.dismissed
    for key, until in session.snapshot.snoozed:
        if session.snoozed.get(key) == until:
            del session.snoozed[key]
    session.late -= {item.event_id for item in session.snapshot.outbox if item.kind == "late"}
    untold = {f"{news.account_id}|{news.event_id}" for news in session.snapshot.news}
    given_up = {item.key for item in session.snapshot.outbox if item.state is OutboxState.GIVEN_UP}
    session.acknowledged &= untold | given_up
    toast = session.toast
    if toast is not None and toast.action is not None and toast.action.argument in _gone(session.snapshot):
        session.toast = None  # its Undo would do nothing any more
    return _told_taken_back(desk)


def _gone(snapshot: Snapshot) -> frozenset[str]:
    """Keys of what can no longer be taken back."""
    return frozenset(item.key for item in snapshot.outbox if item.state is not OutboxState.WAITING)


def _told_taken_back(desk: IntentContext) -> bool:
    session, words, told = desk.session, desk.words(), False
    for item in session.snapshot.outbox:
        if item.key not in session.taking_back or item.state is OutboxState.WAITING:
            continue
        session.taking_back.discard(item.key)
        told = True
        if item.state is OutboxState.WITHDRAWN:
            desk.toast(words.say("Undone"), "undo")
        elif item.state in UNSETTLED or item.state is OutboxState.SENT:
            desk.toast(words.say("Too late: already sent"), "alert", Tone.WARN)
    return told


def _elsewhere(desk: IntentContext, stored: StoredEvent, kind: str, payload: dict[str, str]) -> None:
    """What was done to a reminder, for the person's other devices; a feed's reminders are this car's alone."""
    if running_late.may_answer(stored) and stored.event.reminder_minutes is not None:
        _put(desk, stored.account.id, stored.event.id, kind, payload, UNDO * 0)


def _put(
    desk: IntentContext, account_id: str, event_id: str, kind: str, payload: dict[str, str], undo: timedelta = UNDO
) -> OutboxItem:
    now = desk.ports.wall.now()
    item = OutboxItem(desk.ports.new_key(), account_id, event_id, kind, payload, now, now + undo)
    desk.ports.memory.put(item)
    return item
