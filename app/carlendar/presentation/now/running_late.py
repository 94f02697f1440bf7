"""The "running late" message: when it is offered, and who receives it."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING

from carlendar.domain.account import PERSONAL_TENANT, PRESENCE_SCOPE, Account, AccountState, AppRole, Permission
from carlendar.domain.agenda import SOON, AgendaEntry, takes_place
from carlendar.domain.recipients import recipients
from carlendar.presentation import outbox_status
from carlendar.presentation.disclosure import cleaned, may_show_details
from carlendar.presentation.intents import ChooseLateness, CloseQuestion, SendLate
from carlendar.presentation.states import Action
from carlendar.presentation.view_context import Panel, ViewContext
from carlendar.text.shorten import shorten

if TYPE_CHECKING:
    from carlendar.domain.travel import Arrival
    from carlendar.store.records import StoredEvent

CHOICES = (5, 10, 15)
"""Minutes that are offered when parked."""
ONE_TAP = 10
"""Minutes that one tap reports while driving."""
LONGEST_NAME = 20
"""Graphemes of a name on the button."""
SCOPE = "mail.send"
ANSWER_SCOPE = "calendars.readwrite"


def may_answer(stored: StoredEvent) -> bool:
    """Whether the account may write to the calendar: answer, and change reminders."""
    well = stored.account.state is AccountState.SIGNED_IN
    return well and stored.calendar.can_edit and stored.account.grants(ANSWER_SCOPE)


def recipient_count(stored: StoredEvent) -> int:
    """How many people would receive the message: the organiser, or all others where the person is the organiser."""
    return len(recipients(stored.event, stored.account.address))


def lacking(view: ViewContext, account: Account) -> frozenset[str]:
    """The permissions beyond reading that the account could be asked for; empty while it is not signed in."""
    options = view.options
    if account.state is not AccountState.SIGNED_IN or account.is_feed or not options.more_permissions:
        return frozenset()
    useful = {SCOPE, ANSWER_SCOPE} if options.late_allowed else {ANSWER_SCOPE}
    return frozenset(scope for scope in useful & options.more_scopes if not account.grants(scope))


SCOPE_OF = {Permission.PRESENCE: PRESENCE_SCOPE, Permission.CALLS: "Teams.ManageCalls"}
"""The scope by which a permission is granted."""


def missing_permissions(view: ViewContext, account: Account) -> frozenset[Permission]:
    """The permissions that the account could be given in the Settings. Personal accounts have no Teams of this kind."""
    if account.state is not AccountState.SIGNED_IN or account.is_feed or account.tenant == PERSONAL_TENANT:
        return frozenset()
    offered = view.options.optional_permissions & SCOPE_OF.keys()
    return frozenset(each for each in offered if not account.grants(SCOPE_OF[each]))


def offered(view: ViewContext, entry: AgendaEntry) -> bool:
    """Whether the button is shown: the permission is granted, there are recipients, and the time has come."""
    stored = view.agenda.of(entry)
    if not view.options.late_allowed or not stored.account.grants(SCOPE) or not recipient_count(stored):
        return False
    if AppRole.NO_LATE_MESSAGES in stored.account.roles:
        return False
    if stored.account.state is not AccountState.SIGNED_IN or not takes_place(entry.event) or entry.all_day:
        return False
    moments = entry.event.moments(UTC)
    timely = moments.start - SOON <= view.now < moments.end
    return timely and may_show_details(view, stored) and entry.event.id not in view.late_sent


def action(view: ViewContext, entry: AgendaEntry) -> Action | None:
    """The button: one tap while driving, a choice of minutes when parked; Undo for what waits. None without either.

    Where the arrival is known and after the start, it names the arrival, in one tap.
    """
    if back := outbox_status.undo_action(view, entry.event, outbox_status.LATE):
        return back
    if not offered(view, entry):
        return None
    say = view.words.say
    if view.panel is Panel.LATENESS:
        return Action(CloseQuestion(), (say("Cancel"),), "close")
    if (arrives := _late_arrival(view, entry)) is not None and arrives.minutes is not None:
        intent = SendLate(entry.key, arrives.minutes, arrives.at)
        labels = _arrival_labels(view, entry, view.formats.time(arrives.at.astimezone(view.zone)))
        return Action(intent, labels, "clock-alert-outline", sends=True)
    labels = (say("I’m late"), view.words.say_in("message", "Late"))
    if view.parked:
        return Action(ChooseLateness(entry.key), labels, "clock-alert-outline")
    return Action(SendLate(entry.key, ONE_TAP), labels, "clock-alert-outline", sends=True)


def _late_arrival(view: ViewContext, entry: AgendaEntry) -> Arrival | None:
    if entry.key not in view.road.times:
        return None
    from carlendar.presentation.travel.facts import late_arrival

    return late_arrival(view, entry)


def _arrival_labels(view: ViewContext, entry: AgendaEntry, time: str) -> tuple[str, ...]:
    """`Tell Ben: 13:09`: the recipient, where it is one person, and the arrival."""
    say, stored = view.words.say, view.agenda.of(entry)
    short = say("Late: {time}", time=time)
    to = recipients(stored.event, stored.account.address)
    if len(to) > 1:
        return (say("Tell everyone: {time}", time=time), short)
    people = (*stored.event.attendees, *((stored.event.organizer,) if stored.event.organizer else ()))
    name = next((called(person.name) for person in people if person.address in to and called(person.name)), "")
    return (say("Tell {name}: {time}", name=name, time=time) if name else say("Tell them: {time}", time=time), short)


def called(name: str) -> str:
    """Return the given name of `Ben Okafor`, `Okafor, Ben` and `Dr. Ben Okafor`; all of a name without blanks."""
    whole = cleaned(name)
    given = whole.partition(",")[2].split() or whole.split()
    words = [word for word in given if not word.endswith(".")] or given
    return shorten(words[0], LONGEST_NAME, LONGEST_NAME) if words and "@" not in words[0] else ""


def choices(view: ViewContext, entry: AgendaEntry) -> tuple[Action, ...]:
    """5, 10 and 15 minutes."""
    return tuple(
        Action(
            SendLate(entry.key, minutes),
            (
                view.words.say_number("{n} minute", "{n} minutes", minutes),
                view.words.say_number("{n} min", "{n} min", minutes),
            ),
            "clock-alert-outline",
            sends=True,
        )
        for minutes in CHOICES
    )
