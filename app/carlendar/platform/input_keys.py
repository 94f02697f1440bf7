"""Keys of Linux input devices (evdev), read on a thread of their own that sleeps between two events.

A device that is missing, or vanishes, is opened again. Nothing is grabbed: other programs receive the keys as well.
Source: `linux/input.h`, `linux/input-event-codes.h`, kernel documentation `input/event-codes`.
"""

from __future__ import annotations

import logging
import os
import select
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterable, Mapping

from carlendar.domain.call_key import CallKey, PressDetector, Presses
from carlendar.platform.back_off import wait_before

CODES = {
    "KEY_MUTE": 113, "KEY_VOLUMEDOWN": 114, "KEY_VOLUMEUP": 115, "KEY_STOP": 128, "KEY_PROG1": 148, "KEY_PROG2": 149,
    "KEY_BACK": 158, "KEY_FORWARD": 159, "KEY_NEXTSONG": 163, "KEY_PLAYPAUSE": 164, "KEY_PREVIOUSSONG": 165,
    "KEY_STOPCD": 166, "KEY_PHONE": 169, "KEY_HOMEPAGE": 172, "KEY_F13": 183, "KEY_F14": 184, "KEY_F15": 185,
    "KEY_F16": 186, "KEY_F17": 187, "KEY_F18": 188, "KEY_F19": 189, "KEY_F20": 190, "KEY_F21": 191, "KEY_F22": 192,
    "KEY_F23": 193, "KEY_F24": 194, "KEY_PLAYCD": 200, "KEY_PAUSECD": 201, "KEY_PROG3": 202, "KEY_PROG4": 203,
    "KEY_CANCEL": 223, "KEY_MEDIA": 226, "KEY_MICMUTE": 248, "BTN_0": 256, "BTN_1": 257, "BTN_2": 258, "BTN_3": 259,
    "BTN_4": 260, "BTN_5": 261, "BTN_6": 262, "BTN_7": 263, "BTN_8": 264, "BTN_9": 265, "KEY_OK": 352,
    "KEY_SELECT": 353, "KEY_MODE": 373, "KEY_VIDEOPHONE": 416, "KEY_PICKUP_PHONE": 445, "KEY_HANGUP_PHONE": 446,
    "KEY_VOICECOMMAND": 582, "KEY_ASSISTANT": 583,
}  # fmt: skip
"""Names that head units use; any other key is named by its number."""
EVENT = struct.Struct("@llHHi")
"""`struct input_event`: seconds and microseconds, type, code, value."""
EV_SYN, EV_KEY, SYN_REPORT, SYN_DROPPED = 0, 1, 0, 3
UP, DOWN = 0, 1
HIGHEST = 0x2FF

_log = logging.getLogger(__name__)


def code_of(name: str) -> int | None:
    """Return the code of a key by its name or number; None if it is unknown."""
    if name.isascii() and name.isdigit():
        return int(name) if 0 < int(name) <= HIGHEST else None
    return CODES.get(name)


class InputKeys:
    """Reports the presses of `presses` (by code) on the input devices, from a thread, until it is stopped."""

    def __init__(
        self,
        devices: Iterable[str],
        presses: Mapping[int, Presses],
        pressed: Callable[[CallKey], None],
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        self._pressed, self._seconds = pressed, seconds
        self._presses = {str(code): each for code, each in presses.items()}
        self._missing = dict.fromkeys(dict.fromkeys(devices), (0.0, 0))
        """Devices that are not open, with when to try next, and the number of tries."""
        self._open: dict[int, _Device] = {}
        self._wake, self._waking = socket.socketpair()
        self._thread = threading.Thread(target=self._run, name="keys", daemon=True)

    def start(self) -> None:
        """Start reading."""
        self._thread.start()

    def stop(self) -> None:
        """Stop; no press is reported any more."""
        self._waking.close()
        if self._thread.is_alive():
            self._thread.join(2.0)

    def _run(self) -> None:
        try:
            while True:
                self._open_missing()
                ready, _, _ = select.select((self._wake.fileno(), *self._open), (), (), self._wait())
                if self._wake.fileno() in ready:
                    return
                for descriptor in ready:
                    self._read(self._open[descriptor])
                for device in self._open.values():
                    self._report(device.keys.held(self._seconds()))
        finally:
            for device in self._open.values():
                os.close(device.descriptor)
            self._wake.close()

    def _wait(self) -> float | None:
        """Seconds until a key is held or a device is tried again; None for no such time."""
        due = [each for device in self._open.values() if (each := device.keys.next_due()) is not None]
        times = [*due, *(at for at, _ in self._missing.values())]
        return max(0.0, min(times) - self._seconds()) if times else None

    def _open_missing(self) -> None:
        now = self._seconds()
        for path, (at, tries) in tuple(self._missing.items()):
            if now < at:
                continue
            try:
                descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
            except OSError as error:
                if not tries:
                    _log.warning("keys: an input device cannot be read: %s", error.strerror)
                self._missing[path] = (now + wait_before(tries), tries + 1)
                continue
            del self._missing[path]
            self._open[descriptor] = _Device(path, descriptor, PressDetector(self._presses))

    def _read(self, device: _Device) -> None:
        try:
            received = os.read(device.descriptor, EVENT.size * 64)
        except BlockingIOError:
            return
        except OSError:  # it was unplugged
            received = b""
        if not received:
            os.close(device.descriptor)
            del self._open[device.descriptor]
            self._missing[device.path] = (self._seconds() + wait_before(0), 0)
            return
        self._report(device.take(received, self._seconds()))

    def _report(self, keys: Iterable[CallKey]) -> None:
        for key in keys:
            self._pressed(key)


class _Device:
    """An open device. Presses are measured by the times of the events, which do not depend on this thread's delays."""

    def __init__(self, path: str, descriptor: int, keys: PressDetector) -> None:
        self.path, self.descriptor, self.keys = path, descriptor, keys
        self._rest = b""
        self._dropped = False
        self._down: dict[str, float] = {}
        """When a key went down by the times of its events."""

    def take(self, received: bytes, now: float) -> list[CallKey]:
        """Process the events read at `now`; return what they do."""
        data = self._rest + received
        whole = len(data) // EVENT.size * EVENT.size
        self._rest = data[whole:]
        found = [self._event(event, now) for event in EVENT.iter_unpack(data[:whole])]
        return [key for key in found if key is not None]

    def _event(self, event: tuple[int, int, int, int, int], now: float) -> CallKey | None:
        seconds, microseconds, kind, code, value = event
        name, at = str(code), seconds + microseconds / 1e6
        if kind == EV_SYN and code in (SYN_DROPPED, SYN_REPORT):
            if code == SYN_DROPPED:
                self.keys.forget()
            self._dropped = code == SYN_DROPPED
        elif kind == EV_KEY and not self._dropped and value == DOWN:
            self._down[name] = at
            return self.keys.down(name, now)
        elif kind == EV_KEY and not self._dropped and value == UP and name in self._down:
            lasted, began = at - self._down.pop(name), self.keys.since(name)
            return self.keys.up(name, now if began is None else began + lasted)
        return None
