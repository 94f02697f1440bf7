"""Back-off between attempts to reach a bus or a service."""

from __future__ import annotations

RETRY_SECONDS = (0.5, 1.0, 2.0, 4.0, 8.0)
"""Waits between attempts to reach a bus or a service; the last one repeats."""

STABLE_SECONDS = 30.0
"""After a connection that lasted this long, the back-off starts again."""


def wait_before(attempt: int) -> float:
    """Return the seconds to wait before attempt number `attempt`, counted from 0."""
    return RETRY_SECONDS[min(attempt, len(RETRY_SECONDS) - 1)]
