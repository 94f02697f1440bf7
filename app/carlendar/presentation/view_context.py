"""All data of a screen at one time; screens are pure functions of it."""

from __future__ import annotations

from datetime import datetime, timedelta, tzinfo
from enum import StrEnum
from typing import TYPE_CHECKING

from msgspec import field
from msgspec.structs import replace

from carlendar.domain.account import Account, AccountState
from carlendar.domain.agenda import AgendaEntry, joinable
from carlendar.domain.base import Value
from carlendar.domain.call import UNANSWERED, Call, CallPhase, PhoneState, same_number
from carlendar.domain.event import Event, Response
from carlendar.meetings.plan import DIRECT, JoinAction, JoinStep, Plan, PreferredLine, Situation
from carlendar.presentation.travel.on_the_road import OnTheRoad
from carlendar.presentation.vehicle_context import VehicleContext
from carlendar.store.records import AGREED, preference

if TYPE_CHECKING:
    from collections.abc import Mapping

    from carlendar.domain.online_call import OnlineState
    from carlendar.domain.reminders import Reminder
    from carlendar.i18n.catalogue import Words
    from carlendar.i18n.formats import Formats
    from carlendar.ipc.messages import OnlineStatus, SignInStatus
    from carlendar.presentation.agenda.index import AgendaIndex
    from carlendar.presentation.intents import Acknowledge, NewsSeen
    from carlendar.presentation.options import Options
    from carlendar.presentation.ports import JoinPlan
    from carlendar.safety.restrictions import Restrictions
    from carlendar.store.records import Snapshot, StoredEvent

PRESENCE_SHOWN = 600.0
"""Elapsed seconds for which a report of Teams is shown: it is not asked for again until Join is touched."""
FRESH = timedelta(minutes=15)
"""Data of this age or older is stale: every screen shows its age."""


KNOWN_TO_ACCEPT = frozenset({Response.ACCEPTED, Response.TENTATIVE, Response.ORGANIZER})
"""Responses that imply that the user knows the meeting."""


def known_to_accept(event: Event) -> bool:
    """Whether the user knows the meeting: by an answer, or as the organiser without guests."""
    own = event.response is Response.NONE and (event.is_organizer or event.organizer is None)
    return own or event.response in KNOWN_TO_ACCEPT


class Panel(StrEnum):
    """What a screen shows in addition, after a touch."""

    NONE = ""
    ANSWERS = "answers"
    SERIES_ACCEPT = "series_accept"
    """The question whether an answer is for the occurrence or the series; likewise the next two."""
    SERIES_TENTATIVE = "series_tentative"
    SERIES_DECLINE = "series_decline"
    LATENESS = "lateness"
    HAND_OVER = "hand_over"
    HAND_OVER_PLACE = "hand_over_place"
    CONFIRM = "confirm"
    """The question whether to call a number or open a link that needs confirmation."""
    PRESENCE = "presence"
    """The question whether to join although Teams reports a call (parked)."""
    SIGN_OUT = "sign_out"
    CLEAR = "clear"
    PERMISSION = "permission"
    """The question whether Carlendar may answer in the user's name; once, after the first sign-in."""
    CONSENT = "consent"
    """The question which telemetry the driver allows; once, in a parked car of a fleet."""


class MeetingCall(Value, frozen=True):
    """The call that Carlendar placed: for which meeting, and the digits typed."""

    key: str
    title: str
    number: str
    tones: str
    ended: Call | None = None
    failed: str = ""
    """Key of the error if no call was placed; empty otherwise."""
    since: float = 0.0
    """Elapsed seconds when it was dialled: calls that ended earlier are others."""
    fallback: tuple[str, str] | None = None
    """Number and tones to try once if the first is not reached."""
    second: bool = False
    """Whether this is the second attempt."""
    mute_on_connect: bool = False
    """Whether to mute the microphone while this call is active."""
    found: bool = False
    """Whether it was found after a restart: the state of its digits is unknown."""
    call_id: str = ""
    """Id of the call when it was last seen."""
    before: MeetingCall | None = None
    """The call to another meeting that is on hold for this one."""
    online: bool = False
    """Whether it is on the data connection; `number` is then empty, and its state is the service's."""


