"""Reads the store on a separate thread, because a long day must not delay a frame."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING

from msgspec.structs import replace

from carlendar.presentation.agenda.index import AgendaCache
from carlendar.store.snapshot import StoreReader
from carlendar.wiring import host
from carlendar.wiring.first_snapshot import read_first_snapshot

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from carlendar.domain.ports import WallClock
    from carlendar.store.avatars import AvatarStore
    from carlendar.store.records import Snapshot

_log = logging.getLogger(__name__)

PAUSE = 0.25
"""Seconds between two reads: a burst of changes results in one frame, and nothing is read while it is drawn."""


class StoredDay:
    """What the screen shows of the store: the days around now with people's pictures, and their agenda in `agenda`.

    With `textless`, events come without their texts.
    """

    def __init__(self, folder: Path, wall: WallClock, *, textless: bool) -> None:
        self._folder, self._wall, self._textless = folder, wall, textless
        self._reader = StoreReader(folder)
        self._avatars: AvatarStore | None = None
        self.agenda = AgendaCache()

    def read_first(self) -> Snapshot:
        """Return what the first frame needs."""
        now, zone = self._wall.now(), self._wall.zone()
        return self._indexed(read_first_snapshot(self._reader, now, zone, host.boot_id()))

    def read(self) -> Snapshot:
        """Return everything."""
        from carlendar.store.avatars import AvatarStore  # not before the first frame

        if self._avatars is None:
            self._avatars = AvatarStore(self._folder, self._reader)
        read = self._reader.read(host.window(self._wall), self._wall.zone(), boot_id=host.boot_id())
        return self._indexed(replace(read, avatars=self._avatars.read()))

    def close(self) -> None:
        """Release the files."""
        self._reader.close()

    def _indexed(self, snapshot: Snapshot) -> Snapshot:
        if self._textless:
            from carlendar.presentation.placeholder import textless

            snapshot = textless(snapshot)
        self.agenda.of(snapshot)  # here, not on the UI thread
        return snapshot


class DayReader:
    """`latest` is always available; `refresh` reads in the background and then calls `done` on that thread.

    The first read is synchronous, by `first` if it is faster than `read`. Requests during a read, or within `pause`
    seconds after it, are merged into one further read. `after` defers an action until everything written so far has
    been read: "updated now" must not be shown above outdated data.
    """

    def __init__(
        self, read: Callable[[], Snapshot], done: Callable[[], None] = lambda: None, *,
        first: Callable[[], Snapshot] | None = None, pause: float = PAUSE,
    ) -> None:  # fmt: skip
        self._read, self.done = read, done
        self._wanted = threading.Event()
        self._pause, self._stopping = pause, threading.Event()
        self._lock = threading.Lock()
        self._pending = False
        self._waiting: list[Callable[[], None]] = []
        self._thread: threading.Thread | None = None
        self.latest = (first or read)()

    def refresh(self) -> None:
        """Read again, because something was written; returns immediately."""
        with self._lock:
            self._pending = True
            self._wanted.set()
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="day-reader", daemon=True)
                self._thread.start()

    def after(self, action: Callable[[], None]) -> None:
        """Call `action` once everything written so far has been read: now, or later on the reader's thread.

        Actions are called in order.
        """
        with self._lock:
            if self._pending:
                self._waiting.append(action)
                return
        action()

    def stop(self) -> None:
        """Stop the thread; `done` is not called any more."""
        self._stopping.set()
        self._wanted.set()
        with self._lock:
            thread = self._thread
        if thread is not None:
            thread.join(5)

    def _run(self) -> None:
        while self._wanted.wait() and not self._stopping.is_set():
            self._wanted.clear()
            try:
                self.latest = self._read()
            except Exception as error:  # noqa: BLE001  # keep the previous data
                _log.error("the store could not be read: %s", type(error).__name__)
            self.done()
            self._run_deferred()
            self._stopping.wait(self._pause)

    def _run_deferred(self) -> None:
        """Call the deferred actions in order, unless another read is pending."""
        while True:
            with self._lock:
                if self._wanted.is_set():
                    return
                if not self._waiting:
                    self._pending = False
                    return
                action = self._waiting.pop(0)
            action()
