"""The emulator's service process: the application's service with emulated time and network."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from carlendar.wiring import host
from carlendar.wiring.charset_detection import without_charset_detection
from carlendar.wiring.service_child import run_child
from carlendar_devtools.emulator.display import ROOM
from carlendar_devtools.processes import folder as emulated
from carlendar_devtools.processes.clock import EmulatedWallClock
from carlendar_devtools.processes.guidance import FileNavigation
from carlendar_devtools.processes.network import FileNetworkState

if TYPE_CHECKING:
    from pathlib import Path

    from carlendar.domain.ports import ElapsedClock, OnlineCall


def run() -> int:
    """Serve until SIGTERM; return the exit code. Raises UsageError outside the emulator."""
    from carlendar.wiring.dependencies import ServiceDependencies

    with without_charset_detection():
        from carlendar.wiring.service import serve

    folder, elapsed = emulated.emulators_folder(), host.elapsed_clock()
    wall, network = EmulatedWallClock(folder / "clock.json", elapsed), FileNetworkState(folder / "network.json")
    settings = emulated.settings(folder)
    pace = None
    if settings.text("fleet.broker"):
        from carlendar.telemetry.publisher import Pace

        pace = Pace(settle=1.0, every=5.0, collect=10.0, receipt=10.0, back_off=2.0, most=10.0)  # to be watched
    navigation = FileNavigation(folder / "guidance.json")
    return serve(
        ServiceDependencies(
            settings, elapsed, wall, network, pace, navigation, lambda _tokens: _online(folder, elapsed)
        ),
        standing=False,
    )


def _online(folder: Path, elapsed: ElapsedClock) -> OnlineCall:
    """Return a data call whose other end the panel controls: with a room if the emulator wants one, or simulated."""
    from carlendar_devtools.emulator.phone.online_link import SOCKET, OnlineFollower

    if (folder / ROOM).exists():
        from carlendar_devtools.processes.room_call import RoomCall

        room = RoomCall(elapsed)
        OnlineFollower(room, folder / SOCKET).start()
        return room
    from carlendar_devtools.emulator.phone.simulated_online import SimulatedOnlineCall

    call = SimulatedOnlineCall(elapsed)
    OnlineFollower(call, folder / SOCKET).start()
    return call


if __name__ == "__main__":
    sys.exit(run_child(run))
