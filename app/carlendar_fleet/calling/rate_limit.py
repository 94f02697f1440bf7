"""A limit of requests within a sliding window."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable


class RateLimit:
    """At most `most` requests within `window` seconds; `seconds` is a monotonic clock."""

    def __init__(self, most: int, window: float, seconds: Callable[[], float]) -> None:
        self._most, self._window, self._seconds = most, window, seconds
        self._times: deque[float] = deque()

    def wait(self) -> float:
        """Return the seconds until a request is within the limit; 0 if it is now, which counts it."""
        now = self._seconds()
        while self._times and now - self._times[0] >= self._window:
            self._times.popleft()
        if len(self._times) >= self._most:
            return self._times[0] + self._window - now
        self._times.append(now)
        return 0.0

    @property
    def idle(self) -> bool:
        """Whether no request of the window is left, so that the limit need not be kept."""
        return not self._times or self._seconds() - self._times[-1] >= self._window
