"""What a touch asks for: one frozen value per intent, with what it needs to be carried out.

Actions carry these; `carlendar.presentation.dispatch` carries them out by their type. `key` is an occurrence key. An
intent is made for a frame and may arrive when that frame is no longer true, so every handler checks it again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from carlendar.domain.base import Value

if TYPE_CHECKING:
    from datetime import datetime

    from carlendar.domain.account import Permission
    from carlendar.domain.ports import ResponseKind
    from carlendar.domain.travel import DepartureStage
    from carlendar.meetings.plan import JoinStep


class Intent(Value, frozen=True):
    """Base of all intents. `name` identifies the type in reports of the audit and in scripted touches."""

    name: ClassVar[str] = ""


# --- the meeting ---------------------------------------------------------------------------------


class Join(Intent, frozen=True):
    """Join by `step`, which was planned for the frame that offered it."""

    name: ClassVar[str] = "join"
    key: str
    step: JoinStep


class JoinConfirmed(Intent, frozen=True):
    """Join by `step` after the person confirmed it."""

    name: ClassVar[str] = "join_confirmed"
    key: str
    step: JoinStep


class JoinBesides(Intent, frozen=True):
    """Join although Teams reports a call."""

    name: ClassVar[str] = "join_besides"
    key: str
    step: JoinStep


class CallOrganizer(Intent, frozen=True):
    """Call the organiser's own number, where the meeting cannot be joined by telephone."""

    name: ClassVar[str] = "call_organizer"
    key: str
    step: JoinStep


class CallAfterwards(Intent, frozen=True):
    """Call the organiser of a meeting that was joined (parked)."""

    name: ClassVar[str] = "call_afterwards"
    key: str


class SendLate(Intent, frozen=True):
    """Tell the other participants that the driver is late by so many minutes."""

    name: ClassVar[str] = "late"
    key: str
    minutes: int
    arrives: datetime | None = None
    """The arrival of the frame that offered it, which the message names; None for one that names the minutes."""


class ChooseLateness(Intent, frozen=True):
    """Offer a choice of minutes (parked)."""

    name: ClassVar[str] = "late_choice"
    key: str


class Undo(Intent, frozen=True):
    """Withdraw the outbox item with this key."""

    name: ClassVar[str] = "undo"
    item: str


class Navigate(Intent, frozen=True):
    """Set the meeting's place as the destination; `replace` after the question whether to replace the driver's own."""

    name: ClassVar[str] = "navigate"
    key: str
    replace: bool = False


class HandOverPlace(Intent, frozen=True):
    """Show the meeting's place as a QR code (parked)."""

    name: ClassVar[str] = "hand_over_place"
    key: str


class StopNavigating(Intent, frozen=True):
    """End guidance to a destination that Carlendar has set."""

    name: ClassVar[str] = "navigation_stop"


class OpenEvent(Intent, frozen=True):
    """Show the meeting's own screen."""

    name: ClassVar[str] = "open"
    key: str


class HandOver(Intent, frozen=True):
    """Show the meeting's link as a QR code (parked)."""

    name: ClassVar[str] = "hand_over"
    key: str


class ChooseAnswer(Intent, frozen=True):
    """Offer the answers to the invitation (parked)."""

    name: ClassVar[str] = "answer_choice"
    key: str


class AnswerSeries(Intent, frozen=True):
    """Ask whether the answer is for one occurrence or for its series (parked)."""

    name: ClassVar[str] = "answer_series"
    key: str
    response: ResponseKind


class Respond(Intent, frozen=True):
    """Answer the invitation, for the occurrence or for its whole series."""

    name: ClassVar[str] = "respond"
    key: str
    response: ResponseKind
    series: bool = False


class Acknowledge(Intent, frozen=True):
    """Note that the person has seen that this outbox item was given up."""

    name: ClassVar[str] = "acknowledge"
    item: str


class NewsSeen(Intent, frozen=True):
    """Note that the person has seen that this meeting was moved or cancelled."""

    name: ClassVar[str] = "news_seen"
    account_id: str
    event_id: str


class DepartureSeen(Intent, frozen=True):
    """Note that the person has seen this notice of departure."""

    name: ClassVar[str] = "departure_seen"
    key: str
    stage: DepartureStage


class Remind(Intent, frozen=True):
    """Snooze the reminder of these occurrences until the start; from then on, for good."""

    name: ClassVar[str] = "remind"
    keys: tuple[str, ...]


class Dismiss(Intent, frozen=True):
    """Neither remind of these occurrences again nor show them on the home screen."""

    name: ClassVar[str] = "skip"
    keys: tuple[str, ...]


# --- screens -------------------------------------------------------------------------------------


class GoHome(Intent, frozen=True):
    """Show the home screen."""

    name: ClassVar[str] = "home"


class ShowAgenda(Intent, frozen=True):
    """Show the agenda."""

    name: ClassVar[str] = "agenda"


class ShowSettings(Intent, frozen=True):
    """Show the settings."""

    name: ClassVar[str] = "settings"


class ShowProfiles(Intent, frozen=True):
    """Show the choice of drivers."""

    name: ClassVar[str] = "profiles"


class ShowCall(Intent, frozen=True):
    """Show the call in progress."""

    name: ClassVar[str] = "call"


