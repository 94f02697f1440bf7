"""A growing file, copied to a stream as `tail -f` does."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import BinaryIO, TextIO

from carlendar_devtools.emulator import tasks

LOOK_EVERY = 0.2
"""Seconds."""


@contextlib.asynccontextmanager
async def followed(path: Path, stream: TextIO | None) -> AsyncIterator[None]:
    """Copy what is written to the file while the block runs; nothing without a stream."""
    if stream is None:
        yield
        return
    with path.open("rb") as file:
        task = asyncio.create_task(_copy_repeatedly(file, stream))
        try:
            yield
        finally:
            await tasks.end(task)
            _copy(file, stream)


async def _copy_repeatedly(file: BinaryIO, stream: TextIO) -> None:
    while True:
        _copy(file, stream)
        await asyncio.sleep(LOOK_EVERY)


def _copy(file: BinaryIO, stream: TextIO) -> None:
    with contextlib.suppress(OSError, ValueError):  # a standard error that is closed or full
        if data := file.read():
            stream.write(data.decode("utf-8", "replace"))
            stream.flush()
