"""What happened, for people to read: a few hundred lines with the emulated time of each."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

KEPT = 300
MERGED = 1.5
"""Elapsed seconds within which a line replaces the one before it, if both tell the same thing anew (a slider)."""


@dataclass(frozen=True, slots=True)
class JournalLine:
    """`number` grows by one; a line that came in the place of another bears its number. `at` is the car's time."""

    number: int
    at: str
    kind: str
    text: str


class Journal:
    """Lines, newest last. Used from the loop's thread; `changed` is called after each."""

    def __init__(
        self, time: Callable[[], str], elapsed: Callable[[], float], changed: Callable[[], None] = lambda: None
    ) -> None:
        self._time = time
        self._elapsed = elapsed
        self._changed = changed
        self._lines: deque[JournalLine] = deque(maxlen=KEPT)
        self._number = 0
        self._merges_until = float("-inf")

    def tell(self, kind: str, text: str, *, merge: bool = False) -> None:
        """Write a line; with `merge`, in the place of the last one when that told the same kind a moment ago."""
        now = self._elapsed()
        if merge and self._lines and self._lines[-1].kind == kind and now < self._merges_until:
            self._lines.pop()
        else:
            self._number += 1
        self._merges_until = now + MERGED if merge else float("-inf")
        self._lines.append(JournalLine(self._number, self._time(), kind, text))
        self._changed()

    def since(self, number: int) -> list[JournalLine]:
        """Lines from that number on, which is included because it may have been replaced."""
        return [line for line in self._lines if line.number >= number]
