"""Whether the display that the platform file describes is connected, according to the kernel.

A declared passenger display is unrestricted while the car moves because the driver cannot see it. When it is
disconnected, the compositor may show the same window elsewhere: from then on it counts as the driver's (rule S9).
Source: Linux DRM, `/sys/class/drm/card*-CONNECTOR/status` (Documentation/ABI/testing/sysfs-class-drm).
"""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

CONNECTORS = Path("/sys/class/drm")
POLL_SECONDS = 0.2
"""A restriction must be drawn within a quarter of a second of its cause."""


class Output:
    """The display connector called `name` (`HDMI-A-2`). An empty name is never connected."""

    def __init__(self, name: str, folder: Path = CONNECTORS) -> None:
        self._name = name
        self._folder = folder
        self._ended = threading.Event()
        self._thread: threading.Thread | None = None

    def connected(self) -> bool:
        """Whether a display is connected now; False if the status cannot be read."""
        if not self._name:
            return False
        try:
            found = [each for each in self._folder.glob("card*-*") if each.name.partition("-")[2] == self._name]
            words = [(each / "status").read_text("ascii").strip() for each in found]
        except (OSError, ValueError):
            return False
        return words == ["connected"]

    def watch(self, lost: Callable[[], None]) -> None:
        """Call `lost` once, from a dedicated thread, when the display is disconnected; a reconnection is ignored."""
        self._thread = threading.Thread(target=self._look, args=(lost,), name="output", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop watching."""
        self._ended.set()
        if self._thread is not None:
            self._thread.join()

    def _look(self, lost: Callable[[], None]) -> None:
        while self.connected():
            if self._ended.wait(POLL_SECONDS):
                return
        lost()
