"""The hosts that the hidden browser may reach: Microsoft's alone.

Three independent barriers use the list: Chromium's resolver knows no other name, every request of the page is paused
and refused unless its host is here, and the page's Content-Security-Policy also covers WebSockets and workers.
Media goes to addresses that the service names.
"""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlsplit

MICROSOFT = (
    "*.communication.microsoft.com",
    "*.communication.azure.com",
    "*.skype.com",
    "*.teams.microsoft.com",
    "teams.microsoft.com",
    "*.events.data.microsoft.com",
    "*.teams.cloud.microsoft",
    "*.teams.microsoft.us",
)
"""Of the calling service, its configuration, notifications and telemetry ("Network recommendations" of Azure
Communication Services, and the hosts that the SDK asked for in a trial)."""

LOCAL = "localhost"
"""The host of our own page, which no request leaves the browser for."""


def is_allowed(url: str, hosts: Sequence[str]) -> bool:
    """Whether a request to the address may leave. A host of `hosts` begins with `*.` for all names below it; one with
    a port (`127.0.0.1:8080`, of a room on this machine) is allowed without TLS."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return False
    if parts.netloc in hosts and ":" in parts.netloc:
        return parts.scheme in ("http", "ws")
    return parts.scheme in ("https", "wss") and any(
        host.endswith(each[1:]) if each.startswith("*.") else host == each for each in hosts
    )


def resolver_rules(hosts: Sequence[str]) -> str:
    """The value of Chromium's `--host-resolver-rules`: every other name does not exist."""
    names = (LOCAL, *(each.partition(":")[0] for each in hosts))
    return ", ".join(("MAP * ~NOTFOUND", *(f"EXCLUDE {name}" for name in names)))


def content_security_policy(hosts: Sequence[str]) -> str:
    """The page's Content-Security-Policy. WebAssembly and blob workers are the SDK's."""
    targets = " ".join(
        f"{scheme}://{each}"
        for each in hosts
        for scheme in (("http", "ws") if ":" in each else ("https", "wss"))
    )  # fmt: skip
    return (
        f"default-src 'none'; script-src 'self' blob: 'wasm-unsafe-eval'; worker-src 'self' blob:; "
        f"connect-src 'self' blob: data: {targets}; media-src 'self' blob: data:; base-uri 'none'; form-action 'none'"
    )
