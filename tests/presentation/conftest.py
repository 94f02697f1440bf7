"""A car with a phone, a store and two clocks, all held in the hand, around a real presenter."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace

from carlendar.domain.account import Account, AccountState, Calendar, Profile
from carlendar.domain.agenda import occurrence_key
from carlendar.domain.call import CallCommand, PhoneState
from carlendar.domain.event import Event, Person, Response, ShowAs
from carlendar.domain.place import Place
from carlendar.domain.timespan import Timespan
from carlendar.domain.travel import Destination
from carlendar.errors import CallError
from carlendar.i18n import catalogue
from carlendar.ipc.messages import Command, Navigated, SyncStatus
from carlendar.meetings.join_details import DialIn, JoinDetails
from carlendar.meetings.plan import plan
from carlendar.presentation.intents import Intent, Join
from carlendar.presentation.options import Options
from carlendar.presentation.ports import Ports
from carlendar.presentation.presenter import Presenter
from carlendar.presentation.states import Action, DriveState, Frame
from carlendar.safety.policy import restrictions_for
from carlendar.safety.restrictions import DrivingState
from carlendar.store.records import OutboxItem, Snapshot, SourceStatus, StoredEvent
from tests.fakes.clocks import ManualClocks

BERLIN = ZoneInfo("Europe/Berlin")
LOCALE = Path(__file__).resolve().parents[2] / "assets" / "locale"
PROFILE = Profile("p1", "Ana Ruiz")
ACCOUNT = Account(
    "a1",
    "p1",
    "ana@contoso.example",
    "Ana Ruiz",
    "global",
    AccountState.SIGNED_IN,
    datetime(2026, 11, 1, tzinfo=UTC),
    scopes=("User.Read", "Calendars.ReadWrite", "Mail.Send"),
)
CALENDAR = Calendar("c1", "a1", "Calendar", is_default=True, can_edit=True)
PRIYA = Person("Priya Raman", "priya@contoso.example")
JONAS = Person("Jonas Weber", "jonas@contoso.example")
TEAMS = JoinDetails(
    "teams",
    "https://teams.microsoft.com/l/meetup-join/x",
    "teams.microsoft.com",
    "online_meeting",
    dial_ins=(DialIn("+496900001234", "987654321#", "p987654321#", "DE"),),
)
WEBEX = JoinDetails("webex", "https://contoso.webex.com/meet/x", "contoso.webex.com", "body")

Body = TypeVar("Body")
At = Callable[..., datetime]
Make = Callable[..., StoredEvent]


def at(text: str, day: int = 23) -> datetime:
    """That time of a day of November 2026 in Berlin."""
    hour, minute = map(int, text.split(":"))
    return datetime(2026, 11, day, hour, minute, tzinfo=BERLIN)


def meeting(
    title: str,
    start: str,
    end: str,
    join_details: JoinDetails | None = None,
    *,
    day: int = 23,
    account: Account = ACCOUNT,
    calendar: Calendar = CALENDAR,
    **fields: object,
) -> StoredEvent:
    """A stored event of the account; further fields are the event's."""
    defaults: dict[str, object] = {"response": Response.ACCEPTED, "organizer": PRIYA}
    given = {**defaults, **fields}
    event = Event(f"id {title}", calendar.id, title, Timespan(at(start, day), at(end, day)), **given)  # type: ignore[arg-type]  # keyword fields of a test
    return StoredEvent(event, join_details, calendar, account)


REVIEW = meeting(
    "Product review", "9:00", "9:30", TEAMS, attendees=(PRIYA, JONAS), attendee_count=6,
    body="Launch checklist, open risks, decision on the October date. Slides are in the team channel.",
)  # fmt: skip
BUDGET = meeting(
    "Budget sync", "10:15", "11:00", TEAMS, attendees=(JONAS,), attendee_count=3
)  # fmt: skip
HAFEN = Place("Hafenstraße 12", "Hafenstraße 12, Hamburg", 53.55, 9.97)
LUNCH = meeting("Lunch with Ana", "13:00", "14:00", place=HAFEN)
SUPPLIER = meeting("Supplier call", "15:30", "16:00", WEBEX, response=Response.TENTATIVE, show_as=ShowAs.TENTATIVE)
DAY = (REVIEW, BUDGET, LUNCH, SUPPLIER)


