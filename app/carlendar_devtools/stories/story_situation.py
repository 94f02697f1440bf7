"""A situation for pictures: time of day, driving state, and previous actions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from msgspec.structs import replace

from carlendar.domain.agenda import event_id_of
from carlendar.ipc.messages import SignInStatus
from carlendar.presentation.intents import OpenEvent
from carlendar.presentation.options import Options
from carlendar.presentation.states import Action
from carlendar.safety.restrictions import DrivingState
from carlendar.store.records import Snapshot, StoredEvent
from carlendar.store.user import UserStore
from carlendar.ui.metrics import Fit
from carlendar_devtools.stories.scenario_rig import ZONE, RigSession, ScenarioRig, WordsOf, translated

SETTLED = 15.0
"""Seconds after which a change without a touch is drawn: it is delayed while driving."""
MOVING, IDLING, PARKED, UNKNOWN = DrivingState.MOVING, DrivingState.IDLING, DrivingState.PARKED, DrivingState.UNKNOWN
Act = Callable[[RigSession], None]
T = TypeVar("T")

SCREENS = {
    "drive": "now", "reminder": "now", "agenda": "agenda", "event": "event", "call": "call", "notice": "notice",
    "sign": "sign-in", "profiles": "drivers", "settings": "settings",
}  # fmt: skip
"""Screens by the first word of a situation's name."""


def _unchanged(_: object) -> None:
    return


@dataclass(frozen=True, slots=True)
class StorySituation:
    """A situation: time of day, driving state, and previous actions."""

    name: str
    at: str
    state: DrivingState = MOVING
    act: Act = _unchanged
    scenario: str = "commute"
    signed_in: bool = True
    browser: bool = False
    day: int = 0
    """Days after the scenario's first day."""
    before: Callable[[UserStore], None] = _unchanged
    """Changes of drivers and accounts before the drive."""
    region: str = "DE"
    """Country of the phone."""
    options: Callable[[Options], Options] = lambda options: options
    """Options of the car."""
    scroll: float = 1.0
    """Scroll position of the list: 1 at its top, 0 at its bottom."""
    like: str = ""
    """A situation with the same layout and other words; the audit measures that one only."""

    @property
    def screen(self) -> str:
        """The screen of the situation."""
        return SCREENS[self.name.partition("-")[0]]

    def session(
        self, rig: ScenarioRig, language: str, fit: Fit, words: WordsOf = translated
    ) -> RigSession:  # fmt: skip
        """Return a session in that language on such a display, with all actions done. The caller closes it."""
        day = rig.world.at + timedelta(days=self.day)
        at = datetime.fromisoformat(f"{day:%Y-%m-%d}T{self.at}:00").replace(tzinfo=ZONE)
        options = self.options(
            Options(language=language, region=self.region, rows_fit=fit.rows, list_and_detail=fit.list_and_detail)
        )
        session = rig.session(at, self.state, options, browser=self.browser, before=self.before, words=words)
        self.act(session)
        return session


def chain(*acts: Act) -> Act:
    """Combine actions, in order."""

    def act(session: RigSession) -> None:
        for each in acts:
            each(session)

    return act


def touches(*intents: str) -> Act:
    """Touch the actions of these intents, in order."""

    def act(session: RigSession) -> None:
        for intent in intents:
            session.touch(intent)

    return act


def after_reminders(*intents: str) -> Act:
    """Do it once no reminder is on the screen."""

    def act(session: RigSession) -> None:
        while getattr(session.presenter.frame.body, "band", None) is not None:
            session.touch("remind")
        touches(*intents)(session)

    return act


def passes(seconds: float = SETTLED) -> Act:
    """Let time pass."""
    return lambda session: session.pass_time(seconds)


def drives(state: DrivingState, *, passenger: bool = False) -> Act:
    """Change the driving state, or make the display the passenger's."""
    return lambda session: session.drive(state, passenger=passenger)


def _rows_of(session: RigSession, ids: list[str]) -> list[Action]:
    """Return the actions that open these meetings on the agenda's current page."""
    opening = [row.open for row in getattr(session.presenter.frame.body, "rows", ()) if row.open]
    return [each for each in opening if isinstance(each.intent, OpenEvent) and event_id_of(each.intent.key) in ids]


def opens(title: str) -> Act:
    """Open the meeting of that title from the parked or idling agenda."""

    def act(session: RigSession) -> None:
        ids = [stored.event.id for stored in session.read().events if stored.event.title == title]
        session.touch("agenda")
        while not (rows := _rows_of(session, ids)):
            session.touch("later")
        session.presenter.act(rows[0])

    return act


def settings_of(**changes: object) -> Callable[[Options], Options]:
    """Return an edit of the car's options."""
    return lambda options: replace(options, **changes)


def amends(edit: Callable[[Snapshot], Snapshot]) -> Act:
    """Change the stored data, and draw it."""

    def act(session: RigSession) -> None:
        session.amend(edit)
        session.pass_time(SETTLED)

    return act


def events(edit: Callable[[StoredEvent], StoredEvent], title: str = "") -> Callable[[Snapshot], Snapshot]:
    """Change the events of that title, or all."""

    def edited(snapshot: Snapshot) -> Snapshot:
        held = (edit(each) if title in ("", each.event.title) else each for each in snapshot.events)
        return replace(snapshot, events=tuple(held))

    return edited


def ways_in(title: str, **changes: object) -> Act:
    """Change how the meetings of that title can be joined."""

    def edit(stored: StoredEvent) -> StoredEvent:
        if stored.join_details is None:
            return stored
        return replace(stored, join_details=replace(stored.join_details, **changes))

    return amends(events(edit, title))


def found(snapshot: Snapshot, title: str) -> StoredEvent:
    """The first event of that title."""
    return next(stored for stored in snapshot.events if stored.event.title == title)


CODE = {
    "phase": "code",
    "user_code": "HX4KQP7ZR",
    "verification_uri": "https://microsoft.com/devicelogin",
    "expires_in": 870.0,
}
"""A device code, as the service reports it."""


def service_said(**status: object) -> Act:
    """Report this state of a sign-in by the service."""
    status_of: Callable[..., SignInStatus] = SignInStatus
    return lambda session: session.presenter.service_said(status_of(**status))


def signs_in(**status: object) -> Act:
    """Start a sign-in on the home screen; the service reports this state."""
    return chain(touches("sign_in", "accept_notice"), service_said(**status))


def joins(seconds: float, *then: str) -> Act:
    """Join, let the call last for that time, then touch."""
    return chain(touches("join"), passes(seconds), touches(*then))
