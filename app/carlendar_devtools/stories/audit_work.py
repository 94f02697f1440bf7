"""Divides the audit into units of work that any process can execute and that return their findings."""

from __future__ import annotations

import ctypes
import gc
import itertools
import logging
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from carlendar.brands.brand import Brand
from carlendar.resources import asset
from carlendar.ui.metrics import DisplayMetrics, Fit, fit_of
from carlendar_devtools.audit.finding import Findings, Judge, Scope
from carlendar_devtools.stories.audit_matrix import AUDITED, DISPLAYS
from carlendar_devtools.stories.audit_pages import OWN_BRAND, Pages, SituationFrames, brands, scope_of
from carlendar_devtools.stories.journeys import JourneySession, news, start
from carlendar_devtools.stories.scenario_rig import RigSession, ScenarioRig
from carlendar_devtools.stories.story_situation import StorySituation

if TYPE_CHECKING:
    from carlendar_devtools.audit.occlusion import TaskTime

PAIRS = (
    ("drive-nothing-soon", "drive-offline"), ("drive-next", "drive-no-phone"), ("drive-next", "drive-clock-not-set"),
    ("call-dialling", "call-connected"), ("call-connected", "call-muted"), ("call-refused", "call-dropped"),
    ("call-connected", "call-waiting"), ("drive-next", "reminder"), ("event-parked", "event-qr"),
    ("call-data-muted", "call-data-transcribed"), ("call-data-muted", "call-data-consent"),
)  # fmt: skip
"""Situations of different meaning that must be distinguishable in greyscale."""
TURNED = ("agenda-parked", "settings", "event-parked")
"""Situations whose widgets are examined in each of their states."""
MOVING_PICTURES = ("drive-next", "reminder", "agenda-moving", "call-connected", "agenda-idling", "event-idling")
"""Situations without any motion."""


M_TRIM_THRESHOLD, M_MMAP_THRESHOLD = -1, -3
"""malloc.h."""


class Unit(NamedTuple):
    """A unit of work: kind, subject, language, driving state, display."""

    kind: str
    name: str
    language: str = "en"
    state: str = ""
    display: str = ""


@dataclass
class WorkResult:
    """The result of a unit of work."""

    findings: Findings = field(default_factory=Findings)
    tasks: tuple[TaskTime, ...] = ()

    def add(self, other: WorkResult) -> None:
        """Merge the result of another unit."""
        self.findings.add(other.findings)
        self.tasks += other.tasks


def _keep_memory() -> None:
    """Collect garbage rarely, and keep the memory of pictures instead of returning it to the system (mallopt(3)).

    Thousands of widgets are created, and pictures of several megabytes: a fifth of the time would go into both.
    """
    gc.set_threshold(100_000, 20, 50)
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)  # glibc
    if mallopt is not None:
        mallopt(M_MMAP_THRESHOLD, 32 << 20)
        mallopt(M_TRIM_THRESHOLD, 512 << 20)


