"""What is heard in the car by the roles of PipeWire's streams (`media.role`), as `pw-dump --monitor` reports them.

The program runs only while something listens. Without it, or without PipeWire, nothing is heard. A stream counts while
its node runs; one that is paused or suspended is silent. Source: PipeWire's `PW_KEY_MEDIA_ROLE` and node states.
"""

from __future__ import annotations

import logging
import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import IO

import msgspec

from carlendar.domain.audio_order import CarSound
from carlendar.domain.base import Value
from carlendar.domain.ports import Unsubscribe
from carlendar.platform.back_off import wait_before

MONITOR = ("pw-dump", "--monitor", "--no-colors")
LONGEST = 8 * 1024 * 1024
"""Bytes of one report at most."""
FIRST_SECONDS = 2.0
"""Seconds after which a server that reports nothing counts as silent."""
RUNNING = "running"
OUTPUT = "Stream/Output/Audio"

_log = logging.getLogger(__name__)
Listener = Callable[[frozenset[CarSound]], None]


class _Properties(msgspec.Struct):
    media_role: object = msgspec.field(default=None, name="media.role")
    media_class: object = msgspec.field(default=None, name="media.class")


class _Info(msgspec.Struct):
    state: object = None
    props: _Properties | None = None


class _Item(msgspec.Struct):
    id: int
    info: _Info | None = None


class PipeWireStreams:
    """`AudioFocus` by streams' roles. `roles` maps a role, in small letters, to what it means."""

    def __init__(self, roles: Mapping[str, CarSound], command: Sequence[str] = MONITOR) -> None:
        self._roles, self._command = roles, tuple(command)
        self._lock = threading.RLock()
        self._listeners: list[Listener] = []
        self._watch: _Watch | None = None

    def available(self) -> bool:
        """Whether the program is installed."""
        return shutil.which(self._command[0]) is not None

    def subscribe(self, listener: Listener) -> Unsubscribe:
        """As `AudioFocus`; the first listener starts the program, and the last one ends it."""
        if not self.available():
            listener(frozenset())
            return lambda: None
        with self._lock:
            self._listeners.append(listener)
            if self._watch is None:
                self._watch = _Watch(self._roles, self._command, self._notify)
                self._watch.start()
            elif self._watch.heard is not None:
                listener(self._watch.heard)
        return lambda: self._unsubscribe(listener)

    def _unsubscribe(self, listener: Listener) -> None:
        with self._lock:
            if listener in self._listeners:
                self._listeners.remove(listener)
            watch = None if self._listeners else self._watch
            if watch is not None:
                self._watch = None
        if watch is not None:
            watch.stop()

    def _notify(self, watch: _Watch, sounds: frozenset[CarSound]) -> None:
        with self._lock:
            if watch is self._watch:
                for listener in tuple(self._listeners):
                    listener(sounds)


class _Stream(Value, frozen=True):
    role: str
    running: bool


class _Watch:
    """One run of watching, on a thread of its own; the program is started again if it ends."""

    def __init__(
        self,
        roles: Mapping[str, CarSound],
        command: Sequence[str],
        notify: Callable[[_Watch, frozenset[CarSound]], None],
    ) -> None:
        self._roles, self._command, self._notify = roles, command, notify
        self.heard: frozenset[CarSound] | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()
        self._stopped = threading.Event()

    def start(self) -> None:
        """Start the thread."""
        threading.Thread(target=self._run, name="streams", daemon=True).start()

    def stop(self) -> None:
        """End the program; nothing is reported any more. Returns at once."""
        self._stopped.set()
        with self._lock:
            if self._process is not None:
                self._process.kill()

    def _run(self) -> None:
        first = threading.Timer(FIRST_SECONDS, self._silent_server)
        first.daemon = True
        first.start()
        attempt = 0
        while not self._stopped.is_set():
            try:
                self._follow()
            except (OSError, ValueError, msgspec.MsgspecError) as error:
                _log.info("the sounds of the car are not known: %s", type(error).__name__)
            self._report(frozenset())
            self._stopped.wait(wait_before(attempt))
            attempt += 1
        first.cancel()

    def _silent_server(self) -> None:
        if self.heard is None and not self._stopped.is_set():
            self._report(frozenset())

    def _follow(self) -> None:
        """Follow the reports of one run of the program to its end. Raises OSError, ValueError, MsgspecError."""
        streams: dict[int, _Stream] = {}
        quiet = subprocess.DEVNULL
        with subprocess.Popen(self._command, stdin=quiet, stdout=subprocess.PIPE, stderr=quiet) as process:
            with self._lock:
                self._process = process
                if self._stopped.is_set():
                    process.kill()
            try:
                for report in _reports(process.stdout):
                    for item in msgspec.json.decode(report, type=list[_Item]):
                        _take(streams, item)
                    self._report(
                        frozenset(
                            self._roles[each.role]
                            for each in streams.values()
                            if each.running and each.role in self._roles
                        )
                    )
            finally:
                process.kill()
                with self._lock:
                    self._process = None

    def _report(self, sounds: frozenset[CarSound]) -> None:
        if sounds != self.heard and not self._stopped.is_set():
            self.heard = sounds
            self._notify(self, sounds)


def _take(streams: dict[int, _Stream], item: _Item) -> None:
    """Apply one object's report; without `info` it is gone."""
    props = item.info.props if item.info is not None else None
    if item.info is None or props is None or props.media_class != OUTPUT or not isinstance(props.media_role, str):
        streams.pop(item.id, None)
    else:
        streams[item.id] = _Stream(props.media_role.lower(), item.info.state == RUNNING)


def _reports(output: IO[bytes] | None) -> Iterator[bytes]:
    """Yield each array of the output: its lines from `[` to `]`. Raises ValueError for one that is too long."""
    lines: list[bytes] = []
    size = 0
    while output is not None and (line := output.readline(LONGEST)):
        lines.append(line)
        size += len(line)
        if size > LONGEST:
            raise ValueError("endless report")
        if line.rstrip() == b"]":
            yield b"".join(lines)
            lines, size = [], 0
