"""The emulator's display: the application's screen process with emulated dependencies.

Run as a program by the emulator; with `--simulated-phone` if no oFono daemon can be emulated, with `--reload` to be
redrawn when a kv, token or brand file changes.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from msgspec.structs import replace

from carlendar.errors import CarlendarError
from carlendar.platform.output import Output
from carlendar.wiring import host, log_output, screen
from carlendar.wiring.dependencies import ScreenDependencies
from carlendar_devtools.emulator.display import BRAND_FILE, FOLDER_OPTION, SPEECH_SOCKET
from carlendar_devtools.processes import folder as emulated
from carlendar_devtools.processes.clock import EmulatedWallClock
from carlendar_devtools.processes.programs import RELOAD, SERVICE, SIMULATED_PHONE

if TYPE_CHECKING:
    from pathlib import Path

    from carlendar.domain.ports import ElapsedClock, Speech, Telephony


def dependencies(folder: Path, *, simulated_phone: bool = False, reload: bool = False) -> ScreenDependencies:
    """Return the emulated dependencies, configured by the emulator's folder."""
    settings, elapsed = emulated.settings(folder), host.elapsed_clock()
    clock, tap = folder / "clock.json", folder / "display.sock"
    service = (*SERVICE, f"{FOLDER_OPTION}{folder}", *log_output.child_arguments())
    made = ScreenDependencies(
        settings, elapsed, EmulatedWallClock(clock, elapsed), clock,
        Output(settings.text("display.output"), folder / "drm"), lambda: emulated.broker(folder),
        _simulated if simulated_phone else _ofono, service, tap if tap.exists() else None, desktop=True,
        brand_file=folder / BRAND_FILE, speech=lambda: _speech(folder),
    )  # fmt: skip
    if reload:
        from carlendar_devtools.processes.reload import attach  # for developers of screens alone

        return replace(made, attach=attach(lambda: screen.brand_name(made)))
    return made


def _speech(folder: Path) -> Speech:
    """Return speech by the emulator's server, which shows it on the page."""
    from carlendar.platform.speech import SpeechDispatcher

    return SpeechDispatcher(lambda: folder / SPEECH_SOCKET)


def _ofono(elapsed: ElapsedClock) -> Telephony:
    """Return telephony on the emulator's private bus, from DBUS_SYSTEM_BUS_ADDRESS."""
    from carlendar.telephony.ofono import OfonoTelephony

    return OfonoTelephony(elapsed)


def _simulated(elapsed: ElapsedClock) -> Telephony:
    from carlendar_devtools.emulator.phone.simulated import SimulatedTelephony

    return SimulatedTelephony(elapsed)


def main() -> int:
    """Show the display until it is closed; return the exit code. Raises UsageError outside the emulator."""
    log_output.configure(log_output.level_argument(sys.argv[1:]))
    folder = emulated.emulators_folder()
    return screen.run(
        dependencies(folder, simulated_phone=SIMULATED_PHONE in sys.argv[1:], reload=RELOAD in sys.argv[1:])
    )


if __name__ == "__main__":
    try:
        sys.exit(main())
    except CarlendarError as error:
        sys.stderr.write(f"carlendar: {error}\n")
        sys.exit(error.exit_code)
