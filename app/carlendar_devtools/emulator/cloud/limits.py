"""Limits of Outlook's service: requests at once, and requests in ten minutes, each by mailbox.

Source: Microsoft Graph's service-specific throttling limits (Outlook).
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from carlendar.domain.ports import ElapsedClock
from carlendar_devtools.emulator.cloud.call import GraphError

WINDOW = 600.0


@dataclass(slots=True)
class Limits:
    """`at_once` and `in_ten_minutes` may be set at any time."""

    clock: ElapsedClock
    at_once: int = 4
    in_ten_minutes: int = 10_000
    _running: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    _past: dict[str, deque[float]] = field(default_factory=lambda: defaultdict(deque))

    @contextmanager
    def admit(self, address: str) -> Iterator[None]:
        """Take a slot for one request of a mailbox. Raises GraphError (429)."""
        self._count(address)
        if self._running[address] >= self.at_once:
            raise GraphError(
                429, "ApplicationThrottled", "Application is over its MailboxConcurrency limit.", {"Retry-After": "1"}
            )
        self._running[address] += 1
        try:
            yield
        finally:
            self._running[address] -= 1

    def _count(self, address: str) -> None:
        past, now = self._past[address], self.clock.seconds()
        while past and past[0] <= now - WINDOW:
            past.popleft()
        if len(past) >= self.in_ten_minutes:
            wait = past[0] + WINDOW - now
            raise GraphError(429, "TooManyRequests", "Too many requests.", {"Retry-After": f"{max(wait, 1):.3f}"})
        past.append(now)
