"""Waiting for a condition that another thread, process or task makes true."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

TIMEOUT = 15.0
"""Seconds; generous, because the machine may be busy with other work."""

POLL_SECONDS = 0.005


def wait_until(
    condition: Callable[[], object], timeout: float = TIMEOUT, what: str | Callable[[], object] = "the condition"
) -> None:
    """Return as soon as the condition holds.

    `timeout` is in seconds. Raises AssertionError naming `what` when the condition does not hold in time; a callable
    is called at that moment, to report the state that was reached.
    """
    deadline = time.monotonic() + timeout
    while not condition():
        _check(deadline, timeout, what)
        time.sleep(POLL_SECONDS)  # the only polling wait of the tests, for conditions without a notification


async def wait_until_async(
    condition: Callable[[], object], within: float = TIMEOUT, what: str | Callable[[], object] = "the condition"
) -> None:
    """Let the event loop run until the condition holds; otherwise as `wait_until`, with `within` in seconds."""
    deadline = time.monotonic() + within
    while not condition():
        _check(deadline, within, what)
        await asyncio.sleep(POLL_SECONDS)


def _check(deadline: float, timeout: float, what: str | Callable[[], object]) -> None:
    if time.monotonic() >= deadline:
        raise AssertionError(f"not within {timeout:g} s: {what if isinstance(what, str) else what()}")
