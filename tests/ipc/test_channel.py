"""The socket between the processes: private, bounded, and never blocked by a peer."""

from __future__ import annotations

import contextlib
import os
import socket
import stat
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec.structs import replace

from carlendar.ipc.client import ChannelClient, ChannelTimeouts, open_channel
from carlendar.ipc.messages import LINE_LIMIT, Command, DataChanged, Failure, Hello, Message, SyncStatus, encode
from carlendar.ipc.server import OUTGOING_LIMIT, SCREENS, ChannelServer
from carlendar.platform.clock import BoottimeClock
from tests.fakes.clocks import ManualClock
from tests.fakes.waiting import wait_until

Serve = Callable[..., tuple[ChannelServer, list[Command]]]
Connect = Callable[..., tuple[ChannelClient, list[Message], list[bool]]]


def plain(path: Path) -> socket.socket:
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    connection.settimeout(10)
    connection.connect(str(path))
    return connection


def closed(connection: socket.socket) -> bool:
    """Whether the other end has closed, after whatever it still had to say."""
    try:
        while connection.recv(LINE_LIMIT):
            pass
    except ConnectionError:
        pass
    connection.close()
    return True


def test_commands_go_there_and_messages_come_back(serve: Serve, connect: Connect) -> None:
    standing = SyncStatus(running=False, as_of="", online=True)
    server, commands = serve(greeting=lambda: (standing,))
    client, messages, states = connect()
    client.send(Command("sign_in", {"profile": "ana", "way": "device"}))
    wait_until(lambda: commands == [Command("sign_in", {"profile": "ana", "way": "device"})])
    server.broadcast(DataChanged("events"))
    wait_until(lambda: DataChanged("events") in messages)
    assert [m for m in messages if not isinstance(m, Hello)] == [standing, DataChanged("events")]
    assert states == [True]
    assert client.connected


def test_the_socket_is_for_its_owner_alone(serve: Serve, path: Path) -> None:
    serve()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert path.is_socket()


def test_a_stale_socket_file_is_replaced_and_the_own_one_removed(serve: Serve, connect: Connect, path: Path) -> None:
    path.parent.mkdir()
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(path))
    client, _, _ = connect()
    server, _ = serve()
    wait_until(lambda: client.connected)
    server.stop()
    assert not path.exists()


def test_processes_of_another_user_are_turned_away_on_both_sides(
    serve: Serve, path: Path, hello: Hello, monkeypatch: pytest.MonkeyPatch
) -> None:
    server, _ = serve()
    mine = os.getuid()
    monkeypatch.setattr(os, "getuid", lambda: mine + 1)  # from now on each peer is another user
    with pytest.raises(PermissionError):
        open_channel(path, 5)
    stranger = plain(path)
    with contextlib.suppress(OSError):
        stranger.sendall(encode(hello))
    assert closed(stranger)
    assert server.screens == 0


def test_several_screens_are_served_at_once(serve: Serve, connect: Connect) -> None:
    server, _ = serve()
    screens = [connect() for _ in range(3)]
    wait_until(lambda: server.screens == 3)
    server.broadcast(DataChanged("accounts"))
    wait_until(lambda: all(DataChanged("accounts") in messages for _, messages, _ in screens))


def test_a_burst_of_changed_events_is_two_notifications_and_stands_before_the_status(
    serve: Serve, connect: Connect
) -> None:
    clock = ManualClock(100.0)
    server, _ = serve(seconds=clock.seconds)
    _, messages, _ = connect()
    wait_until(lambda: server.screens == 1)
    server.changed("events")
    wait_until(lambda: DataChanged("events") in messages)
    for _ in range(50):
        server.changed("events")
    server.changed("accounts")
    wait_until(lambda: DataChanged("accounts") in messages)
    assert messages.count(DataChanged("events")) == 1
    done = SyncStatus(running=False, as_of="", online=True)
    server.broadcast(done)
    wait_until(lambda: done in messages)
    assert messages[-2:] == [DataChanged("events"), done]


def test_a_notification_that_was_held_back_is_sent_when_its_time_has_come(serve: Serve, connect: Connect) -> None:
    server, _ = serve()
    _, messages, _ = connect()
    wait_until(lambda: server.screens == 1)
    server.changed("events")
    server.changed("accounts")
    wait_until(lambda: DataChanged("accounts") in messages)
    server.changed("events")
    wait_until(lambda: messages.count(DataChanged("events")) == 2)


def test_a_stalled_screen_is_dropped_and_holds_no_one_up(
    serve: Serve, connect: Connect, path: Path, hello: Hello
) -> None:
    server, _ = serve()
    stalled = plain(path)
    stalled.sendall(encode(hello))
    wait_until(lambda: server.screens == 1)
    _, messages, _ = connect()
    wait_until(lambda: server.screens == 2)
    long = Failure("refresh", "x" * 60_000)
    rounds = 3 * OUTGOING_LIMIT // 60_000 + 20
    for _ in range(rounds):
        before = len(messages)
        server.broadcast(long)
        wait_until(lambda before=before: len(messages) > before)  # type: ignore[misc]  # the loop's value is meant
    wait_until(lambda: server.screens == 1)
    assert closed(stalled)


