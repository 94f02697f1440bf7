"""Actions that several screens offer for a meeting."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from carlendar.domain.agenda import AgendaEntry, event_id_of, joinable, takes_place
from carlendar.domain.call import CallPhase
from carlendar.domain.travel import reachable_place
from carlendar.i18n.catalogue import mark
from carlendar.i18n.countries import country
from carlendar.meetings.plan import JoinAction, JoinStep
from carlendar.presentation.disclosure import may_show_details
from carlendar.presentation.intents import (
    CallOrganizer,
    GoHome,
    HandOver,
    HandOverPlace,
    Join,
    Navigate,
    ShowAgenda,
    ShowCall,
    ShowSettings,
    StopNavigating,
)
from carlendar.presentation.now.proximity import arrived
from carlendar.presentation.states import Action, Look, ScreenName

if TYPE_CHECKING:
    from carlendar.presentation.view_context import ViewContext

CODE_BYTES = 997
"""Bytes of a link that is offered as a QR code: version 25 at level M (ISO/IEC 18004, table 7), whose 117 modules a
telephone still reads off this display."""


DATA_ICON = "headset"
"""Of audio over the data connection."""
ICONS = {JoinAction.CALL: "phone", JoinAction.JOIN_ONLINE: DATA_ICON, JoinAction.OPEN: "video"}

JOIN, REJOIN, TRY_AGAIN = mark("Join"), mark("Rejoin"), mark("Try again")
"""Labels of the button: initially, after a connected call, after an unanswered one."""


def join(view: ViewContext, entry: AgendaEntry, label: str = JOIN) -> Action | None:
    """Join, or return to the meeting's call; None while joining is not possible."""
    ours = view.meeting_call is not None and event_id_of(view.meeting_call.key) == entry.event.id
    if ours and (back := to_call(view)):
        return back
    step = view.join_step(entry)
    if step is None:
        return None
    return Action(Join(entry.key, step), _join_labels(view, step, label), ICONS[step.action], Look.GO, sends=True)


def rejoin_online(view: ViewContext, entry: AgendaEntry, label: str) -> Action | None:
    """Join over data, also where the plan begins with another way; None where that is not possible."""
    step = view.other_line(entry, online=False)
    if step is None or not view.phone.idle:
        return None
    return Action(Join(entry.key, step), _join_labels(view, step, label), DATA_ICON, Look.GO, sends=True)


def _join_labels(view: ViewContext, step: JoinStep, label: str) -> tuple[str, ...]:
    """Return the labels, which mention that another call is put on hold, or the country of a foreign number."""
    say = view.words.say
    busy = any(call.phase is CallPhase.ACTIVE for call in view.phone.calls)
    labels = _with_line(view, step, label)
    if view.on_data is not None and step.action is not JoinAction.OPEN:
        labels = (say("Leave and join"), say("Leave, join"))
    elif busy and step.action is JoinAction.CALL:
        labels = (say("Hold and join"), say("Hold, join"), say("Hold"))
    return with_country(view, labels, step.country)


def with_country(view: ViewContext, labels: tuple[str, ...], code: str) -> tuple[str, ...]:
    """Return the labels of a call with the country of a number abroad, by its name and by its code; empty for none."""
    if not code:
        return labels
    names = dict.fromkeys((country(view.words.language, code), code))
    return tuple(f"{label} · {name}" for name in names for label in labels)


def organizer_labels(view: ViewContext, code: str) -> tuple[str, ...]:
    """Return the labels of a call to the organiser, whose number is in the country `code` if that is abroad."""
    return with_country(view, (view.words.say("Call the organiser"), view.words.say("Call organiser")), code)


def _with_line(view: ViewContext, step: JoinStep, label: str) -> tuple[str, ...]:
    """The label with the line it joins by, in a car that has two."""
    say, joins = view.words.say, view.words.say(label)
    if view.data_line is None or label != JOIN:
        return (joins,)
    if step.action is JoinAction.JOIN_ONLINE:
        return (say("Join on the data connection"), say("Join over data"), say("Join · data"), joins)
    if step.action is JoinAction.CALL:
        return (say("Join on the phone line"), say("Join by phone"), say("Join · phone"), joins)
    return (joins,)


def to_call(view: ViewContext) -> Action | None:
    """Return to the call that Carlendar placed; None if there is none."""
    if not view.in_call:
        return None
    labels = (view.words.say("Back to the call"), view.words.say("Call"))
    return Action(ShowCall(), labels, "phone-in-talk")


def join_details(view: ViewContext, entry: AgendaEntry) -> Action | None:
    """Join; else, when parked, the link for another device; else call the organiser. None outside the joining time."""
    if offered := join(view, entry):
        return offered
    if not joinable(entry, view.now):
        return None
    return hand_over(view, entry) or call_organizer(view, entry)


