"""PipeWire with PulseAudio's socket, in a folder of its own, with one sink that plays nothing."""

from __future__ import annotations

import math
import os
import shutil
import subprocess
import wave
from array import array
from pathlib import Path

from tests.fakes.waiting import wait_until

PROGRAMS = ("pipewire", "wireplumber", "pipewire-pulse", "pactl", "paplay", "parec", "pw-dump", "dbus-daemon")
INSTALLED = all(shutil.which(name) for name in PROGRAMS)
SINK = "car"
RATE = 48_000
"""Samples per second that are recorded, signed 16-bit mono."""


class AudioServer:
    """The server with its session manager. `environ` is for its clients; `close` ends everything."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, exist_ok=True)
        self._folder = folder
        names = ("XDG_RUNTIME_DIR", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "HOME", "PIPEWIRE_RUNTIME_DIR")
        bus = f"unix:path={folder / 'bus'}"
        self.environ = {**os.environ, **dict.fromkeys(names, str(folder)), "DBUS_SESSION_BUS_ADDRESS": bus}
        self.environ["PULSE_SERVER"] = f"unix:{folder / 'pulse/native'}"
        self.environ["XDG_CONFIG_HOME"] = str(folder / "config")
        self._started: list[subprocess.Popen[bytes]] = []
        self._start("dbus-daemon", "--session", "--nofork", f"--address={bus}")
        wait_until((folder / "bus").exists, what="the bus")
        self._start("pipewire")
        wait_until((folder / "pipewire-0").exists, what="PipeWire's socket")
        self._start("wireplumber")
        self._start("pipewire-pulse")
        wait_until(lambda: self._pactl("info") == 0, what="pipewire-pulse")
        assert self._pactl("load-module", "module-null-sink", f"sink_name={SINK}") == 0

    def _start(self, *command: str) -> subprocess.Popen[bytes]:
        quiet = subprocess.DEVNULL
        process = subprocess.Popen(command, env=self.environ, stdin=quiet, stdout=quiet, stderr=quiet)
        self._started.append(process)
        return process

    def _pactl(self, *command: str) -> int:
        return subprocess.run(["pactl", *command], env=self.environ, capture_output=True, timeout=20).returncode

    def play(self, role: str, seconds: float = 30.0) -> subprocess.Popen[bytes]:
        """Play a tone as a stream of this role; end it by `terminate`."""
        file = self._folder / "tone.wav"
        if not file.exists():
            tone = array("h", (int(9000 * math.sin(sample / 8)) for sample in range(int(seconds * 8000))))
            with wave.open(str(file), "wb") as sound:
                sound.setparams((1, 2, 8000, 0, "NONE", ""))
                sound.writeframes(tone.tobytes())
        return self._start("paplay", f"--property=media.role={role}", str(file))

    def record(self, file: Path) -> subprocess.Popen[bytes]:
        """Record what the sink plays into a file of samples, from when it is there on."""
        options = (
            "--device",
            f"{SINK}.monitor",
            "--format=s16le",
            f"--rate={RATE}",
            "--channels=1",
            "--latency-msec=20",
        )
        with file.open("wb") as target:
            quiet = subprocess.DEVNULL
            recorder = subprocess.Popen(["parec", *options], env=self.environ, stdin=quiet, stdout=target, stderr=quiet)
        self._started.append(recorder)
        return recorder

    def close(self) -> None:
        """End everything that was started, the last first."""
        for process in reversed(self._started):
            process.terminate()
            try:
                process.wait(5)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(5)


def loudness(file: Path, since: int = 0) -> float:
    """The loudest of the recorded samples from the byte `since` on, 0 to 1."""
    data = file.read_bytes()[since:]
    samples = array("h", data[: len(data) // 2 * 2])
    return max(map(abs, samples), default=0) / 32768
