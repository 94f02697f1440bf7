"""Short sounds by the desktop's or the board's own player."""

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
"""PipeWire's, PulseAudio's and ALSA's player, in this order; each takes a WAV file as its argument."""

SAMPLE = 2
"""Bytes of a sample that can be made quieter: signed, 16 bits."""

LONGEST = 10.0
"""Seconds after which a player that hangs (a server that does not answer) is ended."""


class PlayerSound:
    """`Sound` by the first player that is installed; one sound at a time, a new one ends the one before.

    Never raises and never blocks: no player, no such sound and no audio server are all silence.
    """

    def __init__(self, find: Callable[[str], Path | None], players: Sequence[Sequence[str]] = PLAYERS) -> None:
        self._find = find
        self._command = next((tuple(one) for one in players if shutil.which(one[0])), None)
        self._lock = threading.Lock()
        self._playing: subprocess.Popen[bytes] | None = None

    def available(self) -> bool:
        """Whether there is a player at all."""
        return self._command is not None

    def play(self, name: str, loudness: float = 1.0) -> None:
        """As `Sound`; does nothing where there is no audio, nor where the sound cannot be made as quiet as it must."""
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
        """Players differ in how a volume is given, and ALSA's takes none: the samples themselves are scaled."""
        with os.fdopen(os.memfd_create("sound"), "wb") as made:
            made.write(quieter(path.read_bytes(), loudness))
            made.flush()
            return self._start(Path(f"/dev/fd/{made.fileno()}"), made.fileno())

    def stop(self) -> None:
        """End what is playing."""
        with self._lock:
            self._end()

    def _end(self) -> None:
        if self._playing is not None and self._playing.poll() is None:
            self._playing.kill()
            self._playing.wait()
        self._playing = None


def quieter(sound: bytes, loudness: float) -> bytes:
    """A WAV file with its samples times `loudness`, 0 to 1. wave.Error for one that is not of 16 bits."""
    with wave.open(BytesIO(sound)) as given:
        if given.getsampwidth() != SAMPLE:
            raise wave.Error("not of 16 bits")
        shape, samples = given.getparams(), array("h", given.readframes(given.getnframes()))
    swapped = sys.byteorder == "big"  # a WAV file has the least byte first
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
    """Reap the player, so that no zombie stays; end it when it hangs."""
    try:
        player.wait(LONGEST)
    except subprocess.TimeoutExpired:
        player.kill()
        player.wait()
