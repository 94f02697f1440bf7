"""An HTTP server with TLS on the loopback interface that answers as a test decides, and records what it was asked."""

from __future__ import annotations

import ssl
import threading
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Self

import trustme

RawAnswer = Callable[[BaseHTTPRequestHandler], None]
"""Writes an answer byte by byte, for tests of broken or slow answers."""


@dataclass(frozen=True)
class Request:
    """A request as it arrived."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Answer:
    """An answer to send; status 0 closes the connection without one."""

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


class Certificates:
    """A certificate authority of the tests and a server's context that it certified."""

    def __init__(self, folder: Path) -> None:
        authority = trustme.CA()
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert("localhost", "127.0.0.1").configure_cert(self.context)
        self.ca_file = folder / "ca.pem"
        authority.cert_pem.write_to_path(str(self.ca_file))


class HttpServer:
    """Answers from a queue, or by a function of the request, or by a function that writes the answer itself."""

    def __init__(
        self,
        certificates: Certificates,
        answers: Iterable[Answer] | Callable[[Request], Answer] = (),
        *,
        raw: RawAnswer | None = None,
    ) -> None:
        self.requests: list[Request] = []
        self._decide = answers if callable(answers) else _from_queue(deque(answers))
        self._server = _Server(("127.0.0.1", 0), _handler(self, raw))
        self._server.socket = certificates.context.wrap_socket(
            self._server.socket, server_side=True, do_handshake_on_connect=False
        )
        self.root = f"https://localhost:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    def answer(self, request: Request) -> Answer:
        """Record the request and decide what to answer."""
        self.requests.append(request)
        return self._decide(request)

    def stop(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(10)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def _from_queue(answers: deque[Answer]) -> Callable[[Request], Answer]:
    """The answers in their order; a request too many is answered with status 500."""
    return lambda _: answers.popleft() if answers else Answer(500, {}, b"no answer is left")


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up is part of the tests."""


def _handler(server: HttpServer, raw: RawAnswer | None) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        timeout = 10
        # one request per connection where the answer may be broken
        protocol_version = "HTTP/1.0" if raw else "HTTP/1.1"

        def _answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            request = Request(self.command, self.path, dict(self.headers.items()), body)
            if raw is not None:
                server.requests.append(request)
                self._write_raw(raw)
                return
            answer = server.answer(request)
            if answer.status == 0:
                self.close_connection = True
                return
            self.send_response(answer.status)
            for name, value in {"Content-Length": str(len(answer.body)), **answer.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(answer.body)

        def _write_raw(self, write: RawAnswer) -> None:
            try:
                write(self)
            except (OSError, ssl.SSLError):
                self.close_connection = True  # the client has hung up, as it should

        do_GET = do_POST = do_PATCH = do_DELETE = _answer  # noqa: N815 - the names that http.server looks for

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is http.server's
            """Log nothing."""

    return Handler
