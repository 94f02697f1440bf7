"""Touches that have to do with getting into a meeting: call, link, place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from carlendar.domain.agenda import joinable
from carlendar.domain.reminders import answered_until
from carlendar.errors import CarlendarError, IncompleteError, RefusedError, ServiceError
from carlendar.meetings.plan import JoinAction, Plan, Step
from carlendar.presentation.access_policy import ScreenAddress
from carlendar.presentation.actions import organizer_step
from carlendar.presentation.call.call_intents import dial
from carlendar.presentation.disclosure import title
from carlendar.presentation.states import ScreenName, Tone
from carlendar.presentation.view_context import MeetingCall, Panel
from carlendar.store.records import AGREED

if TYPE_CHECKING:
    from carlendar.presentation.intent_context import IntentContext


def join(desk: IntentContext, key: str, *, confirmed: bool = False) -> None:
    """Get into the meeting by the plan's first step, with no page between but the plan's own question (parked).

    `confirmed` is the answer to that question and nothing without it: driving off takes it back.
    """
    entry = desk.entry(key)
    scene, session = desk.scene(), desk.session
    asked = session.panel is Panel.CONFIRM and session.panel_subject == key
    if entry is None or not scene.can_join(entry) or (confirmed and not asked):
        return
    stored = scene.book.of(entry)
    step = scene.plan(stored, confirmed=confirmed).first
    if step.confirm and not confirmed:
        session.panel, session.panel_subject = Panel.CONFIRM, key
        return
    if confirmed and step.action is JoinAction.CALL:
        _agree(desk, step.number)
    desk.session.turn()
    if step.action is JoinAction.CALL:
        spare, quiet = _spare(scene.plan(stored), step.number), desk.options.join_muted
        talk = MeetingCall(key, title(scene, stored), step.number, step.tones, spare=spare, quiet=quiet)
        dial(desk, talk)
    else:
        _open(desk, step)
    until = answered_until(entry.event)
    desk.session.snoozed[key] = until
    desk.ports.memory.snooze(key, stored.account.id, until, scene.now)


def call_organizer(desk: IntentContext, key: str) -> None:
    """Call the organiser's own number: a person answers, so nothing is typed and nothing is muted."""
    entry, scene = desk.entry(key), desk.scene()
    step = organizer_step(scene, entry) if entry is not None and joinable(entry, scene.now) else None
    if entry is not None and step is not None:
        dial(desk, MeetingCall(key, title(scene, scene.book.of(entry)), step.number, ""))


def _spare(plan: Plan, number: str) -> tuple[str, str] | None:
    """The first number of the plan beside `number` that may be called without a question, with its tones."""
    calls = (step for step in (plan.first, *plan.also) if step.action is JoinAction.CALL and not step.confirm)
    return next(((step.number, step.tones) for step in calls if step.number != number), None)


def _agree(desk: IntentContext, number: str) -> None:
    """Remember for this profile that this number may be called: it is asked about once."""
    profile = desk.session.snapshot.profile
    if profile is not None:
        key = f"{AGREED}{profile.id}:{number}"
        desk.session.preferences[key] = "1"
        desk.ports.memory.prefer(key, "1")


def _open(desk: IntentContext, step: Step) -> None:
    try:
        desk.ports.links.open(step.url)
    except CarlendarError:
        desk.toast(desk.words().say("The browser could not be opened"), "alert", Tone.WARN)


def navigate(desk: IntentContext, key: str) -> None:
    """Send the meeting's place to the navigation system; what the car refuses is not offered again in this drive."""
    entry = desk.entry(key)
    where = entry.event.place if entry else None
    if where is None or where.latitude is None or where.longitude is None:
        return
    say = desk.words().say
    try:
        desk.ports.navigation.navigate(where.latitude, where.longitude)
    except CarlendarError as error:
        desk.session.takes_destinations = not isinstance(error, (RefusedError, IncompleteError))
        if isinstance(error, RefusedError):
            text = say("This car does not accept destinations")
        elif isinstance(error, ServiceError) and error.perhaps:
            text = say("Destination may be incomplete")
        else:
            text = say("The destination could not be set")
        desk.toast(text, "alert", Tone.WARN)
    else:
        desk.toast(say("Destination set"), "navigation-variant")


def hand_over(desk: IntentContext, key: str) -> None:
    """Show the link as a QR code on the event's page."""
    session = desk.session
    if session.restrictions.restricted or desk.entry(key) is None:
        return
    session.turn()
    session.trail.go(ScreenAddress(ScreenName.EVENT, key), session.restrictions)
    session.panel = Panel.HAND_OVER
