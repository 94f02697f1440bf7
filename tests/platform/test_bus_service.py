"""A service on a bus: cancelled calls, strangers, malformed messages, a service that comes and goes."""

from __future__ import annotations

import asyncio
from typing import cast

import pytest
from dbus_fast import Message, MessageType
from dbus_fast.aio import MessageBus

from carlendar.platform.bus_service import BUS, BusService

NAME = "org.example.Service"
TURNS = 8
"""More turns of the loop than a reply needs from the socket to its waiter."""


class Replying:
    """A bus that answers on demand."""

    def __init__(self) -> None:
        self.reply: asyncio.Future[Message] = asyncio.get_running_loop().create_future()

    async def call(self, _message: Message) -> Message:
        return await self.reply


@pytest.mark.parametrize("turns", range(TURNS))
def test_a_cancellation_that_comes_together_with_the_reply_is_not_swallowed(turns: int) -> None:
    async def story() -> None:
        replying = Replying()
        service = BusService(cast("MessageBus", replying), NAME, lambda _: None, lambda _: None)
        asked = asyncio.create_task(service._ask_bus("GetNameOwner", NAME, reply="s"))
        await asyncio.sleep(0)
        reply = Message(
            message_type=MessageType.METHOD_RETURN, reply_serial=1, sender=BUS, signature="s", body=[":1.5"]
        )
        replying.reply.set_result(reply)
        for _ in range(turns):
            await asyncio.sleep(0)
        was_waiting = asked.cancel()
        await asyncio.wait({asked})
        assert asked.cancelled() is was_waiting

    asyncio.run(story())
