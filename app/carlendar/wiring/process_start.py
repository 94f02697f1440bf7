"""How long the start of this process took, and its version, for telemetry."""

from __future__ import annotations

import os
from pathlib import Path

from carlendar import __version__

LONGEST_MS = 600_000


def started(ready: float) -> dict[str, str]:
    """Return the fields of a start that was complete at `ready` (seconds since boot)."""
    begun = process_start()
    took = 0 if begun is None else min(max(round((ready - begun) * 1000), 0), LONGEST_MS)
    parts = (*(each for each in __version__.split(".")[:3] if each.isdigit()), "0", "0", "0")
    return dict(zip(("major", "minor", "patch"), parts, strict=False)) | {"duration_ms": str(took)}


def process_start(stat: Path = Path("/proc/self/stat")) -> float | None:
    """When this process was started, in seconds since boot (proc(5), field 22); None if that is unknown."""
    try:
        fields = stat.read_text().rpartition(")")[2].split()
        return int(fields[19]) / os.sysconf("SC_CLK_TCK")
    except (OSError, ValueError, IndexError):
        return None
