"""How long to wait between attempts to reach something that is not there."""

from __future__ import annotations

RETRY_SECONDS = (0.5, 1.0, 2.0, 4.0, 8.0)
"""Waits between attempts to reach a bus or a service; the last one repeats."""

STABLE_SECONDS = 30.0
"""A connection that lasted as long is tried again at once when it is lost, one that did not after a longer wait."""


def wait_before(attempt: int) -> float:
    """Seconds to wait before the attempt of this number, from 0."""
    return RETRY_SECONDS[min(attempt, len(RETRY_SECONDS) - 1)]