class GoBack(Intent, frozen=True):
    """Go one level up."""

    name: ClassVar[str] = "back"


class NextPage(Intent, frozen=True):
    """Show the next page of the agenda."""

    name: ClassVar[str] = "later"


class PreviousPage(Intent, frozen=True):
    """Show the previous page of the agenda."""

    name: ClassVar[str] = "earlier"


class ResumeScreen(Intent, frozen=True):
    """Return to the screen that was suspended by driving off."""

    name: ClassVar[str] = "resume"


class CloseQuestion(Intent, frozen=True):
    """Close the question on the screen without an answer."""

    name: ClassVar[str] = "dismiss_question"


class Refresh(Intent, frozen=True):
    """Synchronise all calendars now."""

    name: ClassVar[str] = "refresh"


# --- the call ------------------------------------------------------------------------------------


class Mute(Intent, frozen=True):
    """Mute the microphone."""

    name: ClassVar[str] = "mute"


class Unmute(Intent, frozen=True):
    """Unmute the microphone."""

    name: ClassVar[str] = "unmute"


class SendTones(Intent, frozen=True):
    """Send the conference ID again."""

    name: ClassVar[str] = "send_tones"


class LeaveCall(Intent, frozen=True):
    """Hang up the call that Carlendar placed."""

    name: ClassVar[str] = "leave"


class GiveConsent(Intent, frozen=True):
    """Agree to being recorded or transcribed."""

    name: ClassVar[str] = "give_consent"


class ChangeLine(Intent, frozen=True):
    """Leave the call on one line, then join the same meeting by `step` on the other."""

    name: ClassVar[str] = "change_line"
    key: str
    step: JoinStep


class AnswerCall(Intent, frozen=True):
    """Hold the call in progress, or leave it if it is on the data connection, and answer this one."""

    name: ClassVar[str] = "answer_call"
    call_id: str


class DeclineCall(Intent, frozen=True):
    """Refuse a call that waits; our own goes on."""

    name: ClassVar[str] = "decline_call"
    call_id: str


class Unhold(Intent, frozen=True):
    """Resume our call that is on hold."""

    name: ClassVar[str] = "unhold"


class CloseCall(Intent, frozen=True):
    """Close the screen of a call that has ended."""

    name: ClassVar[str] = "close_call"


# --- accounts, drivers, settings -----------------------------------------------------------------


class StartSignIn(Intent, frozen=True):
    """Sign in to a new account, or again to the one that is named."""

    name: ClassVar[str] = "sign_in"
    account_id: str = ""


class SignInByBrowser(Intent, frozen=True):
    """Continue the sign-in in the browser."""

    name: ClassVar[str] = "sign_in_browser"


class NewCode(Intent, frozen=True):
    """Request a new code for the sign-in."""

    name: ClassVar[str] = "new_code"


class CancelSignIn(Intent, frozen=True):
    """Cancel the sign-in, or close its outcome."""

    name: ClassVar[str] = "cancel_sign_in"


class AcceptNotice(Intent, frozen=True):
    """Accept the privacy notice."""

    name: ClassVar[str] = "accept_notice"


class AllowMore(Intent, frozen=True):
    """Sign in again with the permissions to answer."""

    name: ClassVar[str] = "allow_more"
    account_id: str


class AllowPermission(Intent, frozen=True):
    """Sign an account in again, with one more permission."""

    name: ClassVar[str] = "allow_permission"
    account_id: str
    permission: Permission


class NotNow(Intent, frozen=True):
    """Keep the account read-only, and do not ask again."""

    name: ClassVar[str] = "not_now"
    account_id: str


class ChooseProfile(Intent, frozen=True):
    """Make this the driver's profile."""

    name: ClassVar[str] = "choose_profile"
    profile_id: str


class AddProfile(Intent, frozen=True):
    """Add a driver."""

    name: ClassVar[str] = "add_profile"


class AddGuest(Intent, frozen=True):
    """Add a guest, of whom nothing is kept."""

    name: ClassVar[str] = "add_guest"


class EndGuest(Intent, frozen=True):
    """Remove a guest and everything that is stored of it."""

    name: ClassVar[str] = "end_guest"
    profile_id: str


class AskSignOut(Intent, frozen=True):
    """Ask whether to sign this account out."""

    name: ClassVar[str] = "ask_sign_out"
    account_id: str


class SignOut(Intent, frozen=True):
    """Sign this account out, after the question."""

    name: ClassVar[str] = "sign_out"
    account_id: str


class AskErase(Intent, frozen=True):
    """Ask whether to erase all data."""

    name: ClassVar[str] = "ask_clear"


class EraseAll(Intent, frozen=True):
    """Erase all data of all drivers, after the question."""

    name: ClassVar[str] = "clear"


class Prefer(Intent, frozen=True):
    """Set a preference."""

    name: ClassVar[str] = "prefer"
    preference: str
    chosen: str


class ChooseConsent(Intent, frozen=True):
    """Allow topics of telemetry, or do not; with `in_settings` to decide about each there."""

    name: ClassVar[str] = "consent"
    topics: tuple[str, ...]
    given: bool
    in_settings: bool = False


class ShowCalendar(Intent, frozen=True):
    """Show or hide a calendar in the agenda."""

    name: ClassVar[str] = "show_calendar"
    account_id: str
    calendar_id: str
    shown: bool
