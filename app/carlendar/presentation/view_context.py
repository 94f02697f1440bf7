"""Everything that a screen is made from, gathered at one moment; screens are pure functions of it."""

from __future__ import annotations

from datetime import datetime, timedelta, tzinfo
from enum import StrEnum
from typing import TYPE_CHECKING

from msgspec import field
from msgspec.structs import replace

from carlendar.domain.account import Account, AccountState
from carlendar.domain.agenda import Entry, joinable
from carlendar.domain.base import Value
from carlendar.domain.call import Call, CallPhase, PhoneState, same_number
from carlendar.domain.event import Event, Response
from carlendar.meetings.plan import JoinAction, Plan, Situation, Why
from carlendar.presentation.vehicle_context import VehicleContext
from carlendar.store.records import AGREED, preference

if TYPE_CHECKING:
    from collections.abc import Mapping

    from carlendar.domain.reminders import Reminder
    from carlendar.i18n.catalogue import Words
    from carlendar.i18n.formats import Formats
    from carlendar.ipc.messages import SignInStatus
    from carlendar.presentation.agenda.index import AgendaIndex
    from carlendar.presentation.options import Options
    from carlendar.presentation.ports import JoinPlan
    from carlendar.safety.restrictions import Restrictions
    from carlendar.store.records import Snapshot, StoredEvent

FRESH = timedelta(minutes=15)
"""Data of this age or more is not fresh: every screen says how old it is."""


RINGS = frozenset({CallPhase.INCOMING, CallPhase.WAITING})
"""Phases of a call that somebody else began and that nobody has answered."""

KNOWN_TO_ACCEPT = frozenset({Response.ACCEPTED, Response.TENTATIVE, Response.ORGANIZER})
"""Answers that say that the person knows the meeting."""


def known_to_accept(event: Event) -> bool:
    """Whether the person knows the meeting: by an answer, or because it is an entry of their own without guests."""
    own = event.response is Response.NONE and (event.is_organizer or event.organizer is None)
    return own or event.response in KNOWN_TO_ACCEPT


class Panel(StrEnum):
    """What a screen shows beside its usual self, by the person's own touch."""

    NONE = ""
    ANSWERS = "answers"
    SERIES_ACCEPT = "series_accept"
    """Whether the answer is for the one occurrence or the series; so with the next two."""
    SERIES_TENTATIVE = "series_tentative"
    SERIES_DECLINE = "series_decline"
    LATENESS = "lateness"
    HAND_OVER = "hand_over"
    CONFIRM = "confirm"
    """Whether to call a number or open a link that the plan wants confirmed."""
    SIGN_OUT = "sign_out"
    CLEAR = "clear"
    PERMISSION = "permission"
    """Whether Carlendar may answer in the person's name; asked once, after the first sign-in."""


class MeetingCall(Value, frozen=True):
    """The call that Carlendar placed: for which meeting, with what typed after it."""

    key: str
    title: str
    number: str
    tones: str
    ended: Call | None = None
    failed: str = ""
    """Key of a sentence why it never was a call; empty otherwise."""
    since: float = 0.0
    """Elapsed seconds when it was dialled: ends of calls before that are those of others."""
    spare: tuple[str, str] | None = None
    """Number and tones to try, once, when nobody can be reached by the first."""
    second: bool = False
    """Whether this is that second try."""
    quiet: bool = False
    """Whether the microphone is to be muted while this call is the active one."""
    found: bool = False
    """Whether it was found, as after a restart: nothing is known of its digits."""
    call_id: str = ""
    """Id of the call when it was last seen."""
    before: MeetingCall | None = None
    """The call to another meeting that was put on hold for this one."""


def ours(calls: tuple[Call, ...], talk: MeetingCall | None) -> Call | None:
    """The call that Carlendar placed for this meeting, among those of the phone.

    Two meetings may have one number: it is the call that was seen before, else one that was asked for since, else
    one that was found, as after a restart.
    """
    if talk is None:
        return None
    up = [call for call in calls if call.phase not in RINGS and call.phase is not CallPhase.ENDED]
    alike = [call for call in up if same_number(call.number, talk.number)]
    seen = [call for call in alike if call.id == talk.call_id]
    asked = [call for call in alike if call.placed is not None and call.placed >= talk.since]
    others = talk.before.call_id if talk.before else ""
    found = [call for call in alike if call.placed is None and call.id != others]
    return next(iter([*seen, *asked, *found]), None)


class SignIn(Value, frozen=True):
    """A sign-in in flight or ended. `ends` is in elapsed seconds."""

    status: SignInStatus
    ends: float = 0.0


