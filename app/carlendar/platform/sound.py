"""Short notification sounds, played by an installed command-line player."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
import wave
from array import array
from collections.abc import Callable, Sequence
from io import BytesIO
from pathlib import Path

PLAYERS = (("pw-play",), ("paplay",), ("aplay", "-q"))
"""Players of PipeWire, PulseAudio and ALSA, in order of preference; each takes a WAV file as its argument."""

SAMPLE = 2
"""Bytes per sample that can be scaled: signed 16-bit."""

LONGEST = 10.0
"""Seconds after which a hanging player (an audio server that does not answer) is killed."""


class PlayerSound:
    """`Sound` by the first installed player. One sound at a time: a new one stops the previous one.

    Never raises and never blocks: without a player, the sound file or an audio server it is silent.
    """

    def __init__(self, find: Callable[[str], Path | None], players: Sequence[Sequence[str]] = PLAYERS) -> None:
        self._find = find
        self._command = next((tuple(one) for one in players if shutil.which(one[0])), None)
        self._lock = threading.Lock()
        self._playing: subprocess.Popen[bytes] | None = None

    def available(self) -> bool:
        """Whether a player is installed."""
        return self._command is not None

    def play(self, name: str, loudness: float = 1.0) -> None:
        """Play a sound; do nothing if there is no audio or the sound cannot be scaled to `loudness`."""
        path = self._find(name)
        if self._command is None or path is None:
            return
        with self._lock:
            self._end()
            try:
                self._playing = self._start(path) if loudness >= 1.0 else self._start_quieter(path, loudness)
            except (OSError, EOFError, wave.Error):
                self._playing = None
                return
            threading.Thread(target=_wait, args=(self._playing,), name="sound", daemon=True).start()

    def _start(self, path: Path, *descriptors: int) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [*(self._command or ()), str(path)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            pass_fds=descriptors,
        )

    def _start_quieter(self, path: Path, loudness: float) -> subprocess.Popen[bytes]:
        """Scale the samples: the players' volume options differ, and ALSA's has none."""
        with os.fdopen(os.memfd_create("sound"), "wb") as made:
            made.write(quieter(path.read_bytes(), loudness))
            made.flush()
            return self._start(Path(f"/dev/fd/{made.fileno()}"), made.fileno())

    def stop(self) -> None:
        """Stop the current sound."""
        with self._lock:
            self._end()

    def _end(self) -> None:
        if self._playing is not None and self._playing.poll() is None:
            self._playing.kill()
            self._playing.wait()
        self._playing = None


def quieter(sound: bytes, loudness: float) -> bytes:
    """Return the WAV file with its samples scaled by `loudness`, 0 to 1. Raises wave.Error unless it is 16-bit."""
    with wave.open(BytesIO(sound)) as given:
        if given.getsampwidth() != SAMPLE:
            raise wave.Error("not 16-bit")
        shape, samples = given.getparams(), array("h", given.readframes(given.getnframes()))
    swapped = sys.byteorder == "big"  # WAV is little-endian
    if swapped:
        samples.byteswap()
    scaled = array("h", (int(sample * loudness) for sample in samples))
    if swapped:
        scaled.byteswap()
    made = BytesIO()
    with wave.open(made, "wb") as written:
        written.setparams(shape)
        written.writeframes(scaled.tobytes())
    return made.getvalue()


def _wait(player: subprocess.Popen[bytes]) -> None:
    """Reap the player, so that no zombie remains; kill it if it hangs."""
    try:
        player.wait(LONGEST)
    except subprocess.TimeoutExpired:
        player.kill()
        player.wait()
