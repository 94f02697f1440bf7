"""The wire of an off-screen display, over a real socket: frames out, touches in, and misbehaving peers."""

from __future__ import annotations

import json
import os
import socket
import struct
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from carlendar.ui.frame_stream import LIMIT, Picture, Tap


def framed(kind: bytes, payload: bytes) -> bytes:
    return struct.pack(">L", len(payload) + 1) + kind + payload


def picture(sequence: int, color: bytes = b"\1\2\3") -> Picture:
    """Two by two pixels: the lower row in the colour, the upper one white."""
    head = json.dumps({"width": 2, "height": 2, "sequence": sequence, "screen": "drive", "place": "p"}).encode()
    return Picture(2, 2, head, color * 2 + b"\xff\xff\xff" * 2)


@dataclass
class Listener:
    """The other side of the wire."""

    path: Path
    received: list[tuple[str, dict[str, object]]] = field(default_factory=list)
    arrived: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self.server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.server.bind(str(self.path))
        self.server.listen(1)
        self.tap = Tap(self.path, self._take)
        self.peer, _ = self.server.accept()
        self.peer.settimeout(5)

    def _take(self, kind: str, values: dict[str, object]) -> None:
        self.received.append((kind, values))
        self.arrived.set()

    def message(self) -> tuple[bytes, bytes]:
        """The next message: its type and payload."""
        (length,) = struct.unpack(">L", self._exactly(4))
        data = self._exactly(length)
        return data[:1], data[1:]

    def _exactly(self, count: int) -> bytes:
        data = b""
        while len(data) < count:
            piece = self.peer.recv(count - len(data))
            if not piece:
                raise EOFError
            data += piece
        return data

    def silent(self) -> bool:
        """Whether nothing comes for a while."""
        self.peer.settimeout(0.15)
        try:
            return not self.peer.recv(1)
        except TimeoutError:
            return True
        finally:
            self.peer.settimeout(5)

    def close(self) -> None:
        """End both sides."""
        self.tap.close()
        self.peer.close()
        self.server.close()


@pytest.fixture
def wire(tmp_path: Path) -> Iterator[Listener]:
    listener = Listener(tmp_path / "tap")
    yield listener
    listener.close()


def test_a_frame_arrives_with_its_head_and_rows_from_the_top(wire: Listener) -> None:
    wire.tap.give(picture(4))
    kind, payload = wire.message()
    head, _, pixels = payload.partition(b"\n")
    assert kind == b"F"
    assert json.loads(head) == {"width": 2, "height": 2, "sequence": 4, "screen": "drive", "place": "p"}
    assert pixels == b"\xff\xff\xff" * 2 + b"\1\2\3" * 2


def test_at_most_one_frame_is_unacknowledged_and_the_newest_follows(wire: Listener) -> None:
    for sequence in (1, 2, 3):
        wire.tap.give(picture(sequence))
        if sequence == 1:
            assert wire.message()[0] == b"F"
    assert wire.silent()
    wire.peer.sendall(framed(b"A", b""))
    assert json.loads(wire.message()[1].partition(b"\n")[0])["sequence"] == 3
    assert wire.silent()


def test_an_equal_frame_is_not_sent_again(wire: Listener) -> None:
    wire.tap.give(picture(1))
    wire.message()
    wire.peer.sendall(framed(b"A", b""))
    wire.tap.give(picture(1))
    assert wire.silent()
    wire.tap.give(picture(1, b"\7\7\7"))
    assert wire.message()[1].endswith(b"\7\7\7")


def test_touches_wheel_and_keys_come_in(wire: Listener) -> None:
    sent = [
        ("T", {"kind": "down", "id": 1, "x": 0.5, "y": 0.25}),
        ("W", {"x": 0.5, "y": 0.5, "dy": -1}),
        ("K", {"key": "Enter", "kind": "down"}),
    ]
    for kind, values in sent:
        wire.peer.sendall(framed(kind.encode(), json.dumps(values).encode()))
    end = time.monotonic() + 5
    while len(wire.received) < 3 and time.monotonic() < end:
        wire.arrived.wait(0.1)
        wire.arrived.clear()
    assert wire.received == sent


@pytest.mark.parametrize(
    "bad",
    [
        struct.pack(">L", LIMIT + 1),
        struct.pack(">L", 0),
        framed(b"X", b"{}"),
        framed(b"T", b"[1]"),
        framed(b"T", b"\xff{"),
        framed(b"T", b""),
    ],
)
def test_what_cannot_be_understood_ends_the_wire_and_nothing_else(wire: Listener, bad: bytes) -> None:
    wire.peer.sendall(bad)
    with pytest.raises((EOFError, ConnectionResetError)):
        wire.message()
    wire.tap.give(picture(1))  # no one listens any more, which is no error


def test_no_one_listening_is_an_error_at_once(tmp_path: Path) -> None:
    with pytest.raises(OSError, match=os.strerror(2)):
        Tap(tmp_path / "nobody", lambda *_: None)


def test_a_message_that_makes_no_sense_is_no_touch() -> None:
    from carlendar.ui.kivy_hooks import import_language

    import_language()
    from carlendar.ui.remote_input import Injector

    injector = Injector(window=None)
    for kind, values in (
        ("T", {}),
        ("T", {"kind": "down", "id": "x", "x": 0, "y": 0}),
        ("T", {"kind": "down", "id": 1, "x": "nan", "y": 0}),
        ("T", {"kind": "up", "id": 7, "x": 0.5, "y": 0.5}),
        ("W", {"x": 1}),
        ("K", {"key": ""}),
        ("K", {"key": "NoSuchKey"}),
    ):
        injector.receive(kind, values)
