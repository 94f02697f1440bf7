"""The telephone of a car by oFono: the phone in the driver's pocket over the hands-free profile.

Everything runs on a thread of its own with an event loop; the audio of the call is the car's, not
ours. The bus, oFono and the phone may come, go and come back at any time. A call that was up before
is found. See oFono's `doc/voicecallmanager-api.txt` and `doc/call-volume-api.txt`.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
from collections.abc import Callable, Coroutine
from functools import partial
from typing import TYPE_CHECKING, Any

from app.calls.dialstring import checked_number, checked_tones, refuse_emergencies, refuse_in_emergency
from app.calls.ofono_calls import OfonoCalls
from app.calls.ofono_line import OfonoLine
from app.calls.ofono_link import OfonoLink, wait_before
from app.calls.ofono_modems import OfonoModems
from app.domain.call import CallCommand, PhoneState
from app.domain.ports import ElapsedClock, Unsubscribe
from app.errors import CallError

if TYPE_CHECKING:
    from app.calls.ofono_bus import OfonoBus

STOP_SECONDS = 3.0


Signals = asyncio.Queue[tuple[str, str, str, list[Any]]]
LOST: tuple[str, str, str, list[Any]] = ("", "", "", [])
"""In the queue of signals: the connection to the bus is lost."""


class OfonoTelephony:
    """`Telephony` over D-Bus. Begins at once; construct it after the first frame.

    `address` is a bus address, empty for the system bus (DBUS_SYSTEM_BUS_ADDRESS or the standard one).
    `phone` is the id of the phone to prefer, its Bluetooth address. `system_time` is the clock of the
    system, which oFono's start times are of.
    """

    def __init__(
        self,
        clock: ElapsedClock,
        address: str = "",
        *,
        phone: str = "",
        system_time: Callable[[], float] = time.time,
    ) -> None:
        self._address = address
        self._line = OfonoLine(clock.seconds, system_time)
        self._link = OfonoLink(self._line, self._publish, self._spawn)
        self._calls = OfonoCalls(self._link)
        self._modems = OfonoModems(self._link, self._calls, phone)
        self._lock = threading.RLock()
        self._listeners: list[Callable[[PhoneState], None]] = []
        self._state = self._line.state()
        self._stopped = False
        self._loop = asyncio.new_event_loop()
        self._stopping = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        self._thread = threading.Thread(target=self._run, name="telephone", daemon=True)
        self._thread.start()

    # --- the port ------------------------------------------------------------------------------

    def subscribe(self, listener: Callable[[PhoneState], None]) -> Unsubscribe:
        """Call `listener` with the state, at once and then from the telephone's thread."""
        with self._lock:
            self._listeners.append(listener)
            listener(self._state)
        return lambda: self._unsubscribe(listener)

    def dial(self, number: str, tones: str) -> None:
        """Dial, then send tones once the call is active; raises CallError for what may not be dialled."""
        checked_number(number)
        checked_tones(tones)
        refuse_emergencies(number, self._line.emergency_numbers, self._state)
        self._submit(lambda: self._calls.dial(number, tones))

    def command(self, name: CallCommand, call_id: str = "", tones: str = "") -> None:
        """Act on a call, the newest where none is named, or on the microphone; CallError in an emergency call."""
        refuse_in_emergency(name, self._state)
        if name is CallCommand.SEND_TONES:
            checked_tones(tones)
        if name is CallCommand.PREFER_PHONE:
            self._submit(lambda: self._modems.prefer(call_id))
        else:
            self._submit(lambda: self._calls.command(name, call_id, tones))

    def stop(self) -> None:
        """End the thread; a call that is up stays up, and nothing is dialled from here on."""
        with self._lock:
            self._stopped = True
            self._listeners.clear()
        with contextlib.suppress(RuntimeError):  # the loop is closed already
            self._loop.call_soon_threadsafe(self._stopping.set)
        self._thread.join(STOP_SECONDS)

    # --- the thread ----------------------------------------------------------------------------

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_until_complete(self._main())
        finally:
            self._loop.close()

    async def _main(self) -> None:
        sessions = asyncio.create_task(self._sessions())
        await self._stopping.wait()
        unfinished = [sessions, *self._tasks]
        for task in unfinished:
            task.cancel()
        await asyncio.gather(*unfinished, return_exceptions=True)

    async def _sessions(self) -> None:
        """Connect to the bus, again whenever it is lost."""
        from app.calls.ofono_bus import OfonoBus  # brings dbus-fast, on this thread and not on the screen's

        attempt = 0
        while True:
            signals: Signals = asyncio.Queue()
            try:
                self._link.bus = await OfonoBus.connect(self._address, partial(_queued, signals))
                attempt = 0
                await self._session(self._link.bus, signals)
            except (CallError, OSError):
                attempt += 1
            finally:
                if self._link.bus:
                    await self._link.bus.close()
                self._link.bus = None
            self._modems.forget()
            await asyncio.sleep(wait_before(attempt))

    async def _session(self, bus: OfonoBus, signals: Signals) -> None:
        lost = asyncio.create_task(_lost(bus, signals))
        try:
            if await bus.has_owner():
                await self._modems.meet()
            while (signal := await signals.get()) != LOST:
                await self._modems.heard(*signal)
        finally:
            lost.cancel()

    def _submit(self, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        with self._lock:
            if not self._stopped:  # else there is no telephone any more
                self._loop.call_soon_threadsafe(lambda: self._spawn(work()))

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = self._loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _publish(self) -> None:
        with self._lock:
            state = self._line.state()
            if state == self._state:
                return
            self._state = state
            for listener in tuple(self._listeners):
                listener(state)

    def _unsubscribe(self, listener: Callable[[PhoneState], None]) -> None:
        with self._lock:
            if listener in self._listeners:
                self._listeners.remove(listener)


def _queued(signals: Signals, path: str, interface: str, member: str, body: list[Any]) -> None:
    signals.put_nowait((path, interface, member, body))


async def _lost(bus: OfonoBus, signals: Signals) -> None:
    await bus.closed()
    signals.put_nowait(LOST)
