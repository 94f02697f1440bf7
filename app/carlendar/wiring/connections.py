"""Connections of the screen process, opened after its first frame: car, phone and service."""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Protocol

from carlendar import __version__
from carlendar.domain.ports import Reading, VehicleSignals
from carlendar.domain.vss import SPEED, TRIP
from carlendar.errors import CarlendarError, SettingsError
from carlendar.ipc.client import ChannelClient
from carlendar.ipc.messages import PROTOCOL, Command, DataChanged, Hello, Message, SyncStatus
from carlendar.platform.time_watch import TimeWatch
from carlendar.service.supervisor import Supervisor
from carlendar.store.schema import SCHEMA

if TYPE_CHECKING:
    from collections.abc import Callable

    from carlendar.brands.brand import Brand
    from carlendar.domain.ports import ElapsedClock, WallClock
    from carlendar.domain.voice_command import VoiceCommand
    from carlendar.platform.assistant import AssistantBus
    from carlendar.presentation.presenter import Presenter
    from carlendar.safety.engine import SafetyEngine
    from carlendar.safety.watchdog import Watchdog
    from carlendar.settings import Settings
    from carlendar.ui.bridge import Bridge
    from carlendar.wiring.call_keys import CallKeys
    from carlendar.wiring.car_sounds import CarSounds, SoundWatch
    from carlendar.wiring.day_reader import DayReader
    from carlendar.wiring.deferred import LateNavigation, LateService, LateTelephony, LateWatch
    from carlendar.wiring.dependencies import ScreenDependencies
    from carlendar.wiring.usage import Usage

_log = logging.getLogger(__name__)
NO_SIGNALS = "; no signals arrive, and everything is restricted as in a moving car"


class ScreenParts(Protocol):
    """The parts of a screen process that use the connections."""

    dependencies: ScreenDependencies
    settings: Settings
    elapsed: ElapsedClock
    wall: WallClock
    watchdog: Watchdog
    first_frame_at: float
    bridge: Bridge
    engine: SafetyEngine
    presenter: Presenter
    day: DayReader
    navigation: LateNavigation
    service: LateService
    telephony: LateTelephony
    sound_watch: LateWatch
    position_watch: LateWatch
    brand: Brand

    @property
    def watches_sounds(self) -> bool:
        """Whether the settings name a source of the other sounds in the car."""

    def rebrand(self) -> None:
        """Read the chosen brand again."""


