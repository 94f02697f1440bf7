"""Work for when the display is idle: imports for the first touch, and full garbage collections."""

from __future__ import annotations

import gc
from importlib import import_module

MODULES = (
    "carlendar.presentation.dispatch",
    "carlendar.presentation.outbox_intents",
    "carlendar.presentation.call.call_intents",
    "carlendar.presentation.account.account_intents",
    "carlendar.presentation.agenda.view",
    "carlendar.presentation.event.view",
    "kivy.uix.scrollview",
    "kivy.uix.recycleview",
    "carlendar.ui.screens.agenda",
    "carlendar.ui.widgets.part_list",
    "carlendar.ui.screens.event",
)
"""What touches on Drive and Agenda need, each a few milliseconds to import."""
PAUSE = 0.05
"""Seconds between two tasks; a touch waits for one at most."""
YOUNG, MIDDLE, OLD = 700, 10, 200
"""When Python looks for cycles by itself (`gc.set_threshold`): among new objects as ever, among all hardly ever."""


def collect_garbage_when_idle() -> None:
    """Enable the garbage collector, but have full collections done by `IdleTasks` alone.

    A full collection takes 0.1 s after 2,000 events were read, and stops all threads. Objects that exist now are never
    examined again.
    """
    gc.freeze()
    gc.set_threshold(YOUNG, MIDDLE, OLD)
    gc.enable()


class IdleTasks:
    """Called by the display's loop (see `carlendar.ui.loop.Loop`), does one task at a time."""

    def __init__(self, modules: tuple[str, ...] = MODULES) -> None:
        self._modules = list(modules)

    def __call__(self) -> float:
        """Do one task; returns the seconds until the next, infinity when nothing is left."""
        if self._modules:
            import_module(self._modules.pop(0))
            return PAUSE
        if gc.get_count()[2] >= MIDDLE:  # as often as Python would by itself
            gc.collect()
        return float("inf")
