"""Both ends of a real socket, and a way to wait for what comes of it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from carlendar.ipc.client import ChannelClient, Timeouts
from carlendar.ipc.messages import PROTOCOL, Command, Hello, Message
from carlendar.ipc.server import ChannelServer


class Elapsed:
    """The machine's own elapsed clock."""

    def seconds(self) -> float:
        return time.clock_gettime(time.CLOCK_BOOTTIME)


@pytest.fixture
def until() -> Callable[[Callable[[], object]], None]:
    """Wait until a condition holds, at most ten seconds."""

    def wait(condition: Callable[[], object]) -> None:
        limit = time.monotonic() + 10
        while not condition():
            assert time.monotonic() < limit, "it did not happen"
            time.sleep(0.005)

    return wait


@pytest.fixture
def hello() -> Hello:
    return Hello(PROTOCOL, "1.0", 1001, 1)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "run" / "service.sock"


@pytest.fixture
def serve(path: Path, hello: Hello) -> Iterator[Callable[..., tuple[ChannelServer, list[Command]]]]:
    """Start servers; all are stopped at the end."""
    started: list[ChannelServer] = []

    def start(**rest: object) -> tuple[ChannelServer, list[Command]]:
        commands: list[Command] = []
        server = ChannelServer(path, rest.pop("hello", hello), commands.append, **rest)  # type: ignore[arg-type]  # by name
        server.start()
        started.append(server)
        return server, commands

    yield start
    for server in started:
        server.stop()


@pytest.fixture
def connect(path: Path, hello: Hello) -> Iterator[Callable[..., tuple[ChannelClient, list[Message], list[bool]]]]:
    """Start clients; all are stopped at the end."""
    started: list[ChannelClient] = []

    quick = Timeouts(answer=0.5, quiet=0.2, first_retry=0.01, last_retry=0.05)

    def start(hello: Hello = hello, patience: Timeouts = quick) -> tuple[ChannelClient, list[Message], list[bool]]:
        messages: list[Message] = []
        states: list[bool] = []
        client = ChannelClient(path, hello, messages.append, Elapsed(), connected=states.append, patience=patience)
        client.start()
        started.append(client)
        return client, messages, states

    yield start
    for client in started:
        client.stop()
