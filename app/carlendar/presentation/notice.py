"""Texts to read when parked: the privacy notice, confirmations, and "Available when parked"."""

from __future__ import annotations

from carlendar.i18n.catalogue import mark
from carlendar.i18n.countries import country as country_name
from carlendar.meetings.plan import Doubt, JoinAction
from carlendar.presentation.actions import to_drive
from carlendar.presentation.disclosure import cleaned
from carlendar.presentation.intents import Intent
from carlendar.presentation.now.running_late import ANSWER_SCOPE, SCOPE, lacking
from carlendar.presentation.states import Action, Look, NoticeState
from carlendar.presentation.view_context import Panel, ViewContext
from carlendar.store.records import PERMISSION_ASKED

DOUBTS: dict[str, str] = {
    Doubt.NOT_ACCEPTED: mark("You have not accepted this invitation."),
    Doubt.NOT_OF_SERVICE: mark("The number does not belong to the meeting’s service."),
}
"""Why a number is to be confirmed, beside its country."""


def privacy(scene: ViewContext) -> NoticeState:
    """What is kept, where and how long; shown before the first sign-in of a profile."""
    say = scene.words.say
    days = scene.words.say_number("{n} day", "{n} days", scene.options.days_kept)
    return NoticeState(
        title=say("Data stored in this car"),
        icon="shield-lock-outline",
        paragraphs=(
            say("Your meetings of yesterday and the next 14 days, with places, people and join details."),
            say("They are stored in this car only, with your picture. Your sign-in is stored encrypted in the car."),
            say("Past meetings are deleted after {days}, everything after 7 days without an update.", days=days),
            say("Signing out or “Erase all data” deletes everything at once."),
        ),
        actions=(
            Action(Intent.ACCEPT_NOTICE, (say("Continue"),), "check"),
            Action(Intent.BACK, (say("Cancel"),), "close"),
        ),
    )


def when_parked(scene: ViewContext) -> NoticeState:
    """In place of what is forbidden now; once parked again, the way to go on with it."""
    say = scene.words.say
    resume = Action(Intent.RESUME, (say("Continue"),), "chevron-right")
    return NoticeState(
        title=say("Available when parked"),
        icon="parking",
        actions=(resume, to_drive(scene)) if scene.parked else (to_drive(scene),),
    )


def question(scene: ViewContext) -> NoticeState | None:
    """The confirmation that a panel asks for, if it does; parked only."""
    if not scene.parked:
        return None
    match scene.panel:
        case Panel.CLEAR:
            return _clear(scene)
        case Panel.SIGN_OUT:
            return _sign_out(scene)
        case Panel.CONFIRM:
            return _confirm(scene)
        case Panel.PERMISSION:
            return _permission(scene)
        case _:
            return None


def _clear(scene: ViewContext) -> NoticeState:
    say = scene.words.say
    clear = Action(Intent.CLEAR, (say("Erase all data"), say("Erase")), "trash-can-outline", Look.STOP, sends=True)
    return NoticeState(
        title=say("Erase all data?"),
        icon="trash-can-outline",
        paragraphs=(
            say("This signs out all accounts and deletes the meetings and settings of all drivers."),
            say("Unsent messages will be lost."),
        ),
        actions=(clear, _cancel(scene)),
    )


def _sign_out(scene: ViewContext) -> NoticeState:
    say = scene.words.say
    account = next((held for held in scene.snapshot.accounts if held.id == scene.subject), None)
    feed = account is not None and account.is_feed
    label = say("Remove") if feed else say("Sign out")
    icon = "calendar-remove" if feed else "logout"
    leave = Action(Intent.SIGN_OUT, (label,), icon, Look.STOP, scene.subject, sends=True)
    return NoticeState(
        title=say("Remove calendar?") if feed else say("Sign out?"),
        icon=icon,
        paragraphs=(
            *((cleaned(account.name) if feed else account.address,) if account else ()),
            say("Its meetings will be deleted from this car."),
        ),
        actions=(leave, _cancel(scene)),
    )


def _permission(scene: ViewContext) -> NoticeState | None:
    """Once, after the first sign-in: what more than reading can be allowed, and for what."""
    account = next((held for held in scene.accounts if held.id == scene.subject), None)
    asked = dict(scene.snapshot.preferences).get(PERMISSION_ASKED + scene.subject) == "1"
    wanted = lacking(scene, account) if account else frozenset()
    if account is None or asked or not wanted:
        return None
    say = scene.words.say
    uses = {
        SCOPE: say("One tap tells the others that you are running late."),
        ANSWER_SCOPE: say("When parked, you can accept or decline invitations."),
    }
    return NoticeState(
        title=say("Let Carlendar answer for you?"),
        icon="calendar-check",
        paragraphs=(
            *(text for scope, text in uses.items() if scope in wanted),
            say("Nothing is sent until you tap. You can also allow this later in Settings."),
        ),
        actions=(
            Action(Intent.ALLOW_MORE, (say("Allow"),), "check", argument=account.id),
            Action(Intent.NOT_NOW, (say("Not now"),), "close", argument=account.id),
        ),
    )


def _confirm(scene: ViewContext) -> NoticeState | None:
    """The number and its country, or the whole target of the link, before it is called or opened."""
    stored = scene.book.stored.get(scene.subject)
    if stored is None:
        return None
    say = scene.words.say
    step = scene.plan(stored).first
    calls = step.action is JoinAction.CALL
    label, icon = (scene.words.say_in("verb", "Call"), "phone") if calls else (say("Open"), "open-in-new")
    name = country_name(scene.words.language, step.country)
    country = (say("The number is in another country: {country}", country=name),) if step.country else ()
    doubt = (say(DOUBTS[step.doubt]),) if step.doubt in DOUBTS else ()
    return NoticeState(
        title=say("Call this number?") if calls else say("Open this link?"),
        icon=icon,
        paragraphs=(step.number if calls else cleaned(step.url), *country, *doubt),
        actions=(
            Action(Intent.JOIN_CONFIRMED, (label,), icon, Look.GO, scene.subject, sends=True),
            _cancel(scene),
        ),
    )


def _cancel(scene: ViewContext) -> Action:
    return Action(Intent.DISMISS_QUESTION, (scene.words.say("Cancel"),), "close")
