"""Runs the display process: starts, watches, freezes, kills and restarts it.

It reads from `folder`: `clock.json`, `network.json`, `vehicle.json` (the databroker), `platform.toml` (the display
preset), `settings.toml`, and connects to `display.sock` if its frames are required.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from carlendar.brands.brand import NEUTRAL
from carlendar.errors import OWN_FAULT
from carlendar.isolated import FOLDER
from carlendar_devtools.emulator.child_process import mortal
from carlendar_devtools.emulator.clock import replace_file
from carlendar_devtools.emulator.follow import followed
from carlendar_devtools.emulator.frame_client import ReceivedFrame, TapListener
from carlendar_devtools.emulator.presets import PRESETS, Preset
from carlendar_devtools.emulator.supervision import LIMIT, STOPPING, ProcessSupervisor

BRAND_FILE = "brand"
"""In the emulator's folder: the name of the brand that the display is drawn in, read again when it is replaced."""

SPEECH_SOCKET = "speech.sock"
"""In the emulator's folder: the socket of the emulated speech-dispatcher."""

ROOM = "room"
"""In the emulator's folder where data calls have a room with real sound."""

FOLDER_OPTION = "--emulator="
"""Argument with the emulator's folder, by which its processes are found."""
GIVES_UP_AFTER = 5
"""Number of exits in a row, each within `SHORT_LIFE` seconds of the start, after which it is not restarted."""

SHORT_LIFE = 5.0
STOP_SECONDS = 3.0
"""Time-out of a requested exit."""

NOT_AGAIN = (2, 3)
"""Exit codes of a process that reported in one line why it cannot run (settings, display): a restart would fail too,
unless the cause was an internal error that the next start avoids by leaving out the calendar's texts.
"""


@dataclass(frozen=True, slots=True)
class DisplayState:
    """`phase` is `starting`, `running`, `frozen`, `ended` (by the user) or `failed` (`why` is a one-line reason)."""

    phase: str
    preset: Preset
    screen: str = ""
    sequence: int = -1
    """Sequence of the restrictions of the displayed frame; below 0 if there is none."""
    driving: str = ""
    """The driving state of these restrictions."""
    restrictions: tuple[str, ...] = ()
    """Names of the restrictions; empty while parked."""
    why: str = ""
    brand: str = NEUTRAL


