"""Actions that several screens offer for a meeting."""

from __future__ import annotations

from typing import TYPE_CHECKING

from carlendar.domain.agenda import Entry, joinable
from carlendar.domain.call import CallPhase
from carlendar.i18n.catalogue import mark
from carlendar.i18n.countries import country
from carlendar.meetings.plan import JoinAction, Step
from carlendar.presentation.disclosure import may_show_details
from carlendar.presentation.event.place_text import place
from carlendar.presentation.intents import Intent
from carlendar.presentation.now.proximity import arrived
from carlendar.presentation.states import Action, Look, ScreenName

if TYPE_CHECKING:
    from carlendar.presentation.view_context import ViewContext

CODE_BYTES = 997
"""Bytes of a link that is offered as a QR code: version 25 at level M (ISO/IEC 18004, table 7), whose 117 modules a
telephone still reads off this display."""


JOIN, REJOIN, TRY_AGAIN = mark("Join"), mark("Rejoin"), mark("Try again")
"""What the button says: at first, after the call was connected, after it was not."""


def join(scene: ViewContext, entry: Entry, label: str = JOIN) -> Action | None:
    """Join, or the way back into the meeting's call; None while joining is not possible."""
    if scene.talk is not None and scene.talk.key == entry.key and (back := to_call(scene)):
        return back
    if not scene.can_join(entry):
        return None
    step = scene.plan(scene.book.of(entry)).first
    icon = "phone" if step.action is JoinAction.CALL else "video"
    return Action(Intent.JOIN, _join_labels(scene, step, label), icon, Look.GO, entry.key, sends=True)


def _join_labels(scene: ViewContext, step: Step, label: str) -> tuple[str, ...]:
    """What the button says: that another call is put on hold, and the country of a number abroad."""
    say = scene.words.say
    busy = any(call.phase is CallPhase.ACTIVE for call in scene.phone.calls)
    labels: tuple[str, ...] = (say(label),)
    if busy and step.action is JoinAction.CALL:
        labels = (say("Hold and join"), say("Hold, join"), say("Hold"))
    if not step.country:
        return labels
    name = country(scene.words.language, step.country)
    return tuple(f"{label} · {where}" for where in (name, step.country) for label in labels)


def to_call(scene: ViewContext) -> Action | None:
    """The way back to the call that Carlendar placed; None where there is none."""
    if scene.our_call is None:
        return None
    labels = (scene.words.say("Back to the call"), scene.words.say("Call"))
    return Action(Intent.CALL, labels, "phone-in-talk")


def way_in(scene: ViewContext, entry: Entry) -> Action | None:
    """Join; else, parked, the link for another device; else a call to the organiser. None where it is not the time."""
    if offered := join(scene, entry):
        return offered
    if not joinable(entry, scene.now):
        return None
    return hand_over(scene, entry) or call_organizer(scene, entry)


def organizer_step(scene: ViewContext, entry: Entry) -> Step | None:
    """The organiser's own number where that can be called instead of the meeting, without a question."""
    steps = scene.plan(scene.book.of(entry)).instead
    return next((step for step in steps if step.organizer and not step.confirm), None)


def call_organizer(scene: ViewContext, entry: Entry) -> Action | None:
    """A call to the organiser instead of the meeting; None where no number is known."""
    step = organizer_step(scene, entry)
    if step is None or not may_show_details(scene, scene.book.of(entry)):
        return None
    labels = (scene.words.say("Call the organiser"), scene.words.say("Call organiser"))
    return Action(Intent.CALL_ORGANIZER, labels, "phone", argument=entry.key, sends=True)


def navigate(scene: ViewContext, entry: Entry, *, named: bool) -> Action | None:
    """The place as destination, by its name where `named`; None without coordinates, and where the car is there."""
    stored = scene.book.of(entry)
    where = stored.event.place
    if where is None or not where.navigable or not scene.navigation or not may_show_details(scene, stored):
        return None
    if arrived(scene, where):
        return None
    short = scene.words.say("Navigate")
    name = place(scene, stored)
    labels = (scene.words.say("To {place}", place=name), short) if named and name else (short,)
    return Action(Intent.NAVIGATE, labels, "navigation-variant", argument=entry.key)


def hand_over(scene: ViewContext, entry: Entry) -> Action | None:
    """The link as a QR code for a phone; parked only, where a link is known."""
    stored = scene.book.of(entry)
    if not scene.parked or not may_show_details(scene, stored) or stored.way_in is None or not stored.way_in.url:
        return None
    if len(stored.way_in.url.encode("utf-8", "replace")) > CODE_BYTES:
        return None
    say = scene.words.say
    labels = (say("Show QR code"), say("QR code"))
    return Action(Intent.HAND_OVER, labels, "qrcode", argument=entry.key)


def to_agenda(scene: ViewContext) -> Action:
    """The way to Agenda."""
    return Action(Intent.AGENDA, (scene.words.say("Agenda"),), "calendar")


def to_drive(scene: ViewContext) -> Action:
    """The way home."""
    return Action(Intent.HOME, (scene.words.say("Now"),), "home")


def rail(scene: ViewContext, screen: ScreenName) -> tuple[Action, ...]:
    """The column of the parked screens; empty while restricted and where a task has its own way out."""
    if not scene.parked or screen in (ScreenName.SIGN_IN, ScreenName.NOTICE):
        return ()
    say = scene.words.say
    in_agenda = screen in (ScreenName.AGENDA, ScreenName.EVENT)
    in_settings = screen in (ScreenName.SETTINGS, ScreenName.PROFILES)
    return (
        Action(Intent.HOME, (say("Now"),), "home", selected=screen is ScreenName.DRIVE),
        Action(Intent.AGENDA, (say("Agenda"),), "calendar", selected=in_agenda),
        Action(Intent.SETTINGS, (say("Settings"),), "cog", selected=in_settings),
    )