@dataclass
class Car:
    """Fakes of every port, and what was asked of them."""

    clock: ManualClocks = field(default_factory=lambda: ManualClocks(at("8:48"), BERLIN))
    snapshot: Snapshot = field(
        default_factory=lambda: Snapshot(
            PROFILE, (PROFILE,), (ACCOUNT,), DAY, (SourceStatus("c1", "a1", at("8:47")),),
            preferences=(("notice:p1", "1"),), calendars=(CALENDAR,),
        )
    )  # fmt: skip
    done: list[tuple[object, ...]] = field(default_factory=list)
    dial_error: str = ""
    outcome: str = ""
    """What comes of setting a destination (`Navigated`); empty for success."""
    browser: bool = False
    has_navigation: bool = True
    hears: bool = True
    """Whether the car reports at once that nothing else is heard; else the test reports it."""
    watched: list[bool] = field(default_factory=list)
    """Whether the vehicle's position was wanted, at each change."""
    frames: list[Frame] = field(default_factory=list)
    presenter: Presenter = field(init=False)

    # telephone
    def subscribe(self, listener: Callable[[PhoneState], None]) -> Callable[[], None]:
        listener(PhoneState(connected=True))
        return lambda: None

    def dial(self, number: str, tones: str) -> None:
        if self.dial_error:
            raise CallError("no", key=self.dial_error)
        self.done.append(("dial", number, tones))

    def command(self, name: CallCommand, call_id: str = "", tones: str = "") -> None:
        self.done.append((name.value, call_id, tones))

    def stop(self) -> None:
        self.done.append(("stop",))

    # memory
    def dismiss(self, key: str, account_id: str, now: datetime) -> None:  # noqa: ARG002  # the port's signature
        self.done.append(("dismiss", key, account_id))

    def snooze(self, key: str, account_id: str, until: datetime, now: datetime) -> None:  # noqa: ARG002  # the port's signature
        self.done.append(("snooze", key, until.astimezone(BERLIN)))

    def joined(self, key: str, account_id: str, line: str, now: datetime) -> None:
        self.done.append(("joined", key, account_id, line, now))

    def prefer(self, key: str, value: str) -> None:
        self.done.append(("prefer", key, value))

    def show_calendar(self, account_id: str, calendar_id: str, shown: bool) -> None:
        self.done.append(("show_calendar", account_id, calendar_id, shown))

    def create_profile(self, profile: Profile) -> None:
        self.done.append(("create_profile", profile))

    def choose_profile(self, profile_id: str) -> None:
        self.done.append(("choose_profile", profile_id))

    def put(self, item: OutboxItem) -> None:
        self.done.append(("put", item))

    def withdraw(self, key: str) -> None:
        self.done.append(("withdraw", key))

    def acknowledge(self, key: str) -> None:
        self.done.append(("acknowledge", key))

    def acknowledge_change(self, account_id: str, event_id: str) -> None:
        self.done.append(("acknowledge_change", account_id, event_id))

    # service, sound
    def send(self, command: Command) -> None:
        self.done.append(("send", command.name, command.arguments))

    def play(self, name: str, loudness: float = 1.0) -> None:
        self.done.append(("play", name) if loudness == 1.0 else ("play", name, loudness))

    def say(self, text: str, language: str) -> None:
        self.done.append(("say", text, language))

    def cancel(self) -> None:
        self.done.append(("silence",))

    def watch_sounds(self, wanted: bool) -> None:
        self.done.append(("watch", wanted))

    def navigate(self, key: str, destination: Destination, *, replace: bool) -> None:
        if not self.outcome:
            self.done.append(("navigate", destination.position.latitude, destination.position.longitude, replace))
        self.presenter.service_said(Navigated(key, self.outcome or "set"))

    # the whole
    def start(
        self, options: Options | None = None, state: DrivingState = DrivingState.MOVING, *, quiet: bool = True
    ) -> Car:
        """Start the presenter; `quiet` where all reminders have been answered before."""
        if quiet:
            asleep = tuple((occurrence_key(stored.event), at("23:59", 30)) for stored in self.snapshot.events)
            self.snapshot = replace(self.snapshot, snoozed=asleep)
        keys = iter(f"key {number}" for number in range(1000))
        ports = Ports(
            read=lambda: self.snapshot, memory=self, service=self, telephony=self, links=Links(self),
            navigation=Navigator(self), sound=self, wall=self.clock, elapsed=self.clock,
            words=lambda language: catalogue.load(language, LOCALE), languages=("en", "de"), plan=plan,
            new_key=lambda: next(keys), speech=self,
            watch_sounds=None if self.hears else self.watch_sounds, watch_position=self.watched.append,
        )  # fmt: skip
        self.presenter = Presenter(ports, options or Options(region="DE"), restrictions_for(state, "test"))
        self.presenter.subscribe(self.frames.append)
        self.presenter.phone_changed(PhoneState(connected=True))
        self.presenter.set_occupants(passenger_aboard=False, driver_subject="")
        return self

    def drive(self, state: DrivingState) -> Frame:
        sequence = self.presenter.frame.restrictions.sequence + 1
        return self.presenter.restrict(restrictions_for(state, "test", sequence=sequence))

    def fresh(self, *, online: bool = True, as_of: datetime | None = None) -> None:
        moment = as_of or self.clock.wall
        self.presenter.service_said(SyncStatus(running=False, as_of=moment.isoformat(), online=online))
        self.presenter.tick()

    def wait(self, seconds: float) -> Frame:
        """Let time pass as the interface does: a tick whenever the presenter asks for one."""
        left = seconds
        while left > 0:
            step = min(left, self.presenter.tick())
            self.clock.advance(step)
            left -= step
        self.presenter.tick()
        return self.presenter.frame

    def touch(self, wanted: str | Intent) -> Frame:
        """Touch the action of that intent, or of that name, in the frame; fails where there is none."""
        from carlendar.presentation.apply_limits import actions

        found = [action for action in actions(self.frame) if wanted in (action.intent, action.intent.name)]
        assert found, f"{wanted} is not on the screen"
        self.presenter.act(found[0])
        return self.frame

    def put_items(self) -> list[OutboxItem]:
        """What was put into the outbox, oldest first."""
        return [done[1] for done in self.done if isinstance(done[1], OutboxItem)]

    def join(self, key: str) -> Frame:
        """Touch Join of the meeting with that occurrence key, as the list of another screen offers it."""
        view = self.presenter._context.view()
        entry = next(entry for entry in view.agenda.entries if entry.key == key)
        step = view.join_step(entry)
        assert step is not None
        self.presenter.act(Action(Join(key, step), ("x",)))
        return self.frame

    def offers(self) -> list[str]:
        """Intents of all actions on the screen."""
        from carlendar.presentation.apply_limits import actions

        return [action.intent.name for action in actions(self.frame)]

    @property
    def frame(self) -> Frame:
        return self.presenter.frame

    @property
    def toast(self) -> str:
        """The short message over the screen; fails where there is none."""
        assert self.frame.toast is not None
        return self.frame.toast.text

    @property
    def primary(self) -> Action:
        """The main action of the home screen; fails where there is none."""
        action = self.shown(DriveState).primary
        assert action is not None
        return action

    def shown(self, kind: type[Body]) -> Body:
        """What the frame shows; fails where that is of another kind."""
        body = self.frame.body
        assert isinstance(body, kind)
        return body

    def queued(self) -> OutboxItem:
        """Return what was put into the outbox last; fails if the last thing done was something else."""
        item = self.done[-1][1]
        assert isinstance(item, OutboxItem)
        return item

    def change(self, **fields: object) -> None:
        """Another snapshot comes in from the store."""
        self.snapshot = replace(self.snapshot, **fields)
        self.presenter.snapshot_changed()
        self.presenter.tick()