class Display:
    """One display. `changed` is called after every change of state, `log_event` with lines for the log.

    With `frames`, the display runs off-screen and sends its frames; otherwise it has its own window. `closed` is called
    when the user closes the window.
    """

    def __init__(
        self,
        argv: Sequence[str],
        folder: Path,
        environ: Mapping[str, str],
        *,
        frames: Callable[[ReceivedFrame], Awaitable[None]] | None = None,
        preset: Preset = PRESETS[0],
        brand: str = NEUTRAL,
        changed: Callable[[], None] = lambda: None,
        log_event: Callable[[str, str], None] = lambda _kind, _text: None,
        closed: Callable[[], None] = lambda: None,
        log: TextIO | None = None,
    ) -> None:
        """`log` receives what the display and its service write to standard error."""
        self._log = log
        self._argv = tuple(argv)
        self._folder = folder
        self._environ = dict(environ)
        self._frames = frames
        self._changed = changed
        self._log_event = log_event
        self._closed = closed
        self._supervisor = ProcessSupervisor(folder / "notify.sock", self._silent, self._became_ready)
        self.tap = None if frames is None else TapListener(folder / "display.sock", self._frame)
        self._process: asyncio.subprocess.Process | None = None
        self._life: asyncio.Task[None] | None = None
        self._wanted = False
        self._lock = asyncio.Lock()
        self.state = DisplayState("ended", preset, brand=brand)

    async def start(self) -> None:
        """Listen for the display and start it."""
        self._supervisor.start()
        if self.tap is not None:
            await self.tap.start()
        self._begin()

    async def stop(self) -> None:
        """End the display with all its child processes."""
        async with self._lock:
            await self._finish()
        await self._supervisor.stop()
        if self.tap is not None:
            await self.tap.stop()
        await end_all(self.helpers())

    async def restart(self, preset: Preset | None = None) -> None:
        """Restart the display, as another one if given."""
        async with self._lock:
            await self._finish()
            self._set(preset=preset or self.state.preset)
            self._begin()

    def kill(self) -> None:
        """Send SIGKILL, to simulate a crash: it is restarted."""
        self._signal(signal.SIGKILL)

    def freeze(self) -> None:
        """Send SIGSTOP: frames and heartbeats end, which the watchdog must detect."""
        if self._signal(signal.SIGSTOP):
            self._set(phase="frozen")
            self._log_event("display", "stopped as a whole")

    def go_on(self) -> None:
        """SIGCONT."""
        if self.state.phase == "frozen" and self._signal(signal.SIGCONT):
            self._set(phase="running" if self._supervisor.ready else "starting")
            self._log_event("display", "goes on")

    @property
    def pid(self) -> int:
        """The process id; 0 if there is none."""
        return self._process.pid if self._process is not None and self._process.returncode is None else 0

    def helpers(self) -> tuple[int, ...]:
        """The other processes of this emulator: the service process."""
        return tuple(pid for pid in processes_of(self._folder) if pid != self.pid)

    def restart_service(self) -> bool:
        """Kill the service process, which the display restarts. Return False if there is none."""
        helpers = self.helpers()
        for pid in helpers:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self._log_event("service", "killed" if helpers else "does not run")
        return bool(helpers)

    def _begin(self) -> None:
        self._wanted = True
        self.state.preset.write(self._folder)
        replace_file(self._folder / BRAND_FILE, self.state.brand)
        self._life = asyncio.create_task(self._live())

    async def _finish(self) -> None:
        self._wanted = False
        self._supervisor.watch(0)
        if self._process is not None and self._process.returncode is None:
            self._signal(signal.SIGTERM)
            self._signal(signal.SIGCONT)
            try:
                await asyncio.wait_for(asyncio.shield(self._process.wait()), STOP_SECONDS)
            except TimeoutError:
                self._signal(signal.SIGKILL)
        if self._life is not None:
            await self._life
            self._life = None

    def rebrand(self, name: str) -> None:
        """Draw in another brand's look at once, without a restart."""
        self._set(brand=name)
        replace_file(self._folder / BRAND_FILE, name)
        self._log_event("display", f"brand {name}")

    async def _live(self) -> None:
        """Start the process, wait for its exit, and repeat while it is wanted and has not failed too often."""
        loop = asyncio.get_running_loop()
        short, again = 0, True
        while again:
            self._set(phase="starting", why="")
            began = loop.time()
            try:
                code = await self._run_once()
            except OSError as error:
                self._fail(f"the display cannot be started: {error.strerror}")
                return
            short = short + 1 if loop.time() - began < SHORT_LIFE else 0
            again = self._again(code, short)
            if again:
                await asyncio.sleep(min(0.1 * 2**short, 2.0) if short else 0.0)
        if self.state.phase != "failed":
            self._set(phase="ended")

    async def _run_once(self) -> int:
        """Return the exit code; 0 also for a process that announced its exit and was then killed by a signal: it was
        closed.
        """
        log = self._folder / "display.log"
        with log.open("wb") as file:
            self._process = await asyncio.create_subprocess_exec(
                *mortal((*self._argv, f"{FOLDER_OPTION}{self._folder}")),
                env=self._child_environ(),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=file,
                stderr=file,
                start_new_session=True,
                cwd=FOLDER,
            )
        if not self._wanted:
            self.kill()  # it was ended while it was being started
        self._supervisor.watch(self._process.pid)
        async with followed(log, self._log):
            code = await self._process.wait()
        closed = code == 0 or (code < 0 and self._supervisor.stopping)
        self._supervisor.watch(0)
        return 0 if closed else code

    def _again(self, code: int, short: int) -> bool:
        """Whether to restart it after this exit code; log the reason if not."""
        if not self._wanted:
            return False
        if code == 0:
            self._log_event("display", "closed")
            self._closed()
            return False
        words = self._last_words()
        if (code in NOT_AGAIN and not words.startswith(OWN_FAULT)) or short >= GIVES_UP_AFTER:
            self._fail(words or f"the display ended with {code}")
            return False
        ended = signal.Signals(-code).name if code < 0 else str(code)
        self._log_event("display", f"ended ({ended}), starts again")
        return True

    def _fail(self, why: str) -> None:
        self._set(phase="failed", why=why)
        self._log_event("display", why)

    def _last_words(self) -> str:
        try:
            lines = (self._folder / "display.log").read_text("utf-8", "replace").splitlines()
        except OSError:
            return ""
        said = [line for line in lines if line.startswith("carlendar: ")]
        return said[-1].removeprefix("carlendar: ") if said else ""

    def _child_environ(self) -> dict[str, str]:
        more = {
            "CARLENDAR_EMULATOR": str(self._folder),
            "NOTIFY_SOCKET": str(self._supervisor.path),
            "WATCHDOG_USEC": str(int(LIMIT * 1_000_000)),
        }
        if self._frames is not None:
            more["SDL_VIDEODRIVER"] = "offscreen"
        return self._environ | more

    def _signal(self, number: signal.Signals) -> bool:
        if not self.pid:
            return False
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, number)
            return True
        return False

    def _silent(self) -> None:
        ending = f"did not end within {STOPPING:.0f} s" if self._supervisor.stopping else "no sign of life for 500 ms"
        self._log_event("watchdog", f"{ending}: the screen is ended")
        self.kill()

    def _became_ready(self) -> None:
        self._set(phase="running")
        self._log_event("display", "shows its first frame")

    async def _frame(self, frame: ReceivedFrame) -> None:
        if self._frames is not None:
            before = self.state.sequence
            self._set(screen=frame.screen, sequence=frame.sequence, driving=frame.state, restrictions=frame.flags)
            if frame.sequence != before:
                text = f"{frame.state}, {len(frame.flags) or 'none'} in force" if frame.state else "drawn"
                self._log_event("restrictions", f"number {frame.sequence}: {text}")
            await self._frames(frame)

    def _set(self, **changes: object) -> None:
        fields = {name: getattr(self.state, name) for name in DisplayState.__slots__} | changes
        if (state := DisplayState(**fields)) != self.state:
            self.state = state
            self._changed()


