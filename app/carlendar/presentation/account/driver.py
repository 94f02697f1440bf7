"""Which profile may be shown, by what the car says of its driver.

- A profile that is bound to an identity is shown to that identity alone, from the moment the car confirms it.
- An identity that no profile is bound to selects none: a person in the parked car chooses one or adds one. "That’s me"
  is that confirmation, and binds the profile where neither it nor the identity is bound yet.
- In a car that has ever identified a driver, an unidentified one sees nothing until a choice was made by hand.
- A choice made by hand holds for this drive and for the identity under which it was made, until another is identified.
- A car that never identifies a driver leaves the choice to the store: the only profile, or the one chosen by hand.
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
"""Preference: digest of the identity for which the seat was taken last."""

IN_FLIGHT = frozenset({"starting", "code", "browser"})
"""Phases of a sign-in that is not over."""


def identifies(session: Session, snapshot: Snapshot) -> bool:
    """Whether this car is known to identify its drivers."""
    bound = any(profile.driver_subject for profile in snapshot.profiles)
    return bool(session.driver) or bound or preference(snapshot, session.preferences, IDENTIFIES) == "1"


def may_use(profile: Profile, driver: str) -> bool:
    """Whether the driver may choose the profile: it is not bound, or bound to this identity.

    A binding that was stored without its issuer is renewed by the same choice.
    """
    bound = profile.driver_subject
    return not bound or bound in (driver, identity_subject(driver))


def permitted(session: Session, snapshot: Snapshot) -> str:
    """Id of the profile that may be shown of a store that reads `snapshot`; empty for none."""
    if not identifies(session, snapshot):
        return snapshot.profile.id if snapshot.profile else ""
    if session.driver is None:
        return ""
    chosen = _chosen_by_hand(session, snapshot, session.driver)
    if chosen or not session.driver:
        return chosen
    return next((held.id for held in snapshot.profiles if held.driver_subject == session.driver), "")


def admitted(session: Session, snapshot: Snapshot) -> Snapshot:
    """`snapshot`, without anything of its profile where that may not be shown."""
    profile = snapshot.profile
    if profile is None or profile.id == permitted(session, snapshot):
        return snapshot
    return Snapshot(None, snapshot.profiles, preferences=snapshot.preferences, faces=snapshot.faces, seat=snapshot.seat)


def another(before: Snapshot, after: Snapshot) -> bool:
    """Whether the profile that was shown is not shown any more."""
    return before.profile is not None and (after.profile is None or after.profile.id != before.profile.id)


def changed(desk: IntentContext, driver: str) -> None:
    """The car says who drives, or that it does not know (empty); what the one before had on the screen goes."""
    session = desk.session
    before, session.driver = session.driver, driver
    if before is not None and before != driver:
        leave(desk)
    if driver:  # choices made for other identities end; a driver whose identity is lost for a while keeps theirs
        session.by_hand = {identity: chosen for identity, chosen in session.by_hand.items() if identity == driver}
    if driver and preference(session.snapshot, session.preferences, IDENTIFIES) != "1":
        session.preferences[IDENTIFIES] = "1"
        desk.ports.memory.prefer(IDENTIFIES, "1")


def settle(desk: IntentContext, stored: Snapshot) -> None:
    """Tell store and service who is in the seat, where they do not know it; `stored` is what the store reads."""
    session = desk.session
    if session.driver is None or not identifies(session, stored):
        return
    wanted, held = permitted(session, stored), stored.profile.id if stored.profile else ""
    if wanted != held and wanted != session.seat_asked:
        take_seat(desk, wanted)
    elif wanted == held:
        session.seat_asked = None
        _tell_service(desk, wanted)


def take_seat(desk: IntentContext, profile_id: str) -> None:
    """Tell store and service that the profile is in the seat; empty for none."""
    session = desk.session
    session.seat_asked = profile_id
    if identifies(session, session.snapshot):
        desk.ports.memory.prefer(CHOSEN, _digest(session.driver or ""))
    desk.ports.memory.choose_profile(profile_id)
    session.seat_told = None
    _tell_service(desk, profile_id)


def _tell_service(desk: IntentContext, profile_id: str) -> None:
    """Whose calendar comes first at a synchronisation."""
    if desk.session.seat_told != profile_id:
        desk.session.seat_told = profile_id
        desk.send("profile", profile=profile_id)


def choose(desk: IntentContext, profile: Profile) -> None:
    """A person in the parked car says "That’s me": take the seat, and bind the profile to the driver where it may be.

    A guest is never bound, nor is anything from a passenger's display, nor a second profile to one identity.
    """
    session = desk.session
    driver = session.driver or ""
    session.by_hand[driver] = profile.id
    if bindable(session, session.snapshot) and not profile.is_guest and profile.driver_subject != driver:
        session.bound_here.add(driver)
        desk.ports.memory.create_profile(replace(profile, driver_subject=driver))
    take_seat(desk, profile.id)


def bindable(session: Session, snapshot: Snapshot) -> bool:
    """Whether a profile can be bound to the driver now."""
    # Two touches may come before the store shows what the first one did.
    taken = session.driver in session.bound_here or any(p.driver_subject == session.driver for p in snapshot.profiles)
    return bool(session.driver) and not taken and not session.restrictions.passenger


def leave(desk: IntentContext) -> None:
    """Take off the screen what belonged to the one who was in the seat; what was confirmed to them is still sent.

    A call goes on, without its meeting's name and codes.
    """
    session = desk.session
    session.turn()
    in_call = session.trail.here.screen is ScreenName.CALL and ours(session.phone.calls, session.talk) is not None
    session.trail.home()
    session.trail.aside = None
    if in_call:
        session.trail.go(ScreenAddress(ScreenName.CALL), session.restrictions)
    session.scroll.clear()
    session.saying, session.sounded = ("", 0.0), ((), "")
    session.renewing, session.asking_more, session.awaiting_notice = "", False, False
    if session.toast is not None and session.toast.action is not None:
        session.toast = None
    if session.sign_in is not None and session.sign_in.status.phase in IN_FLIGHT:
        desk.send("sign_in_cancel")
    session.sign_in = None
    talk = session.talk
    if talk is None:
        return
    over = talk.ended is not None or talk.failed
    session.talk = None if over else _unnamed(talk, desk.words().say("Call"))


def _unnamed(talk: MeetingCall, title: str) -> MeetingCall:
    """A call without its meeting and its codes, nor those of the call that is on hold for it."""
    before = None if talk.before is None else _unnamed(talk.before, title)
    return replace(talk, key="", title=title, tones="", spare=None, before=before)


def _chosen_by_hand(session: Session, snapshot: Snapshot, driver: str) -> str:
    stored = snapshot.seat if preference(snapshot, {}, CHOSEN) == _digest(driver) else ""
    wanted = stored or session.by_hand.get(driver, "")
    return next((held.id for held in snapshot.profiles if held.id == wanted and may_use(held, driver)), "")


def _digest(driver: str) -> str:
    import hashlib  # not needed for the first frame

    return hashlib.sha256(driver.encode(errors="replace")).hexdigest()[:16]
