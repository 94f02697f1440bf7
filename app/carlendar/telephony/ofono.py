"""Telephony by oFono: the driver's phone, connected over the Bluetooth hands-free profile.

Everything runs on a dedicated thread with an event loop. Call audio is handled by the car. The bus, oFono and
the phone may disappear and return at any time; calls already in progress are picked up.
See oFono's `doc/voicecallmanager-api.txt` and `doc/call-volume-api.txt`.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
import time
from collections.abc import Callable, Coroutine
from typing import Any

from carlendar.domain.call import CallCommand, PhoneState
from carlendar.domain.ports import ElapsedClock, Unsubscribe
from carlendar.errors import CallError
from carlendar.platform.bus_thread import BusThread
from carlendar.telephony.dial_string import checked_number, checked_tones, refuse_emergencies, refuse_in_emergency
from carlendar.telephony.ofono_calls import OfonoCalls
from carlendar.telephony.ofono_deadlines import LIMITS, CallTimeLimits, OfonoDeadlines
from carlendar.telephony.ofono_line import OfonoLine
from carlendar.telephony.ofono_link import OfonoLink
from carlendar.telephony.ofono_modems import OfonoModems
from carlendar.telephony.ofono_tones import OfonoTones

STOP_SECONDS = 3.0

_log = logging.getLogger(__name__)


class OfonoTelephony:
    """`Telephony` over D-Bus. Connects as soon as it is constructed, so construct it after the first frame.

    `address` is a bus address, empty for the system bus (DBUS_SYSTEM_BUS_ADDRESS or the standard one).
    `phone` is the id of the preferred phone: its Bluetooth address. `system_time` is the system clock, on which
    oFono's start times are based. `limits` are how long a call may dial and ring.
    """

    def __init__(
        self,
        clock: ElapsedClock,
        address: str = "",
        *,
        phone: str = "",
        system_time: Callable[[], float] = time.time,
        limits: CallTimeLimits = LIMITS,
    ) -> None:
        self._address = address
        self._line = OfonoLine(clock.seconds, system_time)
        self._link = OfonoLink(self._line, self._notify, self._spawn)
        self._calls = OfonoCalls(self._link, OfonoTones(self._link))
        self._modems = OfonoModems(self._link, self._calls, phone)
        OfonoDeadlines(self._link, self._calls, limits)
        self._lock = threading.RLock()
        self._listeners: list[Callable[[PhoneState], None]] = []
        self._state = self._line.state()
        self._stopped = False
        self._thread = BusThread("telephony", self._connected)
        self._thread.start()

    # --- the port ------------------------------------------------------------------------------

    def subscribe(self, listener: Callable[[PhoneState], None]) -> Unsubscribe:
        """Call `listener` with the current state now, and with each new state from the telephony thread."""
        with self._lock:
            self._listeners.append(listener)
            listener(self._state)
        return lambda: self._unsubscribe(listener)

    def dial(self, number: str, tones: str) -> None:
        """Dial, then send the tones once the call is active. Raises CallError where dialling is not allowed."""
        checked_number(number)
        checked_tones(tones)
        refuse_emergencies(number, self._line.emergency_numbers, self._state)
        self._submit(lambda: self._calls.dial(number, tones))

    def command(self, name: CallCommand, call_id: str = "", tones: str = "") -> None:
        """Act on a call (the newest if `call_id` is empty) or the microphone. Raises CallError in an emergency call."""
        refuse_in_emergency(name, self._state)
        if name is CallCommand.SEND_TONES:
            checked_tones(tones)
        if name is CallCommand.PREFER_PHONE:
            self._submit(lambda: self._modems.prefer(call_id))
        else:
            self._submit(lambda: self._calls.command(name, call_id, tones))

    def stop(self) -> None:
        """Stop the thread. A call in progress stays up; nothing is dialled any more."""
        with self._lock:
            self._stopped = True
            self._listeners.clear()
        self._thread.stop(STOP_SECONDS)

    # --- the thread ----------------------------------------------------------------------------

    async def _connected(self) -> None:
        """Run one connection to the bus; afterwards no phone is known."""
        try:
            await self._session()
        except CallError as error:
            _log.info("telephony is not available: %s", error.detail)
        finally:
            self._modems.forget()

    async def _session(self) -> None:
        """Run one connection to the bus until it is lost."""
        from carlendar.telephony.ofono_bus import OfonoBus  # imports dbus-fast, on this thread instead of the UI's

        bus = await OfonoBus.connect(self._address, self._modems.on_signal, self._on_owner, self._modems.doubt)
        self._link.bus = bus
        refreshing = asyncio.create_task(self._modems.keep())
        lost = asyncio.create_task(bus.closed())
        try:
            await asyncio.wait({refreshing, lost}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._link.bus = None
            refreshing.cancel()
            lost.cancel()
            await asyncio.gather(refreshing, lost, return_exceptions=True)
            await bus.close()

    def _on_owner(self, present: bool) -> None:
        self._modems.forget()
        if present:
            self._modems.doubt()

    def _submit(self, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        with self._lock, contextlib.suppress(RuntimeError):  # the loop is closed: telephony has stopped
            if not self._stopped:
                self._thread.loop.call_soon_threadsafe(lambda: self._spawn(work()))

    def _spawn(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = self._thread.spawn(work)
        task.add_done_callback(self._spawned)
        return task

    def _spawned(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and (error := task.exception()) is not None:
            _log.warning("a telephony action failed: %s", type(error).__name__)
            self._modems.doubt()

    def _notify(self) -> None:
        with self._lock:
            state = self._line.state()
            if state == self._state:
                return
            self._state = state
            for listener in tuple(self._listeners):
                try:
                    listener(state)
                except Exception as error:  # noqa: BLE001  # a failing listener must not affect the others
                    _log.warning("a telephony listener failed: %s", type(error).__name__)

    def _unsubscribe(self, listener: Callable[[PhoneState], None]) -> None:
        with self._lock:
            if listener in self._listeners:
                self._listeners.remove(listener)
