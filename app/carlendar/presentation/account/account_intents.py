"""Handlers of the intents about accounts: sign-in and sign-out, profiles, erasing, preferences."""

from __future__ import annotations

from typing import TYPE_CHECKING

from carlendar.domain.account import Account, Permission, Profile
from carlendar.ipc.messages import SignInStatus
from carlendar.presentation.access_policy import ScreenAddress
from carlendar.presentation.account import driver
from carlendar.presentation.call.call_intents import notify_phone
from carlendar.presentation.states import ScreenName, Tone
from carlendar.presentation.view_context import Panel, SignIn
from carlendar.store.records import PERMISSION_ASKED

if TYPE_CHECKING:
    from carlendar.presentation.intent_context import IntentContext
    from carlendar.presentation.intents import (
        AllowMore,
        AllowPermission,
        ChooseProfile,
        EndGuest,
        NotNow,
        Prefer,
        ShowCalendar,
        SignOut,
        StartSignIn,
    )
    from carlendar.presentation.session import Session

NOTICE = "notice:"
"""Preference: the profile has seen the privacy notice."""


def sign_in(context: IntentContext, intent: StartSignIn) -> None:
    """Begin to sign in, after the privacy notice if the profile has not seen it."""
    session, account_id = context.session, intent.account_id
    if account_id and account_id not in {account.id for account in session.snapshot.accounts}:
        return  # for a previous driver
    session.renewing, session.asking_for = account_id, ""
    profile = session.snapshot.profile
    seen = profile is not None and dict(session.snapshot.preferences).get(NOTICE + profile.id) == "1"
    if not seen:
        session.awaiting_notice = session.back_stack.go(ScreenAddress(ScreenName.NOTICE), session.restrictions)
        return
    start(context, "device")


def accept_notice(context: IntentContext) -> None:
    """Continue the sign-in that waited for the privacy notice."""
    session = context.session
    if session.restrictions.restricted or not session.awaiting_notice:
        return
    session.awaiting_notice = False
    session.back_stack.back()
    profile = session.snapshot.profile or _new_profile(context, guest=False)
    context.ports.memory.prefer(NOTICE + profile.id, "1")
    start(context, "device", profile.id)


def start(context: IntentContext, way: str, profile_id: str = "") -> None:
    """Ask the service for a sign-in by `device` or `browser`."""
    session = context.session
    profile = profile_id or (session.snapshot.profile.id if session.snapshot.profile else "")
    if not session.back_stack.go(ScreenAddress(ScreenName.SIGN_IN, profile), session.restrictions):
        return
    session.sign_in = SignIn(SignInStatus("starting"), purpose=_purpose(session))
    more = {"more": session.asking_for} if session.asking_for else {}
    context.send(
        "sign_in", profile=profile or session.back_stack.here.subject, way=way, account=session.renewing, **more
    )


def _purpose(session: Session) -> str:
    return "more" if session.asking_for else "again" if session.renewing else ""


def allow_more(context: IntentContext, intent: AllowMore) -> None:
    """Sign the account in again, with the permissions to answer invitations."""
    session = context.session
    account = session.snapshot.account(intent.account_id)
    if account is None or session.restrictions.restricted:
        return
    _asked(context, account.id)
    session.turn()
    _ask_for(context, account, Permission.ANSWERS)


def allow(context: IntentContext, intent: AllowPermission) -> None:
    """Sign the account in again, with one more permission."""
    session = context.session
    account = session.snapshot.account(intent.account_id)
    if account is None or session.restrictions.restricted:
        return
    session.turn()
    _ask_for(context, account, intent.permission)


def _ask_for(context: IntentContext, account: Account, permission: Permission) -> None:
    context.session.renewing, context.session.asking_for = account.id, permission.value
    start(context, "device", account.profile_id)


def not_now(context: IntentContext, intent: NotNow) -> None:
    """Keep the account read-only, and do not ask again."""
    _asked(context, intent.account_id)
    context.session.turn()


def _asked(context: IntentContext, account_id: str) -> None:
    context.ports.memory.prefer(PERMISSION_ASKED + account_id, "1")


def again(context: IntentContext, way: str) -> None:
    """Request a new code, or use the other way of signing in, for the same profile."""
    start(context, way, context.session.back_stack.here.subject)


