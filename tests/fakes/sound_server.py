"""A PipeWire of the tests' own, with a loudspeaker and a microphone that are files of sound, not devices.

It runs as the user of the hidden browser (see `hidden_browser`), on sockets in its own folder.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from array import array
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from math import pi, sin
from pathlib import Path

import pytest

from carlendar.online.profile_folder import SHARED_MEMORY
from carlendar_devtools.emulator.room.audio import RATE
from tests.fakes.hidden_browser import USER
from tests.fakes.waiting import wait_until

PROGRAMS = ("pipewire", "wireplumber", "pipewire-pulse", "pactl", "pacat", "parec", "dbus-run-session")


class SoundServer:
    """The server. `environ` leads programs to it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environ = {
            "PATH": os.environ["PATH"], "XDG_RUNTIME_DIR": str(folder), "HOME": str(folder),
            "PULSE_SERVER": f"unix:{folder}/pulse/native",
        }  # fmt: skip
        self._session: subprocess.Popen[bytes] | None = None

    def begin(self) -> None:
        """Start it with its two devices."""
        script = "pipewire & wireplumber & exec pipewire-pulse"
        self._session = subprocess.Popen(
            [*_as_user(), "dbus-run-session", "--", "sh", "-c", script],
            env={"PATH": os.environ["PATH"], "XDG_RUNTIME_DIR": str(self.folder), "HOME": str(self.folder)},
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
        wait_until(lambda: "Server Name" in self.run("pactl", "info"), what="PipeWire")
        for name in ("car_speaker", "car_cabin"):
            self.run("pactl", "load-module", "module-null-sink", f"sink_name={name}")
        self.run(
            "pactl", "load-module", "module-remap-source", "master=car_cabin.monitor", "source_name=car_microphone"
        )
        wait_until(lambda: "car_microphone" in self.run("pactl", "list", "short", "sources"), what="the microphone")
        self.run("pactl", "set-default-sink", "car_speaker")
        self.run("pactl", "set-default-source", "car_microphone")

    def kill(self) -> None:
        """Kill it with all its processes."""
        session, self._session = self._session, None
        if session is not None:
            os.killpg(session.pid, signal.SIGKILL)
            session.wait()

    def hang(self) -> None:
        """Let it answer nothing any more."""
        if self._session is not None:
            os.killpg(self._session.pid, signal.SIGSTOP)

    def restart(self) -> None:
        """Kill it and start it anew."""
        self.kill()
        self.begin()

    def run(self, *command: str) -> str:
        done = subprocess.run(
            [*_as_user(), *command], env=self.environ, capture_output=True, text=True, check=False, timeout=20
        )
        return done.stdout if done.returncode == 0 else ""

    def start(self, *command: str, stdout: int = subprocess.DEVNULL) -> subprocess.Popen[bytes]:
        return subprocess.Popen([*_as_user(), *command], env=self.environ, stdout=stdout, stderr=subprocess.DEVNULL)

    def heard(self, seconds: float = 0.5) -> list[int]:
        """What the loudspeaker plays, as 48 kHz mono."""
        recorder = self.start(
            "parec", "--device=car_speaker.monitor", "--format=s16le", f"--rate={RATE}", "--channels=1",
            "--latency-msec=50", stdout=subprocess.PIPE,
        )  # fmt: skip
        assert recorder.stdout is not None
        raw = recorder.stdout.read(int(2 * RATE * seconds))
        recorder.kill()
        recorder.wait()
        recorder.stdout.close()
        return [*array("h", raw)]


@contextmanager
def sound_server() -> Iterator[SoundServer]:
    """Start the server with its two devices. Skips the test where PipeWire is not installed or does not start."""
    if missing := [name for name in PROGRAMS if shutil.which(name) is None]:
        pytest.skip(f"no {', '.join(missing)} (packaging/setup.sh test says how to get them)")
    runtime = Path(tempfile.mkdtemp(prefix="carlendar-sound-", dir=SHARED_MEMORY))
    if os.geteuid() == 0:
        shutil.chown(runtime, USER, pwd.getpwnam(USER).pw_gid)
    server = SoundServer(runtime)
    try:
        server.begin()
        yield server
    finally:
        server.kill()
        shutil.rmtree(runtime, ignore_errors=True)


@contextmanager
def speaking(server: SoundServer, hertz: float) -> Iterator[None]:
    """Let a tone sound in the cabin, as the driver's voice."""
    period = RATE  # a whole number of periods of any whole frequency
    tone = array("h", (int(12000 * sin(2 * pi * hertz * each / RATE)) for each in range(period))).tobytes()
    file = server.folder / "voice.raw"
    file.write_bytes(tone * 60)
    file.chmod(0o644)
    player = server.start(
        "pacat", "--device=car_cabin", "--format=s16le", f"--rate={RATE}", "--channels=1", "--latency-msec=50",
        str(file),
    )  # fmt: skip
    try:
        yield
    finally:
        player.kill()
        player.wait()


def _as_user() -> Sequence[str]:
    if os.geteuid() != 0:
        return ()
    user = pwd.getpwnam(USER)
    return ("setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups")
