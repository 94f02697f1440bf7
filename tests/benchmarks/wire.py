"""The listener's end of the display's frame stream: frames in, touches out, with their times."""

from __future__ import annotations

import json
import select
import socket
import struct
import time
from pathlib import Path
from types import TracebackType
from typing import Self

TIMEOUT = 20.0


class Wire:
    """Listens at `path`; open it before the display starts."""

    def __init__(self, path: Path) -> None:
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(path))
        self._listener.listen(1)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._listener.close()
        self._connection.close()

    def accept(self) -> None:
        """Wait for the display."""
        self._listener.settimeout(TIMEOUT)
        self._connection, _ = self._listener.accept()

    def fileno(self) -> int:
        """Readable when a frame has come, or part of one."""
        return self._connection.fileno()

    def frame(self, timeout: float = TIMEOUT) -> tuple[float, dict[str, object]] | None:
        """The next frame's arrival (monotonic seconds) and head, acknowledged; None when none comes in time."""
        if not select.select([self._connection], [], [], timeout)[0]:
            return None
        (length,) = struct.unpack(">I", self._exactly(4))
        message = self._exactly(length)
        arrived = time.monotonic()
        self._send(b"A", b"")
        head = json.loads(message[1 : message.index(b"\n")])
        return arrived, head

    def touch(self, kind: str, x: float, y: float) -> float:
        """Send a touch; returns when it was sent (monotonic seconds)."""
        self._send(b"T", json.dumps({"kind": kind, "id": 1, "x": x, "y": y}).encode())
        return time.monotonic()

    def wheel(self, x: float, y: float, dy: float) -> None:
        """Turn the wheel."""
        self._send(b"W", json.dumps({"x": x, "y": y, "dy": dy}).encode())

    def _send(self, kind: bytes, payload: bytes) -> None:
        self._connection.sendall(struct.pack(">I", len(payload) + 1) + kind + payload)

    def _exactly(self, count: int) -> bytes:
        data = bytearray()
        while len(data) < count:
            chunk = self._connection.recv(count - len(data))
            if not chunk:
                raise SystemExit("the display went away")
            data += chunk
        return bytes(data)
