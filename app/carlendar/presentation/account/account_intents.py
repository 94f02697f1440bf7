"""Touches that have to do with who is there: signing in and out, profiles, clearing the car, preferences."""

from __future__ import annotations

from typing import TYPE_CHECKING

from carlendar.domain.account import Profile
from carlendar.ipc.messages import SignInStatus
from carlendar.presentation.access_policy import ScreenAddress
from carlendar.presentation.account import driver
from carlendar.presentation.call.call_intents import tell_phone
from carlendar.presentation.states import ScreenName, Tone
from carlendar.presentation.view_context import Panel, SignIn
from carlendar.store.records import PERMISSION_ASKED

if TYPE_CHECKING:
    from carlendar.presentation.intent_context import IntentContext

NOTICE = "notice:"
"""Preference that says of a profile that it has seen the privacy notice."""


def sign_in(desk: IntentContext, account_id: str) -> None:
    """Begin to sign in, after the privacy notice where the profile has not seen it."""
    session = desk.session
    if account_id and account_id not in {account.id for account in session.snapshot.accounts}:
        return  # of a driver who is not in the seat any more
    session.renewing, session.asking_more = account_id, False
    profile = session.snapshot.profile
    seen = profile is not None and dict(session.snapshot.preferences).get(NOTICE + profile.id) == "1"
    if not seen:
        session.awaiting_notice = session.trail.go(ScreenAddress(ScreenName.NOTICE), session.restrictions)
        return
    start(desk, "device")


def accept_notice(desk: IntentContext) -> None:
    """The notice was read: go on with the sign-in that waited for it."""
    session = desk.session
    if session.restrictions.restricted or not session.awaiting_notice:
        return
    session.awaiting_notice = False
    session.trail.back()
    profile = session.snapshot.profile or _new_profile(desk, guest=False)
    desk.ports.memory.prefer(NOTICE + profile.id, "1")
    start(desk, "device", profile.id)


def start(desk: IntentContext, way: str, profile_id: str = "") -> None:
    """Ask the service for a sign-in by `device` or `browser`."""
    session = desk.session
    profile = profile_id or (session.snapshot.profile.id if session.snapshot.profile else "")
    if not session.trail.go(ScreenAddress(ScreenName.SIGN_IN, profile), session.restrictions):
        return
    session.sign_in = SignIn(SignInStatus("starting"))
    more = {"more": "1"} if session.asking_more else {}
    desk.send("sign_in", profile=profile or session.trail.here.subject, way=way, account=session.renewing, **more)


def allow_more(desk: IntentContext, account_id: str) -> None:
    """Sign the account in once more, with the permissions to answer in the person's name."""
    session = desk.session
    account = next((held for held in session.snapshot.accounts if held.id == account_id), None)
    if account is None or session.restrictions.restricted:
        return
    _asked(desk, account_id)
    session.turn()
    session.renewing, session.asking_more = account_id, True
    start(desk, "device", account.profile_id)


def not_now(desk: IntentContext, account_id: str) -> None:
    """Leave it at reading; the question does not come again by itself."""
    _asked(desk, account_id)
    desk.session.turn()


def _asked(desk: IntentContext, account_id: str) -> None:
    desk.ports.memory.prefer(PERMISSION_ASKED + account_id, "1")


def again(desk: IntentContext, way: str) -> None:
    """Ask for a new code, or go the other way, for the same profile."""
    start(desk, way, desk.session.trail.here.subject)


def cancel(desk: IntentContext) -> None:
    """Give the sign-in up, or close what became of it."""
    session = desk.session
    if session.sign_in is not None and session.sign_in.status.phase not in ("failed", "done", "expired", "cancelled"):
        desk.send("sign_in_cancel")
    session.sign_in = None
    session.trail.back()


