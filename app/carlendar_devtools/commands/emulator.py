"""`carlendar emulator`: the application with an emulated car, phone and Microsoft cloud.

All that is emulated is this process; the display beside it is the application's own, with emulated dependencies
(`carlendar_devtools.processes`). What it keeps lies in a folder of its own, which is removed at the end.
"""

from __future__ import annotations

import asyncio
import importlib
import os
import shlex
import signal
import socket
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from carlendar.brands import library
from carlendar.brands.brand import NEUTRAL, Brand
from carlendar.commands.time_argument import moment
from carlendar.domain.ports import Reading
from carlendar.errors import UsageError
from carlendar.platform.clock import BoottimeClock
from carlendar.platform.zone import SystemZone
from carlendar.safety.trace import read_trace
from carlendar.settings import load
from carlendar.vehicle.translation import Translation
from carlendar.wiring.databroker import developers_broker
from carlendar.wiring.driving_probe import DrivingProbe
from carlendar.wiring.log_output import child_arguments, chosen_level
from carlendar_devtools.emulator.child_process import claim, in_use, sweep
from carlendar_devtools.emulator.cloud.server import CloudServer
from carlendar_devtools.emulator.emulation import Emulation, EmulationPlan
from carlendar_devtools.emulator.fleet.broker import program
from carlendar_devtools.emulator.panel.server import LOOPBACK, PanelServer, is_loopback
from carlendar_devtools.emulator.panel.token import kept_token
from carlendar_devtools.emulator.phone import available
from carlendar_devtools.emulator.presets import PRESETS, chosen
from carlendar_devtools.emulator.world.library import scenario_file, scenario_names
from carlendar_devtools.emulator.world.scenario import load_world
from carlendar_devtools.processes.drivers import Drivers, drivers_of, install
from carlendar_devtools.processes.folder import refuse_in_a_car
from carlendar_devtools.processes.programs import DISPLAY, RELOAD, WITHOUT_OFONO
from carlendar_devtools.processes.refresh import refresh
from carlendar_devtools.resources import asset

NO_DRIVERS = Drivers()
PREFIX = "carlendar-emulator-"
"""Of the folders of emulators."""
LONGEST_FOLDER = 81
"""Bytes of such a folder's path: the sockets in it add up to 26, and unix(7) allows 107."""


