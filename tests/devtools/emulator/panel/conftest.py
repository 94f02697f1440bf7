"""A whole emulation with a small program as its display, and a real browser."""

from __future__ import annotations

import asyncio
import sys
import threading
from collections.abc import Callable, Coroutine, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

import pytest
from selenium import webdriver

from carlendar.platform.clock import BoottimeClock
from carlendar_devtools.commands.emulator import driving
from carlendar_devtools.emulator.emulation import Emulation, EmulationPlan
from carlendar_devtools.emulator.world.library import scenario_file
from carlendar_devtools.emulator.world.scenario import load_world
from tests.fakes.waiting import wait_until

T = TypeVar("T")

PROGRAM = '''
"""A display: the left half red, the right half blue; after a touch in the left half all of it green."""
import json, os, socket, struct, sys, threading, time, tomllib

folder = os.environ["CARLENDAR_EMULATOR"]
with open(os.path.join(folder, "platform.toml"), "rb") as file:
    size = tomllib.load(file)["display"]
width, height = size["width"], size["height"]
notify = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
notify.connect(os.environ["NOTIFY_SOCKET"])
wire = socket.socket(socket.AF_UNIX)
wire.connect(os.path.join(folder, "display.sock"))

def send(pixels, sequence):
    head = {"width": width, "height": height, "sequence": sequence, "screen": "drive", "place": ""}
    payload = b"F" + json.dumps(head).encode() + b"\\n" + pixels
    wire.sendall(struct.pack(">I", len(payload)) + payload)

def feed():
    notify.send(b"READY=1")
    while True:
        notify.send(b"WATCHDOG=1")
        time.sleep(0.1)

send((b"\\xff\\x00\\x00" * (width // 2) + b"\\x00\\x00\\xff" * (width // 2)) * height, 1)
threading.Thread(target=feed, daemon=True).start()
stream = wire.makefile("rb")
while len(head := stream.read(4)) == 4:
    message = stream.read(struct.unpack(">I", head)[0])
    if message[:1] == b"A":
        continue
    with open(os.path.join(folder, "received"), "ab") as file:
        file.write(message + b"\\n")
    if message[:1] == b"T" and json.loads(message[1:])["kind"] == "up" and json.loads(message[1:])["x"] < 0.5:
        send(b"\\x00\\xff\\x00" * (width * height), 2)
'''


class Emulator:
    """A whole emulation in a loop on a thread of its own, the test's small program as the display."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self.loop.run_forever)
        self.fetched: list[Mapping[str, str]] = []
        """The environments for which the display's service was asked to fetch."""

    def start(self) -> None:
        program = self.folder / "program.py"
        program.write_text(PROGRAM)
        self._thread.start()
        self.call(self._start([sys.executable, str(program)]))

    def call(self, work: Coroutine[Any, Any, T]) -> T:
        """Run it in the emulator's loop and wait for it."""
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(30.0)

    def soon(self, act: Callable[[], object]) -> None:
        """Call it in the emulator's loop."""
        self.loop.call_soon_threadsafe(act)

    async def _start(self, argv: list[str]) -> None:
        plan = EmulationPlan(load_world(scenario_file("commute")), "commute", browser=True)
        self.all = Emulation(plan, self.folder, argv, BoottimeClock(), driving=driving, refresh=self.fetched.append)
        await self.all.start()

    async def _stop(self) -> None:
        await self.all.stop()
        await self.loop.shutdown_default_executor()

    def stop(self) -> None:
        self.call(self._stop())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join(10.0)
        self.loop.close()


@pytest.fixture(name="emulator")
def emulator_fixture(tmp_path: Path) -> Iterator[Emulator]:
    folder = tmp_path / "e"
    folder.mkdir(mode=0o700)
    made = Emulator(folder)
    made.start()
    yield made
    made.stop()


@pytest.fixture
def page(emulator: Emulator, chromium: webdriver.Chrome) -> Iterator[webdriver.Chrome]:
    """The panel, opened, with the display's first frame on it."""
    chromium.get_log("browser")  # type: ignore[no-untyped-call]  # selenium left it untyped
    chromium.get(emulator.all.address)
    wait_until(lambda: chromium.execute_script("return document.getElementById('display').dataset.frames"))
    yield chromium
    entries = chromium.get_log("browser")  # type: ignore[no-untyped-call]  # selenium left it untyped
    complaints = [entry for entry in entries if entry["level"] == "SEVERE"]
    chromium.get("about:blank")
    assert complaints == []
