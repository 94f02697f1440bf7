"""From a speed published at the gRPC server to the tightened frame of the real screen process.

What is timed ends when the frame has arrived at the display's wire, pixels read back and all: later than the flip
that acknowledges it. The floor is a bare unary call to the same server in the same run.

A car is parked only after a second of zero (restriction profile, rule 3), so that one screen gives at most a
round in 1.3 s. `SCREENS` of them, each a process with its own car, park at the same time; then one after the other
rolls off, each once the one before has drawn and all of them are at rest. While one is timed the others only idle.
"""

from __future__ import annotations

import os
import select
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from statistics import median

import grpc
from kuksa.val.v2 import val_pb2, val_pb2_grpc

from car import RunningCar
from carlendar_devtools.processes.programs import DISPLAY
from idle import surroundings
from measured import Measured
from wire import Wire

SCREENS = 6
TIMEOUT = 10.0
FRAME = 1000 / 60
"""Milliseconds of a frame at 60 Hz."""
SETTLED = 0.08
"""Seconds without a frame after which a screen is taken to be at rest."""
REST = 5.0
"""Seconds that everything has after its start, to fetch, connect and become quiet."""
PARKED, ROLLING = {"speed": 0.0, "selector": "P"}, {"speed": 50.0, "selector": "D"}


class Lane:
    """One screen with its car, parked to begin with."""

    def __init__(self, scratch: Path, stack: ExitStack) -> None:
        scratch.mkdir()
        self._car = stack.enter_context(RunningCar())
        channel = stack.enter_context(grpc.insecure_channel(f"127.0.0.1:{self._car.port}"))
        self._stub = val_pb2_grpc.VALStub(channel)
        environment = surroundings(scratch, self._car.port, SDL_VIDEODRIVER="offscreen")
        self._wire = stack.enter_context(Wire(scratch / "emu" / "display.sock"))
        stack.enter_context(Measured(DISPLAY, environment, scratch))
        self._wire.accept()

    def fileno(self) -> int:
        """Readable when a frame has come."""
        return self._wire.fileno()

    def pass_over(self) -> None:
        """Take a frame that has come."""
        self._wire.frame()

    def park(self) -> None:
        """Stand in P; returns at once."""
        self._car.change(**PARKED)

    def is_parked(self) -> None:
        """Wait for the parked frame."""
        self._until("parked")

    def roll(self) -> float:
        """Roll off; milliseconds from the speed's publication to the arrival of the first frame that obeys."""
        sent = self._car.change(**ROLLING)
        return 1000 * (self._until("moving") - sent)

    def floor(self) -> float:
        """Milliseconds of a bare call to the same server."""
        began = time.monotonic()
        self._stub.GetServerInfo(val_pb2.GetServerInfoRequest(), timeout=TIMEOUT)
        return 1000 * (time.monotonic() - began)

    def _until(self, state: str) -> float:
        ends = time.monotonic() + TIMEOUT
        while time.monotonic() < ends:
            received = self._wire.frame(TIMEOUT)
            if received is not None and received[1]["state"] == state:
                return received[0]
        raise SystemExit(f"no frame shows {state}")


def run(scratch: Path, rounds: int, say: Callable[[str], None]) -> None:
    """Park and roll off at least `rounds` times in all; print median, 99.9th percentile, worst, and the load."""
    scratch = scratch / "tightening"
    scratch.mkdir()
    with ExitStack() as stack:
        lanes = [Lane(scratch / str(number), stack) for number in range(min(SCREENS, rounds))]
        time.sleep(REST)
        for lane in lanes:
            rest(lanes)
            lane.roll()
        took, floor = list[float](), list[float]()
        busy = os.getloadavg()[0]
        while len(took) < rounds:
            for lane in lanes:
                lane.park()
            for lane in lanes:
                lane.is_parked()
            for lane in lanes:
                rest(lanes)
                floor.append(lane.floor())
                took.append(lane.roll())
            rest(lanes)
    for name, wanted, index in (("median", "< 100", 0), ("99.9th", "< 250", 1), ("worst", "", 2)):
        figure, least = _figures(took)[index], _figures(floor)[index]
        say(
            f"tightened frame, {name} {figure:7.1f} ms   floor {least:6.1f} ms"
            + (f" (wanted {wanted})" if wanted else "")
        )
    beyond = sorted((each - least) / FRAME for each, least in zip(took, floor, strict=True))
    say(
        f"tightened frame, beyond the wire's own time: median {median(beyond):.1f} frames (wanted ≤ 2.0), "
        f"95th {beyond[int(0.95 * (len(beyond) - 1))]:.1f}"
    )
    load = max(busy, os.getloadavg()[0])
    say(f"tightened frame, of {len(took)}; the machine's load was up to {load:.1f} on {os.cpu_count()} cores")


def rest(lanes: Sequence[Lane]) -> None:
    """Pass over frames until none has come to any screen for so long that all of them are at rest."""
    while ready := select.select(lanes, [], [], SETTLED)[0]:
        for lane in ready:
            lane.pass_over()


def _figures(values: list[float]) -> tuple[float, float, float]:
    ordered = sorted(values)
    return median(ordered), ordered[min(len(ordered) - 1, int(0.999 * len(ordered)))], ordered[-1]
