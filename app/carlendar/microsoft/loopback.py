"""Receives the redirect of a sign-in in the browser on this machine (RFC 8252 7.3).

The answer is a form that the browser posts or, for some errors, part of the address. The server listens on 127.0.0.1
only, on a port of the system's choice, until the redirect of this sign-in has arrived (its `state` is checked), the
time is over or the sign-in is cancelled. Each client is served by a thread with limits on time and size. The identity
platform allows `http://localhost` with any port for applications registered as public clients.
"""

from __future__ import annotations

import hmac
import socket
import socketserver
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit

_LOOK_EVERY = 0.05
"""Interval in seconds at which cancellation is checked; too short to be noticed."""
_LARGEST_FORM = 65_536
"""Maximum size of a request in bytes; an authorization code has about two thousand."""
_FIELDS = 50
"""Maximum number of parameters of one answer; there are about five."""
_AT_ONCE = 8
"""Maximum number of concurrent connections; a browser opens two or three."""
_IN_ALL = 200
"""Number of connections after which a sign-in is abandoned; a browser makes far fewer."""
_PATIENCE = 5.0
"""Time limit of one request in seconds, from the connection to the end of the answer."""
_PAGE = (
    "<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content='width=device-width'>"
    "<title>Carlendar</title><style>body{font:1.4rem sans-serif;margin:20vh auto;max-width:30rem;text-align:center}"
    "</style><p>%s"
)
_DONE = _PAGE % "Done. You can close this page and go back to Carlendar."
_NOT_DONE = _PAGE % "The sign-in did not work. Carlendar says more."
_STRANGE = _PAGE % "This page belongs to no sign-in of Carlendar."


class RedirectListener:
    """Waits for one redirect. A context manager: it listens while it is open. `seconds` measures time."""

    def __init__(self, seconds: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._state = ""
        self._answer: dict[str, str] | None = None
        self._server = _Server(_handler(self._judge, self._accept, self._is_ours), seconds)

    @property
    def redirect_uri(self) -> str:
        """The redirect URI for the browser."""
        return f"http://localhost:{self._port}"

    def wait(self, state: str, limit: float, cancelled: Callable[[], bool]) -> dict[str, str] | None:
        """Return the parameters of the redirect with `state`; None after `limit` seconds or if cancelled."""
        self._state = state
        deadline = self._seconds() + limit
        while self._answer is None and self._seconds() < deadline and not cancelled() and not self._server.overrun:
            self._server.handle_request()
            self._server.drop_late()
        return self._answer

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.server_close()

    @property
    def _port(self) -> int:
        return int(self._server.server_address[1])

    def _is_ours(self, host: str) -> bool:
        """Whether the request's `Host` is this listener's; others are rejected (DNS rebinding)."""
        return host.lower() in (f"localhost:{self._port}", f"127.0.0.1:{self._port}")

    def _judge(self, target: str, form: str) -> dict[str, str] | None:
        """Return a request's parameters, from its target and form; None if it is not the answer to this sign-in."""
        try:
            parts = urlsplit(target)
            parameters = dict(parse_qsl(form or parts.query, max_num_fields=_FIELDS))
        except ValueError:
            return None
        given = parameters.get("state", "").encode(errors="replace")
        ours = bool(self._state) and hmac.compare_digest(given, self._state.encode())
        return parameters if parts.path == "/" and ours else None

    def _accept(self, parameters: dict[str, str]) -> None:
        """Accept the answer, once the browser has received its page; the first one counts."""
        self._answer = self._answer or parameters


def _handler(
    judge: Callable[[str, str], dict[str, str] | None], accept: Callable[[dict[str, str]], None],
    is_ours: Callable[[str], bool],
) -> type[BaseHTTPRequestHandler]:  # fmt: skip
    class RedirectHandler(BaseHTTPRequestHandler):
        timeout = _PATIENCE
        server_version = "Carlendar"
        sys_version = ""

        def do_GET(self) -> None:
            self._answer("")

        def do_POST(self) -> None:
            length = self.headers.get("Content-Length", "")
            size = int(length) if length.isascii() and length.isdigit() and len(length) < 8 else _LARGEST_FORM + 1
            if size > _LARGEST_FORM:
                self._send(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, _STRANGE)
            else:
                self._answer(self.rfile.read(size).decode(errors="replace"))

        def _answer(self, form: str) -> None:
            parameters = judge(self.path, form) if is_ours(self.headers.get("Host", "")) else None
            if parameters is None:
                self._send(HTTPStatus.NOT_FOUND, _STRANGE)
                return
            self._send(HTTPStatus.OK, _DONE if "code" in parameters else _NOT_DONE)
            accept(parameters)

        def _send(self, status: HTTPStatus, page: str) -> None:
            content = page.encode()
            self.send_response(status)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(content)))
            self.send_header("Cache-Control", "no-store")
            self.send_header("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")
            self.send_header("Referrer-Policy", "no-referrer")
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name is http.server's
            """Log nothing: the request line contains the authorization code."""

    return RedirectHandler


class _Server(socketserver.ThreadingMixIn, socketserver.TCPServer):
    """Serves each connection on its own thread, which ends when `drop_late` or `server_close` closes the connection."""

    request_queue_size = 64
    daemon_threads = True
    block_on_close = False

    def __init__(self, handler: type[BaseHTTPRequestHandler], seconds: Callable[[], float]) -> None:
        self.timeout = _LOOK_EVERY
        self._seconds = seconds
        self._open: dict[socket.socket, float] = {}
        self._opening = threading.Lock()
        self._count = 0
        super().__init__(("127.0.0.1", 0), handler)

    @property
    def overrun(self) -> bool:
        """Whether there were far more connections than a sign-in needs."""
        return self._count > _IN_ALL

    def verify_request(self, request: Any, client_address: Any) -> bool:  # noqa: ARG002 - socketserver's signature
        """Whether one more connection is allowed."""
        with self._opening:
            self._count += 1
            if len(self._open) >= _AT_ONCE or self.overrun:
                return False
            self._open[request] = self._seconds() + _PATIENCE
            return True

    def shutdown_request(self, request: Any) -> None:
        """Close a connection that is finished or was rejected."""
        with self._opening:
            self._open.pop(request, None)
        super().shutdown_request(request)

    def drop_late(self) -> None:
        """Close connections whose time is over; their threads then end."""
        now = self._seconds()
        with self._opening:
            late = [request for request, due in self._open.items() if due <= now]
        _cut(late)

    def server_close(self) -> None:
        """Release the port, and close open connections."""
        super().server_close()
        with self._opening:
            left = list(self._open)
        _cut(left)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Log nothing: a browser that disconnects early does not affect the sign-in."""


def _cut(requests: list[socket.socket]) -> None:
    for request in requests:
        with suppress(OSError):
            request.shutdown(socket.SHUT_RDWR)
