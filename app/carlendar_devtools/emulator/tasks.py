"""Ending of asyncio tasks."""

from __future__ import annotations

import asyncio
from contextlib import suppress


async def end(task: asyncio.Task[None] | None) -> None:
    """Cancel a task and wait until it has ended; an error that it ended with is raised. None is no task."""
    if task is not None:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
