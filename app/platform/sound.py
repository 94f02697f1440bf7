"""Short sounds by the desktop's or the board's own player."""

from __future__ import annotations

import shutil
import subprocess
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

PLAYERS = (("pw-play",), ("paplay",), ("aplay", "-q"))
"""PipeWire's, PulseAudio's and ALSA's player, in this order; each takes a WAV file as its argument."""

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

    def play(self, name: str) -> None:
        """Play the sound of that name; does nothing where there is no audio."""
        path = self._find(name)
        if self._command is None or path is None:
            return
        with self._lock:
            self._end()
            try:
                self._playing = subprocess.Popen(
                    [*self._command, str(path)],
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                )
            except OSError:
                self._playing = None
                return
            threading.Thread(target=_wait, args=(self._playing,), name="sound", daemon=True).start()

    def stop(self) -> None:
        """End what is playing."""
        with self._lock:
            self._end()

    def _end(self) -> None:
        if self._playing is not None and self._playing.poll() is None:
            self._playing.kill()
            self._playing.wait()
        self._playing = None


def _wait(player: subprocess.Popen[bytes]) -> None:
    """Reap the player, so that no zombie stays; end it when it hangs."""
    try:
        player.wait(LONGEST)
    except subprocess.TimeoutExpired:
        player.kill()
        player.wait()