def told(desk: IntentContext, status: SignInStatus) -> None:
    """What the service says of the sign-in."""
    session = desk.session
    session.sign_in = SignIn(status, desk.ports.elapsed.seconds() + status.expires_in)
    if session.trail.here.screen is not ScreenName.SIGN_IN:
        return
    if status.phase == "done":
        session.sign_in = None
        session.trail.aside = None
        session.trail.home()
        first = not session.renewing
        session.renewing, session.asking_more = "", False
        session.turn()
        desk.toast(desk.words().say("Signed in"), "check-circle", Tone.GO)
        if first and not session.restrictions.restricted:
            session.panel, session.panel_subject = Panel.PERMISSION, status.account
    elif status.phase == "cancelled":
        session.sign_in = None
        session.trail.back()


def choose_profile(desk: IntentContext, profile_id: str) -> None:
    """Put a profile into the seat."""
    session = desk.session
    profile = next((held for held in session.snapshot.profiles if held.id == profile_id), None)
    if session.restrictions.restricted or profile is None or not driver.may_use(profile, session.driver or ""):
        return
    driver.choose(desk, profile)
    session.turn()
    session.trail.home()


def add_profile(desk: IntentContext, *, guest: bool) -> None:
    """A new profile in the seat; its name comes from the account that signs in."""
    if desk.session.restrictions.restricted:
        return
    _new_profile(desk, guest=guest)
    desk.session.trail.home()


def _new_profile(desk: IntentContext, *, guest: bool) -> Profile:
    say, session = desk.words().say, desk.session
    held = session.snapshot.profiles
    name = say("Guest") if guest else say("Driver {n}", n=str(1 + sum(not profile.is_guest for profile in held)))
    bound = driver.bindable(session, session.snapshot) and not guest
    profile = Profile(desk.ports.new_key(), name, session.driver or "" if bound else "", guest, provisional=not guest)
    desk.ports.memory.create_profile(profile)
    if bound:
        session.bound_here.add(profile.driver_subject)
    session.by_hand[session.driver or ""] = profile.id
    driver.take_seat(desk, profile.id)
    session.turn()
    return profile


def end_guest(desk: IntentContext, profile_id: str) -> None:
    """End a guest's visit: nothing of it stays."""
    if not desk.session.restrictions.restricted:
        desk.send("end_guest", profile=profile_id)
        desk.session.trail.home()


def sign_out(desk: IntentContext, account_id: str) -> None:
    """Sign an account out and delete what is kept of it."""
    if not desk.session.restrictions.restricted and desk.session.panel is Panel.SIGN_OUT:
        desk.send("sign_out", account=account_id)
        desk.session.turn()
        desk.toast(desk.words().say("Signed out"), "logout")


def clear(desk: IntentContext) -> None:
    """Delete everything of everybody, after the one confirmation."""
    if not desk.session.restrictions.restricted and desk.session.panel is Panel.CLEAR:
        desk.send("erase")
        desk.session.turn()
        desk.session.trail.home()


def erased(desk: IntentContext) -> None:
    """Everything was deleted: forget what is remembered here too."""
    session = desk.session
    for held in (session.dismissed, session.snoozed, session.preferences, session.late, session.scroll):
        held.clear()
    session.sign_in = None
    session.by_hand.clear()
    session.bound_here.clear()
    session.seat_asked = None
    desk.toast(desk.words().say("All data erased"), "check-circle")


def prefer(desk: IntentContext, argument: str) -> None:
    """Keep a preference; it holds at once."""
    name, _, value = argument.partition("=")
    if not desk.session.restrictions.restricted and name not in desk.base.locked:
        desk.session.preferences[name] = value
        desk.ports.memory.prefer(name, value)
        tell_phone(desk)


def show_calendar(desk: IntentContext, argument: str) -> None:
    """Whether a calendar belongs to the agenda."""
    shown, _, rest = argument.partition("|")
    account_id, _, calendar_id = rest.partition("|")
    own = account_id in {account.id for account in desk.session.snapshot.accounts}
    if own and not desk.session.restrictions.restricted:
        desk.ports.memory.show_calendar(account_id, calendar_id, shown == "1")
