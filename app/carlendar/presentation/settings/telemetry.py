"""The driver's consent to telemetry: the question that is asked once when parked, and the choices in the Settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from carlendar.domain import consent
from carlendar.domain.account import AppRole
from carlendar.i18n.catalogue import mark
from carlendar.presentation.access_policy import ScreenAddress
from carlendar.presentation.intents import ChooseConsent
from carlendar.presentation.settings import road
from carlendar.presentation.states import Action, Choice, NoticeState, ScreenName, Switch
from carlendar.presentation.view_context import Panel

if TYPE_CHECKING:
    from carlendar.domain.account import Profile
    from carlendar.presentation.intent_context import IntentContext
    from carlendar.presentation.view_context import ViewContext

NAMES = {
    "diagnostics": mark("Diagnostics"), "usage": mark("Usage"), "mobility": mark("Mobility"),
    "settings": mark("Settings in other cars"),
}  # fmt: skip
PURPOSES = {
    "diagnostics": mark("Diagnostics: whether the calendar is up to date, start times and faults."),
    "usage": mark("Usage: joining meetings, reminders, and screens while driving."),
    "mobility": mark("Mobility: trips with time of day, rounded distance, range and coarse region."),
    "settings": mark("Settings: language, colours and reminders follow you to other cars; only you can read them."),
}
"""What the driver consents to. A change of one needs a higher version in `carlendar.domain.consent`."""
ICONS = {"diagnostics": "wrench", "usage": "chart-bar", "mobility": "map-marker-distance", "settings": "cog"}


def choices(view: ViewContext) -> tuple[Choice, ...]:
    """Each topic with its switch, under a heading; nothing in a car without a fleet, and for guests."""
    profile = _driver(view)
    if profile is None:
        return ()
    heading = Choice("telemetry", view.words.say("Data for the carmaker"), header=True)
    topics = [each for each in consent.PURPOSES if each != consent.SETTINGS or each in view.options.telemetry]
    return (heading, *(_choice(view, profile, topic) for topic in topics))


def stored(view: ViewContext) -> Choice:
    """Counts of what is stored for this driver."""
    words, held = view.words, view.snapshot
    parts = (
        words.say_number("{n} meeting", "{n} meetings", len(held.events)),
        words.say_number("{n} account", "{n} accounts", len(view.accounts)),
        words.say_number("{n} driver", "{n} drivers", len(held.profiles)),
    )
    return Choice("stored", words.say("Stored in this car"), " · ".join(parts), "database")


def question(view: ViewContext) -> NoticeState | None:
    """What is asked once; None if there is nothing to choose."""
    topics = _open(view)
    if not topics:
        return None
    say = view.words.say
    return NoticeState(
        title=say("Share data with the carmaker?"),
        icon="share-variant",
        paragraphs=(
            *(say(PURPOSES[topic]) for topic in topics),
            say("Only counts and times, under a random identifier: no titles, names, numbers or exact places."),
            say("You can change this at any time in Settings."),
        ),
        actions=(
            Action(ChooseConsent(topics, given=True), (say("Allow"),), "shield-check"),
            Action(ChooseConsent(topics, given=False), (say("Don’t allow"), say("No")), "shield-off-outline"),
            Action(ChooseConsent(topics, given=False, in_settings=True), (say("Choose"),), "cog"),
        ),
    )


def is_due(context: IntentContext) -> bool:
    """Whether to ask now: not answered yet, parked, at home, and nothing else is going on."""
    session = context.session
    if not context.base.telemetry or session.restrictions.restricted or session.restrictions.passenger:
        return False
    busy = session.panel is not Panel.NONE or session.sign_in is not None or session.back_stack.suspended is not None
    in_call = bool(session.phone.calls) or session.meeting_online
    if busy or session.back_stack.here.screen is not ScreenName.DRIVE or in_call:
        return False
    view = context.view()
    return view.reminder is None and bool(view.accounts) and bool(_open(view))


def choose(context: IntentContext, intent: ChooseConsent) -> None:
    """Store the driver's choice about these topics; the service is notified once it is written. Parked only."""
    session = context.session
    view = context.view()
    if session.restrictions.restricted:
        return
    for topic in intent.topics:
        profile = road.driver(view) if topic == consent.MAPS else _driver(view)
        if profile is not None and topic in (*consent.PURPOSES, consent.MAPS):
            key, value = consent.key(profile.id, topic), consent.value(topic, given=intent.given)
            session.preferences[key] = value
            context.ports.memory.prefer(key, value)
    if session.panel is Panel.CONSENT:
        session.close_question()
    if intent.in_settings and session.back_stack.go(ScreenAddress(ScreenName.SETTINGS), session.restrictions):
        session.turn()


def _driver(view: ViewContext) -> Profile | None:
    """The driver who may be asked; None for guests, and in a car without a fleet."""
    profile = view.snapshot.profile
    return profile if profile is not None and not profile.is_guest and view.options.telemetry else None


def _open(view: ViewContext) -> tuple[str, ...]:
    """The topics that can be allowed and that the driver has not decided about."""
    profile = _driver(view)
    if profile is None or _forbidden_by_organisation(view):
        return ()
    preferences = {**dict(view.snapshot.preferences), **view.chosen}
    undecided = (each for each in view.options.telemetry if consent.chosen(preferences, profile.id, each) is None)
    return tuple(undecided)


def _forbidden_by_organisation(view: ViewContext) -> bool:
    return any(AppRole.NO_TELEMETRY in account.roles for account in view.accounts)


def _choice(view: ViewContext, profile: Profile, topic: str) -> Choice:
    say = view.words.say
    name, text = say(NAMES[topic]), say(PURPOSES[topic]).partition(": ")[2]
    if topic not in view.options.telemetry:
        why = say("set by your administrator")
    elif _forbidden_by_organisation(view):
        why = say("set by your organisation")
    else:
        given = consent.chosen({**dict(view.snapshot.preferences), **view.chosen}, profile.id, topic) is True
        change = Action(ChooseConsent((topic,), given=not given), (name,))
        switch = Switch(given, say("On") if given else say("Off"))
        return Choice(f"telemetry/{topic}", name, text, ICONS[topic], open=change, switch=switch)
    return Choice(f"telemetry/{topic}", name, " · ".join((say("Not allowed"), why)), "shield-account")
