"""Tasks for an idle display: imports and rules of screens for the first touch, and full garbage collections."""

from __future__ import annotations

import gc
import logging
from importlib import import_module

_log = logging.getLogger(__name__)

MODULES = (
    "carlendar.presentation.dispatch",
    "carlendar.presentation.outbox_intents",
    "carlendar.presentation.call.call_intents",
    "carlendar.presentation.account.account_intents",
    "carlendar.presentation.agenda.view",
    "carlendar.presentation.event.view",
    "kivy.uix.scrollview",
    "kivy.uix.recycleview",
    "carlendar.ui.widgets.part_list",
)
"""Modules for touches on Now and Agenda, each a few milliseconds to import."""
PAUSE = 0.05
"""Seconds between two tasks, so that a touch waits for one at most."""
YOUNG, MIDDLE, OLD = 700, 10, 200
"""Thresholds of automatic garbage collection (`gc.set_threshold`): default for new objects, rare for all objects."""


def collect_garbage_when_idle() -> None:
    """Enable the garbage collector, but leave full collections to `IdleTasks`.
    A full collection takes 0.1 s with 2,000 events, and stops all threads. Objects that exist now are frozen.
    """
    gc.freeze()
    gc.set_threshold(YOUNG, MIDDLE, OLD)
    gc.enable()


def _prepare() -> bool:
    """Parse a rule of a screen that was not shown yet; whether there may be more."""
    from carlendar.ui.layout.loader import prepare  # imported with the first frame

    try:
        return prepare()
    except Exception as error:  # noqa: BLE001  # what is wrong with it matters where the screen is shown
        _log.error("a screen cannot be prepared: %s", type(error).__name__)
        return False


class IdleTasks:
    """Called by the display's loop (see `carlendar.ui.loop.Loop`); runs one task at a time."""

    def __init__(self, modules: tuple[str, ...] = MODULES) -> None:
        self._modules = list(modules)
        self._prepares = bool(modules)

    def __call__(self) -> float:
        """Run one task; return the seconds until the next, infinity if none is left."""
        if self._modules:
            import_module(self._modules.pop(0))
            return PAUSE
        if self._prepares:
            self._prepares = _prepare()
            return PAUSE
        if gc.get_count()[2] >= MIDDLE:  # as often as automatic collection would
            gc.collect()
        return float("inf")
