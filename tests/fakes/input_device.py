"""An input device that is a pipe."""

from __future__ import annotations

import os
from pathlib import Path

from carlendar.platform.input_keys import EV_KEY, EV_SYN, EVENT, SYN_REPORT

MICMUTE, PHONE, PICKUP, HANGUP = 248, 169, 445, 446


class Wheel:
    """A device that is a pipe: the same bytes as the kernel's, written by the test."""

    def __init__(self, path: Path) -> None:
        self.path = path
        os.mkfifo(path)
        self._descriptor = os.open(path, os.O_RDWR)

    def send(self, kind: int, code: int, value: int, at: float = 0.0) -> None:
        """Send one event with its time."""
        os.write(self._descriptor, EVENT.pack(int(at), round(at % 1 * 1e6), kind, code, value))

    def key(self, code: int, value: int, at: float) -> None:
        """Send a key's event with the report that follows it."""
        self.send(EV_KEY, code, value, at)
        self.send(EV_SYN, SYN_REPORT, 0, at)

    def press(self, code: int, seconds: float = 0.1, at: float = 100.0) -> None:
        """Press a key for that time."""
        self.key(code, 1, at)
        self.key(code, 0, at + seconds)

    def write(self, data: bytes) -> None:
        """Send bytes."""
        os.write(self._descriptor, data)

    def close(self) -> None:
        """Unplug it."""
        os.close(self._descriptor)
        self.path.unlink()
