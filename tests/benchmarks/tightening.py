"""From a speed published at the gRPC server to the tightened frame of the real screen process.

What is timed ends when the frame has arrived at the display's wire, pixels read back and all: later than the flip
that acknowledges it. The floor is a bare unary call to the same server in the same run.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import grpc
from kuksa.val.v2 import val_pb2, val_pb2_grpc

from car import RunningCar
from idle import surroundings
from measured import Measured
from wire import Wire

PATIENCE = 10.0


def run(scratch: Path, rounds: int, say: Callable[[str], None]) -> None:
    """Park and roll off `rounds` times; print median, 99.9th percentile and worst."""
    scratch = scratch / "tightening"
    scratch.mkdir()
    with RunningCar() as car, grpc.insecure_channel(f"127.0.0.1:{car.port}") as channel:
        environment = surroundings(scratch, car.port, SDL_VIDEODRIVER="offscreen")
        stub = val_pb2_grpc.VALStub(channel)
        with (
            Wire(scratch / "emu" / "display.sock") as wire,
            Measured([sys.executable, "-m", "app"], environment, scratch) as screen,
        ):
            assert screen.pid
            wire.accept()
            took, floor = [], []
            for _ in range(rounds):
                car.change(speed=0.0)
                _until(wire, "parked")
                sent = car.change(speed=50.0)
                took.append(1000 * (_until(wire, "moving") - sent))
                began = time.monotonic()
                stub.GetServerInfo(val_pb2.GetServerInfoRequest(), timeout=PATIENCE)
                floor.append(1000 * (time.monotonic() - began))
    for name, wanted, index in (("median", "< 100", 0), ("99.9th", "< 250", 1), ("worst", "", 2)):
        figure, least = _told(took)[index], _told(floor)[index]
        say(
            f"tightened frame, {name} {figure:7.1f} ms   floor {least:6.1f} ms"
            + (f" (wanted {wanted})" if wanted else "")
        )


def _until(wire: Wire, state: str) -> float:
    """When the first frame of that state came."""
    ends = time.monotonic() + PATIENCE
    while time.monotonic() < ends:
        told = wire.frame(PATIENCE)
        if told is not None and told[1]["state"] == state:
            return told[0]
    raise SystemExit(f"no frame shows {state}")


def _told(values: list[float]) -> tuple[float, float, float]:
    ordered = sorted(values)
    return median(ordered), ordered[min(len(ordered) - 1, int(0.999 * len(ordered)))], ordered[-1]