@dataclass
class Links:
    car: Car

    def available(self) -> bool:
        return self.car.browser

    def open(self, url: str) -> None:
        self.car.done.append(("open", url))


@dataclass
class Navigator:
    car: Car

    def available(self) -> bool:
        return self.car.has_navigation

    def navigate(self, key: str, destination: Destination, *, replace: bool) -> None:
        self.car.navigate(key, destination, replace=replace)


@pytest.fixture
def car() -> Car:
    """The car of the pictures on Monday 23 November 2026, 8:48, moving, just synchronised."""
    return Car().start()


@pytest.fixture
def new_car() -> type[Car]:
    """A car with another snapshot, clock or options: call it with fields of `Car`, then `start`."""
    return Car


@pytest.fixture(name="at")
def moment_of() -> At:
    """`at("9:00")`, `at("9:00", 24)`: that time of a day of November 2026 in Berlin."""
    return at


@pytest.fixture
def phone() -> type[PhoneState]:
    """States of the telephone."""
    return PhoneState


@pytest.fixture
def make() -> Make:
    """`make(title, start, end, teams=True, day=24, …)`: a stored event; further fields are the event's."""

    def made(title: str, start: str, end: str, *, teams: bool = False, **fields: object) -> StoredEvent:
        return meeting(title, start, end, TEAMS if teams else None, **fields)  # type: ignore[arg-type]  # fields of a test

    return made
