"""The event log of the emulated cloud: kinds and paths only, never titles, addresses or tokens."""

from __future__ import annotations

import logging
import re
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from threading import RLock

from carlendar.domain.ports import Unsubscribe

_log = logging.getLogger(__name__)
_ADDRESSED = re.compile(r"(?<=/users/)[^/]+|(?<=/users\()[^/]+|(?<=/)[^/]*(?:@|%40)[^/]*", re.IGNORECASE)
"""Paths may contain a person's address, which is not logged."""


@dataclass(frozen=True, slots=True)
class CloudEvent:
    """One log entry. `kind` is `graph`, `identity`, `sign_in`, `fault` or `control`."""

    at: datetime
    kind: str
    text: str
    status: int = 0


@dataclass(slots=True)
class EventLog:
    """The last thousand events, and listeners. Thread-safe."""

    now: Callable[[], datetime]
    last: deque[CloudEvent] = field(default_factory=lambda: deque(maxlen=1000))
    _listeners: list[Callable[[CloudEvent], None]] = field(default_factory=list)
    _lock: RLock = field(default_factory=RLock)

    def add(self, kind: str, text: str, status: int = 0) -> None:
        """Record an event and call the listeners, on the calling thread."""
        event = CloudEvent(self.now(), kind, _ADDRESSED.sub("…", text), status)
        with self._lock:
            self.last.append(event)
            listeners = list(self._listeners)
        _log.info("%s %s %s", kind, event.text, status or "")
        for listener in listeners:
            listener(event)

    def subscribe(self, listener: Callable[[CloudEvent], None]) -> Unsubscribe:
        """Call `listener` for every event from now on."""
        with self._lock:
            self._listeners.append(listener)

        def unsubscribe() -> None:
            with self._lock:
                if listener in self._listeners:
                    self._listeners.remove(listener)

        return unsubscribe
