"""Renders scenarios without running processes: the real store and presenter on an emulated day.

The calendar comes from a scenario through the emulated cloud, a real sign-in and a real synchronisation; only the
clocks, the phone and the driving state are set directly.
"""

from __future__ import annotations

import contextlib
import itertools
import queue
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from carlendar.domain.account import Account, AccountState, Profile
from carlendar.domain.avatar import AvatarImage
from carlendar.domain.base import Value
from carlendar.domain.call import PhoneState
from carlendar.domain.online_call import OnlineCommand, OnlineMeeting, OnlineState
from carlendar.domain.ports import Unsubscribe
from carlendar.domain.timespan import Timespan
from carlendar.domain.travel import Destination, NavigationOutcome
from carlendar.errors import CarlendarError
from carlendar.i18n import catalogue
from carlendar.i18n.catalogue import Words
from carlendar.ipc.messages import Command, Navigated, OnlineStatus, SyncStatus
from carlendar.meetings.html import text_of
from carlendar.meetings.plan import plan
from carlendar.presentation.options import Options
from carlendar.presentation.ports import Ports
from carlendar.presentation.presenter import Presenter
from carlendar.presentation.states import Action, Frame
from carlendar.resources import asset
from carlendar.safety.policy import restrictions_for
from carlendar.safety.restrictions import DrivingState
from carlendar.settings import load
from carlendar.store.avatars import AvatarFolder, AvatarStore, StoredAvatar
from carlendar.store.events import EventStore
from carlendar.store.folder import PHOTOS
from carlendar.store.records import Snapshot
from carlendar.store.snapshot import StoreReader
from carlendar.store.user import UserStore
from carlendar.store.user_writer import UserWriter
from carlendar.sync.body_reader import SyncDependencies
from carlendar.sync.engine import SyncEngine
from carlendar.wiring import host
from carlendar.wiring.microsoft import microsoft
from carlendar.wiring.service import extractor
from carlendar_devtools.emulator.cloud.running import RunningCloud
from carlendar_devtools.emulator.phone.simulated import SimulatedTelephony
from carlendar_devtools.emulator.phone.simulated_line import Scheduler
from carlendar_devtools.emulator.phone.simulated_online import SimulatedOnlineCall
from carlendar_devtools.emulator.world.library import scenario_file
from carlendar_devtools.emulator.world.scenario import load_world

ZONE = ZoneInfo("Europe/Berlin")
PERSON = "ana@contoso.example"
LOCALE = asset("locale")
WordsOf = Callable[[str], Words]
"""Returns the texts of a locale."""


def translated(locale: str) -> Words:
    """The texts of a locale from the catalogues."""
    return catalogue.load(locale, LOCALE)


PATIENCE = 30.0
"""Seconds that a write may take."""


class HeldClock:
    """Both clocks, moved by hand."""

    def __init__(self, moment: datetime) -> None:
        self.moment, self.elapsed, self.known = moment, 1_000.0, True

    def now(self) -> datetime:
        """The moment (UTC)."""
        return self.moment.astimezone(UTC)

    def zone(self) -> tzinfo:
        """The time zone of the scenario's people."""
        return ZONE

    def is_set(self) -> bool:
        """Return the configured value."""
        return self.known

    def rate(self) -> float:
        """Zero: the clock is stopped."""
        return 0.0

    def seconds(self) -> float:
        """Elapsed seconds."""
        return self.elapsed

    def advance(self, seconds: float) -> None:
        """Let time pass for both."""
        self.moment += timedelta(seconds=seconds)
        self.elapsed += seconds


@dataclass(slots=True)
class Nothing:
    """A null adapter for sound, browser and service. `refusal` is raised by opening."""

    there: bool = True
    refusal: CarlendarError | None = None

    def play(self, name: str, loudness: float = 1.0) -> None:
        """Do nothing."""

    def available(self) -> bool:
        """Whether there is one."""
        return self.there

    def open(self, _url: str) -> None:
        """Do nothing. Raises the refusal, if there is one."""
        if self.refusal is not None:
            raise self.refusal


@dataclass(slots=True)
class ReportedNavigation:
    """A navigation that reports `outcome` for every destination."""

    report: Callable[[Navigated], None]
    outcome: str = NavigationOutcome.SET.value
    there: bool = True

    def available(self) -> bool:
        """Whether it accepts destinations."""
        return self.there

    def navigate(self, key: str, _destination: Destination, *, replace: bool) -> None:  # noqa: ARG002  # the port's signature
        """Report the outcome."""
        self.report(Navigated(key, self.outcome))


