"""speech-dispatcher on a private socket, real with a recorded sink, and emulated."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
import threading
from collections.abc import Mapping
from pathlib import Path

from carlendar_devtools.emulator.speech import SpeechServer, Spoken
from tests.fakes.waiting import wait_until

RATE = 22050
"""Samples per second of espeak-ng, signed 16-bit mono."""
INSTALLED = all(shutil.which(name) for name in ("speech-dispatcher", "espeak-ng"))
CONFIG = """LogLevel 1
LogDir "{folder}"
DefaultVolume 100
AudioOutputMethod "{method}"
AudioALSADevice "recorder"
AddModule "espeak-ng" "sd_espeak-ng" "espeak-ng.conf"
DefaultModule espeak-ng
"""
ALSA = """pcm.recorder {{ type file slave.pcm "silent" file "{file}" format "raw" }}
pcm.silent {{ type null }}
"""


class RecordedSpeech:
    """The daemon with espeak-ng.

    Its sound goes into a file, without delay; with `pulse` to the audio server of `environ`.
    """

    def __init__(self, folder: Path, environ: Mapping[str, str], *, pulse: bool = False) -> None:
        self.path, self._folder, self._recorded = folder / "speechd.sock", folder, folder / "sound.raw"
        (folder / "modules").mkdir(exist_ok=True)
        (folder / "modules/espeak-ng.conf").touch()
        (folder / "speechd.conf").write_text(CONFIG.format(folder=folder, method="pulse" if pulse else "alsa"))
        (folder / "asound.conf").write_text(ALSA.format(file=self._recorded))
        self._environ = {**environ, "ALSA_CONFIG_PATH": str(folder / "asound.conf"), "TMPDIR": str(folder)}
        self._daemon: subprocess.Popen[bytes] | None = None
        self.start()

    def start(self) -> None:
        """Start it, again if it was killed."""
        self.path.unlink(missing_ok=True)
        options = ("-s", "-t", "0", "-c", "unix_socket", "-S", self.path, "-P", self._folder / "pid")
        command = ("speech-dispatcher", *options, "-C", self._folder, "-L", self._folder)
        quiet = subprocess.DEVNULL
        self._daemon = subprocess.Popen(command, env=self._environ, stdout=quiet, stderr=quiet)
        wait_until(self.path.exists, what="the socket of speech-dispatcher")

    def kill(self) -> None:
        """End it at once; what was recorded is deleted."""
        assert self._daemon is not None
        self._daemon.kill()
        self._daemon.wait(10)
        self._recorded.unlink(missing_ok=True)

    def close(self) -> None:
        """End it in order."""
        assert self._daemon is not None
        self._daemon.terminate()
        try:
            self._daemon.wait(5)
        except subprocess.TimeoutExpired:
            self.kill()

    @property
    def seconds(self) -> float:
        """Seconds of sound that were recorded."""
        return self._recorded.stat().st_size / 2 / RATE if self._recorded.exists() else 0.0

    @property
    def samples(self) -> bytes:
        """The recorded samples."""
        return self._recorded.read_bytes() if self._recorded.exists() else b""


class EmulatedSpeech:
    """The emulator's server, on a thread of its own."""

    def __init__(self, folder: Path, *, letter: float = 0.0, name: str = "speechd.sock") -> None:
        self.path = folder / name
        self.heard: list[Spoken] = []
        self._letter = letter
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="emulated speech", daemon=True)
        self._thread.start()
        self.start()

    def start(self) -> None:
        """Listen, again if it was stopped."""
        self._server = SpeechServer(self.path, self.heard.append, letter=self._letter)
        asyncio.run_coroutine_threadsafe(self._server.start(), self._loop).result(10)

    def kill(self) -> None:
        """Close all connections."""
        asyncio.run_coroutine_threadsafe(self._server.stop(), self._loop).result(10)

    def close(self) -> None:
        """Stop it and its thread."""
        self.kill()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    @property
    def texts(self) -> list[str]:
        """The texts that began to be heard."""
        return [each.text for each in self.heard if not each.silenced]
