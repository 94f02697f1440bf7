"""Navigating to a meeting's place: the touch, and its outcome."""

from __future__ import annotations

from typing import TYPE_CHECKING

from carlendar.domain.place import position
from carlendar.domain.travel import Destination, NavigationOutcome, NavigationPhase
from carlendar.i18n.catalogue import mark
from carlendar.ipc.messages import FOUND, Navigated
from carlendar.presentation.disclosure import cleaned
from carlendar.presentation.intents import Navigate
from carlendar.presentation.states import Action, Tone

if TYPE_CHECKING:
    from carlendar.domain.place import Place, Position
    from carlendar.ipc.messages import NavigationStatus
    from carlendar.presentation.intent_context import IntentContext
    from carlendar.presentation.intents import StopNavigating

QUESTION_SECONDS = 20.0
"""Elapsed seconds for which replacing the driver's own destination is offered; without an answer it stays."""

CHANGE_SECONDS = 20.0
"""Elapsed seconds for which a change of the navigation is displayed."""

DONE = {
    NavigationOutcome.SET.value: mark("Destination set"),
    NavigationOutcome.CHANGED.value: mark("Destination changed"),
    NavigationOutcome.GUIDING_THERE.value: mark("Already navigating there"),
    NavigationOutcome.THERE.value: mark("You are almost there"),
    "cleared": mark("Navigation ended"),
    "not_ours": mark("This destination is not from your calendar"),
}
"""What is displayed of outcomes that are as wanted."""
NOT_DONE = {
    "refused": mark("This car does not accept destinations"),
    "incomplete": mark("Destination may be incomplete"),
    "perhaps": mark("No answer, check the destination"),
    "unknown": mark("The address was not found"),
    "lost": mark("Navigation is restarting, try again soon"),
    "none": mark("There is no navigation in this car"),
    "failed": mark("The destination could not be set"),
    "not_here": mark("End it in the car’s navigation"),
    "not_cleared": mark("Navigation could not be ended"),
}
"""What is displayed of failures."""
FINAL = frozenset({"refused", "incomplete", "none"})
"""Failures after which nothing is offered any more in this drive."""


def navigate(context: IntentContext, intent: Navigate) -> None:
    """Set the meeting's place as the destination; the outcome is reported by `navigated`."""
    entry = context.entry(intent.key)
    where = entry.event.place if entry else None
    if where is None:
        return
    ports, target, here = context.ports, destination(where), context.session.vehicle.here
    if target is not None and target.near(here):
        navigated(context, Navigated(intent.key, NavigationOutcome.THERE.value))
        return
    if ports.navigation.available() and target is not None:
        ports.navigation.navigate(intent.key, target, replace=intent.replace)
    elif context.session.travel.phase.available or ports.navigation.available():
        context.send("navigate", key=intent.key, replace=str(int(intent.replace)))


def destination(where: Place, found: Position | None = None) -> Destination | None:
    """Return the whole place as a destination, at the position that was `found`; None without coordinates."""
    at = where.position or found
    if at is None:
        return None
    lines = tuple(line for part in where.address.split(",") if (line := cleaned(part)))
    return Destination(at, cleaned(where.name), lines)


def _set_found(context: IntentContext, message: Navigated) -> None:
    """Set the destination of an address that the service has found."""
    entry = context.entry(message.key)
    where = entry.event.place if entry else None
    target = None if where is None else destination(where, position(message.latitude, message.longitude))
    if target is not None:
        context.ports.navigation.navigate(message.key, target, replace=False)


def navigated(context: IntentContext, message: Navigated) -> None:
    """Display what came of setting a destination; one of the driver's own is only replaced after a question."""
    say, outcome = context.words().say, message.outcome
    if outcome == FOUND:
        _set_found(context, message)
        return
    if outcome == NavigationOutcome.ASK.value:
        again = Action(Navigate(message.key, replace=True), (say("Replace"),), "navigation-variant")
        text = say("Another destination is set")
        context.toast(text, "navigation-variant", action=again, stays=QUESTION_SECONDS)
    elif outcome in DONE:
        context.toast(say(DONE[outcome]), "navigation-variant")
    else:
        context.session.takes_destinations = context.session.takes_destinations and outcome not in FINAL
        context.toast(say(NOT_DONE.get(outcome, NOT_DONE["failed"])), "alert", Tone.WARN)


def status_changed(context: IntentContext, message: NavigationStatus) -> bool:
    """Take the navigation's state. Whether it is displayed: that guidance was lost, and that the program is back."""
    session, before = context.session.travel, context.session.travel.phase
    session.status = message
    now, say = session.phase, context.words().say
    if before is NavigationPhase.GUIDING and now is NavigationPhase.LOST:
        session.guidance_lost = True
        context.toast(say("Navigation has stopped"), "alert", Tone.WARN, stays=CHANGE_SECONDS)
        return True
    if not session.guidance_lost or not now.available:
        return False
    session.guidance_lost = False
    context.toast(say("Navigation is available again"), "navigation-variant", stays=CHANGE_SECONDS)
    return True


def stop(context: IntentContext, _intent: StopNavigating) -> None:
    """End guidance to a destination that Carlendar has set."""
    if context.session.travel.status.ours:
        context.send("navigation_clear")
