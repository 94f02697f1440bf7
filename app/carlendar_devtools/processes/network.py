"""The emulator's data connection, read from a file."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from carlendar.domain.ports import Unsubscribe
from carlendar.platform.network import Announcer, ChangeWatcher

FILE_SECONDS = 0.5
"""Polling interval of the emulator's file."""


class FileNetworkState:
    """`NetworkState` from the emulator's `network.json` (`{"online": bool}`); an invalid file is ignored."""

    def __init__(self, path: Path, *, seconds: float = FILE_SECONDS) -> None:
        self._path = path
        self._written = 0
        self._announcer = Announcer(state=self._read(otherwise=True))
        self._watch = ChangeWatcher(self._look, source=None, seconds=seconds)

    def online(self) -> bool:
        """Whether the emulator lets requests through."""
        return self._announcer.state()

    def subscribe(self, listener: Callable[[bool], None]) -> Unsubscribe:
        """Call `listener` with the state now and, from any thread, at each change."""
        return self._announcer.subscribe(listener)

    def stop(self) -> None:
        """Stop the watching thread."""
        self._watch.stop()

    def _look(self) -> None:
        try:
            written = self._path.stat().st_mtime_ns
        except OSError:
            return
        if written != self._written:  # stat is cheap, reading is not
            self._written = written
            self._announcer.announce(state=self._read(otherwise=self._announcer.state()))

    def _read(self, *, otherwise: bool) -> bool:
        try:
            online = json.loads(self._path.read_text("utf-8"))["online"]
        except (OSError, ValueError, KeyError, TypeError):
            return otherwise
        return online if isinstance(online, bool) else otherwise
