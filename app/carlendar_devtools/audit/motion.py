"""H4, H5, L4, L5: no motion on an untouched display, and immediate feedback to a touch.

The display is real: window, loop and widget tree, off-screen. Only the presenter's time is frozen, so that all
drawing is caused by the UI itself.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from carlendar_devtools.audit.kivy_hooks import animated_widgets
from carlendar_devtools.audit.live import LiveDisplay

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from carlendar.brands.brand import Brand
    from carlendar.presentation.states import Action, Frame
    from carlendar.safety.restrictions import Restrictions
    from carlendar.ui.metrics import DisplayMetrics
    from carlendar_devtools.audit.finding import Judge
    from carlendar_devtools.audit.nodes import Node

REST = 0.5
"""Seconds without input during which nothing may be drawn (H5)."""
FEEDBACK = 0.25
"""Seconds within which a touch must have visible feedback (H4)."""
QUIET = 0.4
"""Seconds without a draw after which the layout counts as settled."""
MAX_WAITS = 6
"""Maximum number of such waits; then the display is measured as is."""


class _Machine:
    """The machine's elapsed clock."""

    def seconds(self) -> float:
        return time.clock_gettime(time.CLOCK_BOOTTIME)


class _Standing:
    """A controller with one constant frame."""

    def __init__(self, frame: Frame) -> None:
        self.frame = frame

    def subscribe(self, listener: Callable[[Frame], None]) -> None:
        listener(self.frame)

    def restrict(self, restrictions: Restrictions) -> Frame:
        del restrictions  # the frame is constant
        return self.frame

    def act(self, action: Action) -> None:
        """Do nothing: only the UI's own behaviour is examined."""

    def scrolled(self, place: str, offset: float) -> None:
        """Do nothing."""

    def tick(self) -> float:
        return 60.0


def judge(frame: Frame, metrics: DisplayMetrics, brand: Brand, verdict: Judge) -> None:
    """Check a frame on a live display: no motion, and immediate feedback to a touch on its first target."""
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
    for _ in range(MAX_WAITS):
        if not display.watch(QUIET):
            return


def _animated(stage: Any) -> int:
    """Return the number of animations of widgets under `stage`."""
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
