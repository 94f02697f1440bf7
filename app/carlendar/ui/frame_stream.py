"""A wire between an off-screen display and the process that shows it: frames out, touches in.

The display connects to a Unix stream socket whose path it was given; the other side listens. Both
directions carry messages of the same framing:

    length   4 bytes, unsigned, big-endian: how many bytes follow (type and payload)
    type     1 byte, ASCII
    payload  length - 1 bytes

Display → listener:

    F   a drawn frame: one line of JSON (UTF-8), a newline, then raw pixels: RGB, 3 bytes a pixel,
        rows from the top, no padding (width * height * 3 bytes). The line holds
        {"width": int, "height": int, "sequence": int, "screen": str, "place": str, "state": str,
        "flags": [str, …]}
        `sequence` is that of the restrictions the frame obeys, `state` the driving state they are for
        and `flags` their lower-case names (`no_keyboard`, …), none while parked; `screen` is a
        `ScreenName`; `place` what the frame is about. A frame is sent only when it differs from the
        one before, in its pixels or in that line, and only when every frame before it was
        acknowledged; frames drawn in between are replaced by the newest.

Listener → display:

    A   acknowledges the last frame; the payload is empty
    T   a touch, JSON: {"kind": "down" | "move" | "up", "id": int, "x": float, "y": float}
        `x` and `y` are parts of the display's width and height from its top left corner, 0 to 1.
        `id` identifies the finger and may be used again after "up".
    W   a turn of the wheel, JSON: {"x": float, "y": float, "dy": float}; `dy` in notches, above 0
        towards the top of a list
    K   a key, JSON: {"key": str, "kind": "down" | "up"}; names as of the web's `KeyboardEvent.key`

Messages longer than 64 KiB towards the display, unknown types and anything that cannot be understood
end the connection. The display goes on without the wire when it ends; it does not connect again.
"""

from __future__ import annotations

import json
import socket
import struct
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from carlendar.domain.base import Value

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

LIMIT = 65_536
"""Bytes of one message towards the display."""

SEND_BUFFER = 4 * 1024 * 1024
"""Bytes that the kernel is asked to hold: a whole frame, which is then handed over without waiting for its reader."""

CONNECT_TIMEOUT = 5.0
"""Seconds in which the other side must take the connection."""


class Picture(Value, frozen=True):
    """A drawn frame; `pixels` are RGB with rows from the bottom, as OpenGL gives them."""

    width: int
    height: int
    head: bytes
    pixels: bytes

    def message(self) -> bytes:
        """The frame as it goes over the wire."""
        stride = self.width * 3
        pixels = memoryview(self.pixels)
        rows = (pixels[at : at + stride] for at in range(len(pixels) - stride, -1, -stride))
        head = b"F" + self.head + b"\n"
        # one copy of the millions of bytes, not one for each part that is put before them
        return b"".join((_length(len(head) + len(pixels)), head, *rows))


def _length(count: int) -> bytes:
    return struct.pack(">L", count)


class Tap:
    """The display's end of the wire. Raises OSError when no process listens at the path.

    It sends and receives on threads of its own; `give` never blocks.
    What arrives is handed, already parsed, to `receive(kind, values)` on the reading thread: `T`, `W` and `K`.
    """

    def __init__(self, path: Path, receive: Callable[[str, dict[str, Any]], None]) -> None:
        self._receive = receive
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER)
        self._socket.settimeout(CONNECT_TIMEOUT)
        try:
            self._socket.connect(str(path))
        except OSError:
            self._socket.close()
            raise
        self._socket.settimeout(None)
        self._changed = threading.Condition()
        self._next: Picture | None = None
        self._free = True
        self._open = True
        self._last: Picture | None = None
        for work in (self._send, self._read):
            threading.Thread(target=work, name=f"tap{work.__name__}", daemon=True).start()

    def give(self, picture: Picture) -> None:
        """Send the frame as soon as the last one is acknowledged, unless a newer one comes first."""
        with self._changed:
            self._next = picture
            self._changed.notify_all()

    def close(self) -> None:
        """End the wire."""
        with self._changed:
            self._open = False
            self._changed.notify_all()
        with suppress(OSError):  # the other side may have been first
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()

    def _send(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: not self._open or (self._free and self._next is not None))
                if not self._open:
                    return
                picture, self._next = self._next, None
                if picture is None or picture == self._last:
                    continue
                self._free = False
                self._last = picture
            try:
                self._socket.sendall(picture.message())
            except OSError:
                self.close()

    def _read(self) -> None:
        with suppress(OSError, EOFError, ValueError, TypeError):  # the display goes on without the wire
            while self._open:
                (length,) = struct.unpack(">L", self._exactly(4))
                if not 1 <= length <= LIMIT:
                    break
                message = self._exactly(length)
                self._take(message[:1], message[1:])
        self.close()

    def _take(self, kind: bytes, payload: bytes) -> None:
        if kind == b"A":
            with self._changed:
                self._free = True
                self._changed.notify_all()
        elif kind in (b"T", b"W", b"K"):
            values = json.loads(payload)
            if not isinstance(values, dict):
                raise ValueError("not an object")
            self._receive(kind.decode(), values)
        else:
            raise ValueError("unknown type")

    def _exactly(self, count: int) -> bytes:
        data = bytearray()
        while len(data) < count:
            piece = self._socket.recv(count - len(data))
            if not piece:
                raise EOFError
            data += piece
        return bytes(data)
