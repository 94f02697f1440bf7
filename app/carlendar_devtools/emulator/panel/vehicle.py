"""The databroker of the car's display, and the resulting driving state, for the page."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, Protocol

from carlendar_devtools.emulator import tasks
from carlendar_devtools.emulator.panel.command import Order
from carlendar_devtools.emulator.panel.journal import Journal

LOOKS = 0.5
"""Seconds between two checks of the connection: losing it does not always change the driving state."""


class Driving(Protocol):
    """Listens to a databroker in parallel with the display."""

    @property
    def state(self) -> str:
        """The driving state."""

    @property
    def cause(self) -> str:
        """The reason for it."""

    @property
    def problem(self) -> str:
        """Why the databroker sends nothing; empty while it does."""

    def start(self, changed: Callable[[], None]) -> None:
        """Begin; `changed` is called from any thread."""

    def stop(self) -> None:
        """End; blocks until it has."""


class VehicleControl:
    """Shows the databroker's address and the driving state from `driving`; it has no commands.

    Without `driving` only the address is known. `changed` is called on the loop's thread.
    """

    def __init__(self, address: str, driving: Driving | None, journal: Journal, changed: Callable[[], None]) -> None:
        self._address = address
        self._driving = driving
        self._journal = journal
        self._changed = changed
        self._task: asyncio.Task[None] | None = None
        self._woken = asyncio.Event()
        self._shown = self.state()

    def state(self) -> dict[str, Any]:
        """Address, connection problem (empty for none), driving state and its reason."""
        if self._driving is None:
            return {"address": self._address, "problem": "", "driving": "", "cause": ""}
        heard = self._driving
        return {
            "address": self._address, "problem": heard.problem, "driving": str(heard.state), "cause": heard.cause,
        }  # fmt: skip

    def orders(self) -> Mapping[str, Order]:
        """None."""
        return {}

    def start(self) -> None:
        """Begin to listen."""
        if self._driving is not None:
            loop = asyncio.get_running_loop()

            def wake() -> None:
                loop.call_soon_threadsafe(self._woken.set)

            self._task = asyncio.create_task(self._follow())
            self._driving.start(wake)

    async def stop(self) -> None:
        """Listen no more."""
        await tasks.end(self._task)
        if self._driving is not None:
            await asyncio.to_thread(self._driving.stop)

    async def _follow(self) -> None:
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOKS):
                    await self._woken.wait()
            self._woken.clear()
            before, now = self._shown, self.state()
            self._shown = now
            if now["problem"] != before["problem"]:
                self._journal.add("databroker", now["problem"] or "answers")
            if now["driving"] != before["driving"]:
                self._journal.add("driving state", f"{now['driving']}: {now['cause']}")
            if now != before:
                self._changed()
