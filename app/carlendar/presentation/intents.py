"""What a touch asks for: one frozen value per intent, with what it needs to be carried out.

Actions carry these; `carlendar.presentation.dispatch` carries them out by their type. `key` is an occurrence key. An
intent is made for a frame and may arrive when that frame is no longer true, so every handler checks it again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from carlendar.domain.value import value

if TYPE_CHECKING:
    from carlendar.domain.ports import ResponseKind
    from carlendar.meetings.plan import Step


@value
class Intent:
    """Base of all intents. `name` identifies the type in reports of the audit and in scripted touches."""

    name: ClassVar[str] = ""


# --- the meeting ---------------------------------------------------------------------------------


@value
class Join(Intent):
    """Join by `step`, which was planned for the frame that offered it."""

    name: ClassVar[str] = "join"
    key: str
    step: Step


@value
class JoinConfirmed(Intent):
    """Join by `step` after the person confirmed it."""

    name: ClassVar[str] = "join_confirmed"
    key: str
    step: Step


@value
class CallOrganizer(Intent):
    """Call the organiser's own number, where the meeting cannot be joined by telephone."""

    name: ClassVar[str] = "call_organizer"
    key: str
    step: Step


@value
class SendLate(Intent):
    """Tell the other participants that the driver is late by so many minutes."""

    name: ClassVar[str] = "late"
    key: str
    minutes: int


@value
class ChooseLateness(Intent):
    """Offer a choice of minutes (parked)."""

    name: ClassVar[str] = "late_choice"
    key: str


@value
class Undo(Intent):
    """Withdraw the outbox item with this key."""

    name: ClassVar[str] = "undo"
    item: str


@value
class Navigate(Intent):
    """Send the meeting's place to the navigation system."""

    name: ClassVar[str] = "navigate"
    key: str


@value
class OpenEvent(Intent):
    """Show the meeting's own screen."""

    name: ClassVar[str] = "open"
    key: str


@value
class HandOver(Intent):
    """Show the meeting's link as a QR code (parked)."""

    name: ClassVar[str] = "hand_over"
    key: str


@value
class ChooseAnswer(Intent):
    """Offer the answers to the invitation (parked)."""

    name: ClassVar[str] = "answer_choice"
    key: str


@value
class AnswerSeries(Intent):
    """Ask whether the answer is for one occurrence or for its series (parked)."""

    name: ClassVar[str] = "answer_series"
    key: str
    response: ResponseKind


@value
class Respond(Intent):
    """Answer the invitation, for the occurrence or for its whole series."""

    name: ClassVar[str] = "respond"
    key: str
    response: ResponseKind
    series: bool = False


@value
class Acknowledge(Intent):
    """Note that the person has seen that this outbox item was given up."""

    name: ClassVar[str] = "acknowledge"
    item: str


@value
class NewsSeen(Intent):
    """Note that the person has seen that this meeting was moved or cancelled."""

    name: ClassVar[str] = "news_seen"
    account_id: str
    event_id: str


@value
class Remind(Intent):
    """Snooze the reminder of these occurrences until the start; from then on, for good."""

    name: ClassVar[str] = "remind"
    keys: tuple[str, ...]


@value
class Dismiss(Intent):
    """Neither remind of these occurrences again nor show them on the home screen."""

    name: ClassVar[str] = "skip"
    keys: tuple[str, ...]


# --- screens -------------------------------------------------------------------------------------


@value
class GoHome(Intent):
    """Show the home screen."""

    name: ClassVar[str] = "home"


@value
class ShowAgenda(Intent):
    """Show the agenda."""

    name: ClassVar[str] = "agenda"


@value
class ShowSettings(Intent):
    """Show the settings."""

    name: ClassVar[str] = "settings"


@value
class ShowProfiles(Intent):
    """Show the choice of drivers."""

    name: ClassVar[str] = "profiles"


@value
class ShowCall(Intent):
    """Show the call in progress."""

    name: ClassVar[str] = "call"


@value
class GoBack(Intent):
    """Go one level up."""

    name: ClassVar[str] = "back"


