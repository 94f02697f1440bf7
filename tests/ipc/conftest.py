"""Both ends of a real socket, and a way to wait for what comes of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from carlendar.ipc.client import ChannelClient, ChannelTimeouts
from carlendar.ipc.messages import PROTOCOL, Command, Hello, Message
from carlendar.ipc.server import ChannelServer
from carlendar.platform.clock import BoottimeClock


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

    quick = ChannelTimeouts(answer=0.5, quiet=0.2, first_retry=0.01, last_retry=0.05)

    def start(
        hello: Hello = hello, timeouts: ChannelTimeouts = quick
    ) -> tuple[ChannelClient, list[Message], list[bool]]:
        messages: list[Message] = []
        states: list[bool] = []
        client = ChannelClient(
            path, hello, messages.append, BoottimeClock(), connected=states.append, timeouts=timeouts
        )
        client.start()
        started.append(client)
        return client, messages, states

    yield start
    for client in started:
        client.stop()
