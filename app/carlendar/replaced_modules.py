"""Keeps libraries from importing large modules that only their unused parts need."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from types import ModuleType
from typing import Any


@contextmanager
def replaced(modules: Mapping[str, ModuleType | None]) -> Iterator[None]:
    """Have imports in this block find these modules; None for a module that is missing. Imported ones stay.

    No other thread may import one of them meanwhile, unless it is `deferred`.
    """
    absent = [name for name in modules if name not in sys.modules]
    for name in absent:
        sys.modules[name] = modules[name]  # type: ignore[assignment]  # None is allowed (The import system, 5.3.1)
    try:
        yield
    finally:
        for name in absent:
            if name in sys.modules and sys.modules[name] is modules[name]:
                del sys.modules[name]


def deferred(name: str) -> ModuleType:
    """Return a module in the place of the one of that name, which is imported when the first attribute is read."""
    made = ModuleType(name)

    def read(attribute: str) -> Any:
        if attribute.startswith("__"):  # the import system asks whether it is a package
            raise AttributeError(attribute)
        if sys.modules.get(name) is made:
            del sys.modules[name]
        return getattr(import_module(name), attribute)

    made.__getattr__ = read  # type: ignore[method-assign]  # of a module it is called with the name alone (PEP 562)
    return made
