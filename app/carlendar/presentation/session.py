"""The presenter's state between touches; changed on the UI thread only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import field

from carlendar.domain.base import State, Value
from carlendar.domain.call import CallPhase, PhoneState
from carlendar.presentation.access_policy import BackStack
from carlendar.presentation.spoken_state import SpokenState
from carlendar.presentation.travel.travel_session import TravelSession
from carlendar.presentation.vehicle_context import VehicleContext
from carlendar.presentation.view_context import MeetingCall, Panel, Presence, SignIn

if TYPE_CHECKING:
    from datetime import datetime

    from carlendar.ipc.messages import OnlineStatus, SyncStatus
    from carlendar.meetings.plan import JoinStep
    from carlendar.presentation.agenda.index import AgendaIndex
    from carlendar.presentation.intents import Acknowledge, Join, NewsSeen
    from carlendar.presentation.states import Action, Line
    from carlendar.safety.restrictions import Restrictions
    from carlendar.store.records import JoinedLine, OutboxItem, Snapshot

TOAST_SECONDS = 6.0
"""Elapsed seconds for which a confirmation without Undo is shown."""

NEWS_SECONDS = 60.0
"""Elapsed seconds after which a displayed change counts as seen."""


class WaitingJoin(Value, frozen=True):
    """A touch on Join that waits until `ends` (elapsed seconds) for Teams' report."""

    intent: Join
    account_id: str
    ends: float


class Toast(Value, frozen=True):
    """A short confirmation, for `stays` seconds from the first frame that is composed with it.

    `ends` is in elapsed seconds; None while that frame is held back, as it may be while driving.
    """

    line: Line
    stays: float
    action: Action | None = None
    ends: float | None = None


class AfterLeaving(Value, frozen=True):
    """What follows once our call is over: a step by which to join a meeting, or a call that waits to be answered."""

    key: str = ""
    step: JoinStep | None = None
    answer: str = ""


class Session(State):
    """The mutable part of the presenter."""

    restrictions: Restrictions
    snapshot: Snapshot
    agenda: AgendaIndex
    back_stack: BackStack = field(default_factory=BackStack)
    phone: PhoneState = field(default_factory=lambda: PhoneState(connected=False))
    sync: SyncStatus | None = None
    service_there: bool = True
    sign_in: SignIn | None = None
    renewing: str = ""
    """Account that the sign-in in flight renews; empty for a new one."""
    asking_for: str = ""
    """The `Permission` that the sign-in in flight asks for as well; empty for none."""
    presence: dict[str, Presence] = field(default_factory=dict)
    """What Teams last reported of each account."""
    presence_asked: dict[str, float] = field(default_factory=dict)
    """When the service was last asked for it for an occurrence (elapsed seconds)."""
    presence_known: set[str] = field(default_factory=set)
    """Occurrences whose driver was asked whether to join in spite of a call of Teams."""
    waiting_join: WaitingJoin | None = None
    """A touch on Join that waits for Teams' report."""
    awaiting_notice: bool = False
    """A sign-in waits for the privacy notice to be accepted."""
    aboard: bool | None = None
    driver: str | None = None
    """The driver's identity by the car, empty where it does not know; None before it has said anything."""
    chosen_by_hand: dict[str, str] = field(default_factory=dict)
    """Profiles that were chosen here by hand, by the identity under which that was."""
    profile_asked: str | None = None
    """Profile that the store was asked to make active and has not shown yet; None for none."""
    profile_sent: str | None = None
    """Profile that was last sent to the service as the active one, in a car that identifies its drivers."""
    bound_here: set[str] = field(default_factory=set)
    """Identities that a profile was bound to by this screen."""
    night: bool = True
    car_language: str = ""
    car_hours: str = ""
    text_scale: float = 1.0
    """How the car's own screens are set; empty where the car does not report it."""
    vehicle: VehicleContext = field(default_factory=VehicleContext)
    travel: TravelSession = field(default_factory=TravelSession)
    takes_destinations: bool = True
    """False from a destination that the car refused until the end of the drive."""
    meeting_call: MeetingCall | None = None
    remembered: tuple[str, JoinedLine, float] | None = None
    """The call that was last stored as having been in its meeting: occurrence key, line, and when it was begun."""
    muted_by_us: bool = False
    """Whether the microphone is muted for a meeting: it must not stay muted for the next private call."""
    microphone_asked: tuple[bool, float] | None = None
    """Whether it was asked to be muted, and until when (elapsed seconds) that may take; None once it is so."""
    situation: tuple[bool, CallPhase | None, bool, bool] | None = None
    """What the microphone depends on, as it was: connected, phase of our call, another one active, emergency."""
    resuming: bool = False
    """Whether our call is being taken back from hold."""
    data_line: OnlineStatus | None = None
    """What joins over data, and its call; None in a car that does not."""
    bad_since: float | None = None
    """When the quality of the data call became bad (elapsed seconds)."""
    other_line_due: bool = False
    """Whether the other line is offered, because ours does not connect or is of bad quality."""
    after_leaving: AfterLeaving | None = None
    announced: tuple[bool, bool] = (False, False)
    """Whether it was announced that the data call is recorded, and that it is transcribed."""
    prepared_at: float | None = None
    """When the service was last asked to get ready for joining over data (elapsed seconds)."""
    phone_sent: str | None = None
    """Id of the phone that the telephone was last asked to prefer; None before that was possible."""
    panel: Panel = Panel.NONE
    panel_subject: str = ""
    page: int = 0
    toast: Toast | None = None
    dismissed: set[str] = field(default_factory=set)
    """Answered here and not yet in the snapshot."""
    snoozed: dict[str, datetime] = field(default_factory=dict)
    preferences: dict[str, str] = field(default_factory=dict)
    late: dict[str, OutboxItem] = field(default_factory=dict)
    """Running-late messages that were put into the outbox here and are not in the snapshot yet, by event id."""
    undoing_keys: set[str] = field(default_factory=set)
    """Keys of outbox items that the person took back, until the store says whether in time."""
    acknowledged: set[Acknowledge | NewsSeen] = field(default_factory=set)
    """Failures and changes that the person has seen here; the snapshot may not know it yet."""
    shown_news: tuple[NewsSeen | None, float] = (None, 0.0)
    """The news on the screen, and since when (elapsed seconds)."""
    last_sounded: tuple[tuple[str, ...], str] = ((), "")
    """The reminder that last made a sound."""
    scroll: dict[str, float] = field(default_factory=dict)
    spoken: SpokenState = field(default_factory=SpokenState)

    @property
    def meeting_online(self) -> bool:
        """Whether a data call is up."""
        return self.data_line is not None and self.data_line.state is not None and self.data_line.state.up

    @property
    def ours_online(self) -> bool:
        """Whether our call is on the data connection, also before the service has reported it."""
        return self.meeting_online or (self.meeting_call is not None and self.meeting_call.online)

    def turn(self) -> None:
        """Forget what belonged to the page that is left."""
        self.close_question()
        self.page = 0
        self.waiting_join = None

    def forget_presence(self) -> None:
        """Forget what Teams reported of a driver, and which meetings were joined."""
        self.presence.clear()
        self.presence_asked.clear()
        self.presence_known.clear()
        self.waiting_join = self.remembered = None

    def close_question(self) -> None:
        """Show the page again as it was before the question on it."""
        self.panel = Panel.NONE
        self.panel_subject = ""
