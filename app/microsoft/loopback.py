"""The other end of a sign-in in the browser: a redirect to this machine (RFC 8252 7.3).

The answer comes as a form that the browser posts, or, for some errors, in the address. The listener is
on 127.0.0.1 only, at a port of the system's choice, until the redirect of this very sign-in has come
(its `state` is checked) or the time is over. The identity platform takes `http://localhost` with any
port for applications that are registered so.
"""

from __future__ import annotations

import hmac
import socketserver
import time
from collections.abc import Callable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit

_LOOK_EVERY = 0.05
"""Seconds between two looks at whether the sign-in was cancelled: nobody sees that Cancel took a moment."""
_LARGEST_FORM = 65_536
"""Bytes; an authorization code has about two thousand."""
_PAGE = (
    "<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content='width=device-width'>"
    "<title>Carlendar</title><style>body{font:1.4rem sans-serif;margin:20vh auto;max-width:30rem;text-align:center}"
    "</style><p>%s"
)
_DONE = _PAGE % "Done. You can close this page and go back to Carlendar."
_NOT_DONE = _PAGE % "The sign-in did not work. Carlendar says more."
_STRANGE = _PAGE % "This page belongs to no sign-in of Carlendar."


class RedirectListener:
    """Waits for one redirect. Use it in a `with`; it is reachable from then on."""

    def __init__(self, seconds: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._state = ""
        self._answer: dict[str, str] | None = None
        self._server = _Server(("127.0.0.1", 0), self._handler())
        self._server.timeout = _LOOK_EVERY

    @property
    def redirect_uri(self) -> str:
        """Where the browser is to be sent."""
        return f"http://localhost:{self._server.server_address[1]}"

    def wait(self, state: str, limit: float, cancelled: Callable[[], bool]) -> dict[str, str] | None:
        """The parameters of the redirect that bears `state`; None when `limit` seconds are over or it was cancelled."""
        self._state = state
        deadline = self._seconds() + limit
        while self._answer is None and self._seconds() < deadline and not cancelled():
            self._server.handle_request()
        return self._answer

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.server_close()

    def _take(self, target: str, form: str) -> tuple[HTTPStatus, str]:
        """Judge a request by its target and form: status and page to answer with."""
        parts = urlsplit(target)
        parameters = dict(parse_qsl(form or parts.query))
        given = parameters.get("state", "")
        if parts.path != "/" or not self._state or not hmac.compare_digest(given.encode(), self._state.encode()):
            return HTTPStatus.NOT_FOUND, _STRANGE
        self._answer = parameters
        return HTTPStatus.OK, _DONE if "code" in parameters else _NOT_DONE

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        take = self._take

        class Handler(BaseHTTPRequestHandler):
            timeout = 5.0
            server_version = "Carlendar"
            sys_version = ""

            def do_GET(self) -> None:
                self._answer("")

            def do_POST(self) -> None:
                length = self.headers.get("Content-Length", "")
                size = int(length) if length.isascii() and length.isdigit() else 0
                self._answer(self.rfile.read(min(size, _LARGEST_FORM)).decode(errors="replace"))

            def _answer(self, form: str) -> None:
                status, page = take(self.path, form)
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
                """Say nothing: a request's line holds the authorization code."""

        return Handler


class _Server(socketserver.TCPServer):
    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: a browser that hangs up early is no failure of the sign-in."""
