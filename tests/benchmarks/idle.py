"""Idle: processor time and frames while ten unchanged signals a second arrive, and the first touch after it.

Beside it stand, of the same run, Kivy's own loop with one label that never changes, and, at the same time, a program
that does nothing but take the same signals over gRPC.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from car import HEIGHT, WIDTH, RunningCar, emulated, fill
from carlendar_devtools.processes.programs import DISPLAY
from measured import Measured
from wire import Wire

TOUCHED = 3
"""Processes whose first touch is timed."""
REST = 6.0
"""Seconds that those after the first are idle before it."""
BARE = Path(__file__).with_name("bare_window.py")
LISTENER = Path(__file__).with_name("bare_listener.py")
WANTED = 1.5
"""Times the processor time of gRPC alone that the screen may take."""
AGENDA = (0.905, 0.84)
"""Where Agenda is on Drive, in parts of the display: the target that is always there."""


def run(scratch: Path, seconds: float, say: Callable[[str], None]) -> None:
    """Measure off-screen, and under X11 where Xvfb is installed."""
    with RunningCar() as car:
        _kivys_loop(scratch, seconds, say)
        _offscreen(scratch, car.port, seconds, say)
        with _x_server() as display:
            if display:
                _x11(scratch, car.port, display, seconds, say)
            else:
                say("idle, X11          not measured: Xvfb is not installed")


def surroundings(scratch: Path, port: int, **more: str) -> dict[str, str]:
    """The environment of a screen with a filled store and that car."""
    now = datetime.now(UTC).replace(second=2, microsecond=0)
    data = scratch / "data"
    fill(data, now, 40)
    return {
        **os.environ, "CARLENDAR_DATA_FOLDER": str(data),
        "CARLENDAR_EMULATOR": str(emulated(scratch / "emu", now, port)), **more,
    }  # fmt: skip


def _kivys_loop(scratch: Path, seconds: float, say: Callable[[str], None]) -> None:
    offscreen = {**os.environ, "SDL_VIDEODRIVER": "offscreen", "KIVY_NO_ARGS": "1", "KIVY_HOME": str(scratch / "kivy")}
    with Measured([sys.executable, str(BARE), str(WIDTH), str(HEIGHT)], offscreen, scratch) as process:
        time.sleep(REST)
        share, _ = _idle(process, seconds / 2, None)
        say(f"floor: Kivy's loop {share:6.2f} % of a core in {seconds / 2:.0f} s")


def _offscreen(scratch: Path, port: int, seconds: float, say: Callable[[str], None]) -> None:
    """The screen beside a bare listener, both at the same time; then the first touch of it and of others."""
    touches = []
    for number in range(TOUCHED):
        with _off_screen(scratch / f"offscreen-{number}", port) as (screen, wire):
            if number:
                _idle(screen, REST, wire)
            else:
                _beside_listener(scratch, port, seconds, screen, wire, say)
            sent = wire.touch("down", *AGENDA)
            drawn = wire.frame(2.0)
            touches.append((drawn[0] - sent) * 1000 if drawn else float("inf"))
    low, high = min(touches), max(touches)
    answered = f"{median(touches):6.0f} ms ({low:.0f} to {high:.0f}, {TOUCHED} fresh processes)"
    say(f"first touch        {answered} to the frame that shows it (wanted ≤ 50)")


def _beside_listener(
    scratch: Path, port: int, seconds: float, screen: Measured, wire: Wire, say: Callable[[str], None]
) -> None:
    """Both are woken by the same signals, at the same times, on the same busy or idle machine."""
    folder = scratch / "listener"
    folder.mkdir()
    with Measured([sys.executable, str(LISTENER), str(port)], os.environ, folder) as listener:
        _idle(screen, REST / 3, wire)
        before = listener.seconds_of_core()
        share, frames = _idle(screen, seconds, wire)
        floor = 100 * (listener.seconds_of_core() - before) / seconds
        say(
            f"idle, off-screen   {share:6.2f} % of a core (wanted < 0.50), {frames} frames in {seconds:.0f} s; "
            f"gRPC alone {floor:.2f} %, ratio {share / floor:.2f} (wanted ≤ {WANTED})"
        )


@contextlib.contextmanager
def _off_screen(scratch: Path, port: int) -> Iterator[tuple[Measured, Wire]]:
    """A fresh screen whose frames are seen here, once it has come to rest."""
    environment = surroundings(scratch, port, SDL_VIDEODRIVER="offscreen")
    command = DISPLAY
    with Wire(scratch / "emu" / "display.sock") as wire, Measured(command, environment, scratch) as screen:
        wire.accept()
        while wire.frame(4.0):
            pass
        yield screen, wire


def _x11(scratch: Path, port: int, display: str, seconds: float, say: Callable[[str], None]) -> None:
    scratch = scratch / "x11"
    environment = surroundings(scratch, port, DISPLAY=display)
    environment.pop("SDL_VIDEODRIVER", None)
    with Measured(DISPLAY, environment, scratch) as screen:
        time.sleep(5)
        share, _ = _idle(screen, seconds, None)
        say(f"idle, X11          {share:6.2f} % of a core in {seconds:.0f} s (wanted < 0.5 %)")


def _idle(screen: Measured, seconds: float, wire: Wire | None) -> tuple[float, int]:
    before, began, frames = screen.seconds_of_core(), time.monotonic(), 0
    while (left := began + seconds - time.monotonic()) > 0:
        if wire is None:
            time.sleep(left)
        elif wire.frame(left):
            frames += 1
    return 100 * (screen.seconds_of_core() - before) / (time.monotonic() - began), frames


@contextlib.contextmanager
def _x_server() -> Iterator[str]:
    if shutil.which("Xvfb") is None:
        yield ""
        return
    read, write = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(write), "-screen", "0", "1600x800x24", "-nolisten", "tcp"],
        pass_fds=(write,), stderr=subprocess.DEVNULL,
    )  # fmt: skip
    os.close(write)
    try:
        with os.fdopen(read) as number:
            yield f":{number.readline().strip()}"
    finally:
        server.terminate()
        server.wait(10)