def ours(calls: tuple[Call, ...], meeting_call: MeetingCall | None) -> Call | None:
    """Return the call that Carlendar placed for this meeting, among the phone's calls.

    Two meetings may have one number: it is the call that was seen before, else one that was asked for since, else
    one that was found, as after a restart.
    """
    if meeting_call is None or meeting_call.online:
        return None
    up = [call for call in calls if call.phase not in UNANSWERED and call.phase is not CallPhase.ENDED]
    alike = [call for call in up if same_number(call.number, meeting_call.number)]
    seen = [call for call in alike if call.id == meeting_call.call_id]
    asked = [call for call in alike if call.placed is not None and call.placed >= meeting_call.since]
    others = meeting_call.before.call_id if meeting_call.before else ""
    found = [call for call in alike if call.placed is None and call.id != others]
    return next(iter([*seen, *asked, *found]), None)


def data_call(line: OnlineStatus | None, meeting_call: MeetingCall | None) -> OnlineState | None:
    """Return the state of this meeting's data call; None while the service has not reported any of this attempt."""
    if line is None or line.state is None or meeting_call is None or not meeting_call.online:
        return None
    mine = meeting_call.key in ("", line.key)  # without a key it is an earlier driver's
    return line.state if mine and (line.state.up or line.state.since >= meeting_call.since) else None


class Presence(Value, frozen=True):
    """Whether Teams has an account's owner in a call, as of `at` (elapsed seconds)."""

    in_call: bool
    at: float


class SignIn(Value, frozen=True):
    """A sign-in in progress or ended. `ends` is in elapsed seconds.

    `purpose` is empty for a new account, `again` to renew one, `more` to grant an account more permissions.
    """

    status: SignInStatus
    ends: float = 0.0
    purpose: str = ""


