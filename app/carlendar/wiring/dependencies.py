"""What a screen process and a service process are made of: the car's parts, or the emulator's.

Only a composition root makes these: `carlendar.commands.drive` and `carlendar.wiring.service` for the car, whose parts
no setting and no variable replaces, and `carlendar_devtools.processes` for the emulator.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from carlendar.domain.base import Value

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from carlendar.domain.ports import ElapsedClock, NetworkState, Telephony, WallClock
    from carlendar.platform.output import Output
    from carlendar.settings import Settings
    from carlendar.vehicle.broker import Broker


class ScreenDependencies(Value, frozen=True):
    """Of a screen process. `broker` and `telephony` are called after the first frame, on a thread of their own.

    `broker` raises SettingsError where no databroker can be believed. `time_file` is replaced when the time of day
    or its zone changes. `service` is the command of the background process. `tap` is the socket at which frames are
    shown and touches come from; None for a display of its own. On a `desktop` the display is a window among others.
    """

    settings: Settings
    elapsed: ElapsedClock
    wall: WallClock
    time_file: Path
    output: Output
    broker: Callable[[], Broker]
    telephony: Callable[[ElapsedClock], Telephony]
    service: Sequence[str]
    tap: Path | None = None
    desktop: bool = False


class ServiceDependencies(Value, frozen=True):
    """Of a service process."""

    settings: Settings
    elapsed: ElapsedClock
    wall: WallClock
    network: NetworkState
