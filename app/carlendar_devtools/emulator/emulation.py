"""Everything that is emulated, as one: the cloud, the car, the phone, the clock, the display, the panel.

emulation = Emulation(plan, folder, argv, elapsed)
await emulation.start()          # emulation.address is the panel's
await emulation.ended.wait()     # emulation.chosen: another scenario that a person wants
await emulation.stop()
"""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, TextIO
from zoneinfo import ZoneInfo

from carlendar.brands.brand import NEUTRAL
from carlendar.domain.ports import ElapsedClock, Reading
from carlendar_devtools.emulator import tasks
from carlendar_devtools.emulator.assistant import EmulatedAssistant
from carlendar_devtools.emulator.car import Car
from carlendar_devtools.emulator.clock import EmulatedClock, replace_file
from carlendar_devtools.emulator.cloud.maps import KEY
from carlendar_devtools.emulator.cloud.server import CloudServer
from carlendar_devtools.emulator.cloud.sign_in_pages import CODE_PATHS, SignInPages
from carlendar_devtools.emulator.databroker import Databroker
from carlendar_devtools.emulator.display import ROOM, SPEECH_SOCKET, Display
from carlendar_devtools.emulator.panel.assistant import AssistantControl
from carlendar_devtools.emulator.panel.controls import ControlRegistry
from carlendar_devtools.emulator.panel.data_line import DataLineControl
from carlendar_devtools.emulator.panel.drive import EmulatorState, ScriptControl
from carlendar_devtools.emulator.panel.environment import CarControl, ClockControl, NetworkControl
from carlendar_devtools.emulator.panel.journal import Journal
from carlendar_devtools.emulator.panel.meetings import MeetingsControl
from carlendar_devtools.emulator.panel.microsoft import CloudControl
from carlendar_devtools.emulator.panel.picture import Pictures
from carlendar_devtools.emulator.panel.road import RoadControl
from carlendar_devtools.emulator.panel.screen import DisplayControl
from carlendar_devtools.emulator.panel.server import LOOPBACK, PanelServer
from carlendar_devtools.emulator.panel.telephone import PhoneControl, SimulatedPhone
from carlendar_devtools.emulator.panel.vehicle import Driving, VehicleControl
from carlendar_devtools.emulator.phone import PhoneLine, available
from carlendar_devtools.emulator.presets import FLEET, PRESETS, Preset
from carlendar_devtools.emulator.recording import Recording
from carlendar_devtools.emulator.replay import Replay
from carlendar_devtools.emulator.script import Script, drive, journey
from carlendar_devtools.emulator.script_targets import EmulatedStage
from carlendar_devtools.emulator.speech import SpeechServer, Spoken
from carlendar_devtools.emulator.town.driver import TownDriver
from carlendar_devtools.emulator.town.network import Network, Traffic
from carlendar_devtools.emulator.town.plan import house_at, town
from carlendar_devtools.emulator.world.library import scenario_names
from carlendar_devtools.emulator.world.world import World

if TYPE_CHECKING:
    from carlendar_devtools.emulator.panel.fleet import FleetControl

PERMISSIONS = ("User.Read", "Calendars.Read", "Mail.Send", "Calendars.ReadWrite")
"""All that the application can use, asked for with the first sign-in: a demonstration shows everything at once."""

DRIVERS = ("driver-1", "driver-2")
"""Identities by which the emulated car may know who drives."""


@dataclass(frozen=True, slots=True)
class EmulationPlan:
    """What to emulate. `browser` shows the display on the page; `real_account` leaves the cloud out.

    `scenario` is the name that the page shows for `world`, whose first person's zone holds where `zone` is
    None. `port`, `host` and `token` are the panel's; 0 and empty for any port and token. `command` is how a person
    started it, for the page to say when it has ended. `trace` is a recorded drive that the car
    replays; `vehicle` is the way (`databroker`, `ca_file` …) to a databroker that the display listens to
    instead of the emulated car.
    """

    world: World
    scenario: str
    browser: bool = False
    real_account: bool = False
    port: int = 0
    token: str = ""
    host: str = LOOPBACK
    command: str = ""
    zone: ZoneInfo | None = None
    trace: tuple[Reading, ...] = ()
    vehicle: Mapping[str, str] = field(default_factory=dict)
    display: Preset = PRESETS[0]
    brand: str = NEUTRAL
    fleet: bool = False
    """Whether the car has a fleet, with a broker and a back end of its own."""
    room: bool = False
    """Whether data calls have a room with real sound."""