def organizer_step(view: ViewContext, entry: AgendaEntry) -> JoinStep | None:
    """The organiser's own number, if it can be called instead of the meeting without confirmation."""
    steps = view.plan(view.agenda.of(entry)).instead
    return next((step for step in steps if step.organizer and not step.confirm), None)


def call_organizer(view: ViewContext, entry: AgendaEntry) -> Action | None:
    """Call the organiser instead of the meeting; None if no number is known."""
    step = organizer_step(view, entry)
    if step is None or not may_show_details(view, view.agenda.of(entry)):
        return None
    return Action(CallOrganizer(entry.key, step), organizer_labels(view, step.country), "phone", sends=True)


def navigate(view: ViewContext, entry: AgendaEntry) -> Action | None:
    """Navigate to the place; None if the car is there, or guided there already."""
    stored = view.agenda.of(entry)
    where = stored.event.place
    if where is None or not view.navigation or not may_show_details(view, stored):
        return None
    if not where.navigable and not (view.road.finds_addresses and reachable_place(where)):
        return None
    if arrived(view, where) or view.road.guiding_to == entry.key:
        return None
    return Action(Navigate(entry.key), (view.words.say("Navigate"),), "navigation-variant")


def stop_navigating(view: ViewContext, entry: AgendaEntry) -> Action | None:
    """End the guidance to the place that Carlendar began; None otherwise."""
    if view.road.guiding_to != entry.key or not view.road.ours:
        return None
    return Action(StopNavigating(), (view.words.say("End navigation"), view.words.say("End")), "map-marker-off")


def way_there(view: ViewContext, entry: AgendaEntry) -> Action | None:
    """The place as destination, as the large action of a page."""
    found = navigate(view, entry)
    return found and replace(found, look=Look.ACCENT)


def hand_over(view: ViewContext, entry: AgendaEntry) -> Action | None:
    """Show the link as a QR code; only when parked and with a link."""
    stored = view.agenda.of(entry)
    if (
        not view.parked
        or not may_show_details(view, stored)
        or stored.join_details is None
        or not stored.join_details.url
    ):
        return None
    if len(stored.join_details.url.encode("utf-8", "replace")) > CODE_BYTES:
        return None
    say = view.words.say
    labels = (say("Show QR code"), say("QR code"))
    return Action(HandOver(entry.key), labels, "qrcode")


def continue_on_phone(view: ViewContext, key: str) -> Action | None:
    """Show the link of our call's meeting as a QR code; the call goes on. None unless parked, or without a link."""
    entry = view.agenda.moved_entry(key)
    if entry is None or hand_over(view, entry) is None:
        return None
    labels = (view.words.say("Continue on phone"), view.words.say_in("call", "On phone"))
    return Action(HandOver(entry.key), labels, "cellphone")


def hand_over_place(view: ViewContext, entry: AgendaEntry) -> Action | None:
    """Show the place as a QR code for a telephone: only when parked, and without a navigation that takes it."""
    where = view.agenda.of(entry).event.place
    if not view.parked or where is None or not may_show_details(view, view.agenda.of(entry)):
        return None
    from carlendar.domain.guidance import place_link  # parked only

    if arrived(view, where) or not place_link(where) or not takes_place(entry.event) or view.now >= view.at(entry)[1]:
        return None
    if view.road.guiding_to == entry.key or navigate(view, entry) is not None:
        return None
    say = view.words.say
    return Action(HandOverPlace(entry.key), (say("Place as QR code"), say("Place")), "qrcode")


def to_agenda(view: ViewContext) -> Action:
    """Open the Agenda."""
    return Action(ShowAgenda(), (view.words.say("Agenda"),), "calendar-month")


def to_drive(view: ViewContext) -> Action:
    """Open home."""
    return Action(GoHome(), (view.words.say("Now"),), "home")


def rail(view: ViewContext, screen: ScreenName) -> tuple[Action, ...]:
    """The navigation rail of the parked screens; empty while restricted and during tasks with their own exit."""
    if not view.parked or screen in (ScreenName.SIGN_IN, ScreenName.NOTICE):
        return ()
    say = view.words.say
    in_agenda = screen in (ScreenName.AGENDA, ScreenName.EVENT)
    in_settings = screen in (ScreenName.SETTINGS, ScreenName.PROFILES)
    return (
        Action(GoHome(), (say("Now"),), "home", selected=screen is ScreenName.DRIVE),
        Action(ShowAgenda(), (say("Agenda"),), "calendar-month", selected=in_agenda),
        Action(ShowSettings(), (say("Settings"),), "cog", selected=in_settings),
    )
