"""The car's voice assistant over D-Bus: it recognises what the driver says, and passes on an intent of a closed list.

    name      org.carlendar.Assistant1, on the system bus
    object    /org/carlendar/Assistant1
    method    Do(s intent) -> b done        of the interface org.carlendar.Assistant1

An intent is a `VoiceCommand`; another one is refused with InvalidArgs. `done` is false where no screen would offer it
now. Only the program that owns the name in the settings may call; who that can be is up to the bus's policy.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable

from dbus_fast import Message

from carlendar.domain.voice_command import VoiceCommand
from carlendar.platform.bus_service import BUS, BusError, BusService
from carlendar.platform.bus_thread import BusThread

NAME = INTERFACE = "org.carlendar.Assistant1"
PATH = "/org/carlendar/Assistant1"
METHOD = "Do"
ANSWER_SECONDS = 2.0
"""Until the screen has carried out a command; then the assistant hears that it did not."""

_log = logging.getLogger(__name__)

Command = Callable[[VoiceCommand, Callable[[bool], None]], None]
"""Carries out a command on another thread, and calls the function with whether it did something."""


class AssistantBus:
    """Takes commands from the owner of the bus name `assistant`, on a thread of its own, until it is stopped.

    Where the bus is lost, or the name is taken, it tries again. `address` is empty for the system bus.
    """

    def __init__(self, assistant: str, command: Command, address: str = "") -> None:
        self._assistant, self._command, self._address = assistant, command, address
        self._answering: asyncio.Task[None] | None = None
        self._thread = BusThread("assistant", self._connected)

    def start(self) -> None:
        """Connect to the bus, now and whenever it is lost."""
        self._thread.start()

    def stop(self) -> None:
        """Disconnect."""
        self._thread.stop()

    async def _connected(self) -> None:
        try:
            await self._session()
        except BusError as error:
            if not self._thread.attempt:
                _log.warning("the assistant cannot be heard: %s", error.name)

    async def _session(self) -> None:
        """Serve one connection until it is lost. Raises BusError."""
        bus = await BusService.connect(
            self._assistant, self._address, lambda _signal: None, lambda _present: None, rule=f"interface='{INTERFACE}'"
        )
        try:
            await bus.serve(NAME, lambda call: self._take(bus, call))
            await bus.closed()
        finally:
            await bus.close()

    def _take(self, bus: BusService, call: Message) -> None:
        if (call.path, call.interface or INTERFACE, call.member) != (PATH, INTERFACE, METHOD):
            bus.refuse(call, f"{BUS}.Error.UnknownMethod", "there is no such method")
            return
        try:
            (intent,) = call.body
            command = VoiceCommand(intent)
        except ValueError:
            bus.refuse(call, f"{BUS}.Error.InvalidArgs", f"intents are: {', '.join(VoiceCommand)}")
            return
        if self._answering is not None and not self._answering.done():
            bus.refuse(call, f"{BUS}.Error.LimitsExceeded", "the command before is not answered yet")
            return
        self._answering = self._thread.spawn(self._answer(bus, call, command))

    async def _answer(self, bus: BusService, call: Message, command: VoiceCommand) -> None:
        loop = self._thread.loop
        answer: asyncio.Future[bool] = loop.create_future()

        def answered(done: bool) -> None:
            if not answer.done():
                answer.set_result(done)

        def carried_out(done: bool) -> None:
            with contextlib.suppress(RuntimeError):  # the loop is closed already
                loop.call_soon_threadsafe(answered, done)

        self._command(command, carried_out)
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                done = await answer
        except TimeoutError:
            bus.refuse(call, f"{BUS}.Error.Timeout", "the screen does not answer")
            return
        _log.info("the assistant: %s%s", command.value, "" if done else ", which is not offered now")
        bus.reply(call, "b", done)