class Emulation:
    """One emulation of one world. `argv` is the display's command, `folder` private and empty.

    `driving` makes of `vehicle.json` what hears the driving state for the page; with None it shows the address alone.
    `environ` is the user's environment, which the display has with a real account, without relative paths.

    `ended` is set when a person closed the display's window, or chose another scenario, which is then in `chosen`.
    """

    def __init__(
        self,
        plan: EmulationPlan,
        folder: Path,
        argv: Sequence[str],
        elapsed: ElapsedClock,
        environ: Mapping[str, str] = os.environ,
        *,
        driving: Callable[[Mapping[str, str]], Driving] | None = None,
        prepare: Callable[[CloudServer, Mapping[str, str]], None] | None = None,
        refresh: Callable[[Mapping[str, str]], None] | None = None,
        log: TextIO | None = None,
    ) -> None:
        """`log` receives what the display and its service write to standard error.

        `prepare` is called with the cloud and the display's environment before the display is started, `refresh`
        with the environment when the page has changed a calendar or how the cloud answers; both on a thread.
        """
        self._prepare = prepare
        self._refresh = refresh
        self._refreshing: set[asyncio.Task[None]] = set()
        self._log = log
        self._plan = plan
        self._driving = driving
        self._folder = folder
        self._elapsed = elapsed
        self._own_environ = environ
        self._stack = AsyncExitStack()
        self.ended = asyncio.Event()
        self.chosen = ""
        self.clock = EmulatedClock(
            folder / "clock.json", elapsed, wall=_begin(plan), zone=_zone(plan), changed=self._changed
        )
        self.journal = Journal(self._time, elapsed.seconds, self._changed)
        self.broker = Databroker()
        self.car = Car(self.broker)
        self.recording = Recording(elapsed.seconds)
        self.phone: PhoneLine | None = None
        self._assistant: EmulatedAssistant | None = None
        self.cloud: CloudServer | None = None
        self.pictures = Pictures(self._changed)
        self._argv = tuple(argv)
        self._fleet: FleetControl | None = None
        self._data_line = DataLineControl(folder, self.journal, self._changed)
        self.road: TownDriver | None = None

    async def start(self) -> None:
        """Start everything, the display last. CarlendarError or OSError when a part cannot be started."""
        try:
            await self._start()
        except BaseException:
            await self._stack.aclose()
            raise

    async def stop(self) -> None:
        """End everything, the display first."""
        await self._stack.aclose()

    @property
    def address(self) -> str:
        """The panel's address."""
        return self.server.address

    async def _start(self) -> None:
        port = await self.broker.start()
        self._stack.push_async_callback(self.broker.stop)
        vehicle = dict(self._plan.vehicle) or {"databroker": f"127.0.0.1:{port}"}
        replace_file(self._folder / "vehicle.json", json.dumps(vehicle))
        listens = None if self._driving is None else self._driving(vehicle)
        self.vehicle = VehicleControl(vehicle["databroker"], listens, self.journal, self._changed)
        self._stack.push_async_callback(self.vehicle.stop)
        self.vehicle.start()
        await self._start_cloud()
        await self._start_phone()
        await self._start_speech()
        await self._start_road()
        self._start_fleet()
        if self._plan.room:
            (self._folder / ROOM).touch()
        self._write_settings()
        self.display = Display(
            self._argv,
            self._folder,
            self._environ(),
            preset=self._plan.display,
            brand=self._plan.brand,
            frames=self.pictures.take if self._plan.browser else None,
            changed=self._display_changed,
            log_event=self.journal.add,
            closed=self.ended.set,
            log=self._log,
        )
        await self._data_line.start()
        self._stack.push_async_callback(self._data_line.stop)
        self.server = PanelServer(self._controls(), self.journal, self.pictures, token=self._plan.token)
        self.server.offer("trace.jsonl", self.recording.lines)
        if self.cloud is not None:
            self.server.serve_sign_in(SignInPages(self.cloud.identity).add_code_pages, CODE_PATHS)
        await self.server.start(self._plan.port, self._plan.host)
        self._stack.push_async_callback(self.server.stop)
        if self.cloud is not None:
            self.cloud.identity.sign_in_origin = self.server.origin
            if self._prepare is not None:
                await asyncio.to_thread(self._prepare, self.cloud, self._environ())
        self.car.subscribe(self.recording.add)
        self.car.subscribe(lambda _state: self._changed())
        await self.car.start()
        self._stack.push_async_callback(self.car.stop)
        self._stack.push_async_callback(self.script.stop)
        self._stack.push_async_callback(self.display.stop)
        await self.display.start()
        self._stack.push_async_callback(self._farewell)
        if self._plan.trace:
            self._replay = asyncio.create_task(self._play())
            self._stack.push_async_callback(tasks.end, self._replay)

    async def _play(self) -> None:
        report = lambda text: self.journal.add("trace", text)  # noqa: E731 — short, and used once
        await Replay(self.car, self._plan.trace, self._elapsed.seconds, report=report).run()

    async def _farewell(self) -> None:
        await self.server.farewell("scenario" if self.chosen else "stopped")

    async def _start_cloud(self) -> None:
        if not self._plan.real_account:
            self.cloud = CloudServer(self._plan.world, self.clock, self._elapsed, self._folder / "cloud")
            self._stack.push_async_callback(self.cloud.stop)
            await self.cloud.start()

    async def _start_phone(self) -> None:
        if why := available():
            self.journal.add("phone", f"simulated in the display: {why}")
            return
        self.phone = PhoneLine()
        await self.phone.start()
        self._stack.push_async_callback(self.phone.stop)
        self.phone.subscribe(lambda _event: self._changed())
        self._assistant = EmulatedAssistant(self.phone.address)
        self._stack.callback(self._assistant.stop)

    async def _start_road(self) -> None:
        """Put the car into the fictional town, if the scenario does."""
        if not self._plan.world.start:
            return
        maps = None if self.cloud is None else self.cloud.maps

        def set_traffic(traffic: Traffic) -> None:
            if maps is not None:
                maps.traffic = traffic

        network = Network(town()) if maps is None else maps.network
        self.road = TownDriver(
            self.car, network, self.clock, self._elapsed, self._folder / "guidance.json", set_traffic=set_traffic,
            changed=self._changed, log_event=self.journal.add,
        )  # fmt: skip
        await self.road.start(house_at(self._plan.world.start))
        self._stack.push_async_callback(self.road.stop)

    def _start_fleet(self) -> None:
        """Start a broker and a back end, and give the car a certificate and the platform file that names them."""
        if not self._plan.fleet:
            return
        from carlendar_devtools.emulator.fleet.back_end import FleetBackEnd
        from carlendar_devtools.emulator.fleet.broker import VEHICLE, FleetBroker
        from carlendar_devtools.emulator.panel.fleet import FleetControl

        loop = asyncio.get_running_loop()
        broker = FleetBroker(self._folder / "fleet")
        broker.start()  # on this thread, with whose end the broker ends
        self._stack.callback(broker.stop)

        def changed() -> None:
            loop.call_soon_threadsafe(self._changed)

        back_end = FleetBackEnd(broker, self.clock.now, changed)
        replace_file(self._folder / FLEET, back_end.platform_section(broker))
        own = self._folder / "data" / "telemetry"
        own.mkdir(mode=0o700, parents=True)
        (own.parent).chmod(0o700)
        (own / "vehicle.pem").touch(mode=0o600)
        (own / "vehicle.pem").write_bytes(broker.certificate(VEHICLE).read_bytes())
        back_end.start()
        self._stack.callback(back_end.stop)
        self._fleet = FleetControl(broker, back_end, self.journal)

    def _controls(self) -> ControlRegistry:
        cloud = None if self.cloud is None else CloudControl(self.cloud, self.journal, self._fetch)
        phone = None if self.phone is None else PhoneControl(self.phone, self.journal)
        telephone = SimulatedPhone(available()) if phone is None else phone
        if self.cloud is not None:
            self.cloud.subscribe(lambda _happening: self._changed())
        apply = (lambda _mode: None) if cloud is None else cloud.network
        network = NetworkControl(
            self._folder / "network.json", self.journal, lambda mode: self._set_network(apply, mode), self._changed
        )
        stage = EmulatedStage(self.car, network, self.clock, cloud, phone, self._data_line, self._plan.world, self.road)
        steps = drive(stage) if self.road is None else journey(stage)
        self.script = Script(steps, changed=self._changed, log_event=self.journal.add)
        names = sorted({*scenario_names(), self._plan.scenario})
        return ControlRegistry(
            {
                "car": None if self._plan.vehicle else CarControl(self.car, self.journal, DRIVERS),
                "vehicle": self.vehicle,
                "network": network,
                "clock": ClockControl(self.clock, self.journal),
                "cloud": cloud,
                "fleet": self._fleet,
                "meetings": None
                if cloud is None
                else MeetingsControl(self._plan.world, self.clock.now, self.clock.zone, self.journal, self._fetch),
                "phone": telephone,
                "assistant": None if self._assistant is None else AssistantControl(self._assistant, self.journal),
                "online": self._data_line,
                "road": None if self.road is None else RoadControl(self.road, stage.next_place),
                "display": DisplayControl(self.display),
                "emulator": EmulatorState(self._plan.command),
                "script": ScriptControl(self.script, self._plan.world.title, self._plan.scenario, names, self._choose),
            }
        )

    async def _start_speech(self) -> None:
        """Show on the page what the display speaks."""
        self.speech = SpeechServer(self._folder / SPEECH_SOCKET, self._heard)
        await self.speech.start()
        self._stack.push_async_callback(self.speech.stop)

    def _heard(self, spoken: Spoken) -> None:
        self.journal.add("speech", "silenced" if spoken.silenced else f"“{spoken.text}” ({spoken.language})")

    def _set_network(self, apply: Callable[[str], None], mode: str) -> None:
        """Let the servers and the data line have this network."""
        apply(mode)
        self._data_line.switch("cut", on=mode == "none")

    def _write_settings(self) -> None:
        """The display's settings file; with a real account its identity comes from the user's own settings."""
        if self.cloud is None:
            return
        text = (
            f'[identity]\nclient_id = "{self.cloud.client_id}"\nauthority = "{self.cloud.authority}"\n'
            f'graph = "{self.cloud.graph}"\nca_file = "{self.cloud.ca_file}"\n'
            f"scopes = {json.dumps(PERMISSIONS)}\n"
            f'[data]\nfolder = "{self._folder / "data"}"\n'
            f'[navigation]\nazure_maps = true\nazure_maps_url = "{self.cloud.maps_url}"\n'
            f'azure_maps_key_file = "{self._folder / "maps.key"}"\n'
        )
        replace_file(self._folder / "maps.key", KEY)
        replace_file(self._folder / "settings.toml", text)

    def _environ(self) -> dict[str, str]:
        """The display's environment. The machine's own telephone is never reached from here."""
        bus = self.phone.address if self.phone is not None else f"unix:path={self._folder / 'no-bus'}"
        mine = dict(self._own_environ) if self.cloud is None else _without_settings(self._own_environ)
        mine["DBUS_SYSTEM_BUS_ADDRESS"] = bus
        if self.cloud is not None:
            return mine | {"CARLENDAR_CONFIG": str(self._folder / "settings.toml")}
        return mine | {"CARLENDAR_DATA_FOLDER": str(self._folder / "data")}

    def _fetch(self) -> None:
        """Request a synchronisation of the display's service, in place of Graph's push notification."""
        self._changed()
        if self._refresh is not None:
            task = asyncio.create_task(asyncio.to_thread(self._refresh, self._environ()))
            self._refreshing.add(task)
            task.add_done_callback(self._refreshing.discard)

    def _choose(self, scenario: str) -> None:
        if scenario != self._plan.scenario:
            self.chosen = scenario
            self.ended.set()

    def _time(self) -> str:
        return f"{self.clock.now().astimezone(self.clock.zone()):%H:%M:%S}"

    def _changed(self) -> None:
        if (server := getattr(self, "server", None)) is not None:
            server.changed()

    def _display_changed(self) -> None:
        if self.display.state.phase not in ("running", "frozen"):
            self.pictures.forget()
        self._changed()


def _begin(plan: EmulationPlan) -> datetime:
    """A real account has its meetings today; a scenario has its own moment."""
    return datetime.now(UTC) if plan.real_account else plan.world.at


def _zone(plan: EmulationPlan) -> ZoneInfo:
    """Where the car is."""
    if plan.zone is not None:
        return plan.zone
    first = next(iter(plan.world.people), None)
    return ZoneInfo(first.person.zone if first is not None else "UTC")


def _without_settings(environ: Mapping[str, str]) -> dict[str, str]:
    """The environment without settings of Carlendar: they would win over the emulated ones."""
    return {name: value for name, value in environ.items() if not name.startswith("CARLENDAR_")}
