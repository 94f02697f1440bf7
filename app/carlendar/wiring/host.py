"""Clocks, network and display of this machine, for any process of the car."""

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
"""Replaced when the zone changes."""


def elapsed_clock() -> ElapsedClock:
    """Seconds since boot, never scaled."""
    return BoottimeClock()


def wall_clock(elapsed: ElapsedClock) -> WallClock:
    """The time of day."""
    return SystemWallClock(SystemZone(), elapsed)


def network_state() -> NetworkState:
    """Whether there is a data connection, by NetworkManager or else the routes."""
    from carlendar.platform import network, network_manager

    try:
        return network_manager.NetworkManagerState()
    except ServiceError:
        return network.RouteNetworkState()


def output(settings: Settings) -> Output:
    """The connector of the display."""
    return Output(settings.text("display.output"))


def ignition_line(settings: Settings) -> IgnitionLine | None:
    """The ignition source that is independent of the databroker, if the platform file names one."""
    from carlendar.platform.ignition import IgnitionFile

    path = settings.path("vehicle.ignition_file")
    return None if path is None else IgnitionFile(path)


def boot_id() -> str:
    """The kernel's id of this boot: a chosen driver stays chosen until the next one. Empty where it is not known."""
    try:
        return BOOT_ID_FILE.read_text().strip()
    except OSError:
        return ""


def window(wall: WallClock) -> Timespan:
    """What the screen may ever show: from yesterday to a fortnight ahead, a day more for other zones."""
    now = wall.now()
    return Timespan(now - PAST, now + AHEAD)
