"""State shared by the parts of the oFono adapter: the connection, the phone in use, and change notification."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from carlendar.errors import CallError
from carlendar.telephony.ofono_line import OfonoLine

if TYPE_CHECKING:
    from carlendar.telephony.ofono_bus import OfonoBus


@dataclass(slots=True)
class OfonoLink:
    """Not thread-safe: used on the telephony event loop only."""

    line: OfonoLine
    on_change: Callable[[], None]
    """Notifies the telephony listeners if the state has changed."""
    spawn: Callable[[Coroutine[Any, Any, None]], asyncio.Task[None]]
    """Runs a coroutine as a background task."""
    bus: OfonoBus | None = None
    observers: list[Callable[[], None]] = field(default_factory=list)
    """Called at each change, before the listeners."""
    _waiting: set[asyncio.Future[None]] = field(default_factory=set)

    def ofono(self) -> OfonoBus:
        """Return the connection. Raises CallError while there is none."""
        if self.bus is None:
            raise CallError("there is no connection to oFono", key="no_daemon")
        return self.bus

    def publish(self) -> None:
        """Notify observers and listeners that the phone's state may have changed."""
        for observer in self.observers:
            observer()
        for waiting in tuple(self._waiting):
            if not waiting.done():
                waiting.set_result(None)
        self.on_change()

    async def until(self, condition: Callable[[], bool], seconds: float) -> bool:
        """Wait until `condition` holds, evaluated at each change; return False after `seconds`."""
        try:
            async with asyncio.timeout(seconds):
                while not condition():
                    waiting = asyncio.get_running_loop().create_future()
                    self._waiting.add(waiting)
                    try:
                        await waiting
                    finally:
                        self._waiting.discard(waiting)
        except TimeoutError:
            return condition()
        return True

    async def refresh(self) -> None:
        """Read the list of calls, which takes precedence over replies and signals. Raises CallError."""
        path = self.line.path
        if path:
            calls = await self.ofono().calls(path)
            if self.line.path == path:
                self.line.listed(calls)
                self.publish()
