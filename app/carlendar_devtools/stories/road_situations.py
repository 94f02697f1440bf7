"""Situations on the way to a meeting: arrival, when to leave, and the message to the organiser."""

from __future__ import annotations

from msgspec.structs import replace

from carlendar.domain.agenda import AgendaEntry
from carlendar.domain.event import Person
from carlendar.domain.place import Place, Position
from carlendar.ipc.messages import NavigationStatus, Travel, TravelLeg
from carlendar.presentation.intents import OpenEvent
from carlendar.presentation.states import Action
from carlendar.presentation.vehicle_context import VehicleContext
from carlendar.store.records import OutboxState, StoredEvent
from carlendar_devtools.stories.outbox_story import settled
from carlendar_devtools.stories.scenario_rig import RigSession
from carlendar_devtools.stories.story_situation import (
    MOVING,
    PARKED,
    Act,
    StorySituation,
    after_reminders,
    amends,
    chain,
    drives,
    events,
    found,
    settings_of,
    touches,
)

FAR = Position(53.62, 10.12)
"""Where the car is: some way from every place of the scenario `commute`."""
LUNCH = "Lunch with Ben"
HARBOUR = Place("Hafenstraße 12", latitude=53.5461, longitude=9.9665)
WORKS = Place("Contoso Turbine Works Quellhaven", latitude=53.5461, longitude=9.9665)
PRIYA = Person("Priya Raman", "priya@contoso.example")


def travels(minutes: float, *, live: bool = True, metres: float = 18_000, range_metres: float | None = None) -> Act:
    """Let the next place be so many minutes of driving away."""

    def act(session: RigSession) -> None:
        session.presenter.vehicle(VehicleContext(here=FAR, range_metres=range_metres))
        session.presenter.tick()
        legs = tuple(TravelLeg(key, minutes * 60, metres, live, "routing") for key in session.data.reached[:1])
        session.presenter.service_said(Travel(legs))
        session.pass_time(15)

    return act


def guides(session: RigSession) -> None:
    """Let the navigation guide to the lunch."""
    session.presenter.service_said(NavigationStatus("guiding", _lunch(session), ours=True))
    session.pass_time(15)


def _loses_guidance(session: RigSession) -> None:
    guides(session)
    session.presenter.service_said(NavigationStatus("lost"))
    session.pass_time(15)


def _navigates_again(session: RigSession) -> None:
    _loses_guidance(session)
    session.presenter.service_said(NavigationStatus("ready"))
    session.pass_time(15)


def no_navigation(session: RigSession) -> None:
    """Let the car be one without a navigation."""
    session.navigation.there = False


def _lunch(session: RigSession) -> str:
    return AgendaEntry(found(session.read(), LUNCH).event).key


def _opens_lunch(session: RigSession) -> None:
    session.touch("agenda")
    session.presenter.act(Action(OpenEvent(_lunch(session)), ("",)))


def _invited(**fields: object) -> Act:
    """Let the lunch be another's, or have other people."""

    def edit(stored: StoredEvent) -> StoredEvent:
        return replace(stored, event=replace(stored.event, **fields))

    return amends(events(edit, LUNCH))


def placed() -> Act:
    """Let all meetings be at the harbour."""

    def edit(stored: StoredEvent) -> StoredEvent:
        return replace(stored, event=replace(stored.event, place=HARBOUR))

    return amends(events(edit))


def _ignition_off(session: RigSession) -> None:
    session.presenter.vehicle(VehicleContext(here=FAR, ignition_off=True))
    session.pass_time(1)


LATE = chain(after_reminders(), travels(40))
SENDING = chain(LATE, touches("late"), RigSession.written)
INVITED = _invited(is_organizer=False, organizer=PRIYA, response="accepted")
EVENING = chain(after_reminders(), placed())

