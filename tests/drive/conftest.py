"""Everything around a real screen process: an emulated cloud, car, phone and clock; and the process itself."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

import psutil
import pytest

from app.emulator.car import Car
from app.emulator.clock import EmulatedClock, replace_file
from app.emulator.cloud.running import RunningCloud, SinceBoot
from app.emulator.databroker import Databroker
from app.emulator.phone import PhoneEvent, PhoneLine
from app.emulator.presets import PRESETS
from app.emulator.world.library import scenario_file
from app.emulator.world.world import World

PROGRAM = Path(__file__).with_name("driven_display.py")
ROOT = Path(__file__).parents[2]
PATIENCE = 30.0
"""Seconds for whatever should come soon: generous, for machines that are busy with other things."""

Seen = dict[str, Any]
"""One drawn frame, as `driven_display.py` tells it."""


def wait(condition: Callable[[], bool], what: str, seconds: float = PATIENCE) -> None:
    """Look again and again until the condition holds; fails, naming it, when it does not in time."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"it did not come to this: {what}"
        time.sleep(0.01)


class Around:
    """The world outside the car's computer. Its car, phone and databroker live on a loop of their own."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self.folder = folder
        self.world = World.load(scenario_file("commute"))
        self.zone: Any = self.world.at.tzinfo
        self.clock = EmulatedClock(folder / "clock.json", SinceBoot(), wall=self.world.at, zone=self.zone)
        self.cloud = stack.enter_context(RunningCloud(self.world, folder / "cloud", wall_clock=self.clock))
        self.cloud.identity.devices.interval = 1
        self.events: list[PhoneEvent] = []
        self._loop = asyncio.new_event_loop()
        thread = threading.Thread(target=self._loop.run_forever, name="surroundings")
        thread.start()
        stack.callback(self._loop.close)
        stack.callback(thread.join)
        stack.callback(self._loop.call_soon_threadsafe, self._loop.stop)
        self.do(self._start())
        stack.callback(lambda: self.do(self._stop()))
        self.network(there=True)
        PRESETS[0].write(folder)
        self._write_settings()

    async def _start(self) -> None:
        self.broker = Databroker()
        self.port = await self.broker.start()
        self._car = Car(self.broker)
        await self._car.start()
        self.phone = PhoneLine()
        await self.phone.start()
        self.phone.subscribe(self.events.append)

    async def _stop(self) -> None:
        await self.phone.stop()
        await self._car.stop()
        await self.broker.stop()

    def do(self, work: Any) -> Any:
        """Await something on the loop of car and phone."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(PATIENCE)

    def call(self, function: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
        """Call something on that loop; returns once it was done."""

        async def called() -> Any:
            return function(*arguments, **named)

        return self.do(called())

    def car(self, **changes: object) -> float:
        """The driver does something with the car; returns the elapsed second just before."""
        before = time.clock_gettime(time.CLOCK_BOOTTIME)
        self.call(self._car.set, **changes)
        return before

    def sets_off(self) -> float:
        """In D, brake released, 50 km/h."""
        return self.car(speed=50.0, selector="D", parking_brake=False)

    def parks(self) -> float:
        """Standing in P."""
        return self.car(speed=0.0, selector="P", parking_brake=True)

    def network(self, *, there: bool) -> None:
        """The data connection, as the car's computer is told."""
        replace_file(self.folder / "network.json", json.dumps({"online": there}))

    def time(self, clock: str) -> None:
        """Put the clock to that time of the scenario's first day."""
        hours, minutes, seconds = map(int, clock.split(":"))
        self.clock.set_time(self.world.at.replace(hour=hours, minute=minutes, second=seconds))

    def on_the_phone(self, name: str) -> list[str]:
        """Details of everything of that name that happened on the line."""
        return [event.detail for event in self.events if event.name == name]

    def _write_settings(self) -> None:
        text = (
            f'[identity]\nclient_id = "{self.cloud.client_id}"\nauthority = "{self.cloud.authority}"\n'
            f'graph = "{self.cloud.graph}"\nca_file = "{self.cloud.ca_file}"\n'
            'scopes = ["User.Read", "Calendars.ReadWrite", "Mail.Send"]\n'
            f'[vehicle]\ndatabroker = "127.0.0.1:{self.port}"\n'
            '[telephone]\nregion = "DE"\n[ui]\nlanguage = "en"\n'
        )
        replace_file(self.folder / "settings.toml", text)

    def environment(self, data: Path) -> dict[str, str]:
        """What the screen process is handed; nothing of this machine's own settings, home and buses."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("CARLENDAR_", "XDG_"))}
        return kept | {
            "CARLENDAR_CONFIG": str(self.folder / "settings.toml"),
            "CARLENDAR_DATA_FOLDER": str(data),
            "CARLENDAR_EMULATOR": str(self.folder),
            "DBUS_SYSTEM_BUS_ADDRESS": self.phone.address,
            "DBUS_SESSION_BUS_ADDRESS": f"unix:path={self.folder / 'no-bus'}",
            "SDL_VIDEODRIVER": "offscreen",
            "SDL_AUDIODRIVER": "dummy",
            "HOME": str(self.folder),
            "PYTHONPATH": str(ROOT),
        }


class Driven:
    """One screen process, its fingers and its eyes."""

    def __init__(self, around: Around, data: Path, errors: Path) -> None:
        self.data, self._errors = data, errors
        self.frames: list[Seen] = []
        self._answers: list[str] = []
        self._changed = threading.Condition()
        self._over = False
        with errors.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, str(PROGRAM)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log,
                env=around.environment(data), cwd=ROOT, start_new_session=True,
            )  # fmt: skip
        self._reader = threading.Thread(target=self._read, name="eyes", daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            told = json.loads(line)
            with self._changed:
                if "drawn" in told:
                    self.frames.append(told["drawn"])
                else:
                    self._answers.append(told["answer"])
                self._changed.notify_all()
        with self._changed:
            self._over = True
            self._changed.notify_all()

    def sees(self, condition: Callable[[Seen], bool], what: str, seconds: float = PATIENCE) -> Seen:
        """The newest frame, as soon as the condition holds of it."""
        with self._changed:
            self._changed.wait_for(lambda: self._over or bool(self.frames and condition(self.frames[-1])), seconds)
            last = self.frames[-1] if self.frames else {}
            assert last, f"nothing was drawn: {self.errors()}"
            assert condition(last), f"{what}: not seen, but {last['screen']} {last['texts']} {self.errors()}"
            return last

    def reads(self, text: str, seconds: float = PATIENCE) -> Seen:
        """The newest frame, as soon as a text of it contains this."""
        return self.sees(lambda seen: any(text in line for line in seen["texts"]), text, seconds)

    def tap(self, label: str, nth: int = 0) -> None:
        """Touch a target by its label."""
        assert self.order(tap=label, nth=nth) == ""

    def scrolls_to(self, label: str) -> None:
        """Move the list with a finger until a target of that label can be seen."""
        for _ in range(12):
            seen = self.sees(lambda seen: bool(seen["lists"]), "a list")
            if any(target["label"] == label for target in seen["targets"]):
                return
            assert self.order(drag=[0.5, 0.65, 0.5, 0.35]) == ""
        raise AssertionError(f"{label} is nowhere in the list")

    def order(self, **order: object) -> str:
        """Have something done; returns the answer, empty where all went well."""
        self.ask(**order)
        with self._changed:
            assert self._changed.wait_for(lambda: self._over or bool(self._answers), PATIENCE + 15.0)
            assert self._answers, f"the screen has ended: {self.errors()}"
            return self._answers.pop(0)

    def ask(self, **order: object) -> None:
        """Have something done that nobody waits for."""
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(order).encode() + b"\n")
        self.process.stdin.flush()

    def mark(self) -> int:
        """How many frames have been drawn."""
        with self._changed:
            return len(self.frames)

    def service(self) -> psutil.Process | None:
        """The background process that this screen has started, if it runs."""
        with suppress(psutil.NoSuchProcess):
            for child in psutil.Process(self.process.pid).children(recursive=True):
                if child.status() != psutil.STATUS_ZOMBIE and "app.bootstrap.attended" in child.cmdline():
                    return child
        return None

    def errors(self) -> str:
        """What the process and its service said of trouble."""
        return self._errors.read_text("utf-8", "replace")

    def ends(self, seconds: float = PATIENCE) -> int:
        """The exit code, once it has ended by itself."""
        return self.process.wait(seconds)

    def stop(self) -> None:
        """Close it as the system does at the end of a drive; nothing of it may stay."""
        family = [self.process.pid, *(child.pid for child in self._children())]
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGCONT)
            self.process.terminate()
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(PATIENCE)
        clean = self.process.poll() is not None
        for pid in family:
            with suppress(psutil.NoSuchProcess):
                psutil.Process(pid).kill()
        self.process.wait(PATIENCE)
        self._reader.join(PATIENCE)
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                with suppress(BrokenPipeError):
                    pipe.close()
        assert clean, f"the screen did not end when it was asked to: {self.errors()}"

    def _children(self) -> list[psutil.Process]:
        with suppress(psutil.NoSuchProcess):
            return list(psutil.Process(self.process.pid).children(recursive=True))
        return []


@pytest.fixture(scope="module")
def around() -> Iterator[Around]:
    """One emulated world for the tests of a module."""
    with tempfile.TemporaryDirectory(prefix="carlendar-drive-") as folder, ExitStack() as stack:
        yield Around(Path(folder), stack)


@pytest.fixture(scope="module")
def start(around: Around) -> Iterator[Callable[[str], Driven]]:
    """Starts screens on a named data folder; all are stopped at the end."""
    started: list[Driven] = []

    def starts(data: str) -> Driven:
        number = len(started)
        started.append(Driven(around, around.folder / data, around.folder / f"errors{number}.log"))
        return started[-1]

    yield starts
    for driven in started:
        driven.stop()


@pytest.fixture(scope="session")
def sign_in() -> Callable[[Around, Driven, str], Seen]:
    """Sign a person in by touches, from the first one to the first day on the screen."""

    def signs_in(around: Around, drive: Driven, address: str) -> Seen:
        around.parks()
        drive.tap("Sign in")
        drive.reads("What stays in this car")
        drive.tap("Continue")
        seen = drive.sees(lambda seen: bool(seen["qr"]), "a code")
        code = next(each for each in around.cloud.pending_codes()).user_code
        assert "".join(code.split("-")) in "".join(seen["texts"]).replace(" ", "")
        assert seen["qr"] == [around.cloud.verification]
        around.cloud.approve(code, address)
        return drive.reads("Updated now")

    return signs_in


@pytest.fixture(scope="session")
def lawful() -> Callable[[Seen], None]:
    """Fails for a frame that shows a moving car's driver what the restriction profile forbids."""

    def check(seen: Seen) -> None:
        assert seen["restricted"], "nothing restricts this frame"
        assert seen["screen"] in ("drive", "agenda", "call") or "Available when parked" in seen["texts"], seen
        assert not seen["lists"], "a list that scrolls"
        assert not seen["qr"], "a code to be scanned"
        assert not any(target["rail"] for target in seen["targets"]), "the rail"
        assert len(seen["targets"]) <= 4, seen["targets"]
        assert seen["rows"] <= 4, seen["rows"]
        assert len(seen["groups"]) <= 7, seen["groups"]
        assert max(map(len, seen["texts"])) <= 60, seen["texts"]
        assert sum(map(len, seen["texts"])) <= 220, seen["texts"]

    return check


@pytest.fixture(scope="session")
def until() -> Callable[..., None]:
    """Wait for a condition, with a bound."""
    return wait
