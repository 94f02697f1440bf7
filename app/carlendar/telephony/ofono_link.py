"""What the parts of the oFono adapter share: the connection, the phone in use, and how to notify."""

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
    """Used on the telephone's event loop alone."""

    line: OfonoLine
    on_change: Callable[[], None]
    """Notifies the telephone's listeners, where anything changed."""
    spawn: Callable[[Coroutine[Any, Any, None]], asyncio.Task[None]]
    """Runs something beside."""
    bus: OfonoBus | None = None
    observers: list[Callable[[], None]] = field(default_factory=list)
    """Called at each change, before the listeners are."""
    _waiting: set[asyncio.Future[None]] = field(default_factory=set)

    def ofono(self) -> OfonoBus:
        """The connection; raises CallError while there is none."""
        if self.bus is None:
            raise CallError("there is no telephone", key="no_daemon")
        return self.bus

    def publish(self) -> None:
        """Something about the phone may have changed."""
        for observer in self.observers:
            observer()
        for waiting in tuple(self._waiting):
            if not waiting.done():
                waiting.set_result(None)
        self.on_change()

    async def until(self, condition: Callable[[], bool], seconds: float) -> bool:
        """Wait until the condition holds, looked at with each change; whether it does after at most `seconds`."""
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
        """Read the list of calls, which is the truth whatever was replied or signalled. Raises CallError."""
        path = self.line.path
        if path:
            calls = await self.ofono().calls(path)
            if self.line.path == path:
                self.line.listed(calls)
                self.publish()
