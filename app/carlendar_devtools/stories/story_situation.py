"""One situation of which pictures are taken: where the day stands, what the car does, and what has been done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from msgspec.structs import replace

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
"""The screen of a situation, by the first word of its name."""


def _unchanged(_: object) -> None:
    return


@dataclass(frozen=True, slots=True)
class StorySituation:
    """One situation: where the day stands, what the car does, and what has been done."""

    name: str
    at: str
    state: DrivingState = MOVING
    act: Act = _unchanged
    scenario: str = "commute"
    signed_in: bool = True
    browser: bool = False
    day: int = 0
    """Days after the scenario's first."""
    before: Callable[[UserStore], None] = _unchanged
    """What has become of drivers and accounts before the driver sits down."""
    region: str = "DE"
    """Country of the phone."""
    options: Callable[[Options], Options] = lambda options: options
    """How the car is set up."""
    scroll: float = 1.0
    """Where the list stands: 1 at its top, 0 at its bottom."""
    like: str = ""
    """The situation that is laid out in the same way, only with other words; the audit measures that one alone."""

    @property
    def screen(self) -> str:
        """The screen that the situation is about."""
        return SCREENS[self.name.partition("-")[0]]

    def sit(
        self, rig: ScenarioRig, language: str, fit: Fit, words: WordsOf = translated
    ) -> RigSession:  # fmt: skip
        """The situation in that language on a display on which so much fits, with everything done. To be closed."""
        day = rig.world.at + timedelta(days=self.day)
        at = datetime.fromisoformat(f"{day:%Y-%m-%d}T{self.at}:00").replace(tzinfo=ZONE)
        options = self.options(
            Options(language=language, region=self.region, rows_fit=fit.rows, list_and_detail=fit.list_and_detail)
        )
        sitting = rig.sitting(at, self.state, options, browser=self.browser, before=self.before, words=words)
        self.act(sitting)
        return sitting


def chain(*acts: Act) -> Act:
    """Do one after the other."""

    def act(sitting: RigSession) -> None:
        for each in acts:
            each(sitting)

    return act


def touches(*intents: str) -> Act:
    """Touch what has those intents, one after the other."""

    def act(sitting: RigSession) -> None:
        for intent in intents:
            sitting.touch(intent)

    return act


def after_reminders(*intents: str) -> Act:
    """The same once no reminder is on the screen."""

    def act(sitting: RigSession) -> None:
        while getattr(sitting.presenter.frame.body, "band", None) is not None:
            sitting.touch("remind")
        touches(*intents)(sitting)

    return act


def passes(seconds: float = SETTLED) -> Act:
    """Let time pass."""
    return lambda sitting: sitting.pass_time(seconds)


def drives(state: DrivingState, *, passenger: bool = False) -> Act:
    """Change the driving state, or make the display the passenger's."""
    return lambda sitting: sitting.drive(state, passenger=passenger)


def _rows_of(sitting: RigSession, ids: list[str]) -> list[Action]:
    """What opens the meetings with these ids on the page of the agenda that is shown."""
    opening = [row.open for row in getattr(sitting.presenter.frame.body, "rows", ()) if row.open]
    return [
        each for each in opening if isinstance(each.intent, OpenEvent) and each.intent.key.rpartition("@")[0] in ids
    ]


def opens(title: str) -> Act:
    """Open the meeting of that title from the parked or idling agenda."""

    def act(sitting: RigSession) -> None:
        ids = [stored.event.id for stored in sitting.read().events if stored.event.title == title]
        sitting.touch("agenda")
        while not (rows := _rows_of(sitting, ids)):
            sitting.touch("later")
        sitting.presenter.act(rows[0])

    return act


def settings_of(**changes: object) -> Callable[[Options], Options]:
    """The car's options with these changes."""
    return lambda options: replace(options, **changes)


def amends(edit: Callable[[Snapshot], Snapshot]) -> Act:
    """Change what the store holds, and let it be drawn."""

    def act(sitting: RigSession) -> None:
        sitting.amend(edit)
        sitting.pass_time(SETTLED)

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
    """The service reports this of a sign-in."""
    status_of: Callable[..., SignInStatus] = SignInStatus
    return lambda sitting: sitting.presenter.service_said(status_of(**status))


def signs_in(**status: object) -> Act:
    """Begin a sign-in on the home screen; the service reports this."""
    return chain(touches("sign_in", "accept_notice"), service_said(**status))


def joins(seconds: float, *then: str) -> Act:
    """Join, let the call last so long, then touch."""
    return chain(touches("join"), passes(seconds), touches(*then))