class SimulatedDataLine:
    """The service's part in a simulated data call: carries out the commands, and reports the state.

    The car joins over data from `attach` on.
    """

    def __init__(self, clock: HeldClock, schedule: Scheduler, notify: Callable[[OnlineStatus], None]) -> None:
        self.call = SimulatedOnlineCall(clock, schedule)
        self._notify, self._key = notify, ""
        self.reached: tuple[str, ...] = ()
        """Keys of the meetings for which travel times were last requested."""

    def attach(self) -> None:
        """Report the state now and at each change."""
        self.call.subscribe(self._report)

    def send(self, command: Command) -> None:
        """Carry out a command about the data call, and keep which meetings are to be reached."""
        given = command.arguments
        if command.name == "online_join":
            self._key = given["key"]
            self.call.join(OnlineMeeting("https://teams.microsoft.com/meet/1"), muted=given["muted"] == "1")
        elif command.name == "online" and given["do"] in tuple(OnlineCommand):
            self.call.command(OnlineCommand(given["do"]))
        elif command.name == "travel":
            self._reach(given["keys"])
        elif command.name == "emergency" and given["on"] == "1":
            self.call.command(OnlineCommand.LEAVE)

    def _reach(self, keys: str) -> None:
        self.reached = tuple(key for key in keys.split("\n") if key)

    def found(self, key: str) -> None:
        """Let a call be up that was joined before the screen was started."""
        self._key = key
        self.call.join(OnlineMeeting("https://teams.microsoft.com/meet/1"), muted=True)

    def _report(self, state: OnlineState | None) -> None:
        self._notify(OnlineStatus(self.call.readiness(), self._key, state))


class ScenarioRig:
    """One scenario, synchronised into `folder` once by the first process that needs it; it creates any number of
    sessions.
    """

    def __init__(self, folder: Path, scenario: str, *, signed_in: bool = True) -> None:
        self.folder = folder / scenario / ("in" if signed_in else "out")
        self.world = load_world(scenario_file(scenario))
        filled = self.folder.exists()
        with UserOf(self.folder) as user:
            if signed_in and not filled:
                self._fill(user)

    def _fill(self, user: UserStore) -> None:
        with RunningCloud(self.world, self.folder / "cloud") as cloud:
            cloud.auto_approve(PERSON)
            environment = {
                "CARLENDAR_DATA_FOLDER": str(self.folder),
                "CARLENDAR_IDENTITY_CLIENT_ID": cloud.client_id,
                "CARLENDAR_IDENTITY_AUTHORITY": cloud.authority,
                "CARLENDAR_IDENTITY_GRAPH": cloud.graph.removesuffix("/v1.0"),
                "CARLENDAR_IDENTITY_CA_FILE": str(cloud.ca_file),
            }
            settings = load(environ=environment, managed=None, platform=None)
            parts = microsoft(settings)
            person = parts.identity.start_device_code((*parts.scopes, *parts.extra_scopes)).poll()
            if person is None:
                raise RuntimeError("the emulated cloud did not sign in at once")
            clock = HeldClock(self.world.at)
            account = Account(
                person.account_id, "ana", person.address, person.name, person.cloud,
                AccountState.SIGNED_IN, clock.now(), person.scopes,
            )  # fmt: skip
            user.save_profile(Profile("ana", person.name))
            user.save_account(account)
            events = EventStore(self.folder)
            tools = SyncDependencies(parts.source_of, extractor(settings), text_of, clock, clock)
            SyncEngine(events, user, tools).sync(account)
            events.close()
            picture = parts.fetch_avatar(account, "") or AvatarImage()
            AvatarFolder(self.folder).write(account.id, StoredAvatar(picture, clock.now().timestamp()))

    def session(
        self,
        at: datetime,
        state: DrivingState,
        options: Options,
        *,
        browser: bool = False,
        before: Callable[[UserStore], None] = lambda _: None,
        words: WordsOf = translated,
    ) -> RigSession:
        """Return a session of the driver at that time, with its own copy of the stored data.

        `before` changes drivers and accounts first; `words` are the texts of each locale.
        """
        car = Path(tempfile.mkdtemp(prefix="car", dir=self.folder))
        for database in self.folder.glob("*.db*"):
            shutil.copy(database, car)
        if (self.folder / PHOTOS).is_dir():
            shutil.copytree(self.folder / PHOTOS, car / PHOTOS)
        with UserOf(car) as user:
            before(user)
        return RigSession(car, HeldClock(at), state, options, browser=browser, words=words)