@value
class NextPage(Intent):
    """Show the next page of the agenda."""

    name: ClassVar[str] = "later"


@value
class PreviousPage(Intent):
    """Show the previous page of the agenda."""

    name: ClassVar[str] = "earlier"


@value
class ResumeScreen(Intent):
    """Return to the screen that was suspended by driving off."""

    name: ClassVar[str] = "resume"


@value
class CloseQuestion(Intent):
    """Close the question on the screen without an answer."""

    name: ClassVar[str] = "dismiss_question"


@value
class Refresh(Intent):
    """Synchronise all calendars now."""

    name: ClassVar[str] = "refresh"


# --- the call ------------------------------------------------------------------------------------


@value
class Mute(Intent):
    """Mute the microphone."""

    name: ClassVar[str] = "mute"


@value
class Unmute(Intent):
    """Unmute the microphone."""

    name: ClassVar[str] = "unmute"


@value
class SendTones(Intent):
    """Send the conference ID again."""

    name: ClassVar[str] = "send_tones"


@value
class LeaveCall(Intent):
    """Hang up the call that Carlendar placed."""

    name: ClassVar[str] = "leave"


@value
class AnswerCall(Intent):
    """Hold the call in progress and answer this one."""

    name: ClassVar[str] = "answer_call"
    call_id: str


@value
class Unhold(Intent):
    """Resume our call that is on hold."""

    name: ClassVar[str] = "unhold"


@value
class CloseCall(Intent):
    """Close the screen of a call that has ended."""

    name: ClassVar[str] = "close_call"


# --- accounts, drivers, settings -----------------------------------------------------------------


@value
class StartSignIn(Intent):
    """Sign in to a new account, or again to the one that is named."""

    name: ClassVar[str] = "sign_in"
    account_id: str = ""


@value
class SignInByBrowser(Intent):
    """Continue the sign-in in the browser."""

    name: ClassVar[str] = "sign_in_browser"


@value
class NewCode(Intent):
    """Request a new code for the sign-in."""

    name: ClassVar[str] = "new_code"


@value
class CancelSignIn(Intent):
    """Cancel the sign-in, or close its outcome."""

    name: ClassVar[str] = "cancel_sign_in"


@value
class AcceptNotice(Intent):
    """Accept the privacy notice."""

    name: ClassVar[str] = "accept_notice"


@value
class AllowMore(Intent):
    """Sign in again with the permissions to answer."""

    name: ClassVar[str] = "allow_more"
    account_id: str


@value
class NotNow(Intent):
    """Keep the account read-only, and do not ask again."""

    name: ClassVar[str] = "not_now"
    account_id: str


@value
class ChooseProfile(Intent):
    """Make this the driver's profile."""

    name: ClassVar[str] = "choose_profile"
    profile_id: str


@value
class AddProfile(Intent):
    """Add a driver."""

    name: ClassVar[str] = "add_profile"


@value
class AddGuest(Intent):
    """Add a guest, of whom nothing is kept."""

    name: ClassVar[str] = "add_guest"


@value
class EndGuest(Intent):
    """Remove a guest and everything that is stored of it."""

    name: ClassVar[str] = "end_guest"
    profile_id: str


@value
class AskSignOut(Intent):
    """Ask whether to sign this account out."""

    name: ClassVar[str] = "ask_sign_out"
    account_id: str


@value
class SignOut(Intent):
    """Sign this account out, after the question."""

    name: ClassVar[str] = "sign_out"
    account_id: str


@value
class AskErase(Intent):
    """Ask whether to erase all data."""

    name: ClassVar[str] = "ask_clear"


@value
class EraseAll(Intent):
    """Erase all data of all drivers, after the question."""

    name: ClassVar[str] = "clear"


@value
class Prefer(Intent):
    """Set a preference."""

    name: ClassVar[str] = "prefer"
    preference: str
    chosen: str


@value
class ShowCalendar(Intent):
    """Show or hide a calendar in the agenda."""

    name: ClassVar[str] = "show_calendar"
    account_id: str
    calendar_id: str
    shown: bool
