"""The journal on the emulator's page: a few hundred lines with their emulated time."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

KEPT = 300
MERGED = 1.5
"""Elapsed seconds within which a line replaces the previous one of the same kind (a moving slider)."""


@dataclass(frozen=True, slots=True)
class JournalLine:
    """`number` increments by one; a replacement keeps the number of the replaced line. `at` is the car's time."""

    number: int
    at: str
    kind: str
    text: str


class Journal:
    """Lines, newest last. Not thread-safe; `changed` is called after each line."""

    def __init__(
        self, time: Callable[[], str], elapsed: Callable[[], float], changed: Callable[[], None] = lambda: None
    ) -> None:
        self._time = time
        self._elapsed = elapsed
        self._changed = changed
        self._lines: deque[JournalLine] = deque(maxlen=KEPT)
        self._number = 0
        self._merges_until = float("-inf")

    def add(self, kind: str, text: str, *, merge: bool = False) -> None:
        """Add a line; with `merge`, replace the last one if it is recent and of the same kind."""
        now = self._elapsed()
        if merge and self._lines and self._lines[-1].kind == kind and now < self._merges_until:
            self._lines.pop()
        else:
            self._number += 1
        self._merges_until = now + MERGED if merge else float("-inf")
        self._lines.append(JournalLine(self._number, self._time(), kind, text))
        self._changed()

    def since(self, number: int) -> list[JournalLine]:
        """Return the lines from `number` on, including it because it may have been replaced."""
        return [line for line in self._lines if line.number >= number]
