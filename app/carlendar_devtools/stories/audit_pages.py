"""The pages of the audit: every situation on every display, in all driving states, themes, brands and text scales.

Measured are sizes and places of all pages on all displays and in all typefaces of the brands: at all sizes of text in
the first typeface, and in the others of each situation's own driving state; the pixels, and once more sizes and places,
of each situation in its own driving state on all displays in both themes and all brands, the first brand in every
language and each other one in one of two; and pairwise everything else
of the other driving states, of a passenger's display and of the other sizes of text: in turns that depend on names
alone, so that every run measures the same.

What is drawn and probed is judged once for each different result: two brands of one typeface usually differ in colours
alone, but that is compared and not assumed.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from msgspec.structs import replace

from carlendar.brands import library
from carlendar.brands.brand import NEUTRAL, Brand
from carlendar.safety.restrictions import DrivingState
from carlendar.ui.metrics import DisplayMetrics, Fit, fit_of
from carlendar_devtools.audit.finding import Findings, Scope
from carlendar_devtools.stories.audit_matrix import AUDITED, STATES, TEXT_SCALES, private
from carlendar_devtools.stories.story_situation import SETTLED, StorySituation

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from carlendar.brands.typeface import Typeface
    from carlendar.presentation.states import Frame
    from carlendar_devtools.audit.examiner import Examiner, Geometry
    from carlendar_devtools.audit.page import Private
    from carlendar_devtools.stories.scenario_rig import RigSession

OWN_BRAND = NEUTRAL
FIRST_HALF = frozenset({"en"})
"""Languages in which a brand is rendered that is not in the others: colours do not depend on words."""
PICTURED = 3
"""Of the pages on a walk every third is rendered."""


@cache
def brands() -> dict[str, Brand]:
    """Return every installed brand by its name, the neutral one first."""
    return {name: library.load(name) for name in library.names()}


@dataclass(frozen=True)
class SituationFrames:
    """A situation's frames for displays of one number of rows: its own, by night, and those of other driving states."""

    name: str
    own: Frame
    others: tuple[Frame, ...]
    secret: Private


class Appearance(NamedTuple):
    """What a frame is drawn in: brand, theme and size of text."""

    brand: str
    night: bool
    scale: float = 1.0


class _Page(NamedTuple):
    """A situation on a display, and where its findings go."""

    display: str
    frames: SituationFrames
    findings: Findings


