"""Clocks, network and display of this machine, for all processes of the car."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from carlendar.domain.timespan import Timespan
from carlendar.errors import ServiceError
from carlendar.platform.clock import BoottimeClock, SystemWallClock
from carlendar.platform.output import Output
from carlendar.platform.zone import LOCALTIME, SystemZone

if TYPE_CHECKING:
    from carlendar.domain.ports import ElapsedClock, NetworkState, WallClock
    from carlendar.safety.hold import IgnitionLine
    from carlendar.settings import Settings

BOOT_ID_FILE = Path("/proc/sys/kernel/random/boot_id")
PAST, AHEAD = timedelta(days=1), timedelta(days=15)
ZONE_FILE = LOCALTIME
"""Replaced when the time zone changes."""


def elapsed_clock() -> ElapsedClock:
    """Return the clock of seconds since boot."""
    return BoottimeClock()


def wall_clock(elapsed: ElapsedClock) -> WallClock:
    """Return the clock of the time of day."""
    return SystemWallClock(SystemZone(), elapsed)


def network_state() -> NetworkState:
    """Return the connectivity monitor: NetworkManager's if available, else that of the routing tables."""
    from carlendar.platform import network, network_manager

    try:
        return network_manager.NetworkManagerState()
    except ServiceError:
        return network.RouteNetworkState()


def output(settings: Settings) -> Output:
    """Return the connector of the display."""
    return Output(settings.text("display.output"))


def ignition_line(settings: Settings) -> IgnitionLine | None:
    """Return the ignition source that is independent of the databroker, if the platform file configures one."""
    from carlendar.platform.ignition import IgnitionFile
    from carlendar.root_file import RootFile

    path = settings.path("vehicle.ignition_file")
    return None if path is None else IgnitionFile(path, RootFile(path))


def boot_id() -> str:
    """Return the kernel's id of this boot, until whose end the active driver is valid. Empty if unknown."""
    try:
        return BOOT_ID_FILE.read_text().strip()
    except OSError:
        return ""


def window(wall: WallClock) -> Timespan:
    """Return the span that the screen can show: yesterday to two weeks ahead, plus a day for other time zones."""
    now = wall.now()
    return Timespan(now - PAST, now + AHEAD)
