"""Records drives as traces (see `carlendar.safety.trace`), which only the emulator replays, never a car (S11)."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import TextIO

from carlendar.domain.ports import ElapsedClock, Reading, VehicleSignals
from carlendar.domain.vss import LOCATION

Listener = Callable[[Sequence[Reading]], None]

IDENTITY = ".Identifier."


class RecordedSignals:
    """Wraps `VehicleSignals` and writes every reading to `sink` as a line of a trace.

    Times are relative to the first reading, source timestamps to the first of them. The car's position is only included
    with `position`, the driver's identity never. A write error ends the recording, not the signals, and is stored in
    `failed`. A value that the broker has only cached is not a reading and not recorded.
    """

    def __init__(self, signals: VehicleSignals, sink: TextIO, clock: ElapsedClock, *, position: bool = False) -> None:
        self._signals = signals
        self._sink = sink
        self._clock = clock
        self._position = position
        self._start: float | None = None
        self._reported: int | None = None
        """The first source timestamp in nanoseconds."""
        self.lines = 0
        """Number of lines written."""
        self.failed: OSError | None = None

    def start(self, listener: Listener) -> None:
        """As `VehicleSignals`."""

        def on_readings(readings: Sequence[Reading]) -> None:
            listener(readings)
            self._record(readings)

        self._signals.start(on_readings)

    def stop(self) -> None:
        """Stop the signals and write the end time as the last line. The sink is not closed."""
        self._signals.stop()
        if self._start is not None:
            self._write({"t": round(self._clock.seconds() - self._start, 6)})

    def _record(self, readings: Sequence[Reading]) -> None:
        for reading in readings:
            if self._start is None:
                self._start = reading.at
            if IDENTITY not in reading.signal and (self._position or not reading.signal.startswith(LOCATION)):
                at = round(reading.at - self._start, 6)
                self._write({"t": at, "signal": reading.signal, "value": reading.value} | self._when(reading))

    def _when(self, reading: Reading) -> dict[str, object]:
        if reading.reported is None:
            return {}
        if self._reported is None:
            self._reported = reading.reported
        return {"reported": (reading.reported - self._reported) / 1_000_000_000}

    def _write(self, line: dict[str, object]) -> None:
        if self.failed is None:
            try:
                self._sink.write(json.dumps(line) + "\n")
                self.lines += 1
            except OSError as error:
                self.failed = error
