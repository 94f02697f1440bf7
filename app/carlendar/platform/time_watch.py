"""Notification when the system clock was set or the time zone changed, without polling.

Setting the clock cancels a timer armed for the far future (timerfd_create(2), TFD_TIMER_CANCEL_ON_SET); a new
time zone replaces the link `/etc/localtime`, which inotify(7) reports. Where the kernel supports neither,
nothing is reported, and the change appears with the next minute.
"""

from __future__ import annotations

import ctypes
import errno
import logging
import os
import select
import struct
import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_TFD_NONBLOCK, _TFD_CLOEXEC = os.O_NONBLOCK, os.O_CLOEXEC
_TFD_TIMER_ABSTIME, _TFD_TIMER_CANCEL_ON_SET = 1, 2
_IN_MOVED_TO, _IN_CREATE, _IN_CLOSE_WRITE, _IN_DELETE = 0x80, 0x100, 0x8, 0x200
_CHANGES = _IN_MOVED_TO | _IN_CREATE | _IN_CLOSE_WRITE | _IN_DELETE
_EVENT = struct.Struct("iIII")
_FAR = 2**40
"""Seconds of the epoch; the timer never fires."""

_log = logging.getLogger(__name__)


class _TimeSpec(ctypes.Structure):
    _fields_ = (("tv_sec", ctypes.c_long), ("tv_nsec", ctypes.c_long))


class _TimerSpec(ctypes.Structure):
    _fields_ = (("it_interval", _TimeSpec), ("it_value", _TimeSpec))


class TimeWatch:
    """Calls `changed` from a dedicated thread after the clock was set or `path` was replaced."""

    def __init__(self, path: Path, changed: Callable[[], None]) -> None:
        self._path, self._changed = path, changed
        self._libc = ctypes.CDLL(None, use_errno=True)
        self._stop_read, self._stop_write = os.pipe2(os.O_CLOEXEC)
        self._thread = threading.Thread(target=self._run, name="time-watch", daemon=True)

    def start(self) -> None:
        """Start the thread; changes from now on are reported."""
        self._timer = self._armed_timer()
        self._notes = self._noted_folder()
        self._thread.start()

    def stop(self) -> None:
        """Stop the thread and release its resources."""
        os.close(self._stop_write)
        if self._thread.is_alive():
            self._thread.join(5)
        for descriptor in (self._stop_read, getattr(self, "_timer", -1), getattr(self, "_notes", -1)):
            with suppress(OSError):
                os.close(descriptor)

    def _armed_timer(self) -> int:
        descriptor = int(self._libc.timerfd_create(time.CLOCK_REALTIME, _TFD_NONBLOCK | _TFD_CLOEXEC))
        if descriptor < 0 or not self._arm(descriptor):
            _log.info("the kernel does not report when the clock is set")
        return descriptor

    def _arm(self, descriptor: int) -> bool:
        """Re-arm the timer. ECANCELED means that the clock was set in the meantime; the timer is armed all the same."""
        spec = _TimerSpec(_TimeSpec(0, 0), _TimeSpec(_FAR, 0))
        flags = _TFD_TIMER_ABSTIME | _TFD_TIMER_CANCEL_ON_SET
        done = self._libc.timerfd_settime(descriptor, flags, ctypes.byref(spec), None)
        return done == 0 or ctypes.get_errno() == errno.ECANCELED

    def _noted_folder(self) -> int:
        """Watch the folder, because a replaced link is a new inode."""
        descriptor = int(self._libc.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC))
        folder = os.fsencode(self._path.parent)
        if descriptor < 0 or self._libc.inotify_add_watch(descriptor, folder, _CHANGES) < 0:
            _log.info("the kernel does not report when the zone changes")
        return descriptor

    def _run(self) -> None:
        sources = [each for each in (self._stop_read, self._timer, self._notes) if each >= 0]
        while True:
            ready = select.select(sources, [], [])[0]
            if self._stop_read in ready:
                return
            if (self._timer in ready and self._was_set()) | (self._notes in ready and self._was_replaced()):
                self._changed()

    def _was_set(self) -> bool:
        try:
            os.read(self._timer, 8)
        except OSError as error:
            if error.errno != errno.ECANCELED:
                return False
        self._arm(self._timer)
        return True

    def _was_replaced(self) -> bool:
        """Whether one of the changes in the folder affects our file."""
        try:
            data = os.read(self._notes, 65536)
        except OSError:
            return False
        found, at, name = False, 0, os.fsencode(self._path.name)
        while at + _EVENT.size <= len(data):
            *_, length = _EVENT.unpack_from(data, at)
            found = found or data[at + _EVENT.size : at + _EVENT.size + length].rstrip(b"\0") == name
            at += _EVENT.size + length
        return found
