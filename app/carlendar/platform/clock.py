"""The two clocks, read from the kernel: time of day and seconds since boot."""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from carlendar.domain.ports import ElapsedClock

RELEASED = datetime(2026, 11, 1, tzinfo=UTC)
"""A clock that shows an earlier time is wrong: this version did not exist then."""

STA_UNSYNC = 0x0040
"""Of `timex.status` in adjtimex(2): the kernel's clock is not synchronised."""

TIMESYNC_MARKER = Path("/run/systemd/timesync/synchronized")
"""systemd-timesyncd.service(8): exists once the clock has been synchronised since boot."""

RTC_FOLDER = Path("/sys/class/rtc")
"""Linux, Documentation/ABI/testing/rtc-cdev: `hctosys` is 1 for the RTC that set the system clock at boot."""

ASK_AGAIN = 5.0
"""Elapsed seconds between two checks while the clock is not set."""


class BoottimeClock:
    """`ElapsedClock` from CLOCK_BOOTTIME (clock_gettime(2)): includes suspend and cannot be set."""

    def seconds(self) -> float:
        """Return the seconds since boot; monotonic."""
        return time.clock_gettime(time.CLOCK_BOOTTIME)


def kernel_says_set() -> bool:
    """Whether the system clock has been set since boot.
    True if the clock is synchronised (adjtimex(2) without STA_UNSYNC: NTP, PTP or GNSS), systemd-timesyncd left its
    marker, an RTC set it at boot (`hctosys`), or the machine is a PC, whose kernel always reads the CMOS clock.
    """
    return _synchronised() or TIMESYNC_MARKER.exists() or _battery_clock() or os.uname().machine in ("x86_64", "i686")


def _synchronised() -> bool:
    """`struct timex` starts with the int `modes` (0: read only), four longs and the int `status`."""
    import ctypes  # only where the kernel is asked

    memory = (ctypes.c_long * 64)()
    try:
        if ctypes.CDLL(None).adjtimex(memory) < 0:
            return False
    except (OSError, AttributeError):
        return False
    status = ctypes.c_int.from_buffer(memory, 5 * ctypes.sizeof(ctypes.c_long)).value
    return not status & STA_UNSYNC


def _battery_clock() -> bool:
    try:
        return any(path.read_text().strip() == "1" for path in RTC_FOLDER.glob("*/hctosys"))
    except OSError:
        return False


class SystemWallClock:
    """`WallClock` of the operating system, in the time zone that `zone` returns."""

    def __init__(
        self,
        zone: Callable[[], tzinfo],
        elapsed: ElapsedClock,
        *,
        was_set: Callable[[], bool] = kernel_says_set,
        present: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._zone = zone
        self._elapsed = elapsed
        self._was_set = was_set
        self._present = present
        self._known_set = False
        self._ask_at = float("-inf")

    def now(self) -> datetime:
        """Return the current time (UTC)."""
        return self._present()

    def zone(self) -> tzinfo:
        """Return the time zone the car is in."""
        return self._zone()

    def is_set(self) -> bool:
        """Whether the clock has been set since boot; a time before `RELEASED` is never considered set."""
        if self._present() < RELEASED:
            return False
        if not self._known_set and self._elapsed.seconds() >= self._ask_at:
            self._ask_at = self._elapsed.seconds() + ASK_AGAIN
            self._known_set = self._was_set()
        return self._known_set

    def rate(self) -> float:
        """Always 1.0."""
        return 1.0
