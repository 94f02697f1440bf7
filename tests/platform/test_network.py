"""The contract of `NetworkState` over the kernel's tables, the emulator's file and NetworkManager."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

import pytest
from dbus_fast import Message, MessageType, Variant
from dbus_fast.aio import MessageBus

from carlendar.domain.ports import NetworkState
from carlendar.errors import ServiceError
from carlendar.platform.network import RouteNetworkState, has_default_route
from carlendar.platform.network_manager import NAME, PATH, PROPERTIES, NetworkManagerState, is_online
from carlendar_devtools.processes.network import FileNetworkState

HEAD = "Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\tMTU\tWindow\tIRTT\n"
WAY_OUT = HEAD + "wlan0\t00000000\t0101A8C0\t0003\t0\t0\t600\t00000000\t0\t0\t0\n"
ONLY_NEAR = HEAD + "wlan0\t0001A8C0\t00000000\t0001\t0\t0\t600\t00FFFFFF\t0\t0\t0\n"
NIL = "0" * 32
WAY_OUT_6 = f"{NIL} 00 {NIL} 00 fe800000000000000000000000000001 00000400 00000001 00000000 00000003 wlan0\n"
REJECTED_6 = f"{NIL} 00 {NIL} 00 {NIL} ffffffff 00000001 00000000 00200200 lo\n"


BusAt = Callable[[Path], AbstractContextManager[str]]


class Hears(Protocol):
    values: list[bool]

    def __call__(self, value: bool) -> None: ...

    def wait(self, condition: Callable[[list[bool]], bool]) -> list[bool]: ...


class FakeNetworkManager:
    """The two properties of NetworkManager on a real bus, on a thread of its own."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._values = {"State": Variant("u", 70), "Connectivity": Variant("u", 4)}
        self._loop = asyncio.new_event_loop()
        self._bus: MessageBus | None = None
        self._end = asyncio.Event()
        ready = threading.Event()
        self._thread = threading.Thread(target=lambda: self._loop.run_until_complete(self._serve(ready)))
        self._thread.start()
        assert ready.wait(5.0)

    async def _serve(self, ready: threading.Event) -> None:
        self._bus = await MessageBus(bus_address=self._address).connect()
        self._bus.add_message_handler(self._answer)
        await self._bus.request_name(NAME)
        ready.set()
        await self._end.wait()
        self._bus.disconnect()
        await self._bus.wait_for_disconnect()  # type: ignore[no-untyped-call]  # dbus-fast left it untyped

    def _answer(self, message: Message) -> Message | None:
        if message.message_type is MessageType.METHOD_CALL and message.member == "GetAll":
            return Message.new_method_return(message, "a{sv}", [self._values])
        return None

    def send(self, *messages: Message) -> None:
        """Send these from the owner of the name."""

        async def sent() -> None:
            assert self._bus is not None
            for message in messages:
                await self._bus.send(message)

        asyncio.run_coroutine_threadsafe(sent(), self._loop).result(5.0)

    def change(self, **values: int) -> None:
        changed = {name: Variant("u", value) for name, value in values.items()}
        body: list[object] = [NAME, changed, []]
        signal = Message.new_signal(PATH, PROPERTIES, "PropertiesChanged", "sa{sv}as", body)

        def send() -> None:
            assert self._bus is not None
            self._bus.send(signal)

        self._values |= changed
        self._loop.call_soon_threadsafe(send)

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._end.set)
        self._thread.join(5.0)
        self._loop.close()


class Stoppable(NetworkState, Protocol):
    def stop(self) -> None: ...


Source = tuple[Stoppable, Callable[[bool], None]]


def by_routes(folder: Path) -> Source:
    table = folder / "route"
    table.write_text(WAY_OUT)
    state = RouteNetworkState(table, folder / "none", seconds=0.02)

    def change(online: bool) -> None:
        table.write_text(WAY_OUT if online else ONLY_NEAR)

    return state, change


