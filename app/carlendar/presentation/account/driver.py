"""Determines which profile may be shown, given the car's identification of the driver.

- A profile that is bound to an identity is shown only while the car confirms that identity.
- An identity without a bound profile selects none: the user of the parked car chooses or adds one. "That’s me" is
  that confirmation, and binds the profile unless it or the identity is bound already.
- In a car that has ever identified a driver, an unidentified driver sees nothing until a manual choice.
- A manual choice applies to this drive and to the identity at the time, until another one is identified.
- In a car that never identifies a driver the store decides: the only profile, or the one chosen manually.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from carlendar.domain.account import Profile, identity_subject
from carlendar.presentation.access_policy import ScreenAddress
from carlendar.presentation.states import ScreenName
from carlendar.presentation.view_context import ours
from carlendar.store.records import Snapshot, preference

if TYPE_CHECKING:
    from carlendar.presentation.intent_context import IntentContext
    from carlendar.presentation.session import Session
    from carlendar.presentation.view_context import MeetingCall

IDENTIFIES = "driver:identifies"
"""Preference: this car has identified a driver."""
CHOSEN = "driver:chosen"
"""Preference: digest of the identity for which a profile was last selected."""

IN_FLIGHT = frozenset({"starting", "code", "browser"})
"""Phases of a sign-in in progress."""


def identifies(session: Session, snapshot: Snapshot) -> bool:
    """Whether this car is known to identify its drivers."""
    bound = any(profile.driver_subject for profile in snapshot.profiles)
    return bool(session.driver) or bound or preference(snapshot, session.preferences, IDENTIFIES) == "1"


def may_use(profile: Profile, driver: str) -> bool:
    """Whether the driver may choose the profile: it is unbound, or bound to this identity.

    A binding stored without its issuer is renewed by the choice.
    """
    bound = profile.driver_subject
    return not bound or bound in (driver, identity_subject(driver))


def permitted(session: Session, snapshot: Snapshot) -> str:
    """Return the id of the profile that may be shown, given the store's `snapshot`; empty for none."""
    if not identifies(session, snapshot):
        return snapshot.profile.id if snapshot.profile else ""
    if session.driver is None:
        return ""
    chosen = _chosen_by_hand(session, snapshot, session.driver)
    if chosen or not session.driver:
        return chosen
    return next((held.id for held in snapshot.profiles if held.driver_subject == session.driver), "")


def admitted(session: Session, snapshot: Snapshot) -> Snapshot:
    """Return `snapshot`, without any data of its profile if that may not be shown."""
    profile = snapshot.profile
    if profile is None or profile.id == permitted(session, snapshot):
        return snapshot
    return Snapshot(
        None,
        snapshot.profiles,
        preferences=snapshot.preferences,
        avatars=snapshot.avatars,
        chosen_profile_id=snapshot.chosen_profile_id,
    )


def another(before: Snapshot, after: Snapshot) -> bool:
    """Whether the profile shown so far may no longer be shown."""
    return before.profile is not None and (after.profile is None or after.profile.id != before.profile.id)


def changed(context: IntentContext, driver: str) -> None:
    """Handle the car's identification of the driver (empty if unknown); the previous driver's data is removed."""
    session = context.session
    before, session.driver = session.driver, driver
    if before is not None and before != driver:
        leave(context)
    if driver:  # choices for other identities end; a driver whose identity is temporarily unknown keeps theirs
        session.chosen_by_hand = {
            identity: chosen for identity, chosen in session.chosen_by_hand.items() if identity == driver
        }
    if driver and preference(session.snapshot, session.preferences, IDENTIFIES) != "1":
        session.preferences[IDENTIFIES] = "1"
        context.ports.memory.prefer(IDENTIFIES, "1")


def settle(context: IntentContext, stored: Snapshot) -> None:
    """Inform store and service of the current profile if necessary; `stored` is the store's."""
    session = context.session
    if session.driver is None or not identifies(session, stored):
        return
    wanted, held = permitted(session, stored), stored.profile.id if stored.profile else ""
    if wanted != held and wanted != session.profile_asked:
        take_seat(context, wanted)
    elif wanted == held:
        session.profile_asked = None
        _notify_service(context, wanted)


