"""Counts the starts of the screen that failed before their first frame.

After `TOO_MANY` consecutive failures the next start leaves out the calendar's texts, so that a text that crashes the
renderer cannot keep the display black. The count is the size of a sparse file, which works on a full disk as well.
Never raises: if the count cannot be stored, every start counts as the first.
"""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

TOO_MANY = 2
"""Failed starts after which the next one shows no texts."""
FILE = "failed-starts"


class FailedStarts:
    """The count in `folder`, which is created if missing."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._before = folder, 0

    def begin(self) -> int:
        """Count this start as failed until `succeeded` or `withdraw`; return the consecutive failures before it."""
        self._before = self._change(lambda size: size + 1)
        return self._before

    def succeeded(self) -> None:
        """Reset the count: the first frame was drawn."""
        self._before = 0
        self._change(lambda _: 0)

    def withdraw(self) -> None:
        """Do not count this start: it ended before its first frame on request or with an error message."""
        self._change(lambda _: self._before)

    def _change(self, to: Callable[[int], int]) -> int:
        """Set the count; return the previous one, at most `TOO_MANY`."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK
            descriptor = os.open(self._folder / FILE, flags, 0o600)
        except (OSError, ValueError):
            return 0
        before = 0
        try:
            found = os.fstat(descriptor)
            if stat.S_ISREG(found.st_mode):
                before = min(found.st_size, TOO_MANY)
                os.ftruncate(descriptor, to(before))
        except OSError:
            return before
        finally:
            os.close(descriptor)
        return before
