"""Private parts of Kivy 2.3 that the audit uses; all of them, each with its reason (see `carlendar.ui.kivy_hooks`).

- `Clock._max_fps`: the setting is read once, at import.
- `Animation._instances` and an animation's `_widgets`: Kivy lists running animations nowhere else.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def unlimited_frame_rate() -> Iterator[None]:
    """Keep Kivy's clock from waiting for the next sixtieth of a second.

    Afterwards it waits again: a loop that sleeps by that clock would spin in the same process.
    """
    from kivy.clock import Clock

    limit = Clock._max_fps  # noqa: SLF001 - see above
    Clock._max_fps = 0  # noqa: SLF001 - see above
    try:
        yield
    finally:
        Clock._max_fps = limit  # noqa: SLF001 - see above


def animated_widgets() -> list[Any]:
    """The widget of every running animation."""
    from kivy.animation import Animation

    return [entry["widget"] for each in Animation._instances for entry in each._widgets.values()]  # noqa: SLF001 - see above
