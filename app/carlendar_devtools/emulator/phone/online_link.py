"""The simulated data call and the panel that controls it are in two processes: JSON lines over a Unix socket.

panel → service   {"do": name, "value": …}, all settings at first, then each order
service → panel   the fields of the state that the page shows, at each change
"""

from __future__ import annotations

import asyncio
import json
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from carlendar.domain.online_call import OnlineEnd, OnlineState, Quality

if TYPE_CHECKING:
    from carlendar.domain.ports import Unsubscribe

SOCKET = "online.sock"
"""In the emulator's folder."""
LONGEST_LINE = 4096

State = dict[str, Any]


class DataLine(Protocol):
    """A data call whose other end the panel controls: simulated, or with a room."""

    holds_lobby: bool
    requires_consent: bool
    connects_after: float | None
    fails: OnlineEnd | None

    def subscribe(self, listener: Callable[[OnlineState | None], None]) -> Unsubscribe:
        """Call `listener` with the state, now and at each change."""

    def admit(self) -> None:
        """Let the driver in from the lobby."""

    def refuse(self) -> None:
        """Do not let the driver in."""

    def remove(self) -> None:
        """Remove the driver from the meeting."""

    def end_for_all(self) -> None:
        """End the meeting."""

    def record(self, *, on: bool) -> None:
        """Begin or end the recording."""

    def transcribe(self, *, on: bool) -> None:
        """Begin or end the transcription."""

    def mute_by_organizer(self) -> None:
        """Mute the driver."""

    def people(self, number: int | None) -> None:
        """Change how many people are in the meeting."""

    def quality(self, quality: Quality) -> None:
        """Change the quality of the connection."""

    def cut(self, *, lost: bool) -> None:
        """Cut the connection, or restore it."""


class OnlineLink:
    """The panel's end. `settings` are sent to each service that connects; `changed` is called with what it reports."""

    def __init__(self, path: Path, settings: Callable[[], State], changed: Callable[[State], None]) -> None:
        self._path, self._settings, self._changed = path, settings, changed
        self._server: asyncio.Server | None = None
        self._writer: asyncio.StreamWriter | None = None
        self._serving: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Listen."""
        self._path.unlink(missing_ok=True)
        self._server = await asyncio.start_unix_server(self._accept, self._path, limit=LONGEST_LINE)

    async def stop(self) -> None:
        """Stop listening, and let the service go."""
        if self._server is not None:
            self._server.close()
        for task in self._serving:
            task.cancel()
        await asyncio.gather(*self._serving, return_exceptions=True)
        self._path.unlink(missing_ok=True)

    def order(self, name: str, value: object = None) -> None:
        """Send an order to the service that is connected, if any."""
        if self._writer is not None and not self._writer.is_closing():
            self._writer.write(_line({"do": name, "value": value}))

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.ensure_future(self._serve(reader, writer))
        self._serving.add(task)
        task.add_done_callback(self._serving.discard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writer = writer  # a new service replaces the one before
        for name, value in self._settings().items():
            self.order(name, value)
        try:
            while line := await reader.readline():
                if self._writer is writer:
                    self._changed(json.loads(line))
        except (ConnectionError, ValueError):
            pass  # the service ended in the middle of a line
        finally:
            writer.close()
            if self._writer is writer:
                self._writer = None
                self._changed({})


class OnlineFollower:
    """The service's end: does what the panel orders, and reports the state. Without a panel it does nothing."""

    def __init__(self, call: DataLine, path: Path) -> None:
        self._call, self._path = call, path
        self._socket = socket.socket(socket.AF_UNIX)
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._follow, name="data line", daemon=True)

    def start(self) -> None:
        """Connect, and follow on a thread of its own."""
        try:
            self._socket.connect(str(self._path))
        except OSError:
            self._socket.close()
            return
        self._thread.start()
        self._call.subscribe(self._report)

    def stop(self) -> None:
        """Disconnect."""
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        if self._thread.is_alive():
            self._thread.join()
        self._socket.close()

    def _follow(self) -> None:
        with suppress(OSError), self._socket.makefile("rb") as lines:
            for line in lines:
                with suppress(ValueError, KeyError, TypeError):  # an order of another version
                    order = json.loads(line)
                    carry_out(self._call, order["do"], order["value"])

    def _report(self, state: OnlineState | None) -> None:
        with suppress(OSError), self._lock:
            self._socket.sendall(_line(shown(state)))


def carry_out(call: DataLine, name: str, value: object) -> None:
    """Do what the panel orders. Raises ValueError or KeyError for an order that there is not."""
    on = bool(value)
    orders: dict[str, Callable[[], None]] = {
        "lobby": lambda: setattr(call, "holds_lobby", on),
        "consent": lambda: setattr(call, "requires_consent", on),
        "connects": lambda: setattr(call, "connects_after", 1.0 if on else None),
        "fails": lambda: setattr(call, "fails", OnlineEnd(str(value)) if value else None),
        "admit": call.admit,
        "refuse": call.refuse,
        "remove": call.remove,
        "end": call.end_for_all,
        "record": lambda: call.record(on=on),
        "transcribe": lambda: call.transcribe(on=on),
        "mute": call.mute_by_organizer,
        "people": lambda: call.people(int(str(value))),
        "quality": lambda: call.quality(Quality(str(value))),
        "cut": lambda: call.cut(lost=on),
    }
    orders[name]()


def shown(state: OnlineState | None) -> State:
    """What the page shows of a state."""
    if state is None:
        return {}
    return {
        "phase": state.phase.value,
        "muted": state.muted,
        "people": state.people,
        "consent_needed": state.consent_needed,
        "end": state.end.value if state.end else "",
    }


def _line(value: State) -> bytes:
    return json.dumps(value).encode() + b"\n"
