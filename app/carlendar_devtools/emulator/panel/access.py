"""Who may speak to the panel: whoever was given its address, from this machine, from the page itself.

The panel moves an emulated car and signs emulated people in, so no other page in the same browser may
reach it: the address holds a random token, the Host header must be loopback (a name that was rebound to
127.0.0.1 is not), a WebSocket's Origin must be the panel's own, and nothing is cached or framed.
"""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from aiohttp import web
from aiohttp.typedefs import Middleware

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

NAMES = ("127.0.0.1", "localhost")

HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src data:; "
        "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


def is_local(host: str, port: int) -> bool:
    """Whether a Host header names this machine's loopback at the panel's port."""
    return host in {f"{name}:{port}" for name in NAMES}


def is_own(origin: str, port: int) -> bool:
    """Whether an Origin header is the panel's own page."""
    parts = urlsplit(origin)
    return parts.scheme == "http" and is_local(parts.netloc, port)


def guard(token: str, port: Callable[[], int]) -> Middleware:
    """A middleware that answers 403 to everybody else, before any handler sees the request."""

    @web.middleware
    async def check(request: web.Request, handler: Handler) -> web.StreamResponse:
        given = request.path.split("/")[1]
        origin = request.headers.get("Origin")
        allowed = (
            is_local(request.headers.get("Host", ""), port())
            and hmac.compare_digest(given.encode(), token.encode())
            and (origin is None or is_own(origin, port()))
            and (origin is not None or "Upgrade" not in request.headers)
        )
        return await handler(request) if allowed else web.Response(status=403, text="403\n")

    return check


async def harden(_request: web.Request, response: web.StreamResponse) -> None:
    """Put `HEADERS` on every answer."""
    response.headers.update(HEADERS)
