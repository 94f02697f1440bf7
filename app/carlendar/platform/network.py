"""Whether there is a data connection, from the kernel's routing tables.

`NetworkManagerState` in `network_manager` is the better source where NetworkManager runs: it also detects captive
portals. Both notify through `Announcer`.
"""

from __future__ import annotations

import contextlib
import os
import select
import socket
import threading
from collections.abc import Callable
from pathlib import Path

from carlendar.domain.ports import Unsubscribe

ROUTES_4 = Path("/proc/net/route")
ROUTES_6 = Path("/proc/net/ipv6_route")

RTMGRP_LINK, RTMGRP_IPV4_ROUTE, RTMGRP_IPV6_ROUTE = 0x1, 0x40, 0x400
"""Multicast groups of rtnetlink(7): links, routes of IPv4 and of IPv6."""

RTF_UP, RTF_REJECT = 0x1, 0x200
"""Flags of a route, <linux/route.h>."""

POLL_SECONDS = 5.0
"""Polling interval where the kernel does not report changes."""


class Announcer:
    """Holds a boolean state and calls listeners on subscription and at each change. Thread-safe.

    An exception in a listener does not affect the others.
    """

    def __init__(self, *, state: bool) -> None:
        self._lock = threading.RLock()
        self._state = state
        self._listeners: dict[int, Callable[[bool], None]] = {}
        self._next = 0

    def state(self) -> bool:
        """Return the current state."""
        with self._lock:
            return self._state

    def subscribe(self, listener: Callable[[bool], None]) -> Unsubscribe:
        """Call `listener` with the state now and at each change until the returned function is called."""
        with self._lock:
            key, self._next = self._next, self._next + 1
            self._listeners[key] = listener
            listener(self._state)

        def unsubscribe() -> None:
            with self._lock:
                self._listeners.pop(key, None)

        return unsubscribe

    def announce(self, *, state: bool) -> None:
        """Set the state; listeners are called only if it differs."""
        with self._lock:
            if state == self._state:
                return
            self._state = state
            for listener in tuple(self._listeners.values()):
                with contextlib.suppress(Exception):
                    listener(state)


class ChangeWatcher:
    """A daemon thread that calls `look` when `source` is readable, or every `seconds`, until stopped."""

    def __init__(self, look: Callable[[], None], *, source: socket.socket | None, seconds: float | None) -> None:
        self._look = look
        self._source = source
        self._seconds = seconds
        self._stop_read, self._stop_write = os.pipe()
        self._thread = threading.Thread(target=self._run, name="network-state", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop the thread and release its resources. Idempotent."""
        if self._stop_write >= 0:
            os.close(self._stop_write)
            self._stop_write = -1
            self._thread.join()

    def _run(self) -> None:
        sources = [self._stop_read] + ([self._source.fileno()] if self._source else [])
        while True:
            ready, _, _ = select.select(sources, [], [], self._seconds)
            if self._stop_read in ready:
                break
            if self._source is not None and ready:
                with contextlib.suppress(OSError):
                    self._source.recv(65_536)
            self._look()
        os.close(self._stop_read)
        if self._source is not None:
            self._source.close()


def has_default_route(ipv4: str, ipv6: str) -> bool:
    """Whether one of the tables (`/proc/net/route` and `/proc/net/ipv6_route`, proc(5)) has a default route."""
    for line in ipv4.splitlines()[1:]:
        fields = line.split()
        if len(fields) > 7 and fields[1] == fields[7] == "00000000" and _usable(fields[3]):
            return True
    for line in ipv6.splitlines():
        fields = line.split()
        if len(fields) > 9 and fields[0] == "0" * 32 and fields[1] == "00" and fields[9] != "lo" and _usable(fields[8]):
            return True
    return False


def _usable(flags: str) -> bool:
    value = int(flags, 16)
    return bool(value & RTF_UP) and not value & RTF_REJECT


class RouteNetworkState:
    """`NetworkState` from the kernel's routing tables: online while a default route is up.

    Changes are reported by rtnetlink; where that is not permitted it polls every `POLL_SECONDS`.
    """

    def __init__(self, ipv4: Path = ROUTES_4, ipv6: Path = ROUTES_6, *, seconds: float | None = None) -> None:
        self._tables = (ipv4, ipv6)
        self._announcer = Announcer(state=self._read())
        source = _route_socket() if seconds is None else None
        interval = None if source is not None else seconds or POLL_SECONDS
        self._watch = ChangeWatcher(self._look, source=source, seconds=interval)

    def online(self) -> bool:
        """Whether there is a default route."""
        return self._announcer.state()

    def subscribe(self, listener: Callable[[bool], None]) -> Unsubscribe:
        """Call `listener` with the state now and, from any thread, at each change."""
        return self._announcer.subscribe(listener)

    def stop(self) -> None:
        """Stop the watching thread."""
        self._watch.stop()

    def _look(self) -> None:
        self._announcer.announce(state=self._read())

    def _read(self) -> bool:
        texts = []
        for path in self._tables:
            try:
                texts.append(path.read_text("ascii"))
            except (OSError, ValueError):
                texts.append("")
        return has_default_route(*texts)


def _route_socket() -> socket.socket | None:
    try:
        made = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, socket.NETLINK_ROUTE)
    except OSError:
        return None
    try:
        made.bind((0, RTMGRP_LINK | RTMGRP_IPV4_ROUTE | RTMGRP_IPV6_ROUTE))
    except OSError:
        made.close()
        return None
    return made
