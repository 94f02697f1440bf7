"""`carlendar drive`: the car's screen with the car's adapters.

No option replaces an adapter: which databroker is trusted and whose display this is are set in files owned by root
(rules S6, S9, S11).
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from carlendar.errors import ServiceError, one_line
from carlendar.settings import PLATFORM, Settings, load
from carlendar.wiring import host, log_output, screen
from carlendar.wiring.dependencies import ScreenDependencies
from carlendar.wiring.environment import forget_foreign
from carlendar.wiring.service_child import SERVICE

if TYPE_CHECKING:
    from carlendar.domain.ports import ElapsedClock, Speech, Telephony
    from carlendar.vehicle.broker import Broker


def run() -> int:
    """Show the display until it is closed; returns the exit code. Raises DisplayError, SettingsError."""
    forget_foreign(os.environ)
    log_output.configure()
    settings = load()
    for notice in settings.notices:
        sys.stderr.write(f"carlendar: {one_line(notice)}\n")
    return screen.run(dependencies(settings))


def dependencies(settings: Settings) -> ScreenDependencies:
    """Return the dependencies for the car."""
    elapsed = host.elapsed_clock()
    return ScreenDependencies(
        settings, elapsed, host.wall_clock(elapsed), host.ZONE_FILE, host.output(settings),
        lambda: _broker(settings), _telephony, (*SERVICE, *log_output.child_arguments()),
        desktop=not os.path.lexists(PLATFORM.path), speech=lambda: _speech(settings),
    )  # fmt: skip


def _broker(settings: Settings) -> Broker:
    from carlendar.wiring import databroker

    return databroker.broker(settings)


def _speech(settings: Settings) -> Speech:
    from carlendar.wiring.speech import speech

    return speech(settings)


def _telephony(elapsed: ElapsedClock) -> Telephony:
    try:
        from carlendar.telephony.ofono import OfonoTelephony
    except ImportError as error:
        raise ServiceError("no D-Bus library") from error
    return OfonoTelephony(elapsed)