def take_seat(context: IntentContext, profile_id: str) -> None:
    """Make the profile current in store and service; empty for none."""
    session = context.session
    session.profile_asked = profile_id
    if identifies(session, session.snapshot):
        context.ports.memory.prefer(CHOSEN, _digest(session.driver or ""))
    context.ports.memory.choose_profile(profile_id)
    session.profile_sent = None
    _notify_service(context, profile_id)


def _notify_service(context: IntentContext, profile_id: str) -> None:
    """Send the service the profile whose calendars to synchronise first."""
    if context.session.profile_sent != profile_id:
        context.session.profile_sent = profile_id
        context.send("profile", profile=profile_id)


def choose(context: IntentContext, profile: Profile) -> None:
    """Handle "That’s me" in the parked car: make the profile current, and bind it to the driver if allowed.

    Guests are never bound, nor anything from a passenger's display, nor a second profile to one identity.
    """
    session = context.session
    driver = session.driver or ""
    session.chosen_by_hand[driver] = profile.id
    if bindable(session, session.snapshot) and not profile.is_guest and profile.driver_subject != driver:
        session.bound_here.add(driver)
        context.ports.memory.create_profile(replace(profile, driver_subject=driver))
    take_seat(context, profile.id)


def bindable(session: Session, snapshot: Snapshot) -> bool:
    """Whether a profile can be bound to the driver now."""
    # A second touch can arrive before the store contains the first one.
    taken = session.driver in session.bound_here or any(p.driver_subject == session.driver for p in snapshot.profiles)
    return bool(session.driver) and not taken and not session.restrictions.passenger


def leave(context: IntentContext) -> None:
    """Remove the previous driver's content from the screen; what they confirmed is still sent.

    A call continues, without its meeting's name and codes; the service leaves one over data (`OnlineService.driver`).
    """
    from carlendar.presentation import spoken  # not needed for the first frame

    session = context.session
    session.turn()
    up = session.meeting_online or ours(session.phone.calls, session.meeting_call) is not None
    in_call = session.back_stack.here.screen is ScreenName.CALL and up
    session.back_stack.home()
    session.back_stack.suspended = None
    if in_call:
        session.back_stack.go(ScreenAddress(ScreenName.CALL), session.restrictions)
    session.scroll.clear()
    session.shown_news, session.last_sounded = (None, 0.0), ((), "")
    spoken.forget(context)
    session.forget_presence()
    session.renewing, session.asking_for, session.awaiting_notice = "", "", False
    if session.toast is not None and session.toast.action is not None:
        session.toast = None
    if session.sign_in is not None and session.sign_in.status.phase in IN_FLIGHT:
        context.send("sign_in_cancel")
    session.sign_in = None
    meeting_call = session.meeting_call
    if meeting_call is None:
        return
    session.after_leaving = None
    over = meeting_call.ended is not None or meeting_call.failed or (meeting_call.online and not session.meeting_online)
    session.meeting_call = None if over else _unnamed(meeting_call, context.words().say("Call"))


def _unnamed(meeting_call: MeetingCall, title: str) -> MeetingCall:
    """Return a call without its meeting and codes, and without those of the call on hold for it."""
    before = None if meeting_call.before is None else _unnamed(meeting_call.before, title)
    return replace(meeting_call, key="", title=title, tones="", fallback=None, before=before)


def _chosen_by_hand(session: Session, snapshot: Snapshot, driver: str) -> str:
    stored = snapshot.chosen_profile_id if preference(snapshot, {}, CHOSEN) == _digest(driver) else ""
    wanted = stored or session.chosen_by_hand.get(driver, "")
    return next((held.id for held in snapshot.profiles if held.id == wanted and may_use(held, driver)), "")


def _digest(driver: str) -> str:
    import hashlib  # not needed for the first frame

    return hashlib.sha256(driver.encode(errors="replace")).hexdigest()[:16]
