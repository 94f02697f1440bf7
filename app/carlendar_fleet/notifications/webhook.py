"""The webhook that Event Grid posts CloudEvents to.

It speaks HTTP on a port of this machine: TLS and the public name belong to the gateway before it. Event Grid proves to
be the sender by a secret in the path of the webhook's address, and the webhook answers the validation handshake
(CloudEvents, HTTP 1.1 Web Hooks for Event Delivery).
"""

from __future__ import annotations

import hmac
from http.server import BaseHTTPRequestHandler, HTTPServer

from carlendar_fleet.notifications.forwarder import LARGEST, Forwarder

TIMEOUT = 10.0
"""Seconds for one request."""
SHORTEST_SECRET = 32


def webhook(host: str, port: int, secret: str, forwarder: Forwarder) -> HTTPServer:
    """A server that forwards; a port of 0 takes a free one. Raises ValueError for a short secret, OSError."""
    if len(secret) < SHORTEST_SECRET:
        raise ValueError(f"the secret needs {SHORTEST_SECRET} characters or more")

    class WebhookHandler(BaseHTTPRequestHandler):
        """One request."""

        timeout = TIMEOUT
        server_version, sys_version = "carlendar", ""

        def do_OPTIONS(self) -> None:
            """Answer the handshake: this origin may post here."""
            origin = self.headers.get("WebHook-Request-Origin", "")
            if not self._known() or not origin.isprintable() or len(origin) > 253:
                self._answer(404)
                return
            self._answer(200, {"WebHook-Allowed-Origin": origin, "WebHook-Allowed-Rate": "120"})

        def do_POST(self) -> None:
            """Forward what was posted."""
            length = self.headers.get("Content-Length", "")
            if not self._known():
                self._answer(404)
            elif not length.isascii() or not length.isdigit() or int(length) > LARGEST:
                self._answer(413)
            else:
                self._answer(200 if forwarder.take(self.rfile.read(int(length))) else 400)

        def _known(self) -> bool:
            return hmac.compare_digest(self.path.encode(), f"/{secret}".encode())

        def _answer(self, status: int, headers: dict[str, str] | None = None) -> None:
            self.send_response(status)
            for name, value in (headers or {}).items():
                self.send_header(name, value)
            self.send_header("Content-Length", "0")
            self.send_header("Connection", "close")
            self.end_headers()
            self.close_connection = True

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is http.server's
            """Log nothing: the path is a secret."""

    return HTTPServer((host, port), WebhookHandler)
