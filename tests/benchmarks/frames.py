"""Frame gaps of a list that is scrolled all the time, with and without a synchronisation of 2,000 events beside it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from statistics import median, quantiles

from car import RunningCar, emulated, fill
from measured import Measured
from wire import Wire

AGENDA = (0.042, 0.295)
LIST = (0.5, 0.6)
SECONDS = 6.0


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
    fill(scratch / "data", now, 60)
    emulator = emulated(scratch / "emu", now)
    with RunningCar() as car, Wire(emulator / "display.sock") as wire:
        environment = {
            **os.environ, "SDL_VIDEODRIVER": "offscreen", "LP_NUM_THREADS": "1", "CARLENDAR_EMULATOR": str(emulator),
            "CARLENDAR_DATA_FOLDER": str(scratch / "data"), "CARLENDAR_VEHICLE_DATABROKER": f"127.0.0.1:{car.port}",
        }  # fmt: skip
        with Measured([sys.executable, "-m", "app"], environment, scratch):
            wire.accept()
            while wire.frame(3.0):
                pass
            wire.touch("down", *AGENDA)
            wire.touch("up", *AGENDA)
            while wire.frame(1.5):
                pass
            cloud = _Sync(environment, scratch) if syncing else None
            gaps = _scroll(wire, until=cloud.done if cloud else None)
            if cloud:
                cloud.stop()
    return quantiles(gaps, n=100)[98], max(gaps)


def _scroll(wire: Wire, until: Callable[[], bool] | None) -> list[float]:
    ends = time.monotonic() + SECONDS
    direction, last, gaps = -1.0, 0.0, []
    count = 0
    while time.monotonic() < ends or (until is not None and not until()):
        wire.wheel(*LIST, direction)
        count += 1
        if count % 15 == 0:
            direction = -direction
        frame = wire.frame(1.0)
        if frame is None:
            continue
        if last:
            gaps.append(frame[0] - last)
        last = frame[0]
    return gaps


class _Sync:
    """A niced emulated cloud with 2,000 events, and a sign-in by the service that makes it synchronise them."""

    def __init__(self, environment: dict[str, str], scratch: Path) -> None:
        command = ["nice", "-n", "15", sys.executable, "-m", "app", "emulator", "cloud", "--json",
                   "--approve", "ana@contoso.example", "--scenario", "large"]  # fmt: skip
        self._cloud = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        said = json.loads(self._cloud.stdout.readline() if self._cloud.stdout else "")
        self._environment = {
            **environment, "CARLENDAR_IDENTITY_CLIENT_ID": said["client_id"], "CARLENDAR_IDENTITY_CA_FILE": said["ca"],
            "CARLENDAR_IDENTITY_AUTHORITY": said["authority"],
            "CARLENDAR_IDENTITY_GRAPH": said["graph"].removesuffix("/v1.0"),
            "CARLENDAR_DATA_FOLDER": str(scratch / "data"),
        }  # fmt: skip
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self) -> None:
        for arguments in (["sign-in"], ["sync"]):
            subprocess.run([sys.executable, "-m", "app", *arguments], env=self._environment, check=False,
                           stdout=subprocess.DEVNULL, timeout=120)  # fmt: skip

    def done(self) -> bool:
        """Whether the synchronisation is over."""
        return not self._thread.is_alive()

    def stop(self) -> None:
        """End the cloud."""
        self._thread.join()
        self._cloud.terminate()
        self._cloud.wait(10)
