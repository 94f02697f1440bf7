"""Dependencies of the screen process and the service process: the car's adapters, or the emulator's.

Only composition roots create these: `carlendar.commands.drive` and `carlendar.wiring.service` for the car, whose
adapters no setting or variable can replace, and `carlendar_devtools.processes` for the emulator.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from carlendar.domain.base import Value

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from carlendar.domain.ports import (
        CallingTokens,
        ElapsedClock,
        NetworkState,
        OnlineCall,
        Speech,
        Telephony,
        WallClock,
    )
    from carlendar.platform.output import Output
    from carlendar.service.travel_ports import NavigationProgram
    from carlendar.settings import Settings
    from carlendar.telemetry.publisher import Pace
    from carlendar.ui.bridge import Bridge
    from carlendar.ui.root_view import RootView
    from carlendar.vehicle.broker import Broker


class ScreenDependencies(Value, frozen=True):
    """Dependencies of a screen process. `broker` and `telephony` are called after the first frame, on another thread.

    `broker` raises SettingsError if no databroker can be trusted. `time_file` is replaced when the time of day or the
    time zone changes. `service` is the command of the service process. `tap` is the socket for streaming frames and
    receiving touches; None for a physical display. On a `desktop` the display is a
    window among others. `brand_file` has the name of the brand instead of the platform file, and another one may be
    written while the display runs; None in a car.
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
    brand_file: Path | None = None
    speech: Callable[[], Speech | None] = lambda: None
    """Called when something is to be spoken for the first time; None for a display that does not speak."""
    attach: Callable[[RootView, Bridge], None] = lambda _root, _bridge: None
    """Given the root view before the first frame, for developers' tools."""


class ServiceDependencies(Value, frozen=True):
    """Dependencies of a service process."""

    settings: Settings
    elapsed: ElapsedClock
    wall: WallClock
    network: NetworkState
    telemetry_pace: Pace | None = None
    """How often telemetry is published; None for as often as in a car."""
    navigation: NavigationProgram | None = None
    """In place of the navigation program that the settings name; None in a car."""
    online: Callable[[CallingTokens | None], OnlineCall] | None = None
    """Creates the adapter that joins over data, with the source of its tokens; None for none."""