class ViewContext(Value, frozen=True):
    """One moment. `now` is in the car's zone; `elapsed` is the elapsed clock's."""

    snapshot: Snapshot
    book: AgendaIndex
    now: datetime
    elapsed: float
    restrictions: Restrictions
    options: Options
    words: Words
    formats: Formats
    join_plan: JoinPlan
    clock_set: bool = True
    phone: PhoneState = field(default_factory=lambda: PhoneState(connected=False))
    online: bool = True
    service_there: bool = True
    as_of: datetime | None = None
    failing: str = ""
    sign_in: SignIn | None = None
    aboard: bool | None = None
    """Whether somebody sits beside the driver; None where the car does not say."""
    driver: str = ""
    """The driver's identity, as the car names it; empty where it is not known."""
    cabin: VehicleContext = field(default_factory=VehicleContext)
    browser: bool = False
    navigation: bool = False
    languages: tuple[str, ...] = ("en",)
    talk: MeetingCall | None = None
    reminder: Reminder | None = None
    subject: str = ""
    page: int = 0
    panel: Panel = Panel.NONE
    chosen: Mapping[str, str] = field(default_factory=dict)
    """Preferences of this sitting; the snapshot may not have them yet."""
    own_phone: tuple[str, str] = ("", "")
    """Id and name of the phone that the profile in the seat chose; both empty where it chose none."""
    late_sent: frozenset[str] = frozenset()
    """Ids of events for which a running-late message is under way or sent."""
    undoing: str = ""
    """Key of the outbox item that the word on what just happened offers to take back."""
    taking_back: frozenset[str] = frozenset()
    """Keys that the person has just taken back, and the store has not said yet whether in time."""
    acknowledged: frozenset[str] = frozenset()
    """Keys of failures, and `account|event id` of news, that the person has just seen."""

    @property
    def zone(self) -> tzinfo:
        """The zone the car is in."""
        zone = self.now.tzinfo
        if zone is None:
            raise ValueError("the scene's moment must bear a zone")
        return zone

    @property
    def parked(self) -> bool:
        """Whether everything may be shown."""
        return not self.restrictions.restricted

    @property
    def fresh(self) -> bool:
        """Whether what is shown can be believed to be what the calendar says now."""
        return self.online and self.as_of is not None and self.now - self.as_of < FRESH

    @property
    def accounts(self) -> tuple[Account, ...]:
        """Accounts of the profile in the seat."""
        profile = self.snapshot.profile
        return tuple(account for account in self.snapshot.accounts if profile and account.profile_id == profile.id)

    @property
    def sign_in_needed(self) -> Account | None:
        """The first account that does not work until someone signs in again."""
        return next((account for account in self.accounts if account.state is not AccountState.SIGNED_IN), None)

    @property
    def our_call(self) -> Call | None:
        """The call that Carlendar placed, while it is up or on its way."""
        return ours(self.phone.calls, self.talk)

    @property
    def can_call(self) -> bool:
        """Whether the phone can dial now: it is there, it has room for a call, and no emergency call is up."""
        phases = {call.phase for call in self.phone.calls}
        rings = not phases.isdisjoint(RINGS)
        full = {CallPhase.ACTIVE, CallPhase.HELD} <= phases
        return self.phone.connected and not (rings or full or self.emergency)

    @property
    def emergency(self) -> bool:
        """Whether an emergency call is up: nothing is dialled, and nothing is asked of the driver."""
        return any(call.emergency for call in self.phone.calls)

    def at(self, entry: Entry) -> tuple[datetime, datetime]:
        """Start and end in the car's zone."""
        return entry.event.start(self.zone), entry.event.end(self.zone)

    def situation(self, stored: StoredEvent, *, confirmed: bool = False) -> Situation:
        """What a plan to join depends on."""
        return Situation(
            parked=self.parked,
            passenger=self.restrictions.passenger,
            phone=self.can_call,
            data=self.online,
            browser=self.browser,
            region=self.options.region or "DE",
            accepted=known_to_accept(stored.event),
            confirmed=confirmed,
        )

    def plan(self, stored: StoredEvent, *, confirmed: bool = False) -> Plan:
        """What pressing Join does; `confirmed` once the person said yes to what the plan asked.

        Numbers that the profile agreed to before are not asked about again, and can be called while driving.
        """
        found = self.join_plan(stored.way_in, self.situation(stored, confirmed=confirmed))
        asks = found.first.confirm or found.first.why == Why.CONFIRM_PARKED
        if confirmed or not asks or stored.way_in is None:
            return found
        known = tuple(each for each in stored.way_in.dial_ins if self.agreed(each.number))
        if not known:
            return found
        way_in = replace(stored.way_in, dial_ins=known)
        again = self.join_plan(way_in, self.situation(stored, confirmed=True))
        return again if again.first.action is JoinAction.CALL else found

    def agreed(self, number: str) -> bool:
        """Whether the profile in the seat has said yes to this number once."""
        profile = self.snapshot.profile
        return profile is not None and preference(self.snapshot, self.chosen, f"{AGREED}{profile.id}:{number}") == "1"

    def can_join(self, entry: Entry) -> bool:
        """Whether Join is offered: its time has come and there is something that joining would do."""
        if not joinable(entry, self.now):
            return False
        return self.plan(self.book.of(entry)).first.action in (JoinAction.CALL, JoinAction.OPEN)