class Pages:
    """Measures pages on the displays of a process; identical pages are measured once."""

    def __init__(self, displays: dict[str, DisplayMetrics], looks: Mapping[str, Brand] | None = None) -> None:
        """`looks` are the brands by name, the installed ones by default."""
        self.displays = displays
        self._brands = looks or brands()
        self._examiners: dict[tuple[str, float], Examiner] = {}
        self._private: dict[tuple[str, int], Private] = {}
        self._laid_out: set[tuple[Frame, str, float, Typeface]] = set()
        self._pictured: set[tuple[Frame, str, float, str]] = set()

    def by_fit(self) -> dict[Fit, list[str]]:
        """Displays by what fits: those share a presenter."""
        found: dict[Fit, list[str]] = {}
        for name, metrics in self.displays.items():
            found.setdefault(fit_of(metrics), []).append(name)
        return found

    def forget(self) -> None:
        """Measure frames again that were measured before, so that results do not depend on what was."""
        self._laid_out.clear()
        self._pictured.clear()

    def frames(self, name: str, session: RigSession) -> SituationFrames:
        """Yield the situation as it is, then in every other driving state, and on a passenger's display."""
        situation = AUDITED[name]
        secret = self._private_of(situation, session)
        return SituationFrames(name, session.frame(night=True), tuple(_elsewhere(session, situation)), secret)

    def measure(self, shown: Mapping[str, SituationFrames], findings: Findings) -> None:
        """Measure a situation on displays by name, in one typeface after the other: changing fonts takes time."""
        for names in self._by_typeface():
            for display, frames in shown.items():
                page = _Page(display, frames, findings)
                self._in_all_looks(page, names)
                for frame in frames.others:
                    self._in_passing(page, frame, names)
                for scale in TEXT_SCALES[1:]:
                    self._lay_out(page, frames.own, names, scale)

    def _by_typeface(self) -> list[list[str]]:
        """Names of brands by typeface."""
        found: dict[Typeface, list[str]] = {}
        for name, brand in self._brands.items():
            found.setdefault(brand.fonts, []).append(name)
        return list(found.values())

    def _private_of(self, situation: StorySituation, session: RigSession) -> Private:
        """Read the day once; without an account there is nothing to keep."""
        key = (situation.scenario, situation.day)
        if key in self._private:
            return self._private[key]
        found = private(session)
        if found.bodies:
            self._private[key] = found
        return found

    def _in_all_looks(self, page: _Page, names: list[str]) -> None:
        """Geometry and pixels in these brands, by night and by day; all but the first in half of the languages."""
        judged: set[Geometry] = set()
        chosen = [name for name in names if self._has_turn(page, name)]
        for at, name in enumerate(chosen):
            for night in (at % 2 == 0, at % 2 == 1):  # so that brand or theme changes, never both
                self._examine(page, page.frames.own, Appearance(name, night), render=True, judged=judged)
        if not chosen:
            self._lay_out(page, page.frames.own, names, 1.0)

    def _has_turn(self, page: _Page, name: str) -> bool:
        if name == next(iter(self._brands)):
            return True
        turn = zlib.crc32(f"{page.frames.name} {page.display} {name}".encode())
        return turn % 2 != (page.frames.own.language in FIRST_HALF)

    def _in_passing(self, page: _Page, frame: Frame, names: list[str]) -> None:
        """Geometry in all sizes of text in the first typeface, in turns in others; pixels and all else in turns."""
        given, every = frame.restrictions, tuple(self._brands)
        seed = f"{page.frames.name} {page.display} {given.state.value} {given.passenger} {frame.language}"
        turn = zlib.crc32(seed.encode())
        chosen = TEXT_SCALES[turn // 8 % len(TEXT_SCALES)]
        look = Appearance(every[turn // 2 % len(every)], turn % 2 == 0, chosen)
        for scale in TEXT_SCALES if every[0] in names else (chosen,):
            if look.brand in names and scale == chosen and turn // 32 % PICTURED == 0:
                self._examine(page, frame, look, render=True)
            else:
                self._lay_out(page, frame, names, scale)

    def _lay_out(self, page: _Page, frame: Frame, names: list[str], scale: float) -> None:
        """Geometry in the typeface of these brands."""
        self._examine(page, frame, Appearance(names[-1], True, scale))

    def _examine(
        self, page: _Page, frame: Frame, look: Appearance, *, render: bool = False, judged: set[Geometry] | None = None
    ) -> None:
        """Measure geometry, with `render` also pixels, if that was not done with the very same frame."""
        frame, brand = replace(frame, night=look.night), self._brands[look.brand]
        scope = scope_of(frame, page.display, look.brand, page.frames.name, look.scale)
        page.findings.laid_out.add(scope)
        if render:
            page.findings.pictured.add(scope)
        bare = _bare(frame)
        laid_out = (replace(bare, night=True), page.display, look.scale, brand.fonts)
        pictured = (bare, page.display, look.scale, look.brand)
        if pictured in self._pictured or (laid_out in self._laid_out and not render):
            return
        self._laid_out.add(laid_out)
        if render:
            self._pictured.add(pictured)
        examiner = self.examiner(page.display, look.scale)
        examiner.findings = page.findings
        examiner.examine(frame, scope, page.frames.secret, brand=brand, render=render, judged=judged)

    def examiner(self, display: str, scale: float = 1.0) -> Examiner:
        """The examiner of that display."""
        from carlendar_devtools.audit.examiner import Examiner
        from carlendar_devtools.audit.offscreen_renderer import OffscreenRenderer

        key = (display, scale)
        if key not in self._examiners:
            metrics = replace(self.displays[display], text_scale=scale)
            self._examiners[key] = Examiner(OffscreenRenderer(metrics, next(iter(self._brands.values()))), Findings())
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
