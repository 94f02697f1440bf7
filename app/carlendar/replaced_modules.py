"""Keeps libraries from importing large modules that only their unused parts need."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import ModuleType


@contextmanager
def replaced(modules: Mapping[str, ModuleType | None]) -> Iterator[None]:
    """Have imports in this block find these modules; None for a module that is missing. Imported ones stay.

    No other thread may import meanwhile.
    """
    absent = [name for name in modules if name not in sys.modules]
    for name in absent:
        sys.modules[name] = modules[name]  # type: ignore[assignment]  # None is allowed (The import system, 5.3.1)
    try:
        yield
    finally:
        for name in absent:
            del sys.modules[name]
