"""All private APIs of Kivy 2.3 used by the audit, each with its reason (see `carlendar.ui.kivy_hooks`).

- `Clock._max_fps`: the setting is only read at import.
- `Animation._instances` and an animation's `_widgets`: the only list of running animations.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def unlimited_frame_rate() -> Iterator[None]:
    """Prevent Kivy's clock from limiting the frame rate.

    The limit is restored afterwards, because a loop that sleeps by that clock would otherwise spin.
    """
    from kivy.clock import Clock

    limit = Clock._max_fps  # noqa: SLF001 - see above
    Clock._max_fps = 0  # noqa: SLF001 - see above
    try:
        yield
    finally:
        Clock._max_fps = limit  # noqa: SLF001 - see above


def animated_widgets() -> list[Any]:
    """Return the widgets of all running animations."""
    from kivy.animation import Animation

    return [entry["widget"] for each in Animation._instances for entry in each._widgets.values()]  # noqa: SLF001 - see above
