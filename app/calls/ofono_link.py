"""What the parts of the oFono adapter share: the connection, the phone in use, and how to tell."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from app.calls.ofono_line import OfonoLine
from app.errors import CallError

if TYPE_CHECKING:
    from app.calls.ofono_bus import OfonoBus

RETRY_SECONDS = (0.5, 1.0, 2.0, 4.0, 8.0)
"""Waits between attempts to reach the bus or to power the phone's modem; the last one repeats."""


@dataclass(slots=True)
class OfonoLink:
    """Used on the telephone's event loop alone."""

    line: OfonoLine
    publish: Callable[[], None]
    """Tell the listeners, where anything changed."""
    spawn: Callable[[Coroutine[Any, Any, None]], None]
    """Run something beside."""
    bus: OfonoBus | None = None

    def ofono(self) -> OfonoBus:
        """The connection; raises CallError while there is none."""
        if self.bus is None:
            raise CallError("there is no telephone", key="no_daemon")
        return self.bus


def wait_before(attempt: int) -> float:
    """Seconds to wait before the attempt of this number, from 0."""
    return RETRY_SECONDS[min(attempt, len(RETRY_SECONDS) - 1)]
