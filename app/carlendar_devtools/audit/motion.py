"""H4, H5, L4, L5: what moves on a live display that nobody touches, and that a touch is answered at once.

The display is the real one: window, loop and stage, off-screen. Only the presenter's time stands still, so that
whatever is drawn is drawn by the interface itself.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from carlendar_devtools.audit.kivy_hooks import animated_widgets
from carlendar_devtools.audit.live import LiveDisplay

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from carlendar.presentation.states import Action, Frame
    from carlendar.safety.restrictions import Restrictions
    from carlendar.ui.metrics import DisplayMetrics
    from carlendar.ui.theme import Brand
    from carlendar_devtools.audit.finding import Judge
    from carlendar_devtools.audit.nodes import Node

REST = 0.5
"""Seconds after the last input in which nothing may be drawn (H5)."""
FEEDBACK = 0.25
"""Seconds in which a touch must be seen (H4)."""
QUIET = 0.4
"""Seconds without a draw after which a new frame is laid out."""
PATIENCE = 6
"""Times that this is waited for: what never rests is measured as it is."""


class _Machine:
    """The elapsed clock of the machine."""

    def seconds(self) -> float:
        return time.clock_gettime(time.CLOCK_BOOTTIME)


class _Standing:
    """A cockpit that shows one frame and waits for ever."""

    def __init__(self, frame: Frame) -> None:
        self.frame = frame

    def subscribe(self, listener: Callable[[Frame], None]) -> None:
        listener(self.frame)

    def restrict(self, restrictions: Restrictions) -> Frame:
        del restrictions  # it stands
        return self.frame

    def act(self, action: Action) -> None:
        """Nothing: only what the interface does by itself is looked at."""

    def scrolled(self, place: str, offset: float) -> None:
        """Nothing."""

    def tick(self) -> float:
        return 60.0


def judge(frame: Frame, metrics: DisplayMetrics, brand: Brand, verdict: Judge) -> None:
    """One frame on a live display: nothing moves, and a touch on its first target is seen at once."""
    display = LiveDisplay(_Standing(frame), _Machine(), metrics, brand)
    try:
        _quiet(display)
        before = _places(display.nodes())
        drawn = display.watch(REST)
        verdict.most("H5", "frames drawn without input", drawn, 0)
        verdict.most("L4", "animations", _animated(display.stage), 0)
        moved = _farthest(before, _places(display.nodes()))
        verdict.most("L5", "text that moves by itself", moved, 0.0)
        _touch(display, verdict)
    finally:
        display.close()


def _quiet(display: LiveDisplay) -> None:
    display.turn()
    for _ in range(PATIENCE):
        if not display.watch(QUIET):
            return


def _animated(stage: Any) -> int:
    """Animations of widgets under `stage`."""
    under = set(stage.walk())
    return sum(widget in under for widget in animated_widgets())


def _places(found: Iterable[Node]) -> dict[str, tuple[float, float]]:
    return {
        f"{node.key} {at}": (run.rect.x, run.rect.y)
        for node in found
        for at, run in enumerate(run for line in node.lines for run in line)
    }


def _farthest(before: dict[str, tuple[float, float]], after: dict[str, tuple[float, float]]) -> float:
    return max(
        (
            abs(after[key][0] - place[0]) + abs(after[key][1] - place[1])
            for key, place in before.items()
            if key in after
        ),
        default=0.0,
    )


def _touch(display: LiveDisplay, verdict: Judge) -> None:
    for node in display.nodes():
        if node.reach is None or not node.whole:
            continue
        before, began = display.drawn, time.monotonic()
        display.press(node)
        while display.drawn == before and time.monotonic() - began < 2 * FEEDBACK:
            display.turn(1)
        seen = time.monotonic() - began if display.drawn > before else 2 * FEEDBACK
        verdict.most("H4", f"{node.key} touched", seen, FEEDBACK, node.reach)
        display.release(node)
        drawn = display.watch(REST)
        verdict.most("H5", f"frames drawn after {node.key} was left", max(0, drawn - 1), 0)
        return