def run(
    *,
    scenario: str = "commute",
    browser: bool = False,
    display: str = "",
    brand: str = "",
    headless: str = "",
    real_account: bool = False,
    port: int = 0,
    host: str = "",
    signed_in: bool = False,
    few: bool = False,
    only: str = "",
    reload: bool = False,
    fleet: bool = False,
    room: bool = False,
    at: str = "",
    trace: str = "",
    databroker: str = "",
    ca_file: str = "",
    token_file: str = "",
    server_name: str = "",
    **_for_the_cloud_alone: object,
) -> int:
    """Emulate until it is interrupted or the display's window is closed; returns the exit code.

    `headless` renders every screen into that folder instead, or with `few` some of them, with `only` those that it
    names. With `reload` the display is redrawn when a kv, token or brand file changes. `host` is the address to
    listen on, this computer's loopback if empty. With `signed_in` the scenario's first person is signed in.
    `trace` is a recorded drive, by its name or its file, that the car replays; `databroker` an address that the
    display listens to instead of the emulated car, which may be without TLS on this computer, with its `ca_file`,
    `token_file` and `server_name`. `brand` is the look, by name or folder.
    With `room` data calls have real sound: a hidden browser, and a room in which one hears oneself.
    With `fleet` the car publishes to a broker and a back end of this emulator.
    `display` is a preset's name or a size (`presets.chosen`).
    Raises UsageError, SettingsError or DisplayError.
    """
    preset = chosen(display) if display else PRESETS[0]
    brand_look = _brand(brand)
    if headless and display:
        raise UsageError("--headless renders every display: --display or --headless, not both")
    if headless:
        pictures = importlib.import_module("carlendar_devtools.stories.pictures")
        choice = importlib.import_module("carlendar_devtools.stories.picture_choice")
        wanted = choice.few() if few else choice.chosen(only)
        return int(pictures.render_all(Path(headless), wanted, sheets=not few, brand=brand_look))
    if few or only:
        raise UsageError(f"--{'few' if few else 'only'} belongs to --headless DIR")
    refuse_in_a_car()
    _require_parts(fleet=fleet, room=room)
    on_page = browser or not _has_screen()
    if real_account and not load().text("identity.client_id"):
        raise UsageError("a real account needs identity.client_id in your settings; see docs/administrators.md")
    if trace and databroker:
        raise UsageError("a recorded drive is replayed by the emulated car: --trace or --databroker, not both")
    if not on_page and in_use(Path(tempfile.gettempdir()), PREFIX, _window()):
        raise UsageError(f"an emulator already has a window on {_window()}: use or close it, or start with --browser")
    begin, drive, vehicle = _moment(at), _trace(trace), _vehicle(databroker, ca_file, token_file, server_name)
    if real_account and signed_in:
        raise UsageError("a real account signs in by itself: --signed-in or --real-account, not both")
    drivers = NO_DRIVERS.signed_in() if signed_in else NO_DRIVERS
    token, command, first = "", _command_line(), True
    while scenario:
        path, name = _scenario(scenario)
        if path.exists():
            print(f"Starting the scenario {name}", flush=True)  # a large one takes a while
        here, world = _zone() if real_account else None, load_world(path, begin)
        token = token or kept_token()
        plan = EmulationPlan(
            world, name, on_page, real_account, port, token, host or LOOPBACK, command,
            here, drive, vehicle, preset, _brand_name(brand) or NEUTRAL, fleet, room,
        )  # fmt: skip
        if first and (why := available()):
            print(f"The phone is simulated: {why} (packaging/setup.sh installs it).", flush=True)
        if first and on_page and not browser:
            print("There is no display here: the page shows it (--browser).", flush=True)
        argv = (*(WITHOUT_OFONO if available() else DISPLAY), *((RELOAD,) if reload else ()), *child_arguments())
        end = asyncio.run(_emulate(plan, argv, drivers, announce=first))
        first, scenario, port, drivers = False, end.chosen, end.port, end.drivers
    print("The emulator has ended.", flush=True)
    return 0


def _require_parts(*, fleet: bool, room: bool) -> None:
    """Raise UsageError if a fleet is wanted and its broker is not installed, or a room that there can not be."""
    if fleet and not program():
        raise UsageError("--fleet needs a broker: sudo apt-get install --no-install-recommends mosquitto")
    if not room:
        return
    from carlendar_devtools.processes.room_call import obstacle  # imports WebRTC

    if why := obstacle():
        raise UsageError(f"--room is not possible: {why}")


@dataclass(frozen=True, slots=True)
class End:
    """How one scenario ended: the next one that was chosen (empty for none), the page's port, who was signed in."""

    chosen: str
    port: int
    drivers: Drivers


async def _emulate(
    plan: EmulationPlan, display: Sequence[str], drivers: Drivers = NO_DRIVERS, *, announce: bool = True
) -> End:  # fmt: skip
    """One scenario from start to end; with `announce` prints where the page is."""
    sweep(Path(tempfile.gettempdir()), PREFIX)
    with (
        tempfile.TemporaryDirectory(prefix=PREFIX, ignore_cleanup_errors=True) as folder,
        claim(Path(folder), "" if plan.browser else _window()),
    ):
        if len(os.fsencode(folder)) > LONGEST_FOLDER:
            raise UsageError(
                f"the path of {tempfile.gettempdir()} is too long for sockets: set TMPDIR to a shorter one"
            )
        environ = load().child_environment(os.environ) if plan.real_account else os.environ
        log = sys.stderr if chosen_level() else None
        emulation = Emulation(
            plan, Path(folder), display, BoottimeClock(), environ, driving=driving, prepare=_installing(drivers),
            refresh=refresh, log=log,
        )  # fmt: skip
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            loop.add_signal_handler(number, emulation.ended.set)
        try:
            await emulation.start()
            if announce:
                print(_announcement(emulation.server), flush=True)
            await emulation.ended.wait()
        finally:
            await emulation.stop()
        keeps = emulation.chosen and not plan.real_account
        return End(emulation.chosen, emulation.server.port, drivers_of(Path(folder) / "data") if keeps else NO_DRIVERS)


