"""Frames of real situations, and an examiner that says which rules they break."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from carlendar.brands.brand import Brand
from carlendar.presentation.states import Frame
from carlendar.safety.policy import restrictions_for
from carlendar.safety.restrictions import DrivingState
from carlendar.ui import font_files
from carlendar.ui.metrics import fit_of
from carlendar_devtools.audit.examiner import Examiner
from carlendar_devtools.audit.finding import Findings, Judge, Scope, Violation
from carlendar_devtools.audit.offscreen_renderer import OffscreenRenderer
from carlendar_devtools.audit.page import Private
from carlendar_devtools.stories.audit_matrix import AUDITED, DISPLAYS
from carlendar_devtools.stories.audit_work import AuditWorker

if TYPE_CHECKING:  # importing it opens a window
    from carlendar.ui.root_view import RootView

SCOPE = Scope("wide-12.9", "drive", "moving", "night", "en", "carlendar", "test")
FrameOf = Callable[..., Frame]
Examine = Callable[..., list[Violation]]


@pytest.fixture(autouse=True)
def own_fonts() -> Iterator[None]:
    """Other tests measure with the typeface that they began with, whatever brand was audited."""
    before = font_files.first()
    yield
    if font_files.first() != before:
        from carlendar.ui.fonts import use_brand  # imports Kivy, which a display has prepared

        use_brand(before, outlined_icons=False)


@pytest.fixture(scope="session")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> AuditWorker:
    """A workshop of this process."""
    return AuditWorker(tmp_path_factory.mktemp("audit"))


@pytest.fixture(scope="session")
def frame_of(workshop: AuditWorker) -> FrameOf:
    """The frame of a situation on a display, as moving restricts it if that is asked for."""

    @cache
    def make(name: str, display: str = "wide-12.9", *, language: str = "en", forced: str = "") -> Frame:
        session = workshop.session(AUDITED[name], language, fit_of(DISPLAYS[display]))
        try:
            frame = session.frame(night=True)
        finally:
            session.close()
        return replace(frame, restrictions=restrictions_for(DrivingState(forced), "test")) if forced else frame

    return make


@pytest.fixture
def findings() -> Findings:
    """Nothing found yet."""
    return Findings()


@pytest.fixture
def verdict(findings: Findings) -> Judge:
    """Collects into `findings`."""
    return Judge(findings, SCOPE)


@pytest.fixture
def examine() -> Examine:
    """What is wrong with a frame, on a bench of its own: what a test broke stays with it."""

    def look(
        frame: Frame, display: str = "wide-12.9", *, brand: Brand | None = None, render: bool = False,
        private: Private | None = None, change: Callable[[RootView], None] = lambda _: None,
    ) -> list[Violation]:  # fmt: skip
        renderer = OffscreenRenderer(DISPLAYS[display], brand or Brand())
        renderer.show(frame)
        change(renderer.stage)
        findings = Findings()
        state, theme = frame.restrictions.state.value, "night" if frame.night else "day"
        scope = Scope(display, frame.screen.value, state, theme, frame.language, "carlendar", "test")
        Examiner(renderer, findings).examine(frame, scope, private or Private(), render=render)
        assert sum(findings.checks.values()) > 50
        return findings.violations

    return look


def rules(found: list[Violation]) -> set[str]:
    """The ids of the rules that were broken."""
    return {each.rule for each in found}