def cancel(context: IntentContext) -> None:
    """Cancel the sign-in, or close its outcome."""
    session = context.session
    if session.sign_in is not None and session.sign_in.status.phase not in ("failed", "done", "expired", "cancelled"):
        context.send("sign_in_cancel")
    session.sign_in = None
    session.back_stack.back()


def sign_in_changed(context: IntentContext, status: SignInStatus) -> None:
    """Apply the service's new status of the sign-in."""
    session = context.session
    session.sign_in = SignIn(status, context.ports.elapsed.seconds() + status.expires_in, _purpose(session))
    if session.back_stack.here.screen is not ScreenName.SIGN_IN:
        return
    if status.phase == "done":
        session.sign_in = None
        session.back_stack.suspended = None
        session.back_stack.home()
        first = not session.renewing
        session.renewing, session.asking_for = "", ""
        session.turn()
        context.toast(context.words().say("Signed in"), "login", Tone.GO)
        if first and not session.restrictions.restricted:
            session.panel, session.panel_subject = Panel.PERMISSION, status.account
    elif status.phase == "cancelled":
        session.sign_in = None
        session.back_stack.back()


def choose_profile(context: IntentContext, intent: ChooseProfile) -> None:
    """Make a profile the current one."""
    session = context.session
    profile = next((held for held in session.snapshot.profiles if held.id == intent.profile_id), None)
    if session.restrictions.restricted or profile is None or not driver.may_use(profile, session.driver or ""):
        return
    driver.choose(context, profile)
    session.turn()
    session.back_stack.home()


def add_profile(context: IntentContext, *, guest: bool) -> None:
    """Add a profile and make it current; it is named after the account that signs in."""
    if context.session.restrictions.restricted:
        return
    _new_profile(context, guest=guest)
    context.session.back_stack.home()


def _new_profile(context: IntentContext, *, guest: bool) -> Profile:
    say, session = context.words().say, context.session
    held = session.snapshot.profiles
    name = say("Guest") if guest else say("Driver {n}", n=str(1 + sum(not profile.is_guest for profile in held)))
    bound = driver.bindable(session, session.snapshot) and not guest
    profile = Profile(
        context.ports.new_key(), name, session.driver or "" if bound else "", guest, provisional=not guest
    )
    context.ports.memory.create_profile(profile)
    if bound:
        session.bound_here.add(profile.driver_subject)
    session.chosen_by_hand[session.driver or ""] = profile.id
    driver.take_seat(context, profile.id)
    session.turn()
    return profile


def end_guest(context: IntentContext, intent: EndGuest) -> None:
    """Remove a guest with all data."""
    if not context.session.restrictions.restricted:
        context.send("end_guest", profile=intent.profile_id)
        context.session.back_stack.home()


def sign_out(context: IntentContext, intent: SignOut) -> None:
    """Sign an account out and delete its data."""
    if not context.session.restrictions.restricted and context.session.panel is Panel.SIGN_OUT:
        context.send("sign_out", account=intent.account_id)
        context.session.turn()
        context.toast(context.words().say("Signed out"), "logout")


def clear(context: IntentContext) -> None:
    """Delete all data of all drivers, after one confirmation."""
    if not context.session.restrictions.restricted and context.session.panel is Panel.CLEAR:
        context.send("erase")
        context.session.turn()
        context.session.back_stack.home()


def erased(context: IntentContext) -> None:
    """Discard the session's data after everything was erased."""
    session = context.session
    for held in (session.dismissed, session.snoozed, session.preferences, session.late, session.scroll):
        held.clear()
    session.forget_presence()
    session.sign_in = None
    session.chosen_by_hand.clear()
    session.bound_here.clear()
    session.profile_asked = None
    context.toast(context.words().say("All data erased"), "trash-can-outline")


def prefer(context: IntentContext, intent: Prefer) -> None:
    """Store a preference; it takes effect immediately."""
    name, value = intent.preference, intent.chosen
    if not context.session.restrictions.restricted and name not in context.base.locked:
        context.session.preferences[name] = value
        context.ports.memory.prefer(name, value)
        notify_phone(context)


def show_calendar(context: IntentContext, intent: ShowCalendar) -> None:
    """Show or hide a calendar in the agenda."""
    own = intent.account_id in {account.id for account in context.session.snapshot.accounts}
    if own and not context.session.restrictions.restricted:
        context.ports.memory.show_calendar(intent.account_id, intent.calendar_id, intent.shown)
