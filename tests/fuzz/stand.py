"""What targets start and keep for a whole run: buses, servers, folders. It is closed when the run ends."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

from carlendar_devtools.emulator.child_process import scratch

STARTED = ExitStack()
"""Closed by `python -m tests.fuzz` after the last input."""


def folder() -> Path:
    """A folder for the run."""
    return STARTED.enter_context(scratch("carlendar-fuzz-"))
