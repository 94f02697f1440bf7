"""D-Bus messages to the network state: malformed ones of NetworkManager and anything of a stranger change nothing."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine
from contextlib import ExitStack
from functools import cache
from random import Random
from typing import Any, TypeVar

from dbus_fast import Message, Variant
from dbus_fast.aio import MessageBus

from carlendar.platform.network_manager import NAME, PATH, PROPERTIES, NetworkManagerState
from tests.fuzz.finding import require, watched
from tests.fuzz.stand import STARTED, folder
from tests.fuzz.telephone import KEYS, text_for_bus, variant
from tests.platform.conftest import Heard, _bus_at
from tests.platform.test_network import FakeNetworkManager

T = TypeVar("T")

SUFFIX = ".txt"
CHANGED = "PropertiesChanged"


class Stand:
    """A private bus with a NetworkManager, a stranger, and the state that listens."""

    def __init__(self, stack: ExitStack) -> None:
        self._address = stack.enter_context(_bus_at(folder()))
        self.manager = FakeNetworkManager(self._address)
        stack.callback(self.manager.stop)
        self.state = NetworkManagerState(self._address)
        stack.callback(self.state.stop)
        self.heard = Heard()
        self.state.subscribe(self.heard)
        self._loop = asyncio.new_event_loop()
        threading.Thread(target=self._loop.run_forever, daemon=True).start()
        self._stranger = self._run(self._join())

    async def _join(self) -> MessageBus:
        return await MessageBus(bus_address=self._address).connect()

    def _run(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(10.0)

    def forge(self, messages: list[Message]) -> None:
        """Send these as a stranger, every other one straight to each program on the bus."""

        async def sent() -> None:
            listed = await self._stranger.call(
                Message(
                    destination="org.freedesktop.DBus", path="/org/freedesktop/DBus",
                    interface="org.freedesktop.DBus", member="ListNames",
                )
            )  # fmt: skip
            names = [None, *(name for name in listed.body[0] if name.startswith(":"))]
            for number, message in enumerate(messages):
                message.destination = names[number % len(names)]
                await self._stranger.send(message)

        self._run(sent())


@cache
def _stand() -> Stand:
    return Stand(STARTED)


def target(random: Random) -> None:
    """A storm of one sender, then a change that counts and its way back."""
    stand, forged = _stand(), random.random() < 0.5
    storm = [_message(random, forged=forged) for _ in range(random.randrange(1, 30))]
    data = repr((forged, [(each.path, each.interface, each.member, each.signature, each.body) for each in storm]))
    with watched(data.encode("utf-8", "replace"), SUFFIX):
        before = len(stand.heard.values)
        if forged:
            stand.forge(storm)
        else:
            stand.manager.send(*storm)
        stand.manager.change(State=20, Connectivity=4)
        stand.heard.wait(lambda values: values[-1] is False)
        stand.manager.change(State=70, Connectivity=4)
        stand.heard.wait(lambda values: values[-1] is True)
        if forged:
            changes = stand.heard.values[before:]
            require(changes == [False, True], f"a stranger was believed: {changes}", data.encode(), SUFFIX)


def _message(random: Random, *, forged: bool) -> Message:
    if forged and random.random() < 0.5:
        sound: list[Any] = [NAME, {"State": Variant("u", random.choice((20, 70))), "Connectivity": Variant("u", 1)}, []]
        return Message.new_signal(PATH, PROPERTIES, CHANGED, "sa{sv}as", sound)
    makers: tuple[tuple[str, Any], ...] = (
        ("sa{sv}as", lambda: [random.choice((NAME, "", text_for_bus(random))), _odd(random), [text_for_bus(random)]]),
        ("sa{sv}", lambda: [NAME, _odd(random)]),
        ("s", lambda: [text_for_bus(random)]),
        ("sv", lambda: [NAME, variant(random)]),
        ("a{sv}", lambda: [_odd(random)]),
        ("", list),
    )
    signature, make = random.choice(makers)
    interface = random.choice((PROPERTIES, PROPERTIES, NAME, "org.freedesktop.DBus"))
    path = random.choice((PATH, PATH, "/", "/org/freedesktop/DBus"))
    member = random.choice((CHANGED, CHANGED, "StateChanged", "NameOwnerChanged"))
    return Message.new_signal(path, interface, member, signature, make())


def _odd(random: Random) -> dict[str, Variant]:
    """Values of kinds that NetworkManager does not have."""
    names = random.sample(("State", "Connectivity", *KEYS[:4], ""), random.randrange(4))
    return {name: variant(random) for name in names}
