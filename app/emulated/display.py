"""The emulator's display: the application's screen process in the emulated world.

Run as a program by the emulator; with `--simulated-phone` where no oFono daemon can be emulated.
"""

from __future__ import annotations

import sys
from pathlib import Path

from app.bootstrap import machine, screen
from app.bootstrap.dependencies import ScreenDependencies
from app.calls.ofono import OfonoTelephony
from app.calls.simulated import SimulatedTelephony
from app.emulated import folder as emulated
from app.emulated.clock import EmulatedWallClock
from app.errors import CarlendarError
from app.isolated import program
from app.platform.output import Output

SIMULATED_PHONE = "--simulated-phone"
DISPLAY = program("app.emulated.display")
SERVICE = program("app.emulated.service")


def dependencies(folder: Path, *, simulated_phone: bool = False) -> ScreenDependencies:
    """The emulated ones, by the emulator's folder. The telephone's bus is the one of the environment."""
    settings, elapsed = emulated.settings(folder), machine.elapsed_clock()
    clock, tap = folder / "clock.json", folder / "display.sock"
    return ScreenDependencies(
        settings, elapsed, EmulatedWallClock(clock, elapsed), clock,
        Output(settings.text("display.output"), folder / "drm"), lambda: emulated.broker(folder),
        SimulatedTelephony if simulated_phone else OfonoTelephony, SERVICE, tap if tap.exists() else None,
    )  # fmt: skip


def main() -> int:
    """Show the display until it is closed; returns the exit code. Raises UsageError outside the emulator."""
    folder = emulated.emulators_folder()
    return screen.run(dependencies(folder, simulated_phone=SIMULATED_PHONE in sys.argv[1:]))


if __name__ == "__main__":
    try:
        sys.exit(main())
    except CarlendarError as error:
        sys.stderr.write(f"carlendar: {error}\n")
        sys.exit(error.exit_code)
