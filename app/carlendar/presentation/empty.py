"""What a screen says where there is nothing to list: why, what comes next, and what to do about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from carlendar.domain.account import AccountState
from carlendar.domain.agenda import AgendaEntry, takes_place
from carlendar.domain.base import Value
from carlendar.presentation.intents import ShowProfiles, StartSignIn
from carlendar.presentation.states import Action, Line, Tone
from carlendar.presentation.time_text import as_of, moment

if TYPE_CHECKING:
    from carlendar.presentation.view_context import ViewContext

AHEAD = 14
"""Days ahead that are synchronised."""


class EmptyMessage(Value, frozen=True):
    """A title, what stands under it, and what can be done now, if anything."""

    title: str
    lines: tuple[Line, ...] = ()
    action: Action | None = None


def without_calendar(view: ViewContext) -> EmptyMessage | None:
    """What to do while no driver is chosen or none is signed in; None otherwise."""
    say = view.words.say
    profile = view.snapshot.profile
    if profile is None and view.snapshot.profiles:
        choose = Action(ShowProfiles(), (say("Choose driver"),), "account-switch")
        lines = () if view.parked else (Line((say("Choose when parked"),), "parking"),)
        return EmptyMessage(say("Who is driving?"), lines, choose if view.parked else None)
    if view.accounts:
        return None
    if not view.parked:
        return EmptyMessage(say("Not signed in"), (Line((say("Sign in when parked"),), "parking"),))
    guest: tuple[Line, ...] = ()
    if profile is not None and profile.is_guest:
        guest = (Line((say("Guest: removing the guest deletes everything"), say("Guest")), "incognito"),)
    return EmptyMessage(say("Sign in to see your meetings"), guest, Action(StartSignIn(), (say("Sign in"),), "login"))


def access(view: ViewContext) -> EmptyMessage | None:
    """What to do about an account that cannot be read: ask for it if it is blocked, else sign in again."""
    account = view.sign_in_needed
    if account is None:
        return None
    say = view.words.say
    if account.state is AccountState.BLOCKED:
        return EmptyMessage(say("Access blocked"), (Line((say("Ask your administrator"),), "shield-account"),))
    if not view.parked:
        return EmptyMessage(say("Sign-in needed"), (Line((say("Sign in when parked"),), "parking"),))
    again = Action(StartSignIn(account.id), (say("Sign in again"), say("Sign in")), "login")
    return EmptyMessage(say("Sign-in needed"), (), again)


def nothing_listed(view: ViewContext, *, today_only: bool) -> EmptyMessage:
    """What an empty list says: that there is nothing or nothing known, and what comes next with its day."""
    say = view.words.say
    unavailable = without_calendar(view)
    if unavailable is not None:
        return unavailable
    held = access(view)
    lines, action = (held.lines, held.action) if held is not None else ((), None)
    if not view.fresh and view.as_of is None:
        title = held.title if held is not None else say("Not loaded yet")
        return EmptyMessage(title, lines, action)
    following = first_ahead(view)
    if following is not None:
        lines = (next_line(view, following), *lines)
    if view.fresh:
        return EmptyMessage(say("No more meetings today") if today_only else say("No meetings"), lines, action)
    age = Line((say("last updated {time}", time=as_of(view)),), tone=Tone.WARN)
    return EmptyMessage(say("No known meetings"), (*lines, age), action)


def first_ahead(view: ViewContext) -> AgendaEntry | None:
    """The first meeting after now that is known, however far away."""
    ahead = (e for e in view.agenda.entries if not e.all_day and takes_place(e.event) and view.at(e)[0] > view.now)
    return min(ahead, key=lambda entry: view.at(entry)[0], default=None)


def next_line(view: ViewContext, entry: AgendaEntry) -> Line:
    """When the next meeting is, with its day."""
    return Line((view.words.say("Next: {time}", time=moment(view, view.at(entry)[0])),))
