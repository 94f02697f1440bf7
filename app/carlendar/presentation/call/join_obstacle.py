"""Texts why a meeting cannot be joined now; none if it can, or has nothing to join."""

from __future__ import annotations

from typing import TYPE_CHECKING

from carlendar.domain.agenda import AgendaEntry, in_join_time
from carlendar.domain.call import CallPhase
from carlendar.i18n.catalogue import mark
from carlendar.i18n.countries import country
from carlendar.meetings.plan import Doubt, JoinAction, Why
from carlendar.presentation.disclosure import may_show_details
from carlendar.presentation.service_names import short_name
from carlendar.presentation.states import Line, Tone

if TYPE_CHECKING:
    from carlendar.presentation.view_context import ViewContext

REASONS: dict[str, tuple[str, str, str]] = {
    Why.NO_PHONE: (mark("No phone connected"), mark("No phone"), "phone-off"),
    Why.NO_DIAL_IN: (mark("No dial-in number"), mark("No dial-in"), "phone-off"),
    Why.NO_DATA: (mark("No data connection"), mark("No data"), "cloud-off-outline"),
    Why.PHONE_BUSY: (mark("The phone is on another call"), mark("Phone is busy"), "phone-alert"),
    Why.RETIRED: (mark("Meeting service discontinued"), mark("Service ended"), "alert"),
    Why.CONFIRM_PARKED: (mark("Confirm the number when parked"), mark("Confirm when parked"), "phone-alert"),
}
"""Sentence, short form and icon for each reason of a plan that a person can do something about."""
BUSY = REASONS[Why.PHONE_BUSY]
EMERGENCY = (mark("Emergency call in progress"), mark("Emergency call"), "phone-alert")
"""Why no call can be placed although there is a phone."""


IN_TEAMS_CALL = (mark("Teams says you are in a call"), mark("In a Teams call"))
HOLDS = (mark("Your other call is put on hold"), mark("Holds your call"))
DOUBTS: dict[str, tuple[str, str]] = {
    Doubt.NOT_ACCEPTED: (mark("You have not accepted this invitation."), mark("Not accepted")),
    Doubt.NOT_OF_SERVICE: (mark("The number does not belong to the meeting’s service."), mark("Unknown number")),
}
"""Why a number is to be confirmed, and a short form."""
SHORTEST = {
    "Confirm when parked": mark("When parked"),
    "Unknown number": mark("Unknown"),
    "Service ended": mark("Ended"),
}
"""Where even a short form has no room."""


def join_note(view: ViewContext, entry: AgendaEntry) -> Line | None:
    """What to know before joining: Teams reports a call; it calls another country, holds a call, or asks first."""
    step = view.join_step(entry)
    if step is not None and view.in_teams_call(view.agenda.of(entry).account):
        return Line(_forms(view, *IN_TEAMS_CALL), "phone-alert", Tone.WARN)
    if step is None or step.action is not JoinAction.CALL or view.our_call is not None:
        return None
    say = view.words.say
    if step.doubt in DOUBTS:
        text, short = DOUBTS[step.doubt]
        return Line(_forms(view, text, short), "phone-alert", Tone.WARN)
    if step.country:
        name = country(view.words.language, step.country)
        long, short = (
            say("Calls a number in another country: {country}", country=name),
            say("Number abroad: {country}", country=name),
        )
        return Line((long, short, name), "phone-alert", Tone.WARN)
    if any(call.phase is CallPhase.ACTIVE for call in view.phone.calls):
        return Line((say(HOLDS[0]), say(HOLDS[1])), "phone-alert", Tone.WARN)
    return None


def short_forms(view: ViewContext, line: Line) -> tuple[str, ...]:
    """The short form of an obstacle's line, and the shortest where there is one."""
    shortest = {view.words.say(text) for text in SHORTEST.values()}
    return line.variants[-2:] if line.variants[-1] in shortest else line.variants[-1:]


def _forms(view: ViewContext, *texts: str) -> tuple[str, ...]:
    """The texts from long to short, in the language of the screen, with the shortest there is for the last."""
    shortest = SHORTEST.get(texts[-1])
    return tuple(view.words.say(text) for text in (*texts, shortest) if text)


def obstacle(view: ViewContext, entry: AgendaEntry) -> Line | None:
    """The reason from when joining would be offered; None where it is offered, or the meeting has none to join."""
    stored = view.agenda.of(entry)
    if not in_join_time(entry, view.now) or not may_show_details(view, stored):
        return None
    step = view.plan(stored).first
    why = step.why
    if (
        step.action is JoinAction.HAND_OVER
        and not view.can_call
        and stored.join_details
        and stored.join_details.dial_ins
    ):
        why = Why.NO_PHONE  # parked: the link can be opened on another device instead
    reason = REASONS.get(why)
    if why is Why.PHONE_BUSY or (why is Why.NO_PHONE and view.phone.connected):
        reason = EMERGENCY if view.emergency else BUSY
    if reason is None:
        return None
    text, short, icon = reason
    reasons = _forms(view, text, short)
    service = short_name(view, stored)
    # Every variant is a text: a warning is never conveyed by colour and icon alone.
    return Line((f"{service} · {reasons[0]}", *reasons) if service else reasons, icon, Tone.WARN)