class AuditWorker:
    """One process of the audit: its scenario rigs in `folder`, and its pages."""

    def __init__(self, folder: Path, displays: dict[str, DisplayMetrics] | None = None) -> None:
        from carlendar.ui.kivy_hooks import import_language
        from carlendar.ui.window import prepare

        prepare(None, offscreen=True)
        import_language()  # before the first import of a Kivy widget, which loads Kivy's style sheet
        from carlendar.ui import fonts

        fonts.keep(widths=100_000, pictures=2_000)
        logging.disable(logging.WARNING)
        _keep_memory()
        self.folder = folder
        self.displays = displays or DISPLAYS
        self._rigs: dict[tuple[str, bool], ScenarioRig] = {}
        self.pages = Pages(self.displays)

    def do(self, unit: Unit) -> WorkResult:
        """Execute the unit of work."""
        work = {
            "rig": self._fill, "pages": self._pages, "motion": self._motion, "pair": self._pair,
            "turned": self._turned, "walk": self._walk, "refresh": self._refresh, "phrases": self._phrases,
        }[unit.kind]  # fmt: skip
        return work(unit)

    def _fill(self, unit: Unit) -> WorkResult:
        self._rig(unit.name, signed_in=unit.state != "out")
        return WorkResult()

    def _rig(self, scenario: str, *, signed_in: bool = True) -> ScenarioRig:
        key = (scenario, signed_in)
        if key not in self._rigs:
            self._rigs[key] = ScenarioRig(self.folder, scenario, signed_in=signed_in)
        return self._rigs[key]

    def session(self, situation: StorySituation, language: str, fit: Fit) -> RigSession:
        """The situation, as it is drawn on a display on which that fits."""
        rig = self._rig(situation.scenario, signed_in=situation.signed_in)
        return situation.session(rig, language, fit)

    def _pages(self, unit: Unit) -> WorkResult:
        """Audit one situation in one language."""
        result, shown = WorkResult(), dict[str, SituationFrames]()
        for fit, displays in self.pages.by_fit().items():
            session = self.session(AUDITED[unit.name], unit.language, fit)
            try:
                shown |= dict.fromkeys(displays, self.pages.frames(unit.name, session))
            finally:
                session.close()
        self.pages.measure(shown, result.findings)
        return result

    # --- checks across pages ----------------------------------------------------------

    def _motion(self, unit: Unit) -> WorkResult:
        from carlendar_devtools.audit import motion

        result, metrics = WorkResult(), self.displays[unit.display]
        session = self.session(AUDITED[unit.name], unit.language, fit_of(metrics))
        try:
            frame = session.frame(night=True)
        finally:
            session.close()
        scope = scope_of(frame, unit.display, OWN_BRAND, unit.name)
        motion.judge(frame, metrics, Brand(), Judge(result.findings, scope))
        return result

    def _pair(self, unit: Unit) -> WorkResult:
        from carlendar_devtools.audit.greyscale import judge_pair

        result, names = WorkResult(), unit.name.split("|")
        fit = fit_of(self.displays[unit.display])
        sittings = [self.session(AUDITED[name], unit.language, fit) for name in names]
        try:
            renderer = self.pages.examiner(unit.display).renderer
            for brand, night in itertools.product(brands(), (True, False)):
                one, other = (session.frame(night=night) for session in sittings)
                verdict = Judge(result.findings, scope_of(one, unit.display, brand, names[0]))
                renderer.show(one, brands()[brand])
                judge_pair(renderer, " and ".join(names), one, other, verdict)
        finally:
            for session in sittings:
                session.close()
        return result

    def _turned(self, unit: Unit) -> WorkResult:
        from carlendar_devtools.audit.greyscale import judge_states

        result = WorkResult()
        session = self.session(AUDITED[unit.name], unit.language, fit_of(self.displays[unit.display]))
        try:
            for brand, night in itertools.product(brands(), (True, False)):
                frame = session.frame(night=night)
                verdict = Judge(result.findings, scope_of(frame, unit.display, brand, unit.name))
                renderer = self.pages.examiner(unit.display).renderer
                renderer.show(frame, brands()[brand])
                judge_states(renderer, frame, verdict)
        finally:
            session.close()
        return result

    def _walk(self, unit: Unit) -> WorkResult:
        from carlendar_devtools.audit.walk import Walker

        result, metrics = WorkResult(), self.displays[unit.display]
        situation = start(unit.name, unit.state)

        def depart() -> JourneySession:
            return JourneySession(self.session(situation, unit.language, fit_of(metrics)))

        scope = Scope(unit.display, "drive", unit.state, "night", unit.language, OWN_BRAND, unit.name)
        walker = Walker(depart, metrics, Brand(), unit.state)
        result.tasks = walker.judge(Judge(result.findings, scope), unit.display)
        return result

    def _refresh(self, unit: Unit) -> WorkResult:
        from carlendar_devtools.audit import refresh

        result = WorkResult()
        session = self.session(start(unit.name, unit.state), unit.language, Fit(4))
        scope = Scope("any", "drive", unit.state, "night", unit.language, OWN_BRAND, unit.name)
        try:
            refresh.judge(
                JourneySession(session), 40, Judge(result.findings, scope), lambda second: news(session, second)
            )
        finally:
            session.close()
        return result

    def _phrases(self, unit: Unit) -> WorkResult:
        """Check every message of a language, whether or not a screen shows it."""
        import gettext

        from carlendar_devtools.audit.phrases import forbidden_phrase

        result = WorkResult()
        verdict = Judge(result.findings, Scope("any", "any", "any", "any", unit.language, OWN_BRAND, "catalogue"))
        found = gettext.translation("carlendar", asset("locale"), [unit.language])
        for number, sentence in enumerate(getattr(found, "_catalog", {}).values()):
            phrase = forbidden_phrase(str(sentence), unit.language)
            verdict.absent("L10", f"sentence {number}", there=bool(phrase), text=phrase)
        return result
