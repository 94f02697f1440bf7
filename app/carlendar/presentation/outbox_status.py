"""What a person did that is on its way, sent, or given up: said where it was done, and taken back until it goes.

Read from the outbox as stored, so that it is there after a restart as it was before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from carlendar.domain.event import Response
from carlendar.presentation.intents import Intent
from carlendar.presentation.reason_text import unsent
from carlendar.presentation.states import Action, Line, Tone
from carlendar.store.records import UNSETTLED, OutboxItem, OutboxState

if TYPE_CHECKING:
    from datetime import datetime

    from carlendar.domain.agenda import Entry
    from carlendar.domain.event import Event
    from carlendar.presentation.view_context import ViewContext
    from carlendar.store.records import Snapshot

ANSWERS = {"accept": Response.ACCEPTED, "tentative": Response.TENTATIVE, "decline": Response.DECLINED}
LATE = frozenset({"late"})
QUIET = frozenset({"dismiss", "snooze"})
"""Kinds that hold in this car whatever becomes of them elsewhere: their failure is told when parked."""
TOLD_FOR_HOURS = 1
"""A failure older than this is told when parked."""


def latest(scene: ViewContext, event: Event, kinds: frozenset[str]) -> OutboxItem | None:
    """What the person did last to the meeting, or to its series, of those kinds; None where that was taken back."""
    own = {event.id, event.series_id} - {""}
    account = scene.book.account_of(event)
    found = [item for item in scene.snapshot.outbox if item.kind in kinds and item.event_id in own]
    found = [item for item in found if item.account_id == account and item.state is not OutboxState.WITHDRAWN]
    return found[-1] if found else None


def take_back(scene: ViewContext, event: Event, kinds: frozenset[str]) -> Action | None:
    """Undo, for what waits; None while the word on it offers that already."""
    item = latest(scene, event, kinds)
    if item is None or item.state is not OutboxState.WAITING or scene.undoing or item.key in scene.taking_back:
        return None
    return Action(Intent.UNDO, (scene.words.say("Undo"),), "undo", argument=item.key)


def late_line(scene: ViewContext, entry: Entry) -> Line | None:
    """Whether the others know by now that the person comes late; None while a word says so, or nothing was said."""
    item = latest(scene, entry.event, LATE)
    if item is None or (item.state is OutboxState.WAITING and item.key == scene.undoing):
        return None
    say, minutes = scene.words.say, item.payload.get("minutes", "")
    if item.state in UNSETTLED:
        return Line(
            (say("“{minutes} min late” is not sent yet", minutes=minutes), say("Not sent yet")), "clock-alert-outline"
        )
    if item.state is OutboxState.SENT:
        return Line((say("Sent: {minutes} min late", minutes=minutes), say("Sent")), "check")
    return None


def answer_line(scene: ViewContext, entry: Entry) -> Line | None:
    """That the answer shown has not left the car yet."""
    item = latest(scene, entry.event, frozenset(ANSWERS))
    if item is None or item.state not in UNSETTLED or item.key == scene.undoing:
        return None
    say = scene.words.say
    return Line((say("Your answer is not sent yet"), say("Not sent yet")), "clock-alert-outline")


def failure(scene: ViewContext) -> tuple[Line, Action] | None:
    """What was given up, with its reason, until the person has seen it; the oldest first, one at a time."""
    say = scene.words.say
    for item in scene.snapshot.outbox:
        if item.state is not OutboxState.GIVEN_UP or item.key in scene.acknowledged:
            continue
        old = (scene.now - item.created).total_seconds() > TOLD_FOR_HOURS * 3600
        if scene.restrictions.restricted and (item.kind in QUIET or old):
            continue
        text, short = _what(scene, item)
        why = unsent(scene.words, item.reason) if item.reason != "unsure" else ""
        variants = (f"{text}: {why}", f"{short}: {why}", short) if why else (text, short)
        return Line(variants, "alert", Tone.WARN), Action(Intent.ACKNOWLEDGE, (say("OK"),), "check", argument=item.key)
    return None


def _what(scene: ViewContext, item: OutboxItem) -> tuple[str, str]:
    """What was not sent, and shorter; where nobody knows, perhaps."""
    say, unsure = scene.words.say, item.reason == "unsure"
    if item.kind == "late":
        text = say("“I’m late” may not have been sent") if unsure else say("“I’m late” was not sent")
    elif item.kind in QUIET:
        text = say("Reminder still active on other devices")
    else:
        text = say("Your answer may not have been sent") if unsure else say("Your answer was not sent")
    return text, say("May not have been sent") if unsure else say("Not sent")


def answers(snapshot: Snapshot) -> dict[tuple[str, str], tuple[int, Response]]:
    """By account and event (or series): the answer that the calendar may not know yet, and its place in order."""
    found: dict[tuple[str, str], tuple[int, Response]] = {}
    fetched = _fetched(snapshot)
    for number, item in enumerate(snapshot.outbox):
        known = item.state is OutboxState.SENT and _is_known(item, fetched.get(item.account_id))
        if item.kind in ANSWERS and item.state in (*UNSETTLED, OutboxState.SENT) and not known:
            found[item.account_id, item.event_id] = (number, ANSWERS[item.kind])
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
