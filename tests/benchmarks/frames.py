"""Frame gaps of a list that is scrolled all the time, with and without a synchronisation of 2,000 events beside it."""

from __future__ import annotations

import contextlib
import json
import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from statistics import median, quantiles
from types import TracebackType
from typing import Self

from car import RunningCar, emulated, fill
from measured import Measured
from wire import Wire

AGENDA = (0.042, 0.295)
LIST = (0.5, 0.6)
SECONDS = 6.0
PATIENCE = 60.0
LOOK = 0.5
EVENTS = 2_000


def run(scratch: Path, rounds: int, say: Callable[[str], None]) -> None:
    """Measure `rounds` runs of each and print 99th percentiles and worst gaps, ratios by run."""
    still: list[tuple[float, float]] = []
    busy: list[tuple[float, float]] = []
    for number in range(rounds):
        for syncing, results in ((False, still), (True, busy)):
            results.append(_gaps(scratch / f"{number}-{syncing}", syncing=syncing))
    for index, name, wanted in ((0, "99th", 1.5), (1, "worst", 3.0)):
        ratio = median(b[index] / s[index] for b, s in zip(busy, still, strict=True))
        figure, floor = (1000 * median(result[index] for result in results) for results in (busy, still))
        say(
            f"frame gaps, {name:6} {figure:6.0f} ms   floor {floor:6.0f} ms   ratio {ratio:.2f} (wanted ≤ {wanted:.2f})"
        )


def _gaps(scratch: Path, *, syncing: bool) -> tuple[float, float]:
    """99th percentile and worst gap between two frames of one run, seconds."""
    now = datetime.now(UTC).replace(second=2, microsecond=0)
    data = scratch / "data"
    fill(data, now, 60)
    emulator = emulated(scratch / "emu", now)
    with RunningCar() as car, Cloud() as cloud, Wire(emulator / "display.sock") as wire:
        environment = {
            **os.environ, **cloud.environment, "SDL_VIDEODRIVER": "offscreen", "LP_NUM_THREADS": "1",
            "CARLENDAR_EMULATOR": str(emulator), "CARLENDAR_DATA_FOLDER": str(data),
            "CARLENDAR_VEHICLE_DATABROKER": f"127.0.0.1:{car.port}",
        }  # fmt: skip
        with Measured([sys.executable, "-m", "app"], environment, scratch):
            wire.accept()
            _settle(wire)
            for kind in ("down", "up"):
                wire.touch(kind, *AGENDA)
            _settle(wire)
            sign_in = [sys.executable, "-m", "app", "sign-in", "--profile", "Ana"]
            begun = subprocess.Popen(sign_in, env=environment, stdout=subprocess.DEVNULL) if syncing else None
            gaps = _scroll(wire, lambda: not syncing or _events(data) >= EVENTS)
            if begun is not None:
                begun.wait(30)
    return quantiles(gaps, n=100)[98], max(gaps)


def _settle(wire: Wire) -> None:
    while wire.frame(3.0):
        pass


def _events(data: Path) -> int:
    with contextlib.closing(sqlite3.connect(f"file:{data / 'events.db'}?mode=ro", uri=True)) as store:
        count: int = store.execute("SELECT count(*) FROM events").fetchone()[0]
    return count


def _scroll(wire: Wire, done: Callable[[], bool]) -> list[float]:
    """Scroll up and down for `SECONDS`, and on until `done`; the gaps between the frames that come."""
    began, looked, last, gaps, count = time.monotonic(), 0.0, 0.0, [], 0
    direction = -1.0
    while (passed := time.monotonic() - began) < SECONDS or passed < PATIENCE:
        if passed >= SECONDS and passed - looked > LOOK:
            looked = passed
            if done():
                break
        wire.wheel(*LIST, direction)
        count += 1
        direction = -direction if count % 15 == 0 else direction
        frame = wire.frame(1.0)
        if frame is None:
            continue
        if last:
            gaps.append(frame[0] - last)
        last = frame[0]
    return gaps


class Cloud:
    """A niced emulated cloud with 2,000 events, idle until somebody asks."""

    def __enter__(self) -> Self:
        command = ["nice", "-n", "15", sys.executable, "-m", "app", "emulator", "cloud", "--json",
                   "--approve", "ana@contoso.example", "--scenario", "large"]  # fmt: skip
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        said = json.loads(self._process.stdout.readline() if self._process.stdout else "")
        self.environment = {
            "CARLENDAR_IDENTITY_CLIENT_ID": said["client_id"],
            "CARLENDAR_IDENTITY_CA_FILE": said["ca"],
            "CARLENDAR_IDENTITY_AUTHORITY": said["authority"],
            "CARLENDAR_IDENTITY_GRAPH": said["graph"].removesuffix("/v1.0"),
        }
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.terminate()
        self._process.wait(10)
        if self._process.stdout:
            self._process.stdout.close()