def by_file(folder: Path) -> Source:
    path = folder / "network.json"

    def change(online: bool) -> None:
        path.write_text(f'{{"online": {str(online).lower()}}}')

    change(True)
    return FileNetworkState(path, seconds=0.02), change


@pytest.fixture(params=["routes", "file", "network_manager"])
def source(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Source]:
    if request.param == "network_manager":
        manager = FakeNetworkManager(request.getfixturevalue("bus"))
        state: Stoppable = NetworkManagerState()
        yield state, lambda online: manager.change(State=70 if online else 20)
        state.stop()
        manager.stop()
    else:
        state, change = by_routes(tmp_path) if request.param == "routes" else by_file(tmp_path)
        yield state, change
        state.stop()


class TestNetworkState:
    """What every network state promises."""

    def test_a_listener_hears_the_state_at_once_and_at_each_change(self, source: Source, heard: Hears) -> None:
        state, change = source
        state.subscribe(heard)
        assert heard.values == [True]
        change(False)
        heard.wait(lambda values: values == [True, False])
        assert not state.online()
        change(True)
        heard.wait(lambda values: values == [True, False, True])
        assert state.online()

    def test_who_has_left_hears_nothing_more(self, source: Source, heard: Hears) -> None:
        state, change = source
        gone: list[bool] = []
        state.subscribe(gone.append)()
        state.subscribe(heard)
        change(False)
        heard.wait(lambda values: values == [True, False])
        assert gone == [True]

    def test_a_listener_that_fails_does_not_keep_the_others_from_hearing(self, source: Source, heard: Hears) -> None:
        state, change = source

        def fails(online: bool) -> None:
            if not online:
                raise RuntimeError

        state.subscribe(fails)
        state.subscribe(heard)
        change(False)
        heard.wait(lambda values: values == [True, False])


@pytest.mark.parametrize(
    ("ipv4", "ipv6", "online"),
    [
        (WAY_OUT, "", True),
        (ONLY_NEAR, "", False),
        ("", WAY_OUT_6, True),
        (ONLY_NEAR, REJECTED_6, False),
        ("", "", False),
        (WAY_OUT.replace("0003", "0203"), "", False),
    ],
)
def test_only_a_default_route_that_is_up_is_a_way_out(ipv4: str, ipv6: str, online: bool) -> None:
    assert has_default_route(ipv4, ipv6) is online


def test_the_kernels_own_tables_can_be_read_and_watched() -> None:
    state = RouteNetworkState()
    assert state.online() in (True, False)
    state.stop()
    state.stop()


@pytest.mark.parametrize("garbage", ["", "{", "[]", '{"online": 0}', "null"])
def test_garbage_in_the_emulators_file_changes_nothing(tmp_path: Path, garbage: str, heard: Hears) -> None:
    path = tmp_path / "network.json"
    path.write_text('{"online": false}')
    state = FileNetworkState(path, seconds=0.02)
    state.subscribe(heard)
    path.write_text(garbage)
    state._look()
    assert heard.values == [False]
    state.stop()


@pytest.mark.parametrize(
    ("state", "connectivity", "online"),
    [(70, 4, True), (60, 0, True), (70, 3, True), (70, 2, False), (70, 1, False), (50, 4, False), (20, 1, False)],
)
def test_a_portal_is_no_connection(state: int, connectivity: int, online: bool) -> None:
    assert is_online(state, connectivity) is online


def test_without_network_manager_the_constructor_says_so(bus: str) -> None:
    with pytest.raises(ServiceError):
        NetworkManagerState()


def test_without_a_bus_the_constructor_says_so(tmp_path: Path) -> None:
    with pytest.raises(ServiceError):
        NetworkManagerState(f"unix:path={tmp_path}/none")


OFFLINE = {"State": Variant("u", 20)}


