"""Only one process at a time changes the tables: ingestion, or what deletes from them."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from carlendar.errors import UsageError


def lock(path: Path) -> int:
    """Lock a file and return its descriptor; closing it unlocks. Raises UsageError if another process has the lock."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        raise UsageError(f"another ingestion is running on this data folder, end it first: {path.parent}") from None
    return descriptor


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the lock for the block. Raises UsageError if another process has it."""
    descriptor = lock(path)
    try:
        yield
    finally:
        os.close(descriptor)
