"""The emulator's background process: the application's service at the emulated time and network."""

from __future__ import annotations

import sys

from app.bootstrap import machine
from app.bootstrap.attended import attend
from app.emulated import folder as emulated
from app.emulated.clock import EmulatedWallClock
from app.emulated.network import FileNetworkState


def run() -> int:
    """Serve until told to end; returns the exit code. Raises UsageError outside the emulator."""
    from app.bootstrap.dependencies import ServiceDependencies
    from app.bootstrap.service import serve

    folder, elapsed = emulated.emulators_folder(), machine.elapsed_clock()
    wall, network = EmulatedWallClock(folder / "clock.json", elapsed), FileNetworkState(folder / "network.json")
    return serve(ServiceDependencies(emulated.settings(folder), elapsed, wall, network), standing=False)


if __name__ == "__main__":
    sys.exit(attend(run))
