"""`carlendar drive`: the car's screen, with the car's parts.

Takes nothing: which car is believed and whose display it is come from root's files (rules S6, S9, S11).
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from app.bootstrap import machine, screen
from app.bootstrap.attended import SERVICE
from app.bootstrap.dependencies import ScreenDependencies
from app.bootstrap.environment import forget_foreign
from app.errors import ServiceError, one_line
from app.settings import Settings, load

if TYPE_CHECKING:
    from app.domain.ports import ElapsedClock, Telephony
    from app.vehicle.broker import Broker


def run() -> int:
    """Show the display until it is closed; returns the exit code. Raises DisplayError, SettingsError."""
    forget_foreign(os.environ)
    settings = load()
    for notice in settings.notices:
        sys.stderr.write(f"carlendar: {one_line(notice)}\n")
    return screen.run(dependencies(settings))


def dependencies(settings: Settings) -> ScreenDependencies:
    """The car's."""
    elapsed = machine.elapsed_clock()
    return ScreenDependencies(
        settings, elapsed, machine.wall_clock(elapsed), machine.ZONE_FILE, machine.output(settings),
        lambda: _broker(settings), _telephony, SERVICE,
    )  # fmt: skip


def _broker(settings: Settings) -> Broker:
    from app.bootstrap import databroker

    return databroker.broker(settings)


def _telephony(elapsed: ElapsedClock) -> Telephony:
    try:
        from app.calls.ofono import OfonoTelephony
    except ImportError as error:
        raise ServiceError("no D-Bus library") from error
    return OfonoTelephony(elapsed)
