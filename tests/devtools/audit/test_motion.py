"""What moves on a live display that is not touched, and what a touch shows at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from carlendar.brands.brand import Brand
from carlendar.presentation.states import Frame
from carlendar_devtools.audit import motion
from carlendar_devtools.audit.finding import Findings, Judge
from carlendar_devtools.audit.offscreen_renderer import OffscreenRenderer
from carlendar_devtools.stories.audit_matrix import DISPLAYS
from tests.devtools.audit.conftest import FrameOf, rules

if TYPE_CHECKING:  # importing it opens a window
    from carlendar.ui.root_view import RootView

WIDE = DISPLAYS["wide-12.9"]


def begins(monkeypatch: pytest.MonkeyPatch, act: Callable[[RootView], None]) -> None:
    """Let the stage begin something when it shows its first frame."""
    from carlendar.ui.root_view import RootView

    real = RootView.show

    def show(self: RootView, frame: Frame) -> None:
        first = self.frame is None
        real(self, frame)
        if first:
            act(self)

    monkeypatch.setattr(RootView, "show", show)


@pytest.mark.rule("H4", "H5", "L4", "L5")
def test_nothing_moves_and_a_touch_is_seen(frame_of: FrameOf, findings: Findings, verdict: Judge) -> None:
    motion.judge(frame_of("drive-next"), WIDE, Brand(), verdict)
    assert not findings.violations
    assert {"H4", "H5", "L4", "L5"} <= set(findings.checks)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """For what never rests: its rest is not waited for."""
    monkeypatch.setattr(motion, "MAX_WAITS", 1)
    monkeypatch.setattr(motion, "QUIET", 0.1)
    monkeypatch.setattr(motion, "REST", 0.2)


@pytest.mark.rule("H5", "L5")
@pytest.mark.usefixtures("impatient")
def test_moving_decoration(
    frame_of: FrameOf, findings: Findings, verdict: Judge, monkeypatch: pytest.MonkeyPatch
) -> None:
    frame = frame_of("drive-next")
    events: list[Any] = []

    def move(stage: RootView) -> None:
        from kivy.clock import Clock
        from kivy.graphics import Rectangle

        rectangles = [each for each in stage.widget("title").canvas.children if isinstance(each, Rectangle)]

        def step(_: float) -> None:
            for each in rectangles:
                each.pos = (each.pos[0] + 1, each.pos[1])

        events.append(Clock.schedule_interval(step, 0.02))

    begins(monkeypatch, move)
    try:
        motion.judge(frame, WIDE, Brand(), verdict)
    finally:
        events[0].cancel()
    assert {"H5", "L5"} <= rules(findings.violations)


@pytest.mark.rule("L4")
@pytest.mark.usefixtures("impatient")
def test_an_animation(frame_of: FrameOf, findings: Findings, verdict: Judge, monkeypatch: pytest.MonkeyPatch) -> None:
    from kivy.animation import Animation

    begins(monkeypatch, lambda stage: Animation(opacity=0.4, duration=30).start(stage.widget("title")))
    try:
        motion.judge(frame_of("drive-next"), WIDE, Brand(), verdict)
    finally:
        for each in list(Animation._instances):
            each.cancel_all(next(iter(each._widgets.values()))["widget"])
    assert "L4" in rules(findings.violations)


@pytest.mark.rule("H4")
@pytest.mark.usefixtures("impatient")
def test_a_touch_that_is_not_seen(
    frame_of: FrameOf, findings: Findings, verdict: Judge, monkeypatch: pytest.MonkeyPatch
) -> None:
    frame = frame_of("drive-next")
    OffscreenRenderer(WIDE, Brand()).show(frame)
    from carlendar.ui.widgets.touchable import Touchable

    monkeypatch.setattr(Touchable, "on_touch_down", lambda *_: True)
    motion.judge(frame, WIDE, Brand(), verdict)
    assert "H4" in rules(findings.violations)