class UserOf(contextlib.AbstractContextManager[UserStore]):
    """Opens `user.db` of a folder for a `with` statement."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, mode=0o700, exist_ok=True)
        self._store = UserStore(folder)

    def __enter__(self) -> UserStore:
        return self._store

    def __exit__(self, *_: object) -> None:
        self._store.close()


class RigSession:
    """A presenter with all its dependencies, controlled directly."""

    def __init__(
        self,
        folder: Path,
        clock: HeldClock,
        state: DrivingState,
        options: Options,
        *,
        browser: bool = False,
        words: WordsOf = translated,
    ) -> None:
        self.clock, self._folder = clock, folder
        self.links = Nothing(browser)
        self.navigation = ReportedNavigation(lambda outcome: self.presenter.service_said(outcome))
        self._amend: Callable[[Snapshot], Snapshot] = lambda stored: stored
        self._sequence = itertools.count(1)
        self._due: list[tuple[float, Callable[[], None]]] = []
        self.phone = SimulatedTelephony(clock, self._schedule, answer_after=2.0)
        self._reader = StoreReader(folder)
        self._avatars = AvatarStore(folder, self._reader)
        self._stored: queue.SimpleQueue[tuple[str, bool]] = queue.SimpleQueue()
        self._memory = UserWriter(folder, lambda what, ok: self._stored.put((what, ok)), host.boot_id)
        nothing = Nothing()
        self.data = SimulatedDataLine(clock, self._schedule, self._data_changed)
        ports = Ports(
            read=self.read, memory=self._memory, service=self.data, telephony=self.phone, links=self.links,
            navigation=self.navigation, sound=nothing, wall=clock, elapsed=clock,
            words=words, languages=catalogue.available(LOCALE),
            plan=plan, new_key=lambda: f"key{next(self._sequence)}",
        )  # fmt: skip
        self.presenter = Presenter(ports, options, restrictions_for(state, "picture", sequence=next(self._sequence)))
        self._phone_state = PhoneState(connected=False)
        self.ignore_phone: Unsubscribe = self.phone.subscribe(self._phone_changed)
        """Stop reporting the phone's changes."""
        self.fresh()

    def _data_changed(self, status: OnlineStatus) -> None:
        self.presenter.service_said(status)
        self.presenter.tick()

    def _phone_changed(self, state: PhoneState) -> None:
        self._phone_state = state
        self.presenter.phone_changed(state)

    def report(self, edit: Callable[[PhoneState], PhoneState]) -> None:
        """Report the phone's state with a change that the simulated phone does not make by itself."""
        self._phone_changed(edit(self._phone_state))
        self.presenter.tick()

    def amend(self, edit: Callable[[Snapshot], Snapshot]) -> None:
        """Change what is read from the store, from now on, and show it."""
        before = self._amend
        self._amend = lambda stored: edit(before(stored))
        self.presenter.snapshot_changed()
        self.presenter.tick()

    def read(self) -> Snapshot:
        """Return the driver's stored data."""
        window = Timespan(self.clock.now() - timedelta(days=1), self.clock.now() + timedelta(days=15))
        day = self._reader.read(window, ZONE, boot_id=host.boot_id())
        return self._amend(replace(day, avatars=self._avatars.read()))

    def _schedule(self, seconds: float, action: Callable[[], None]) -> Callable[[], None]:
        entry = (self.clock.elapsed + seconds, action)
        self._due.append(entry)
        return lambda: self._due.remove(entry) if entry in self._due else None

    def pass_time(self, seconds: float) -> None:
        """Let time pass, and run what is due."""
        end = self.clock.elapsed + seconds
        while due := [entry for entry in self._due if entry[0] <= end]:
            first = min(due, key=lambda entry: entry[0])
            self._due.remove(first)
            self.clock.advance(max(0.0, first[0] - self.clock.elapsed))
            first[1]()
        self.clock.advance(end - self.clock.elapsed)
        self.presenter.tick()

    def written(self) -> None:
        """Wait until the driver's decisions are stored, and read the store again.

        Raises queue.Empty if that takes too long.
        """
        self._memory.acknowledge("")  # there is no such item: that this failed is reported after all writes before it
        while self._stored.get(timeout=PATIENCE) != ("acknowledge", False):
            pass
        self.presenter.snapshot_changed()
        self.presenter.tick()

    def fresh(self, minutes: int = 0, *, online: bool = True, failing: str = "") -> None:
        """Set when the calendar was last synchronised."""
        as_of = (self.clock.now() - timedelta(minutes=minutes)).isoformat()
        self.presenter.service_said(SyncStatus(running=False, as_of=as_of, online=online, failing=failing))
        self.presenter.tick()

    def drive(self, state: DrivingState, *, passenger: bool = False) -> None:
        """Change the driving state; with `passenger` the display becomes one that only the passenger sees."""
        made = restrictions_for(state, "picture", sequence=next(self._sequence), passenger=passenger)
        self.presenter.restrict(made)

    def touch(self, intent: str, nth: int = 0) -> None:
        """Touch the nth action of that intent. Raises LookupError if it is not on the screen."""
        found = [action for action in actions(self.presenter.frame) if action.intent.name == intent]
        if len(found) <= nth:
            on_offer = sorted({action.intent.name for action in actions(self.presenter.frame)})
            raise LookupError(f"{intent} is not on the screen; there are: {', '.join(on_offer)}")
        self.presenter.act(found[nth])

    def frame(self, *, night: bool) -> Frame:
        """Return the current frame, in that theme."""
        self.presenter.tick()
        return replace(self.presenter.frame, night=night)

    def close(self) -> None:
        """Close the files, and delete this car's data."""
        self._memory.close()
        self._reader.close()
        shutil.rmtree(self._folder, ignore_errors=True)


def actions(value: object) -> Iterator[Action]:
    """Every action within a state, in the order of its fields."""
    if isinstance(value, Action):
        yield value
    elif isinstance(value, tuple):
        for each in value:
            yield from actions(each)
    elif isinstance(value, Value):
        for name in value.__struct_fields__:
            yield from actions(getattr(value, name))
