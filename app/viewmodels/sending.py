"""Touches that leave the car: running late, answers to invitations; and answers to reminders."""

from __future__ import annotations

from datetime import UTC, timedelta
from typing import TYPE_CHECKING

from app.domain.ports import ResponseKind
from app.domain.reminders import answered_until
from app.store.records import OutboxItem, OutboxState
from app.viewmodels import lateness
from app.viewmodels.intents import Intent
from app.viewmodels.reasons import unsent
from app.viewmodels.states import Action, Tone

if TYPE_CHECKING:
    from app.viewmodels.desk import Desk

UNDO = timedelta(seconds=20)
"""How long what is sent can be taken back."""
TOLD_FOR = timedelta(hours=1)
"""A failure older than this is not told any more."""


def late(desk: Desk, argument: str) -> None:
    """Put a running-late message into the outbox; it can be taken back for 20 seconds."""
    minutes, _, key = argument.partition("|")
    entry, scene = desk.entry(key), desk.scene()
    if entry is None or minutes not in {str(choice) for choice in lateness.CHOICES}:
        return
    if not lateness.offered(scene, entry):
        return
    stored = scene.book.of(entry)
    item = _put(desk, stored.account.id, entry.event.id, "late", {"minutes": minutes})
    desk.session.late.add(entry.event.id)
    desk.session.turn()
    words, told = scene.words, lateness.told_to(stored)
    if entry.event.is_organizer:
        text = words.say_number(
            "{n} person will be told: {minutes} min late",
            "{n} people will be told: {minutes} min late",
            told,
            minutes=minutes,
        )
    else:
        text = words.say("The organizer will be told: {minutes} min late", minutes=minutes)
    undo = Action(Intent.UNDO, (words.say("Undo"),), "undo", argument=item.key)
    desk.toast(text, "clock-alert-outline", action=undo, stays=UNDO.total_seconds())


def undo(desk: Desk, key: str) -> None:
    """Take back what has not been sent."""
    toast = desk.session.toast
    if toast is None or toast.action is None or toast.action.argument != key:
        return
    desk.ports.memory.withdraw(key)
    desk.session.late.clear()
    desk.toast(desk.words().say("Taken back"), "undo")


def respond(desk: Desk, argument: str) -> None:
    """Answer an invitation; the answer shows at once."""
    kind, _, key = argument.partition("|")
    entry = desk.entry(key)
    if entry is None or desk.session.restrictions.restricted or kind not in set(ResponseKind):
        return
    item = _put(desk, desk.session.book.of(entry).account.id, entry.event.id, kind, {})
    desk.session.turn()
    words = desk.words()
    take_back = Action(Intent.UNDO, (words.say("Undo"),), "undo", argument=item.key)
    desk.toast(words.say("The answer is sent"), "calendar-check", action=take_back, stays=UNDO.total_seconds())


def remind_later(desk: Desk, keys: str) -> None:
    """Put the reminder off to the start; at or after the start, for good."""
    scene = desk.scene()
    for key in keys.splitlines():
        entry = desk.entry(key)
        if entry is None:
            continue
        start = entry.event.moments(UTC).start
        until = start if scene.now < start else answered_until(entry.event)
        desk.session.snoozed[key] = until
        desk.ports.memory.snooze(key, scene.book.of(entry).account.id, until, scene.now)


def skip(desk: Desk, keys: str) -> None:
    """Neither remind of these occurrences again nor show them on Drive."""
    now = desk.now()
    for key in keys.splitlines():
        entry = desk.entry(key)
        if entry is not None:
            desk.session.dismissed.add(key)
            desk.ports.memory.dismiss(key, desk.session.book.of(entry).account.id, now)


def settle(desk: Desk) -> None:
    """After a new snapshot: forget what it bears by now, and say of what was given up that it was not sent."""
    session = desk.session
    session.dismissed -= session.snapshot.dismissed
    for key, until in session.snapshot.snoozed:
        if session.snoozed.get(key) == until:
            del session.snoozed[key]
    session.late -= {item.event_id for item in session.snapshot.outbox if item.kind == "late"}
    for item in session.snapshot.outbox:
        if item.state is not OutboxState.GIVEN_UP or item.key in session.given_up:
            continue
        session.given_up.add(item.key)
        session.late.discard(item.event_id)
        if desk.now() - item.created < TOLD_FOR:
            say = desk.words().say
            text = say("“I’m late” was not sent") if item.kind == "late" else say("The answer was not sent")
            why = unsent(desk.words(), item.reason)
            desk.toast(f"{text}: {why}" if why else text, "alert", Tone.WARN)


def _put(desk: Desk, account_id: str, event_id: str, kind: str, payload: dict[str, str]) -> OutboxItem:
    now = desk.ports.wall.now()
    item = OutboxItem(desk.ports.new_key(), account_id, event_id, kind, payload, now, now + UNDO)
    desk.ports.memory.put(item)
    return item
