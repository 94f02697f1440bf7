"""Status of user actions in the outbox: waiting, sent or failed, with Undo while waiting.

Read from the stored outbox, so that it survives a restart.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from carlendar.domain.recipients import recipients
from carlendar.presentation.agenda.pending_answers import RESPONSES
from carlendar.presentation.intents import Acknowledge, Undo
from carlendar.presentation.states import Action, Line, Tone
from carlendar.store.records import UNSETTLED, OutboxItem, OutboxState

if TYPE_CHECKING:
    from collections.abc import Mapping

    from carlendar.domain.agenda import AgendaEntry
    from carlendar.domain.event import Event
    from carlendar.presentation.view_context import ViewContext
    from carlendar.store.records import StoredEvent

LATE = frozenset({"late"})
QUIET = frozenset({"dismiss", "snooze"})
"""Kinds that take effect in this car even if they fail elsewhere: their failure is shown when parked."""
REPORT_HOURS = 1
"""A failure older than this is shown when parked only."""


def latest(view: ViewContext, event: Event, kinds: frozenset[str]) -> OutboxItem | None:
    """Return the user's last action of those kinds on the meeting or its series; None if it was undone."""
    own = {event.id, event.series_id} - {""}
    account = view.agenda.account_of(event)
    found = [item for item in view.snapshot.outbox if item.kind in kinds and item.event_id in own]
    found = [item for item in found if item.account_id == account and item.state is not OutboxState.WITHDRAWN]
    return found[-1] if found else None


def undo_action(view: ViewContext, event: Event, kinds: frozenset[str]) -> Action | None:
    """Undo, for what waits; None once it was touched."""
    item = latest(view, event, kinds)
    if item is None or item.state is not OutboxState.WAITING or item.key in view.undoing_keys:
        return None
    return Action(Undo(item.key), (view.words.say("Undo"),), "undo")


def late_line(view: ViewContext, entry: AgendaEntry) -> Line | None:
    """Whether the others know by now that the person comes late; None where nothing was said."""
    item = latest(view, entry.event, LATE)
    if item is None:
        return None
    say, minutes, time = view.words.say, item.payload.get("minutes", ""), arrival_said(view, item.payload)
    if item.state is OutboxState.WAITING and item.key == view.undoing:
        text = sending(view, view.agenda.of(entry), item.payload)
        return Line((text, say("Sending")), "send-clock")
    if item.state in UNSETTLED:
        text = (
            say("“Arrival {time}” is not sent yet", time=time)
            if time
            else say("“{minutes} min late” is not sent yet", minutes=minutes)
        )
        return Line((text, say("Not sent yet")), "send-clock")
    if item.state is OutboxState.SENT:
        text = say("Sent: arrival {time}", time=time) if time else say("Sent: {minutes} min late", minutes=minutes)
        return Line((text, say("Sent")), "send-check")
    return None


def arrival_said(view: ViewContext, payload: Mapping[str, str]) -> str:
    """Return the arrival that a running-late message names; empty for one that names the minutes."""
    try:
        arrives = datetime.fromisoformat(payload.get("arrives", ""))
    except ValueError:
        return ""
    return view.formats.time(arrives.astimezone(view.zone)) if arrives.tzinfo is not None else ""


def sending(view: ViewContext, stored: StoredEvent, payload: Mapping[str, str]) -> str:
    """That a running-late message is about to be sent; to how many where the person is the organiser."""
    words, minutes, time = view.words, payload.get("minutes", ""), arrival_said(view, payload)
    number = len(recipients(stored.event, stored.account.address))
    if not stored.event.is_organizer:
        if time:
            return words.say("Sending: arrival {time}", time=time)
        return words.say("Sending: {minutes} min late", minutes=minutes)
    if time:
        return words.say_number(
            "Sending to {n} person: arrival {time}", "Sending to {n} people: arrival {time}", number, time=time
        )
    return words.say_number(
        "Sending to {n} person: {minutes} min late",
        "Sending to {n} people: {minutes} min late",
        number,
        minutes=minutes,
    )


def answer_line(view: ViewContext, entry: AgendaEntry) -> Line | None:
    """Return that the displayed answer has not been sent yet."""
    item = latest(view, entry.event, frozenset(RESPONSES))
    if item is None or item.state not in UNSETTLED or item.key == view.undoing:
        return None
    say = view.words.say
    return Line((say("Your answer is not sent yet"), say("Not sent yet")), "send-clock")


def failure(view: ViewContext) -> tuple[Line, Action] | None:
    """Return the oldest failure that the user has not seen, with its reason."""
    say = view.words.say
    for item in view.snapshot.outbox:
        if item.state is not OutboxState.GIVEN_UP or Acknowledge(item.key) in view.acknowledged:
            continue
        from carlendar.presentation.reasons import unsent  # failures are rare

        old = (view.now - item.created).total_seconds() > REPORT_HOURS * 3600
        if view.restrictions.restricted and (item.kind in QUIET or old):
            continue
        text, short = _what(view, item)
        why = unsent(view.words, item.reason) if item.reason != "unsure" else ""
        variants = (f"{text}: {why}", f"{short}: {why}", short) if why else (text, short)
        return Line(variants, "alert", Tone.WARN), Action(Acknowledge(item.key), (say("OK"),), "eye-check")
    return None


def _what(view: ViewContext, item: OutboxItem) -> tuple[str, str]:
    """Return what was not sent, or may not have been, and a shorter form."""
    say, unsure = view.words.say, item.reason == "unsure"
    if item.kind == "late":
        text = say("“I’m late” may not have been sent") if unsure else say("“I’m late” was not sent")
    elif item.kind in QUIET:
        text = say("Reminder still active on other devices")
    else:
        text = say("Your answer may not have been sent") if unsure else say("Your answer was not sent")
    return text, say("May not have been sent") if unsure else say("Not sent")
