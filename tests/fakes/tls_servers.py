"""TLS servers with certificates of every kind, and an HTTP proxy, on the loopback interface."""

from __future__ import annotations

import base64
import select
import socket
import ssl
import threading
from collections.abc import Callable, Mapping
from copy import copy
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Self

import trustme

from tests.fakes.http_server import Certificates

Handler = Callable[[socket.socket], None]


class Authority(Certificates):
    """A certificate authority whose servers' certificates a test chooses."""

    def __init__(self, folder: Path) -> None:
        self._authority = trustme.CA()
        self.ca_file = folder / "authority.pem"
        self._authority.cert_pem.write_to_path(str(self.ca_file))
        self.context = self.server()

    def server(
        self,
        *names: str,
        not_before: datetime | None = None,
        not_after: datetime | None = None,
    ) -> ssl.SSLContext:
        """A server's context; its certificate names `localhost` unless other names are given."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        issued = self._authority.issue_cert(
            *(names or ("localhost", "127.0.0.1")), not_before=not_before, not_after=not_after
        )
        issued.configure_cert(context)
        return context

    def showing(self, context: ssl.SSLContext) -> Certificates:
        """The same authority with a server that shows another certificate."""
        other = copy(self)
        other.context = context
        return other

    def expired(self) -> ssl.SSLContext:
        """A certificate that was valid until yesterday."""
        now = datetime.now(UTC)
        return self.server(not_before=now - timedelta(days=30), not_after=now - timedelta(days=1))

    def early(self) -> ssl.SSLContext:
        """A certificate that is valid from tomorrow on."""
        now = datetime.now(UTC)
        return self.server(not_before=now + timedelta(days=1), not_after=now + timedelta(days=30))


class Listener:
    """Accepts connections on the loopback interface; each is handled on a thread of its own."""

    def __init__(self, handle: Handler) -> None:
        self._handle = handle
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._socket.getsockname()[1])
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join(10)

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            threading.Thread(target=self._one, args=(connection,), daemon=True).start()

    def _one(self, connection: socket.socket) -> None:
        with connection:
            connection.settimeout(5)
            try:
                self._handle(connection)
            except OSError:
                return


class Proxy(Listener):
    """An HTTP proxy for CONNECT. It resolves names by a table alone, so that they may be of hosts that do not exist.

    `credentials` (`user:password`) are demanded where they are given; `status` other than 200 refuses every tunnel.
    """

    def __init__(self, names: Mapping[str, int], *, credentials: str = "", status: int = 200) -> None:
        self._names, self._status = names, status
        self._wanted = f"Basic {base64.b64encode(credentials.encode()).decode()}" if credentials else ""
        self.asked: list[str] = []
        super().__init__(self._tunnel)

    @property
    def address(self) -> str:
        """The proxy's address."""
        return f"http://127.0.0.1:{self.port}"

    def _tunnel(self, client: socket.socket) -> None:
        head = b""
        while b"\r\n\r\n" not in head and (more := client.recv(4096)):
            head += more
        line, *headers = head.decode("latin-1").split("\r\n")
        target = line.split(" ")[1]
        self.asked.append(target)
        given = {name.lower(): value for name, _, value in (each.partition(": ") for each in headers)}
        if self._wanted and given.get("proxy-authorization") != self._wanted:
            answer = b'HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm="contoso"\r\n'
            client.sendall(answer + b"Content-Length: 0\r\n\r\n")
            return
        port = self._names.get(target.partition(":")[0])
        if self._status != 200 or port is None:
            client.sendall(f"HTTP/1.1 {self._status if self._status != 200 else 502} No\r\n\r\n".encode())
            return
        with socket.create_connection(("127.0.0.1", port), 5) as server:
            client.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            _relay(client, server)


def _relay(one: socket.socket, other: socket.socket) -> None:
    while True:
        ready, _, _ = select.select([one, other], [], [], 5)
        if not ready:
            return
        for source in ready:
            data = source.recv(65536)
            if not data:
                return
            (other if source is one else one).sendall(data)
