"""Texts to read when parked: the privacy notice, confirmations, and "Available when parked"."""

from __future__ import annotations

from carlendar.i18n.countries import country as country_name
from carlendar.meetings.plan import JoinAction
from carlendar.presentation.actions import ICONS, to_drive
from carlendar.presentation.call.join_obstacle import DOUBTS, IN_TEAMS_CALL
from carlendar.presentation.disclosure import cleaned, title_of
from carlendar.presentation.intents import (
    AcceptNotice,
    AllowMore,
    CloseQuestion,
    EraseAll,
    GoBack,
    JoinBesides,
    JoinConfirmed,
    NotNow,
    ResumeScreen,
    SignOut,
)
from carlendar.presentation.now.running_late import ANSWER_SCOPE, SCOPE, lacking
from carlendar.presentation.states import Action, Look, NoticeState
from carlendar.presentation.view_context import Panel, ViewContext
from carlendar.store.records import PERMISSION_ASKED


def privacy(view: ViewContext) -> NoticeState:
    """What is kept, where and how long; shown before the first sign-in of a profile."""
    say = view.words.say
    days = view.words.say_number("{n} day", "{n} days", view.options.days_kept)
    return NoticeState(
        title=say("Data stored in this car"),
        icon="shield-lock-outline",
        paragraphs=(
            say(
                "Your meetings of yesterday and the next 14 days, with places, people and join details,"
                " and which five you joined last."
            ),
            say("They are stored in this car only, with your picture. Your sign-in is stored encrypted in the car."),
            say("Past meetings are deleted after {days}, everything after 7 days without an update.", days=days),
            say("Signing out or “Erase all data” deletes everything at once."),
        ),
        actions=(
            Action(AcceptNotice(), (say("Continue"),), "chevron-right"),
            Action(GoBack(), (say("Cancel"),), "close"),
        ),
    )


def when_parked(view: ViewContext) -> NoticeState:
    """In place of what is forbidden now; once parked again, the way to go on with it."""
    say = view.words.say
    resume = Action(ResumeScreen(), (say("Continue"),), "chevron-right")
    return NoticeState(
        title=say("Available when parked"),
        icon="parking",
        actions=(resume, to_drive(view)) if view.parked else (to_drive(view),),
    )


def question(view: ViewContext) -> NoticeState | None:
    """The confirmation that a panel asks for, if it does; parked only."""
    if not view.parked:
        return None
    match view.panel:
        case Panel.CLEAR:
            return _clear(view)
        case Panel.SIGN_OUT:
            return _sign_out(view)
        case Panel.CONFIRM:
            return _confirm(view)
        case Panel.PRESENCE:
            return _presence(view)
        case Panel.PERMISSION:
            return _permission(view)
        case Panel.CONSENT:
            from carlendar.presentation.settings.telemetry import question as consent  # not for the first frame

            return consent(view)
        case _:
            return None


def _clear(view: ViewContext) -> NoticeState:
    say = view.words.say
    clear = Action(EraseAll(), (say("Erase all data"), say("Erase")), "trash-can-outline", Look.STOP, sends=True)
    return NoticeState(
        title=say("Erase all data?"),
        icon="trash-can-outline",
        paragraphs=(
            say("This signs out all accounts and deletes the meetings and settings of all drivers."),
            say("Unsent messages will be lost."),
        ),
        actions=(clear, _cancel(view)),
    )


def _sign_out(view: ViewContext) -> NoticeState:
    say = view.words.say
    account = view.snapshot.account(view.subject)
    feed = account is not None and account.is_feed
    label = say("Remove") if feed else say("Sign out")
    icon = "calendar-minus" if feed else "logout"
    leave = Action(SignOut(view.subject), (label,), icon, Look.STOP, sends=True)
    return NoticeState(
        title=say("Remove calendar?") if feed else say("Sign out?"),
        icon=icon,
        paragraphs=(
            *((cleaned(account.name) if feed else account.address,) if account else ()),
            say("Its meetings will be deleted from this car."),
        ),
        actions=(leave, _cancel(view)),
    )


def _permission(view: ViewContext) -> NoticeState | None:
    """Once, after the first sign-in: what more than reading can be allowed, and for what."""
    account = next((held for held in view.accounts if held.id == view.subject), None)
    asked = dict(view.snapshot.preferences).get(PERMISSION_ASKED + view.subject) == "1"
    wanted = lacking(view, account) if account else frozenset()
    if account is None or asked or not wanted:
        return None
    say = view.words.say
    uses = {
        SCOPE: say("One tap tells the others that you are running late."),
        ANSWER_SCOPE: say("When parked, you can accept or decline invitations."),
    }
    return NoticeState(
        title=say("Let Carlendar answer for you?"),
        icon="calendar-check",
        paragraphs=(
            *(text for scope, text in uses.items() if scope in wanted),
            say("To allow it, you sign in once more."),
            say("Nothing is sent until you tap. You can also allow this later in Settings."),
        ),
        actions=(
            Action(AllowMore(account.id), (say("Allow"),), "shield-check"),
            Action(NotNow(account.id), (say("Not now"),), "close"),
        ),
    )


def _confirm(view: ViewContext) -> NoticeState | None:
    """The number and its country, or the whole target of the link, before it is called or opened."""
    stored = view.agenda.stored.get(view.subject)
    if stored is None:
        return None
    say = view.words.say
    step = view.plan(stored).first
    calls = step.action is JoinAction.CALL
    label, icon = (view.words.say_in("verb", "Call"), "phone") if calls else (say("Open"), "open-in-new")
    name = country_name(view.words.language, step.country)
    country = (say("The number is in another country: {country}", country=name),) if step.country else ()
    doubt = (say(DOUBTS[step.doubt][0]),) if step.doubt in DOUBTS else ()
    return NoticeState(
        title=say("Call this number?") if calls else say("Open this link?"),
        icon=icon,
        paragraphs=(step.number if calls else cleaned(step.url), *country, *doubt),
        actions=(
            Action(JoinConfirmed(view.subject, step), (label,), icon, Look.GO, sends=True),
            _cancel(view),
        ),
    )


def _presence(view: ViewContext) -> NoticeState | None:
    """Teams reports a call, and does not say of which meeting."""
    entry = view.agenda.entry(view.subject)
    step = view.join_step(entry) if entry is not None else None
    if entry is None or step is None:
        return None
    say, icon = view.words.say, ICONS[step.action]
    return NoticeState(
        title=say(IN_TEAMS_CALL[0]),
        icon="phone-alert",
        paragraphs=(
            title_of(view, entry),
            say("You may be in this meeting already, on another device. Teams does not say which meeting it is."),
        ),
        actions=(
            Action(JoinBesides(entry.key, step), (say("Join anyway"), say("Join")), icon, Look.GO, sends=True),
            _cancel(view),
        ),
    )


def _cancel(view: ViewContext) -> Action:
    return Action(CloseQuestion(), (view.words.say("Cancel"),), "close")