@pytest.mark.parametrize(
    "line",
    [b"not json\n", b'{"kind": "nonsense"}\n', b'{"kind": "command", "name": "erase"}\n', b"x" * (LINE_LIMIT + 1),
     b"[]\n", b"\xff\xfe\n", b"[" * 60_000 + b"\n", b'{"kind": "command", "name": 5, "arguments": [1]}\n',
     b'{"kind": "hello", "protocol": ' + b"9" * 5000 + b', "code": "", "schema": 1, "pid": 1}\n',
     b'{"kind": "hello", "protocol": 1e999, "code": [], "schema": NaN, "pid": "1"}\n'],
    ids=["garbage", "unknown kind", "command before hello", "endless line", "no object", "no text", "deep", "no texts",
         "digits", "no numbers"],
)  # fmt: skip
def test_what_is_no_message_ends_that_connection_only(serve: Serve, connect: Connect, path: Path, line: bytes) -> None:
    server, commands = serve()
    client, _, states = connect()
    wait_until(lambda: client.connected)
    bad = plain(path)
    bad.sendall(line)
    assert closed(bad)
    client.send(Command("refresh"))
    wait_until(lambda: commands == [Command("refresh")])
    assert states == [True]
    assert server.screens == 1


def test_more_screens_than_there_can_be_are_turned_away(serve: Serve, path: Path, hello: Hello) -> None:
    server, _ = serve()
    screens = [plain(path) for _ in range(SCREENS)]
    for screen in screens:
        screen.sendall(encode(hello))
    wait_until(lambda: server.screens == SCREENS)
    assert closed(plain(path))
    for screen in screens:
        screen.close()
    wait_until(lambda: server.screens == 0)


@pytest.mark.parametrize("change", [{"protocol": 99}, {"code": "1.1"}, {"schema": 2001}], ids=str)
def test_a_hello_that_differs_asks_the_service_to_make_room(
    serve: Serve, connect: Connect, hello: Hello, change: dict[str, object]
) -> None:
    asked = threading.Event()
    server, _ = serve(replaced=asked.set)
    newer = replace(hello, **change)
    client, messages, _ = connect(hello=newer)
    assert asked.wait(10)
    assert not client.connected
    assert messages == []
    server.stop()
    serve(hello=newer)
    wait_until(lambda: client.connected)


def test_the_client_comes_back_after_the_service_and_sends_what_waited(serve: Serve, connect: Connect) -> None:
    server, _ = serve()
    client, _, states = connect()
    wait_until(lambda: client.connected)
    server.stop()
    wait_until(lambda: not client.connected)
    client.send(Command("refresh"))
    _, commands = serve()
    wait_until(lambda: commands == [Command("refresh")])
    assert states == [True, False, True]


def test_a_command_that_waited_too_long_is_dropped(serve: Serve, connect: Connect) -> None:
    client, _, _ = connect(timeouts=ChannelTimeouts(first_retry=0.01, last_retry=0.02, command=-1.0))
    client.send(Command("erase"))
    server, commands = serve()
    wait_until(lambda: client.connected)
    client.stop()
    wait_until(lambda: server.screens == 0)
    assert commands == []


def test_a_service_that_listens_but_does_not_answer_counts_as_gone(connect: Connect, path: Path) -> None:
    path.parent.mkdir()
    with socket.socket(socket.AF_UNIX) as frozen:
        frozen.bind(str(path))
        frozen.listen()
        client, _, _ = connect()
        first, _ = frozen.accept()
        second, _ = frozen.accept()  # it gave the first one up
        assert not client.connected
        first.close()
        second.close()


def test_a_service_that_freezes_later_is_noticed(connect: Connect, path: Path, hello: Hello) -> None:
    path.parent.mkdir()
    with socket.socket(socket.AF_UNIX) as freezing:
        freezing.bind(str(path))
        freezing.listen()
        client, _, states = connect()
        connection, _ = freezing.accept()
        connection.sendall(encode(hello))
        wait_until(lambda: client.connected)
        wait_until(lambda: not client.connected)
        assert states == [True, False]
        connection.close()


def test_a_mistake_of_the_listener_does_not_cut_the_screen_off(serve: Serve, path: Path, hello: Hello) -> None:
    server, _ = serve()
    heard: list[Message] = []

    def listener(message: Message) -> None:
        heard.append(message)
        if message == DataChanged("events"):
            raise RuntimeError("a bug")

    client = ChannelClient(path, hello, listener, BoottimeClock(), timeouts=ChannelTimeouts(first_retry=0.01))
    client.start()
    wait_until(lambda: client.connected)
    server.broadcast(DataChanged("events"))
    wait_until(lambda: len(heard) == 3)
    wait_until(lambda: client.connected)
    client.stop()


def test_an_idle_connection_stays(serve: Serve, connect: Connect) -> None:
    serve()
    client, messages, states = connect(timeouts=ChannelTimeouts(answer=0.5, quiet=0.02))
    wait_until(lambda: len(messages) >= 5)
    assert states == [True]
    assert client.connected
