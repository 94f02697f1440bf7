"""The targets by name. A target's module is imported when it is run: some open a window, a bus or a server."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from random import Random

Target = Callable[[Random], None]
"""Makes one input of the given randomness, and raises where what comes of it is wrong."""

TARGETS = (
    "icalendar",
    "graph",
    "invitations",
    "screen",
    "channel",
    "telephone",
    "network",
    "databroker",
    "settings",
    "store",
    "travel",
)


def load(name: str) -> Target:
    """The target of that name."""
    target: Target = importlib.import_module(f"tests.fuzz.{name}").target
    return target
