"""`carlendar safety TRACE`: replays recorded signals and prints every driving state and restriction."""

from __future__ import annotations

import sys
from pathlib import Path

from app.safety import replay


def run(*, trace: str, as_json: bool) -> int:
    """Replay the trace; returns 0, or raises UsageError for one that cannot be read."""
    return replay.run(Path(trace), as_json, sys.stdout)
