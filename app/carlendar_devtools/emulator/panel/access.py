"""Access control of the panel: only a browser with the complete address, under a name that no other site controls.

The panel drives an emulated car and signs emulated people in, so no other page in the same browser may reach it: the
address contains a random token, the Host header must be a name of this machine or an IP address (which excludes DNS
rebinding), a WebSocket's Origin must be the panel's own, and nothing is cached or framed. The port in the Host header
may differ, so that port forwarding works. The pages on which a code is entered need no token: their address is typed
from a display.
"""

from __future__ import annotations

import hmac
import ipaddress
import re
from collections.abc import Awaitable, Callable, Collection
from html import escape

from aiohttp import web
from aiohttp.typedefs import Middleware

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

LOCAL = "localhost"
_HOST = re.compile(r"(?P<name>\[[0-9a-f:.]+\]|[a-z0-9._-]+)(:[0-9]{1,5})?")
"""RFC 9110, 7.2: a name or an address, and a port."""

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

REFUSED = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><style>
body {{ max-width: 36rem; margin: 4rem auto; padding: 0 1.25rem; font: 1.125rem/1.5 sans-serif; }}
body {{ background: #07090d; color: #f4f7fb; overflow-wrap: anywhere; }}
code {{ padding: .1rem .35rem; border-radius: .3rem; background: #1d2836; }}
</style></head><body><h1>{title}</h1>{text}</body></html>
"""


def host_name(host: str) -> str:
    """Return the name in a Host header, in lower case and without port; empty if the header is invalid."""
    found = _HOST.fullmatch(host.lower())
    return found["name"].strip("[]") if found else ""


def is_known(host: str, names: Collection[str]) -> bool:
    """Whether a Host header is `localhost`, an IP address or one of `names`, with any port.

    DNS rebinding needs a name controlled by an attacker, which an IP address is not.
    """
    name = host_name(host)
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return name == LOCAL or (name != "" and name in names)
    return True


def is_own(origin: str, host: str) -> bool:
    """Whether an Origin header is that of a page requested under this Host."""
    return origin == f"http://{host}"


def guard(token: str, names: Collection[str], open_paths: Collection[str] = ()) -> Middleware:
    """Return a middleware that answers other requests with 403 and an explanation, before any handler.

    `names` are host names of this machine; `open_paths` need no token.
    """

    @web.middleware
    async def check(request: web.Request, handler: Handler) -> web.StreamResponse:
        host, origin = request.headers.get("Host", ""), request.headers.get("Origin")
        if not is_known(host, names):
            return _unknown_name(host_name(host))
        if request.path in open_paths:
            return await handler(request)  # its forms are bound to a cookie
        if not hmac.compare_digest(request.path.split("/")[1].encode(), token.encode()):
            return _incomplete()
        # Files are exempt: other origins cannot read them, and behind some proxies the page must explain the problem.
        if "Upgrade" in request.headers and (origin is None or not is_own(origin, host)):
            return web.Response(status=403, text="This request comes from another page.\n")
        return await handler(request)

    return check


async def harden(_request: web.Request, response: web.StreamResponse) -> None:
    """Add `HEADERS` to every answer, unless already set."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)


def _unknown_name(name: str) -> web.Response:
    shown = f"<code>{escape(name)}</code>" if name else "an unknown name"
    option = f"--host {escape(name)}" if name else "--host NAME"
    return _refused(
        "Unknown host name",
        f"<p>The emulator was opened as {shown}, which it does not answer to, because other sites could use such a "
        "name.</p><ul><li>With a forwarded port, open the printed address with <code>localhost</code> in place of "
        f"the name.</li><li>Or start the emulator with <code>{option}</code>.</li></ul>",
    )


def _incomplete() -> web.Response:
    return _refused(
        "This address is incomplete",
        "<p>Open the whole address that the emulator printed in its terminal, with the long word at its end. "
        "It stays the same when the emulator is started again by the same user.</p>",
    )


def _refused(title: str, text: str) -> web.Response:
    response = web.Response(status=403, text=REFUSED.format(title=title, text=text), content_type="text/html")
    response.headers["Content-Security-Policy"] = (
        "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
    return response
