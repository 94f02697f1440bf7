"""The emulated car's voice assistant: a program on the phone's private bus that passes on what a person "says"."""

from __future__ import annotations

from dbus_fast import BusType, DBusError, Message, MessageType
from dbus_fast.aio import MessageBus

from carlendar.domain.voice_command import VoiceCommand
from carlendar.errors import CarlendarError
from carlendar_devtools.emulator.presets import ASSISTANT

SCREEN, SCREEN_PATH, METHOD = "org.carlendar.Assistant1", "/org/carlendar/Assistant1", "Do"
"""What `carlendar.platform.assistant` documents for a real one."""


class EmulatedAssistant:
    """An assistant on the bus at `address`, which connects with the first command. Used on one event loop."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._bus: MessageBus | None = None

    async def say(self, command: VoiceCommand) -> bool:
        """Pass on a command; return whether the display did something. Raises CarlendarError if it does not answer."""
        try:
            bus = await self._connected()
            answer = await bus.call(
                Message(
                    destination=SCREEN, path=SCREEN_PATH, interface=SCREEN, member=METHOD,
                    signature="s", body=[command.value],
                )
            )  # fmt: skip
        except (OSError, EOFError, DBusError) as error:
            self.stop()
            raise CarlendarError("the bus of the assistant is gone") from error
        if answer.message_type is MessageType.ERROR:
            raise CarlendarError("the display does not answer the assistant")
        return answer.body == [True]

    def stop(self) -> None:
        """Leave the bus."""
        if self._bus is not None:
            self._bus.disconnect()
            self._bus = None

    async def _connected(self) -> MessageBus:
        if self._bus is None or not self._bus.connected:
            bus = await MessageBus(bus_address=self._address, bus_type=BusType.SYSTEM).connect()
            await bus.request_name(ASSISTANT)
            self._bus = bus
        return self._bus