class ViewContext(Value, frozen=True):
    """The state of everything at one time. `now` is in the car's time zone; `elapsed` is the elapsed clock's."""

    snapshot: Snapshot
    agenda: AgendaIndex
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
    """Whether there is a front passenger; None if the car does not report it."""
    driver: str = ""
    """The driver's identity as reported by the car; empty if unknown."""
    vehicle: VehicleContext = field(default_factory=VehicleContext)
    road: OnTheRoad = field(default_factory=OnTheRoad)
    browser: bool = False
    navigation: bool = False
    languages: tuple[str, ...] = ("en",)
    meeting_call: MeetingCall | None = None
    data_line: OnlineStatus | None = None
    """What joins over data, and its call; None in a car that does not."""
    other_line_due: bool = False
    """Whether the call has not connected, or is of bad quality, for so long that the other line is offered."""
    changing_line: bool = False
    """Whether one line is being left for the other, or for a call that waits."""
    presence: Mapping[str, Presence] = field(default_factory=dict)
    """What Teams last reported, by account."""
    reminder: Reminder | None = None
    subject: str = ""
    page: int = 0
    panel: Panel = Panel.NONE
    chosen: Mapping[str, str] = field(default_factory=dict)
    """Preferences set on this screen; the snapshot may not have them yet."""
    own_phone: tuple[str, str] = ("", "")
    """Id and name of the phone that the current profile chose; both empty if none."""
    late_sent: frozenset[str] = frozenset()
    """Ids of events for which a running-late message is under way or sent."""
    undoing: str = ""
    """Key of the outbox item that the toast offers to undo."""
    undoing_keys: frozenset[str] = frozenset()
    """Keys that the user has just undone; whether in time is not known yet."""
    acknowledged: frozenset[Acknowledge | NewsSeen] = frozenset()
    """Failures and changes that the user has just seen; the snapshot may not contain that yet."""

    @property
    def zone(self) -> tzinfo:
        """The car's time zone."""
        zone = self.now.tzinfo
        if zone is None:
            raise ValueError("the view's moment must have a time zone")
        return zone

    @property
    def parked(self) -> bool:
        """Whether everything may be shown."""
        return not self.restrictions.restricted

    @property
    def fresh(self) -> bool:
        """Whether the data is recent enough to be trusted."""
        return self.online and self.as_of is not None and self.now - self.as_of < FRESH

    @property
    def accounts(self) -> tuple[Account, ...]:
        """Accounts of the current profile."""
        profile = self.snapshot.profile
        return tuple(account for account in self.snapshot.accounts if profile and account.profile_id == profile.id)

    @property
    def sign_in_needed(self) -> Account | None:
        """The first account that needs a new sign-in."""
        return next((account for account in self.accounts if account.state is not AccountState.SIGNED_IN), None)

    @property
    def our_call(self) -> Call | None:
        """The call that Carlendar placed, while it exists."""
        return ours(self.phone.calls, self.meeting_call)

    @property
    def data_call(self) -> OnlineState | None:
        """The state of the data call of `meeting_call`; see `data_call`."""
        return data_call(self.data_line, self.meeting_call)

    @property
    def on_data(self) -> OnlineState | None:
        """The state of the data call that is up, whichever meeting's it is."""
        state = self.data_line.state if self.data_line is not None else None
        return state if state is not None and state.up else None

    @property
    def in_call(self) -> bool:
        """Whether a call of ours is up, on either line."""
        return self.our_call is not None or self.on_data is not None

    def in_teams_call(self, account: Account) -> bool:
        """Whether Teams reported not long ago that the account's owner is in a call, and it is not ours."""
        known = self.presence.get(account.id)
        recent = known is not None and known.in_call and self.elapsed - known.at <= PRESENCE_SHOWN
        return recent and not self.in_call and not self.restrictions.passenger

    @property
    def any_call(self) -> bool:
        """Whether there is any call, by telephone or over data."""
        return self.on_data is not None or not self.phone.idle

    @property
    def can_call(self) -> bool:
        """Whether the phone can dial: connected, room for a call, and no emergency call."""
        phases = {call.phase for call in self.phone.calls}
        rings = not phases.isdisjoint(UNANSWERED)
        full = {CallPhase.ACTIVE, CallPhase.HELD} <= phases
        return self.phone.connected and not (rings or full or self.emergency)

    @property
    def emergency(self) -> bool:
        """Whether there is an emergency call: nothing is dialled, and the driver is not asked anything."""
        return self.phone.emergency

    def at(self, entry: AgendaEntry) -> tuple[datetime, datetime]:
        """Start and end in the car's zone."""
        return entry.event.start(self.zone), entry.event.end(self.zone)

    @property
    def region(self) -> str:
        """Country of the phone (ISO 3166-1 alpha-2)."""
        return self.options.region or "DE"

    def situation(self, stored: StoredEvent, *, confirmed: bool = False, changing: bool = False) -> Situation:
        """Return the situation that a plan to join depends on; with `changing` as if our own call were over."""
        ours = self.our_call if changing else None
        return Situation(
            parked=self.parked,
            passenger=self.restrictions.passenger,
            phone=self.can_call,
            data=self.online,
            browser=self.browser,
            region=self.region,
            accepted=known_to_accept(stored.event),
            confirmed=confirmed,
            phone_idle=not any(call.phase is not CallPhase.ENDED and call is not ours for call in self.phone.calls),
            online=self.data_line.readiness if self.data_line is not None and self.service_there else None,
            line=PreferredLine(self.options.join_by),
        )

    def plan(self, stored: StoredEvent, *, changing: bool = False) -> Plan:
        """Return how to join now. Numbers that the profile confirmed before need no confirmation, and can be called
        while driving. With `changing` it is planned as if our own call were over.
        """
        found = self.join_plan(stored.join_details, self.situation(stored, changing=changing))
        first = found.first
        if stored.join_details is None or (first.action is JoinAction.CALL and not first.confirm):
            return found
        known = tuple(each for each in stored.join_details.dial_ins if self.agreed(each.number))
        if not known:
            return found
        join_details = replace(stored.join_details, dial_ins=known)
        again = self.join_plan(join_details, self.situation(stored, confirmed=True, changing=changing))
        return again if again.first.action is JoinAction.CALL else found

    def other_line(self, entry: AgendaEntry, *, online: bool) -> JoinStep | None:
        """Return the step that joins on the other line than that of our call, without a question; None if none can.

        `online` is whether our call is, or was, on the data connection.
        """
        if not joinable(entry, self.now):
            return None
        plan = self.plan(self.agenda.of(entry), changing=True)
        wanted = JoinAction.CALL if online else JoinAction.JOIN_ONLINE
        steps = (step for step in (plan.first, *plan.also) if step.action is wanted)
        return next((step for step in steps if not step.confirm and not step.needs), None)

    def agreed(self, number: str) -> bool:
        """Whether the current profile has confirmed this number."""
        profile = self.snapshot.profile
        return profile is not None and preference(self.snapshot, self.chosen, f"{AGREED}{profile.id}:{number}") == "1"

    def join_step(self, entry: AgendaEntry) -> JoinStep | None:
        """Return what Join does now; None if it is not offered: too early or late, or without effect."""
        if not joinable(entry, self.now):
            return None
        step = self.plan(self.agenda.of(entry)).first
        return step if step.action in DIRECT else None

    def can_join(self, entry: AgendaEntry) -> bool:
        """Whether Join is offered."""
        return self.join_step(entry) is not None
