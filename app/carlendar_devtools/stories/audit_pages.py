"""The pages of the audit: every situation on every display, in all driving states, themes, brands and text scales.

Measured are the sizes and places of all pages on all displays at all sizes of text; the pixels of each situation in
its own driving state on all displays, in both themes and all brands; and those of the other driving states, of a
passenger's display and of the other sizes of text pairwise: in an order that depends on names only, so that every run
measures the same.
"""

from __future__ import annotations

import itertools
import zlib
from functools import cache
from typing import TYPE_CHECKING

from msgspec.structs import replace

from carlendar.brands import library
from carlendar.brands.brand import NEUTRAL, Brand
from carlendar.safety.restrictions import DrivingState
from carlendar.ui.metrics import DisplayMetrics, Fit, fit_of
from carlendar_devtools.audit.finding import Findings, Scope
from carlendar_devtools.stories.audit_matrix import AUDITED, STATES, TEXT_SCALES, private
from carlendar_devtools.stories.story_situation import SETTLED, StorySituation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from carlendar.presentation.states import Frame
    from carlendar_devtools.audit.examiner import Examiner
    from carlendar_devtools.audit.page import Private
    from carlendar_devtools.stories.scenario_rig import RigSession

OWN_BRAND = NEUTRAL
PICTURED = 3
"""Of the pages on a walk every third is rendered."""


@cache
def brands() -> dict[str, Brand]:
    """Return every installed brand by its name, the neutral one first."""
    return {name: library.load(name) for name in library.names()}


class Pages:
    """Measures pages on the displays of a process; identical pages are measured once."""

    def __init__(self, displays: dict[str, DisplayMetrics]) -> None:
        self.displays = displays
        self._examiners: dict[tuple[str, float, str], Examiner] = {}
        self._private: dict[tuple[str, int], Private] = {}
        self._laid_out: set[tuple[object, ...]] = set()
        self._pictured: set[tuple[object, ...]] = set()

    def by_fit(self) -> dict[Fit, list[str]]:
        """Displays by what fits on them, since those share a presenter."""
        found: dict[Fit, list[str]] = {}
        for name, metrics in self.displays.items():
            found.setdefault(fit_of(metrics), []).append(name)
        return found

    def measure(self, name: str, session: RigSession, displays: list[str], findings: Findings) -> None:
        """Yield the situation as it is, then in every other driving state, and on a passenger's display."""
        situation = AUDITED[name]
        secret = self._private_of(situation, session)
        own = session.frame(night=True)
        others = tuple(_elsewhere(session, situation))
        for display in displays:
            for brand, night in itertools.product(brands(), (True, False)):
                now = replace(own, night=night)
                self._examine(now, scope_of(now, display, brand, name), secret, findings)
            for frame in others:
                self._inpassing(frame, display, name, secret, findings)
            for scale in TEXT_SCALES[1:]:
                self._lay_out(own, scope_of(own, display, OWN_BRAND, name, scale), secret, findings)

    def _private_of(self, situation: StorySituation, session: RigSession) -> Private:
        """Read the day once; without an account there is nothing to keep."""
        key = (situation.scenario, situation.day)
        if key in self._private:
            return self._private[key]
        found = private(session)
        if found.bodies:
            self._private[key] = found
        return found

    def _inpassing(self, frame: Frame, display: str, name: str, secret: Private, findings: Findings) -> None:
        """Measure geometry at all text scales; pixels in alternating themes, brands and scales."""
        scope = scope_of(frame, display, OWN_BRAND, name)
        turn = zlib.crc32(f"{name} {display} {scope.state} {scope.passenger} {frame.language}".encode())
        names = tuple(brands())
        night, brand, chosen = turn % 2 == 0, names[turn // 2 % len(names)], TEXT_SCALES[turn // 8 % len(TEXT_SCALES)]
        for scale in TEXT_SCALES:
            if scale == chosen and turn // 32 % PICTURED == 0:
                now = replace(frame, night=night)
                self._examine(now, scope_of(now, display, brand, name, scale), secret, findings)
            else:
                self._lay_out(frame, scope_of(frame, display, OWN_BRAND, name, scale), secret, findings)

    def _lay_out(self, frame: Frame, scope: Scope, secret: Private, findings: Findings) -> None:
        """Measure places and sizes, unless done for an identical frame."""
        key = (_bare(frame if frame.night else replace(frame, night=True)), scope.display, scope.text_scale)
        findings.laid_out.add(scope)
        if key not in self._laid_out:
            self._laid_out.add(key)
            self._examiner_of(scope, findings).examine(frame, scope, secret, render=False)

    def _examine(self, frame: Frame, scope: Scope, secret: Private, findings: Findings) -> None:
        """Measure places, sizes and pixels, each unless done for an identical frame."""
        key = (_bare(frame), scope.display, scope.text_scale, scope.brand)
        findings.pictured.add(scope)
        if key in self._pictured:
            return
        self._pictured.add(key)
        by_night = key[0] if frame.night else replace(key[0], night=True)
        laid_out = (by_night, scope.display, scope.text_scale)
        new = laid_out not in self._laid_out
        self._laid_out.add(laid_out)
        findings.laid_out.add(scope)
        self._examiner_of(scope, findings).examine(frame, scope, secret, lay_out=new, render=True)

    def _examiner_of(self, scope: Scope, findings: Findings) -> Examiner:
        examiner = self.examiner(scope.display, scope.text_scale, scope.brand)
        examiner.findings = findings
        return examiner

    def examiner(self, display: str, scale: float = 1.0, brand: str = OWN_BRAND) -> Examiner:
        """Return the renderer of a display, with its examiner."""
        from carlendar_devtools.audit.examiner import Examiner
        from carlendar_devtools.audit.offscreen_renderer import OffscreenRenderer

        key = (display, scale, brand)
        if key not in self._examiners:
            metrics = replace(self.displays[display], text_scale=scale)
            self._examiners[key] = Examiner(OffscreenRenderer(metrics, brands()[brand]), Findings())
        return self._examiners[key]


def _bare(frame: Frame) -> Frame:
    """Return what determines drawing and rules: unknown restricts, and is judged, as moving."""
    given = frame.restrictions
    state = DrivingState.MOVING if given.state is DrivingState.UNKNOWN else given.state
    return replace(frame, restrictions=replace(given, state=state, sequence=0, cause=""), place="")


def _elsewhere(session: RigSession, situation: StorySituation) -> Iterator[Frame]:
    """Yield it after a change of the driving state, and on a passenger's display."""
    for state in STATES:
        if state is not situation.state:
            session.drive(state)
            session.pass_time(SETTLED)
            yield replace(session.presenter.frame, night=True)
    session.drive(DrivingState.MOVING, passenger=True)
    session.pass_time(SETTLED)
    yield replace(session.presenter.frame, night=True)


def scope_of(frame: Frame, display: str, brand: str, name: str, scale: float = 1.0) -> Scope:
    """Return the display on which the frame is measured."""
    theme = "night" if frame.night else "day"
    restrictions = frame.restrictions
    return Scope(
        display, frame.screen.value, restrictions.state.value, theme, frame.language, brand, name, scale,
        restrictions.passenger,
    )  # fmt: skip