class Connections:
    """Opens the connections on a separate thread. A failure is logged and does not affect the others."""

    def __init__(self, screen: ScreenParts) -> None:
        self._screen = screen
        self._signals: VehicleSignals | None = None
        self._client: ChannelClient | None = None
        self._supervisor: Supervisor | None = None
        self._time: TimeWatch | None = None
        self._brand: TimeWatch | None = None
        self._usage: Usage | None = None
        self._sounds: CarSounds | None = None
        self._sound_watch: SoundWatch | None = None
        self._keys: CallKeys | None = None
        self._assistant: AssistantBus | None = None
        self._car_online = ""
        self._thread = threading.Thread(target=self._connect, name="connections", daemon=True)

    def start(self) -> None:
        """Start connecting; returns immediately."""
        self._thread.start()

    def stop(self) -> None:
        """Close all connections; terminate the service if this process started it."""
        self._thread.join(10)
        for watch in (self._time, self._brand):
            if watch is not None:
                watch.stop()
        if self._signals is not None:
            self._signals.stop()
        if self._usage is not None:
            self._usage.stop()
        if self._sound_watch is not None:
            self._sound_watch.watch(False)
        if self._keys is not None:
            self._keys.stop()
        if self._assistant is not None:
            self._assistant.stop()
        if self._client is not None:
            self._client.stop()
        if self._supervisor is not None:
            self._supervisor.stop()

    def _connect(self) -> None:
        for name, connect in (
            ("notice of clock changes", self._clock),
            ("brand", self._brands),
            ("telemetry", self._telemetry),
            ("sounds of the car", self._hear),
            ("keys", self._call_keys),
            ("assistant", self._voice_assistant),
            ("car", self._car),
            ("service", self._service),
            ("links to places", self._place_links),
            ("phone", self._phone),
        ):
            try:
                connect()
            except SettingsError as error:
                if name == "car" and self._usage is not None:
                    self._usage.untrusted()
                _log.warning("no %s: %s%s", name, error, NO_SIGNALS if name == "car" else "")
            except (CarlendarError, ImportError, OSError) as error:
                _log.warning("no %s: %s", name, type(error).__name__)

    # --- the time of day -----------------------------------------------------------------------

    def _clock(self) -> None:
        screen = self._screen
        self._time = TimeWatch(screen.dependencies.time_file, self._time_changed)
        self._time.start()

    def _time_changed(self) -> None:
        self._screen.bridge.post(self._screen.presenter.clock_changed)
        self._screen.day.refresh()  # all-day events have other times now

    def _brands(self) -> None:
        if (file := self._screen.dependencies.brand_file) is not None:
            self._brand = TimeWatch(file, self._screen.rebrand)  # the clock does not matter here
            self._brand.start()

    # --- telemetry -----------------------------------------------------------------------------

    def _telemetry(self) -> None:
        """Count how the screen is used, in a car of a fleet."""
        screen = self._screen
        if not screen.settings.text("fleet.broker"):
            return
        from carlendar.store.folder import TELEMETRY
        from carlendar.wiring.usage import Usage

        usage = Usage(
            screen.service.send, screen.elapsed, screen.wall, screen.watchdog, screen.settings.data_folder / TELEMETRY,
            screen.first_frame_at,
        )  # fmt: skip
        screen.bridge.post(screen.presenter.attach_meter, usage.meter)
        screen.engine.subscribe(usage.on_restrictions)
        usage.started()
        self._usage = usage

    # --- sounds and keys -----------------------------------------------------------------------

    def _hear(self) -> None:
        """Pass other sounds of the car on to the presenter, where they are reported."""
        screen = self._screen
        if not screen.watches_sounds:
            return
        from carlendar.wiring.car_sounds import CarSounds, SoundWatch, sources

        self._sounds = CarSounds(sources(screen.settings))
        listener = partial(screen.bridge.post, screen.presenter.sounds_changed)
        self._sound_watch = SoundWatch(self._sounds, listener)
        screen.bridge.post(screen.sound_watch.attach, self._sound_watch.watch)

    def _call_keys(self) -> None:
        """Read the keys of calls on the driver's display."""
        screen = self._screen
        settings = screen.settings
        names = [
            name for key in ("keys.devices", "keys.mute", "keys.leave", "keys.consent") for name in settings.names(key)
        ]
        if settings.text("display.role") != "driver" or not any(name.startswith(("/", "Vehicle.")) for name in names):
            return  # nothing is imported without need
        from carlendar.wiring.call_keys import CallKeys

        keys = CallKeys(settings, lambda key: screen.bridge.post(screen.presenter.key_pressed, key))
        keys.start()
        self._keys = keys

    def _voice_assistant(self) -> None:
        """Take commands from the car's voice assistant on the driver's display, where the settings name it."""
        screen = self._screen
        name = screen.settings.text("assistant.name")
        if not name or screen.settings.text("display.role") != "driver":
            return
        from carlendar.platform.assistant import AssistantBus

        def command(wanted: VoiceCommand, answer: Callable[[bool], None]) -> None:
            screen.bridge.post(lambda: answer(screen.presenter.voice_commanded(wanted)))

        assistant = AssistantBus(name, command)
        assistant.start()
        self._assistant = assistant

    def _switches(self) -> tuple[str, ...]:
        """The switches of VSS that the settings name."""
        sounds = self._sounds.switches if self._sounds is not None else ()
        return sounds + (self._keys.switches if self._keys is not None else ())

    # --- the car -------------------------------------------------------------------------------

    def _car(self) -> None:
        from carlendar.vehicle import signals
        from carlendar.vehicle.kuksa import KuksaSignals
        from carlendar.vehicle.navigation import KuksaNavigation
        from carlendar.wiring.vehicle_context import VehicleContextReader

        screen = self._screen
        broker = screen.dependencies.broker()
        heartbeat = screen.settings.text("vehicle.heartbeat")
        wanted = signals.USED + (TRIP if self._usage is not None else ())
        kuksa = KuksaSignals(broker, screen.elapsed, signals=wanted, heartbeat=heartbeat, switches=self._switches())
        if screen.settings.text("navigation.system") == "kuksa":
            screen.navigation.attach(KuksaNavigation(broker, kuksa.knows))
        self._vehicle_context = VehicleContextReader(
            screen.presenter,
            screen.bridge.post,
            self._on_connectivity,
            kuksa.again,
            miles=screen.brand.miles,
        )
        screen.bridge.post(screen.position_watch.attach, self._vehicle_context.watch_position)
        kuksa.start(self._take)
        self._signals = kuksa

    def _take(self, readings: Sequence[Reading]) -> None:
        self._screen.engine.take(readings)
        if self._sounds is not None:
            self._sounds.take(readings)
        if self._keys is not None:
            self._keys.take(readings)
        if self._usage is not None:
            self._usage.take(readings)
        self._vehicle_context.wake()
        if any(reading.signal != SPEED for reading in readings):
            self._vehicle_context.take(readings)

    def _place_links(self) -> None:
        """Hand places to a map application, where the settings say so and there is one."""
        if self._screen.settings.text("navigation.system") != "link":
            return
        from carlendar.navigation.geo_link import LinkNavigation
        from carlendar.platform.links import DesktopLinkOpener

        opener = DesktopLinkOpener(scheme="geo")
        if opener.available():
            self._screen.navigation.attach(LinkNavigation(opener.open))

    # --- the service ---------------------------------------------------------------------------

    def _service(self) -> None:
        screen = self._screen
        path, mine = screen.settings.socket, Hello(PROTOCOL, __version__, SCHEMA, os.getpid())
        argv = () if screen.settings.switch("service.standing") else screen.dependencies.service
        environment = screen.settings.child_environment(os.environ)
        self._supervisor = Supervisor(
            argv, path, mine, screen.elapsed, environment=environment, on_event=self._on_supervisor
        )
        self._client = ChannelClient(path, mine, self._on_message, screen.elapsed, connected=self._connected)
        self._supervisor.start()
        self._client.start()
        screen.service.attach(self._client.send)

    def _on_supervisor(self, what: str) -> None:
        if what in ("died", "frozen") and self._usage is not None:
            self._usage.watchdog("service_restarted")
        if what in ("started", "replaced", "answers") and self._client is not None:
            self._client.reconnect_now()

    def _on_message(self, message: Message) -> None:
        if isinstance(message, Hello):
            return  # a reply to the client's Hello
        if isinstance(message, DataChanged):
            self._screen.day.refresh()
            if message.what != "erased":
                return  # the view-models are notified when the store has been read
        screen = self._screen
        if isinstance(message, SyncStatus):
            screen.day.after(lambda: screen.bridge.post(screen.presenter.service_said, message))
        else:
            screen.bridge.post(screen.presenter.service_said, message)

    def _connected(self, there: bool) -> None:
        presenter = self._screen.presenter
        _log.info("the service is %s", "connected" if there else "disconnected")
        self._screen.bridge.post(presenter.service_found if there else presenter.service_lost)
        if there:
            self._screen.day.refresh()  # nothing reported what was written while there was no connection
            self._send_connectivity()  # a newly started service does not know it
        if not there and self._supervisor is not None:
            self._supervisor.probe_now()

    def _on_connectivity(self, online: object) -> None:
        """Process the state of the car's data connection; anything but a boolean counts as unknown."""
        self._car_online = str(int(online)) if isinstance(online, bool) else ""
        self._send_connectivity()

    def _send_connectivity(self) -> None:
        if self._client is not None:
            self._client.send(Command("network", {"online": self._car_online}))

    # --- the phone -----------------------------------------------------------------------------

    def _phone(self) -> None:
        screen = self._screen
        telephony = screen.dependencies.telephony(screen.elapsed)
        screen.telephony.attach(telephony)
        telephony.subscribe(lambda state: screen.bridge.post(screen.presenter.phone_changed, state))