def _command_line() -> str:
    """How a person starts this again."""
    installed = Path(sys.prefix, "bin", "carlendar")
    return shlex.join([str(installed) if installed.exists() else "carlendar", *sys.argv[1:]])


def _installing(drivers: Drivers) -> Callable[[CloudServer, Mapping[str, str]], None] | None:
    if not drivers.profiles and not drivers.preferences:
        return None
    return lambda cloud, environ: install(drivers, cloud, environ)


def _announcement(server: PanelServer) -> str:
    """Where the page is, how it is reached from another computer, and how the emulator ends."""
    lines = [f"Carlendar emulator: {server.address}", "  Open this address in a browser. Ctrl+C ends the emulator."]
    if is_loopback(server.host):
        forward = f"ssh -L {server.port}:127.0.0.1:{server.port} USER@{socket.gethostname()}"
        lines += [f"  From another computer: run `{forward}` there and open the same address,",
                  "  or start with --host 0.0.0.0 to serve it to your network."]  # fmt: skip
    else:
        lines.append("  Anyone in your network who has this address can use it; it is not encrypted.")
    return "\n".join(lines)


def driving(vehicle: Mapping[str, str]) -> DrivingProbe:
    """What hears the driving state for the page, by the databroker that the display listens to."""
    files = vehicle.get("ca_file", ""), vehicle.get("token_file", ""), vehicle.get("server_name", "")
    return DrivingProbe(developers_broker(vehicle["databroker"], *files), BoottimeClock())


def _zone() -> ZoneInfo | None:
    """This machine's zone, where a real account's owner is; None where it has no name."""
    zone = SystemZone()()
    return zone if isinstance(zone, ZoneInfo) and zone.key else None


def _has_screen() -> bool:
    """Whether a window can be opened: an X server, which Xwayland is too."""
    return bool(os.environ.get("DISPLAY"))


def _window() -> str:
    """The X server's display that a window opens on; its screen does not matter."""
    name, _, number = os.environ.get("DISPLAY", "").rpartition(":")
    return f"display {name}:{number.partition('.')[0]}"


def _scenario(given: str) -> tuple[Path, str]:
    """Return a scenario of the program by its name, or another by its file."""
    if given in scenario_names():
        return scenario_file(given), given
    path = Path(given)
    return (path, path.stem) if path.suffix == ".toml" else (scenario_file(given), given)


def _trace(given: str) -> tuple[Reading, ...]:
    """Return the readings of a drive of the program, or of another file; none for an empty name."""
    if not given:
        return ()
    folder = asset("scenarios/traces")
    names = {path.stem: path for path in folder.glob("*.jsonl")}
    entries = tuple(read_trace(names.get(given, Path(given))))
    if not entries:
        raise UsageError(f"{given}: there is no drive in it")
    translation = Translation({entry.signal: entry.unit for entry in entries})
    return tuple(map(translation.reading, entries))


def _vehicle(databroker: str, ca_file: str, token_file: str, server_name: str) -> dict[str, str]:
    """How the display reaches that databroker; nothing for an empty address. SettingsError for what cannot be used."""
    if not databroker:
        if ca_file or token_file or server_name:
            raise UsageError("--ca-file, --token-file and --server-name belong to --databroker ADDRESS")
        return {}
    way = developers_broker(databroker, ca_file, token_file, server_name)  # says now what the display could only log
    files = {"ca_file": ca_file, "token_file": token_file}
    absolute = {name: str(Path(path).absolute()) if path else "" for name, path in files.items()}
    return {"databroker": way.address, "server_name": way.server_name, **absolute}


def _brand_name(given: str) -> str:
    """The name of an installed brand, or the absolute path of a brand's folder."""
    return str(Path(given).absolute()) if given and given not in library.names() and Path(given).is_dir() else given


def _brand(given: str) -> Brand:
    """The brand, the neutral one for an empty text. Raises BrandError for one that is refused."""
    return library.load(_brand_name(given))


def _moment(text: str) -> datetime | None:
    if not text:
        return None
    found = moment(text)
    if found.tzinfo is None:
        raise UsageError(f"{text} needs an offset; write 2026-11-23T08:41+01:00")
    return found
