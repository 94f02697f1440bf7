"""From the tap on Join to the dial command on D-Bus: a real screen, a real `ofonod`, as the bus itself sees it.

The floor is a bare call of dbus-fast to the same daemon on the same bus, until the same monitor sees it.
"""

from __future__ import annotations

import asyncio
import os
import queue
import threading
import time
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from types import TracebackType
from typing import Any, Self

from dbus_fast import BusType, Message
from dbus_fast.aio import MessageBus

from car import RunningCar, emulated
from carlendar.domain.account import Account, AccountState, Calendar, Profile
from carlendar.domain.event import Event, Response
from carlendar.domain.timespan import Timespan
from carlendar.meetings.join_details import DialIn, JoinDetails
from carlendar.store.events import EventStore, EventUpsert, StoredSyncToken
from carlendar.store.user import UserStore
from carlendar_devtools.emulator.phone import PhoneLine, available
from carlendar_devtools.processes.programs import DISPLAY
from measured import Measured
from wire import Wire

JOIN = (0.835, 0.30)
"""Where Join is on Drive and Rejoin on Call, in parts of the display."""
QUIET = 1.5
"""Seconds without a frame after which nothing is on its way, and touches are taken again."""
SETTLE = 4.0
TIMEOUT = 10.0
NUMBER = "+496900001234"


def run(scratch: Path, rounds: int, say: Callable[[str], None]) -> None:
    """Print the medians of `rounds` taps and of as many bare calls, one after the other in turn."""
    if why := available():
        raise SystemExit(f"packaging/setup.sh installs what this needs: {why}")
    scratch = scratch / "dial"
    now = datetime.now(UTC).replace(second=2, microsecond=0)
    data = scratch / "data"
    _fill(data, now)
    with RunningCar() as car, Phone() as phone:
        environment = {
            **os.environ, "CARLENDAR_DATA_FOLDER": str(data), "SDL_VIDEODRIVER": "offscreen",
            "DBUS_SYSTEM_BUS_ADDRESS": phone.line.address,
            "CARLENDAR_EMULATOR": str(emulated(scratch / "emu", now, car.port)), "CARLENDAR_TELEPHONE_REGION": "DE",
        }  # fmt: skip
        with Wire(scratch / "emu" / "display.sock") as wire, Measured(DISPLAY, environment, scratch):
            wire.accept()
            phone.wait_for_the_car()
            while wire.frame(SETTLE):
                pass
            pairs = [_pair(wire, phone) for _ in range(rounds)]
    tap, floor = (1000 * median(pair[index] for pair in pairs) for index in (0, 1))
    worst = 1000 * max(pair[0] for pair in pairs)
    say(f"tap to dial command {tap:6.1f} ms   floor {floor:6.1f} ms   worst {worst:.1f} ms (wanted < 50 at the median)")


def _pair(wire: Wire, phone: Phone) -> tuple[float, float]:
    """Seconds of one tap and of one bare call."""
    phone.forget()
    began = wire.touch("down", *JOIN)
    wire.touch("up", *JOIN)
    tap = phone.seen("Dial") - began
    while wire.frame(QUIET):
        pass
    phone.refuse()
    while wire.frame(QUIET):
        pass
    return tap, phone.bare_call()


def _fill(folder: Path, now: datetime) -> None:
    """One meeting that has just begun, with a number to dial."""
    folder.mkdir(parents=True)
    user, events = UserStore(folder), EventStore(folder)
    user.save_profile(Profile("ana", "Ana"))
    user.save_account(Account("a", "ana", "ana@contoso.example", "Ana", "global", AccountState.SIGNED_IN, now))
    calendar = Calendar("c", "a", "Calendar", is_default=True)
    events.save_calendars("a", [calendar])
    span = Timespan(now - timedelta(minutes=2), now + timedelta(hours=1))
    join_details = JoinDetails("teams", dial_ins=(DialIn(NUMBER, "1#", "p1#", "DE"),))
    event = Event("e", "c", "Review", span, response=Response.ACCEPTED)
    events.save(calendar, [EventUpsert(event, join_details)], [], StoredSyncToken(), now)
    events.close()
    user.close()


class Phone:
    """The emulated phone on a private bus with a monitor, on a thread of its own."""

    def __init__(self) -> None:
        self.line = PhoneLine()
        self._seen: queue.Queue[tuple[str, float]] = queue.Queue()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        self._do(self._start())
        return self

    async def _start(self) -> None:
        await self.line.start()
        self.line.answers(None)
        self._bus = await self._connected()
        self._monitor = await self._connected()
        await self._monitor.call(
            Message(
                destination="org.freedesktop.DBus", path="/org/freedesktop/DBus",
                interface="org.freedesktop.DBus.Monitoring", member="BecomeMonitor", signature="asu",
                body=[["type='method_call',interface='org.ofono.VoiceCallManager'"], 0],
            )
        )  # fmt: skip
        self._monitor.add_message_handler(self._saw)

    async def _connected(self) -> MessageBus:
        return await MessageBus(bus_address=self.line.address, bus_type=BusType.SYSTEM).connect()

    def _saw(self, message: Message) -> bool:
        self._seen.put((message.member or "", time.monotonic()))
        return True

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._do(self._stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _stop(self) -> None:
        self._bus.disconnect()
        self._monitor.disconnect()
        await self.line.stop()

    def wait_for_the_car(self) -> None:
        """Wait until the display has connected the phone."""
        deadline = time.monotonic() + TIMEOUT
        while not self.line.connected:
            if time.monotonic() > deadline:
                raise SystemExit("the display does not connect to the phone")
            time.sleep(0.1)

    def forget(self) -> None:
        """Forget what was seen on the bus."""
        while not self._seen.empty():
            self._seen.get()

    def seen(self, member: str) -> float:
        """Return when the bus reported a call of that name (monotonic seconds); SystemExit if it does not."""
        try:
            while (signal := self._seen.get(timeout=TIMEOUT))[0] != member:
                pass
        except queue.Empty:
            raise SystemExit(f"no {member} on the bus") from None
        return signal[1]

    def refuse(self) -> None:
        """The other end refuses."""

        async def refused() -> None:
            self.line.refuse()

        self._do(refused())

    def bare_call(self) -> float:
        """Seconds from a bare call to the daemon until the monitor sees it."""
        self.forget()
        began = time.monotonic()
        self._do(self._ask())
        return self.seen("GetCalls") - began

    async def _ask(self) -> None:
        message = Message(
            destination="org.ofono", path="/Phone", interface="org.ofono.VoiceCallManager", member="GetCalls"
        )
        await self._bus.call(message)

    def _do(self, work: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(20)