def processes_of(folder: Path) -> list[int]:
    """Return the processes with this emulator's folder in their arguments or environment, by proc(5).

    Display and service write no core dumps; of such a process only root may read the environment, but every user the
    arguments.
    """
    marks = {"cmdline": os.fsencode(f"{FOLDER_OPTION}{folder}"), "environ": os.fsencode(f"CARLENDAR_EMULATOR={folder}")}
    return [
        int(entry.name)
        for entry in Path("/proc").iterdir()
        if entry.name.isdigit() and any(_has(entry / name, mark) for name, mark in marks.items())
    ]


def _has(file: Path, mark: bytes) -> bool:
    try:
        return mark in file.read_bytes().split(b"\0")
    except OSError:
        return False


async def end_all(pids: Sequence[int]) -> None:
    """Send SIGTERM, then SIGKILL to those remaining after `STOP_SECONDS`."""
    for number, seconds in ((signal.SIGTERM, STOP_SECONDS), (signal.SIGKILL, 1.0)):
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)
        deadline = asyncio.get_running_loop().time() + seconds
        while asyncio.get_running_loop().time() < deadline:
            pids = [pid for pid in pids if _lives(pid)]
            if not pids:
                return
            await asyncio.sleep(0.02)


def _lives(pid: int) -> bool:
    try:
        return Path("/proc", str(pid), "stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (OSError, IndexError):
        return False