def signal(
    signature: str, body: list[object], path: str = PATH, interface: str = PROPERTIES, member: str = "PropertiesChanged"
) -> Message:
    return Message(
        message_type=MessageType.SIGNAL, path=path, interface=interface, member=member, signature=signature, body=body
    )


@pytest.fixture
def manager(bus: str) -> Iterator[FakeNetworkManager]:
    made = FakeNetworkManager(bus)
    yield made
    made.stop()


@pytest.fixture
def managed(manager: FakeNetworkManager, bus: str) -> Iterator[NetworkManagerState]:  # it must be there
    state = NetworkManagerState(bus)
    yield state
    state.stop()


def test_what_a_stranger_on_the_bus_signals_is_ignored(
    manager: FakeNetworkManager, managed: NetworkManagerState, bus: str, heard: Hears
) -> None:
    managed.subscribe(heard)

    async def forge() -> None:
        stranger = await MessageBus(bus_address=bus).connect()
        listed = await stranger.call(
            Message(
                destination="org.freedesktop.DBus", path="/org/freedesktop/DBus", interface="org.freedesktop.DBus",
                member="ListNames",
            )
        )  # fmt: skip
        assert listed is not None
        for name in [None, *(name for name in listed.body[0] if name.startswith(":"))]:
            forged = signal("sa{sv}as", [NAME, OFFLINE, []])
            forged.destination = name
            await stranger.send(forged)
            owner = signal(
                "sss", [NAME, ":1.0", ""], path="/org/freedesktop/DBus", interface="org.freedesktop.DBus",
                member="NameOwnerChanged",
            )  # fmt: skip
            owner.destination = name
            await stranger.send(owner)
        stranger.disconnect()
        await stranger.wait_for_disconnect()  # type: ignore[no-untyped-call]  # dbus-fast left it untyped

    asyncio.run(forge())
    manager.change(State=70)  # would be a change, had the forged one counted
    manager.change(State=40)
    assert heard.wait(lambda values: not values[-1]) == [True, False]


def test_malformed_signals_of_network_manager_are_survived(
    manager: FakeNetworkManager, managed: NetworkManagerState, heard: Hears
) -> None:
    managed.subscribe(heard)
    changes: list[tuple[str, list[object]]] = [
        ("", []),
        ("s", [NAME]),
        ("sv", [NAME, Variant("u", 20)]),
        ("sa{sv}", [NAME, OFFLINE]),
        ("sa{sv}as", [NAME, {"State": Variant("s", "offline"), "Connectivity": Variant("as", [])}, []]),
        ("sa{sv}as", [NAME, {"State": Variant("b", True)}, ["State"]]),
        ("sa{sv}as", [NAME, {"State": Variant("d", float("nan"))}, []]),
        ("sa{sv}as", ["", OFFLINE, []]),
        ("sa{ss}as", [NAME, {"State": "20"}, []]),
        ("asa{sv}s", [[NAME], OFFLINE, ""]),
    ]
    manager.send(*(signal(*change) for change in changes))
    manager.change(State=20)
    heard.wait(lambda values: values == [True, False])
    manager.change(State=70)
    heard.wait(lambda values: values == [True, False, True])


def test_network_manager_that_comes_back_is_followed(bus: str, heard: Hears) -> None:
    first = FakeNetworkManager(bus)
    state = NetworkManagerState(bus)
    state.subscribe(heard)
    first.stop()
    second = FakeNetworkManager(bus)
    second.change(State=20)
    heard.wait(lambda values: values == [True, False])
    state.stop()
    second.stop()


def test_a_bus_that_is_started_again_is_followed(tmp_path: Path, heard: Hears, bus_at: BusAt) -> None:
    with bus_at(tmp_path) as address:
        first = FakeNetworkManager(address)
        state = NetworkManagerState(address)
        state.subscribe(heard)
        first.stop()
    with bus_at(tmp_path) as address:
        second = FakeNetworkManager(address)
        second.change(State=20)
        heard.wait(lambda values: values == [True, False])
        state.stop()
        second.stop()
