"""Drives written down as traces and played again. Replayed for the emulator only, never for the road (S11)."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import TextIO

from app.domain.ports import ElapsedClock, Reading, VehicleSignals

Listener = Callable[[Sequence[Reading]], None]

POSITION = "Vehicle.CurrentLocation."
IDENTITY = ".Identifier."


class RecordedSignals:
    """`VehicleSignals` of another, with every reading also written to `sink` as a line of a trace.

    Times count from the first reading. Where the car was is left out unless `position`; who drove it, always.
    """

    def __init__(self, signals: VehicleSignals, sink: TextIO, *, position: bool = False) -> None:
        self._signals = signals
        self._sink = sink
        self._position = position
        self._start: float | None = None

    def start(self, listener: Listener) -> None:
        """As `VehicleSignals`."""

        def told(readings: Sequence[Reading]) -> None:
            listener(readings)
            self._write(readings)

        self._signals.start(told)

    def stop(self) -> None:
        """As `VehicleSignals`; all that was told is written then. The sink is its owner's to close."""
        self._signals.stop()
        self._sink.flush()

    def _write(self, readings: Sequence[Reading]) -> None:
        for reading in readings:
            if self._start is None:
                self._start = reading.at
            if IDENTITY not in reading.signal and (self._position or not reading.signal.startswith(POSITION)):
                line = {"t": round(reading.at - self._start, 6), "signal": reading.signal, "value": reading.value}
                self._sink.write(json.dumps(line) + "\n")


class ReplayedSignals:
    """`VehicleSignals` from recorded readings, whose `at` counts from the start; played once, in real time.

    A reading without a signal only lets time pass. After the last one there is silence.
    """

    def __init__(self, readings: Iterable[Reading], clock: ElapsedClock) -> None:
        self._readings = readings
        self._clock = clock
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self, listener: Listener) -> None:
        """As `VehicleSignals`."""
        self._thread = threading.Thread(target=self._play, args=(listener,), name="replay", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """As `VehicleSignals`."""
        self._stopped.set()
        if self._thread is not None:
            self._thread.join()

    def _play(self, listener: Listener) -> None:
        start = self._clock.seconds()
        for reading in self._readings:
            while (wait := start + reading.at - self._clock.seconds()) > 0:
                if self._stopped.wait(wait):
                    return
            if self._stopped.is_set():
                return
            if reading.signal:
                listener([replace(reading, at=self._clock.seconds())])
