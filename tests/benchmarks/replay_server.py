"""A static server: answers each request with the very bytes that were recorded for it, over TLS on loopback.

It does no work of its own beyond a look-up, so that what a client is measured against is the client alone.
"""

from __future__ import annotations

import hashlib
import socket
import ssl
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

_NOT_RECORDED = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"


@dataclass(frozen=True)
class Exchange:
    """One request as it went out, and the bytes of its whole response."""

    method: str
    target: str
    """Path and query."""
    headers: dict[str, str]
    data: bytes
    response: bytes

    @property
    def key(self) -> str:
        """What identifies a request: not its headers, which hold random ids."""
        return _key(self.method, self.target, self.data)


class ReplayServer:
    """Serves on `port` until the process ends; one thread for each connection."""

    def __init__(self, exchanges: list[Exchange], context: ssl.SSLContext, port: int) -> None:
        self._responses = {each.key: each.response for each in exchanges}
        # Other clients ask for the same calendar with other options: they get the first page of the same listing.
        listing = (each for each in exchanges if "/calendarView?" in each.target)
        self._listing = next((each.response for each in listing), _NOT_RECORDED)
        self._context = context
        self._listener = socket.create_server(("127.0.0.1", port))
        threading.Thread(target=self._accept, name="replay", daemon=True).start()

    def close(self) -> None:
        """Accept no more connections."""
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, plain: socket.socket) -> None:
        try:
            with self._context.wrap_socket(plain, server_side=True) as connection, connection.makefile("rb") as stream:
                for method, target, data in _requests(stream):
                    connection.sendall(self._response(method, target, data))
        except (OSError, ValueError):
            return

    def _response(self, method: str, target: str, data: bytes) -> bytes:
        found = self._responses.get(_key(method, target, data))
        if found is None and method == "GET" and "/calendarView?" in target:
            return self._listing
        return found or _NOT_RECORDED


def _requests(stream: BinaryIO) -> Iterator[tuple[str, str, bytes]]:
    """Method, target and body of each request on one connection."""
    while line := stream.readline():
        method, target, _ = line.decode("ascii").split(" ", 2)
        length = 0
        while header := stream.readline().strip():
            name, _, value = header.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        yield method, target, stream.read(length)


def _key(method: str, target: str, data: bytes) -> str:
    return f"{method} {target} {hashlib.sha256(data).hexdigest() if data else ''}"
