"""The two clocks: time of day, and seconds since boot.

`SystemWallClock` and `BoottimeClock` read the kernel; `EmulatedWallClock` reads the time that the
emulator keeps in a file, so that an unmodified application runs at the emulator's time of day.
"""

from __future__ import annotations

import json
import os
import threading
import time
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from app.domain.value import value

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.domain.ports import ElapsedClock

RELEASED = datetime(2026, 11, 1, tzinfo=UTC)
"""No clock that is earlier can be right: this code did not exist then."""

STA_UNSYNC = 0x0040
"""Of `timex.status` in adjtimex(2): the kernel's clock is not synchronised."""

TIMESYNC_MARKER = Path("/run/systemd/timesync/synchronized")
"""systemd-timesyncd.service(8): there once the clock has been synchronised since boot."""

RTC_FOLDER = Path("/sys/class/rtc")
"""Documentation/ABI/testing/rtc-cdev of the kernel: `hctosys` is 1 for a clock that set the system's at boot."""

ASK_AGAIN = 5.0
"""Elapsed seconds between two looks at the kernel while the clock is not set."""


class BoottimeClock:
    """`ElapsedClock` by CLOCK_BOOTTIME of clock_gettime(2): counts suspend, is never set."""

    def seconds(self) -> float:
        """Seconds since boot; never falls."""
        return time.clock_gettime(time.CLOCK_BOOTTIME)


def kernel_says_set() -> bool:
    """Whether anything has set the system clock since boot.

    Any of: the clock is synchronised (adjtimex(2) without STA_UNSYNC: NTP, PTP or a receiver of
    satellites), systemd-timesyncd left its marker, a battery clock set it at boot (`hctosys`), or the
    machine is a PC, whose kernel always reads the CMOS clock.
    """
    return _synchronised() or TIMESYNC_MARKER.exists() or _battery_clock() or os.uname().machine in ("x86_64", "i686")


def _synchronised() -> bool:
    """`struct timex` starts with an int (modes), four longs and the int of `status`; modes 0 only reads."""
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
    """`WallClock` of the operating system, in the zone that `zone` tells."""

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
        """The present moment (UTC)."""
        return self._present()

    def zone(self) -> tzinfo:
        """The zone the car is in."""
        return self._zone()

    def is_set(self) -> bool:
        """Whether the clock has been set since boot; one earlier than `RELEASED` has not, whoever says so."""
        if self._present() < RELEASED:
            return False
        if not self._known_set and self._elapsed.seconds() >= self._ask_at:
            self._ask_at = self._elapsed.seconds() + ASK_AGAIN
            self._known_set = self._was_set()
        return self._known_set

    def rate(self) -> float:
        """Always 1.0."""
        return 1.0


@value
class Mark:
    """The emulator's time: `wall` (aware) was the time of day at `elapsed` seconds of the elapsed clock."""

    wall: datetime
    elapsed: float
    rate: float
    zone: ZoneInfo
    is_set: bool

    def at(self, elapsed: float) -> datetime:
        """The time of day at another elapsed moment (UTC)."""
        return (self.wall + timedelta(seconds=(elapsed - self.elapsed) * self.rate)).astimezone(UTC)


def read_mark(text: str) -> Mark:
    """The mark of the emulator's `clock.json`. Raises ValueError for anything else.

    `{"wall": ISO 8601 with offset, "elapsed": s, "rate": x, "zone": IANA name, "is_set": bool}`
    """
    try:
        data = json.loads(text)
        wall = datetime.fromisoformat(data["wall"])
        mark = Mark(wall, float(data["elapsed"]), float(data["rate"]), ZoneInfo(data["zone"]), data["is_set"] is True)
        mark.at(mark.elapsed + 86_400.0)
    except (KeyError, TypeError, OSError, OverflowError) as error:
        raise ValueError("not a clock") from error
    if wall.tzinfo is None or not 0.0 <= mark.rate <= 3600.0:
        raise ValueError("not a clock")
    return mark


class EmulatedWallClock:
    """`WallClock` that follows the emulator's `clock.json`, read again when the file was replaced.

    A file that cannot be understood changes nothing: the last good one goes on. Until there has been a
    good one, the time is the system's, in UTC, and counts as not set. Safe from any thread.
    """

    def __init__(self, path: Path, elapsed: ElapsedClock) -> None:
        self._path = path
        self._elapsed = elapsed
        self._lock = threading.Lock()
        self._seen: tuple[int, int] | None = None
        self._mark = Mark(datetime.now(UTC), elapsed.seconds(), 1.0, ZoneInfo("UTC"), is_set=False)

    def now(self) -> datetime:
        """The emulator's present moment (UTC)."""
        return self._current().at(self._elapsed.seconds())

    def zone(self) -> tzinfo:
        """The zone that the emulator says the car is in."""
        return self._current().zone

    def is_set(self) -> bool:
        """Whether the emulator says that the clock has been set since boot."""
        return self._current().is_set

    def rate(self) -> float:
        """Wall seconds in one elapsed second; 0.0 while paused."""
        return self._current().rate

    def _current(self) -> Mark:
        with self._lock:
            try:
                status = self._path.stat()
                if (seen := (status.st_mtime_ns, status.st_ino)) != self._seen:
                    self._seen = seen
                    self._mark = read_mark(self._path.read_text("utf-8"))
            except (OSError, ValueError):
                pass
            return self._mark
