"""Messages between the processes: what is none ends its connection alone, and a sound one is taken as it was meant."""

from __future__ import annotations

import json
import socket
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random
from typing import get_args

from carlendar.errors import ChannelError
from carlendar.ipc.client import ChannelClient, ChannelTimeouts
from carlendar.ipc.messages import LINE_LIMIT, PROTOCOL, Command, Hello, Message, decode, encode
from carlendar.ipc.server import ChannelServer
from tests.fuzz import values
from tests.fuzz.finding import require, watched
from tests.fuzz.stand import STARTED, folder

SUFFIX = ".jsonl"
HELLO = Hello(PROTOCOL, "fuzz", 1, 1)
WAIT = 10.0
KINDS = tuple(str(message.__struct_config__.tag) for message in get_args(Message))
FIELDS = ("kind", "name", "arguments", "protocol", "code", "schema", "pid", "what", "running", "as_of", "online",
          "phase", "expires_in", "reason", "command", "failing", "__class__")  # fmt: skip


class Elapsed:
    """The machine's elapsed clock."""

    def seconds(self) -> float:
        return time.clock_gettime(time.CLOCK_BOOTTIME)


@dataclass
class Ends:
    """A server with a sound screen on it."""

    path: Path
    commands: list[Command]
    more: threading.Condition
    client: ChannelClient

    def arrives(self, command: Command) -> bool:
        """Whether this command reaches the server in time."""
        with self.more:
            return self.more.wait_for(lambda: command in self.commands, WAIT)


@cache
def _ends() -> Ends:
    path = folder() / "run" / "s.sock"
    commands: list[Command] = []
    more = threading.Condition()

    def take(command: Command) -> None:
        with more:
            commands.append(command)
            more.notify_all()

    server = ChannelServer(path, HELLO, take)
    server.start()
    STARTED.callback(server.stop)
    client = ChannelClient(path, HELLO, lambda _: None, Elapsed(), timeouts=ChannelTimeouts(first_retry=0.01))
    client.start()
    STARTED.callback(client.stop)
    return Ends(path, commands, more, client)


def target(random: Random) -> None:
    """A stream of lines, sent in pieces by a screen beside a sound one."""
    lines = [_line(random) for _ in range(random.randrange(1, 5))]
    data = b"".join(lines)
    with watched(data, SUFFIX):
        for line in lines:
            _read(line, data)
        if random.random() < 0.3:
            _send(random, data)


def _read(line: bytes, data: bytes) -> None:
    try:
        message = decode(line)
    except ChannelError:
        return
    with suppress(ChannelError):  # it may be longer than its line once its characters are escaped
        sent = encode(message)
        require(encode(decode(sent)) == sent, "a message is not taken as it was sent", data, SUFFIX)


def _send(random: Random, data: bytes) -> None:
    ends = _ends()
    with socket.socket(socket.AF_UNIX) as stranger:
        stranger.settimeout(WAIT)
        stranger.connect(str(ends.path))
        with suppress(OSError):
            if random.random() < 0.5:
                stranger.sendall(encode(HELLO))
            for at in range(0, len(data), step := random.choice((1, 700, 65_536)) if len(data) < 5_000 else 65_536):
                stranger.sendall(data[at : at + step])
            stranger.shutdown(socket.SHUT_WR)
            while stranger.recv(65_536):
                pass
    ends.commands.clear()
    mark = Command("refresh", {"mark": str(random.random())})
    ends.client.send(mark)
    require(ends.arrives(mark), "the sound screen is not served any more", data, SUFFIX)


def _line(random: Random) -> bytes:
    sound = {"kind": random.choice((*KINDS, "nonsense"))}
    fields: dict[str, object] = {name: _value(random, 0) for name in random.sample(FIELDS, random.randrange(8))}
    with_kind = {**fields, **sound} if random.random() < 0.8 else fields
    text = json.dumps(with_kind) if random.random() < 0.9 else values.nested(random, "[", "]")
    data = text.encode("utf-8", "surrogatepass")
    if random.random() < 0.05:
        data += b" " * LINE_LIMIT
    return (data if random.random() < 0.7 else values.damaged(random, data)).replace(b"\n", b"") + b"\n"


def _value(random: Random, depth: int) -> object:
    makers = (
        lambda: values.text(random),
        lambda: random.choice((None, True, False, 0, -1, 2**63, 10**400, 1e308, float("nan"), float("inf"), 0.5)),
        lambda: {values.text(random)[:50]: _value(random, depth + 1)} if depth < 4 else {},
        lambda: [_value(random, depth + 1)] if depth < 4 else [],
        lambda: {"a": "b"},
    )
    return random.choice(makers)()
