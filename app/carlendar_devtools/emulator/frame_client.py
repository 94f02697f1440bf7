"""The emulator's end of the wire to an off-screen display: frames in, touches, wheel and keys out.

Framing and messages are those that the display's own end documents: 4 bytes of length (big-endian), one
byte of type, the payload.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import struct
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

LARGEST = 64 * 1024 * 1024
"""Bytes of one message; a frame of 4096 × 4096 has 48 MiB."""


@dataclass(frozen=True, slots=True)
class ReceivedFrame:
    """One drawn frame: `pixels` are RGB rows from the top; `sequence` is that of the restrictions it complies with.

    `state` is the driving state that they are for, empty if the display does not report it, and `flags` their names.
    """

    width: int
    height: int
    sequence: int
    screen: str
    place: str
    pixels: bytes
    state: str = ""
    flags: tuple[str, ...] = ()


def read_frame(payload: bytes) -> ReceivedFrame:
    """The frame of one `F` message. Raises ValueError for anything else."""
    line, found, pixels = payload.partition(b"\n")
    try:
        head = json.loads(line)
        size = int(head["width"]), int(head["height"])
        about = str(head["screen"]), str(head["place"])
        flags = tuple(str(name) for name in head.get("flags", ()))
        frame = ReceivedFrame(*size, int(head["sequence"]), *about, pixels, str(head.get("state", "")), flags)
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError("not a frame") from error
    if not found or frame.width < 1 or frame.height < 1 or len(pixels) != frame.width * frame.height * 3:
        raise ValueError("not a frame")
    return frame


class TapListener:
    """Listens for the display on a Unix socket; the newest display that connects is the one.

    `take` is awaited with each frame before the frame is acknowledged, so a display never draws faster than its frames
    are shown. What is sent while no display is connected is dropped.
    """

    def __init__(self, path: Path, take: Callable[[ReceivedFrame], Awaitable[None]]) -> None:
        self._path = path
        self._take = take
        self._server: asyncio.Server | None = None
        self._display: asyncio.StreamWriter | None = None
        self._wires: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Listen. The socket is for this user alone."""
        self._server = await asyncio.start_unix_server(self._connected, self._path)
        self._path.chmod(0o600)

    async def stop(self) -> None:
        """Let the display go and stop listening."""
        if self._server is not None:
            self._server.close()
        for wire in tuple(self._wires):
            wire.cancel()
        await asyncio.gather(*self._wires, return_exceptions=True)
        self._path.unlink(missing_ok=True)

    @property
    def connected(self) -> bool:
        """Whether a display is on the wire."""
        return self._display is not None

    def touch(self, kind: str, finger: int, x: float, y: float) -> None:
        """`kind` is `down`, `move` or `up`; `x` and `y` are parts of the display from its top left corner."""
        self._send(b"T", {"kind": kind, "id": finger, "x": x, "y": y})

    def wheel(self, x: float, y: float, dy: float) -> None:
        """Turn the wheel at a place; `dy` in notches, above 0 towards the top."""
        self._send(b"W", {"x": x, "y": y, "dy": dy})

    def key(self, name: str, kind: str) -> None:
        """`name` as of the web's `KeyboardEvent.key`; `kind` is `down` or `up`."""
        self._send(b"K", {"key": name, "kind": kind})

    def _send(self, kind: bytes, data: dict[str, object] | None = None) -> None:
        if self._display is not None:
            payload = b"" if data is None else json.dumps(data).encode()
            self._display.write(struct.pack(">I", len(payload) + 1) + kind + payload)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None  # noqa: S101  # a connection's handler is always a task; said for the type checker
        self._wires.add(task)
        self._display = writer
        try:
            while True:
                await self._one(reader, writer)
        except (OSError, EOFError, ValueError, asyncio.CancelledError):
            pass  # the display went away, speaks nonsense, or is let go: all end the wire, and a new one may come
        finally:
            self._wires.discard(task)
            if self._display is writer:
                self._display = None
            writer.close()
            with contextlib.suppress(OSError, asyncio.CancelledError):
                await writer.wait_closed()

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        (length,) = struct.unpack(">I", await reader.readexactly(4))
        if not 1 <= length <= LARGEST:
            raise ValueError("a message has an invalid length")
        message = await reader.readexactly(length)
        if message[:1] != b"F":
            raise ValueError("a display sends frames alone")
        frame = read_frame(message[1:])
        if self._display is writer:
            await self._take(frame)
            self._send(b"A")