ROAD = (
    StorySituation("drive-arrival-late", "12:29", act=LATE),
    StorySituation("drive-arrival-late-parked", "12:29", PARKED, LATE),
    StorySituation("drive-arrival-drives-off", "12:29", PARKED, chain(LATE, drives(MOVING)), like="drive-arrival-late"),
    StorySituation("drive-arrival-long-place", "12:29", act=chain(LATE, _invited(place=WORKS))),
    StorySituation("drive-arrival-all", "12:29", act=chain(LATE, _invited(attendees=(
                   PRIYA, Person("Ben Okafor", "ben@contoso.example"))))),
    StorySituation("drive-arrival-nameless", "12:29", act=chain(LATE, _invited(is_organizer=False, response="accepted",
                   organizer=Person("", "x@contoso.example"), attendees=()))),
    StorySituation("drive-arrival-sending", "12:29", PARKED, SENDING),
    StorySituation("drive-arrival-sending-organiser", "12:29", act=chain(INVITED, SENDING)),
    StorySituation("drive-arrival-waiting", "12:29", PARKED, chain(SENDING, lambda session: session.pass_time(21))),
    StorySituation("drive-arrival-sent", "12:29", act=chain(SENDING, settled(OutboxState.SENT),
                   lambda session: session.pass_time(21))),
    StorySituation("drive-arrival-on-time", "12:29", act=chain(after_reminders(), travels(31))),
    StorySituation("drive-arrival-early", "12:29", act=chain(after_reminders(), travels(12))),
    StorySituation("drive-arrival-about", "12:29", act=chain(after_reminders(), travels(40, live=False))),
    StorySituation("drive-arrival-guided", "12:29", act=chain(LATE, guides)),
    StorySituation("drive-guidance-lost", "12:29", act=chain(LATE, _loses_guidance), like="drive-arrival-guided"),
    StorySituation("drive-guidance-again", "12:29", act=chain(LATE, _navigates_again), like="drive-arrival-guided"),
    StorySituation("drive-arrival-charge", "12:29", act=chain(after_reminders(), travels(40, range_metres=20_000))),
    StorySituation("drive-arrival-free", "11:20", act=chain(after_reminders(), travels(81))),
    StorySituation("drive-arrival-reminder", "12:56", act=travels(13)),
    StorySituation("drive-leave", "12:20", PARKED, chain(after_reminders(), travels(17))),
    StorySituation("drive-leave-about", "12:20", PARKED, chain(after_reminders(), travels(17, live=False))),
    StorySituation("drive-leave-free", "11:20", PARKED, chain(after_reminders(), travels(17))),
    StorySituation("drive-leave-soon", "12:28", PARKED, chain(after_reminders(), travels(17))),
    StorySituation("drive-leave-soon-moving", "12:28", act=chain(after_reminders(), travels(17))),
    StorySituation("drive-leave-now", "12:39", PARKED, chain(after_reminders(), travels(17))),
    StorySituation("drive-leave-tomorrow", "17:40", PARKED, chain(EVENING, travels(33))),
    StorySituation("drive-leave-tomorrow-about", "17:40", PARKED, chain(EVENING, travels(33, live=False))),
    StorySituation("settings-leave-tomorrow", "17:40", PARKED, chain(EVENING, travels(33), touches("settings"),
                   _ignition_off)),
    StorySituation("settings-maps", "08:48", PARKED, touches("settings"), options=settings_of(online_maps=True)),
    StorySituation("agenda-leave-moving", "12:20", act=chain(after_reminders(), travels(17), touches("agenda"))),
    StorySituation("agenda-leave-parked", "12:20", PARKED, chain(after_reminders(), travels(17), touches("agenda"))),
    StorySituation("event-arrival", "12:29", PARKED, chain(LATE, _opens_lunch)),
    StorySituation("event-guided", "12:29", PARKED, chain(LATE, guides, _opens_lunch)),
    StorySituation("event-place", "12:29", PARKED, chain(after_reminders(), no_navigation, _opens_lunch)),
    StorySituation("event-place-code", "12:29", PARKED, chain(after_reminders(), no_navigation, _opens_lunch,
                   touches("hand_over_place"))),
)  # fmt: skip
