"""A log of what happened at the cloud: kinds and paths only, never titles, addresses or tokens."""

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
_ADDRESSED = re.compile(r"/users/[^/]+", re.IGNORECASE)
"""Paths can name a person by address; the log does not."""


@dataclass(frozen=True, slots=True)
class Happening:
    """One thing that happened. `kind` is `graph`, `identity`, `sign_in`, `fault` or `control`."""

    at: datetime
    kind: str
    text: str
    status: int = 0


@dataclass(slots=True)
class Happenings:
    """The last thousand, and whoever listens."""

    now: Callable[[], datetime]
    last: deque[Happening] = field(default_factory=lambda: deque(maxlen=1000))
    _listeners: list[Callable[[Happening], None]] = field(default_factory=list)
    _lock: RLock = field(default_factory=RLock)

    def tell(self, kind: str, text: str, status: int = 0) -> None:
        """Record it and tell every listener, on the calling thread."""
        happening = Happening(self.now(), kind, _ADDRESSED.sub("/users/…", text), status)
        with self._lock:
            self.last.append(happening)
            listeners = list(self._listeners)
        _log.info("%s %s %s", kind, happening.text, status or "")
        for listener in listeners:
            listener(happening)

    def subscribe(self, listener: Callable[[Happening], None]) -> Unsubscribe:
        """Tell `listener` of everything from now on."""
        with self._lock:
            self._listeners.append(listener)

        def unsubscribe() -> None:
            with self._lock:
                if listener in self._listeners:
                    self._listeners.remove(listener)

        return unsubscribe
