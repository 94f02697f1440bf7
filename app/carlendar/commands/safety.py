"""`carlendar safety TRACE`: replays recorded signals and prints every driving state and restriction."""

from __future__ import annotations

import sys
from pathlib import Path

from carlendar.safety import replay
from carlendar.vehicle.translation import Translation

STANDARD_INPUT = Path("/dev/stdin")


def run(*, trace: str, as_json: bool) -> int:
    """Replay the trace; returns 0. Raises UsageError for one that cannot be read."""
    path = STANDARD_INPUT if trace == "-" else Path(trace)
    return replay.run(path, as_json, sys.stdout, lambda units: Translation(units).reading)
