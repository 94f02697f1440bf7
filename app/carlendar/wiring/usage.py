"""Counts of the screen process for telemetry: made in a car of a fleet only, after the first frame."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from carlendar.ipc.messages import Command
from carlendar.presentation.usage_meter import UsageMeter
from carlendar.safety.restrictions import DrivingState
from carlendar.store.folder import UNDRAWN
from carlendar.vehicle.trip_meter import TripMeter
from carlendar.wiring.process_start import started

if TYPE_CHECKING:
    from carlendar.domain.ports import ElapsedClock, Reading, WallClock
    from carlendar.safety.restrictions import Restrictions
    from carlendar.safety.watchdog import Watchdog


class Usage:
    """What a screen process counts. `send` sends commands to the service; `first_frame` is in elapsed seconds."""

    def __init__(
        self,
        send: Callable[[Command], None],
        elapsed: ElapsedClock,
        wall: WallClock,
        watchdog: Watchdog,
        folder: Path,
        first_frame: float,
    ) -> None:
        from carlendar.telemetry.cells import cell_of

        self._send, self._elapsed, self._folder, self._first_frame = send, elapsed, folder, first_frame
        self.meter = UsageMeter(self._count, elapsed, watchdog.latencies)
        self._trip = TripMeter(elapsed, wall, cell_of)

    def started(self) -> None:
        """Report the start, and whether the watchdog ended the screen before it."""
        self._count("start_up", {"process": "screen", **started(self._first_frame)})
        with suppress(OSError):
            (self._folder / UNDRAWN).unlink()
            self._count("watchdog", {"kind": "deadline_missed"})

    def take(self, readings: Sequence[Reading]) -> None:
        """Take readings, on the signal thread."""
        self._trip.take(readings)

    def on_restrictions(self, restrictions: Restrictions) -> None:
        """End the trip when the car is parked."""
        if restrictions.state is DrivingState.PARKED:
            self._end_trip()

    def watchdog(self, kind: str) -> None:
        """Count what a watchdog did."""
        self._count("watchdog", {"kind": kind})

    def untrusted(self) -> None:
        """Count that no databroker can be trusted."""
        self._count("security", {"kind": "vehicle_signals_untrusted"})

    def stop(self) -> None:
        """Report what was counted, and that the screen ends properly; after the loop has ended."""
        self.meter.report()
        self._end_trip()
        minutes = round((self._elapsed.seconds() - self._first_frame) / 60)
        self._count("uptime", {"process": "screen", "minutes": str(max(minutes, 0)), "crashed": "false"})

    def _end_trip(self) -> None:
        if (trip := self._trip.parked()) is not None:
            self._count("trip", trip)

    def _count(self, event: str, fields: dict[str, str]) -> None:
        self._send(Command("count", {"event": event, **fields}))
