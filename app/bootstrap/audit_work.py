"""The work of the audit in pieces that any process can do: each gives back what it found."""

from __future__ import annotations

import gc
import itertools
import logging
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from app.audit.finding import Findings, Judge, Scope
from app.audit.page import Private
from app.bootstrap.audit_journey import Travel, news, start
from app.bootstrap.audited import AUDITED, DISPLAYS, STATES, TEXT_SCALES, private
from app.bootstrap.situations import SETTLED, Situation
from app.bootstrap.studio import ZONE, Sitting, Studio
from app.resources import asset
from app.safety.restrictions import DrivingState
from app.ui.metrics import DisplayMetrics, rows_that_fit
from app.ui.theme import Brand, load_brand
from app.viewmodels.options import Options

if TYPE_CHECKING:
    from app.audit.examiner import Examiner
    from app.audit.occlusion import TaskTime
    from app.viewmodels.states import Frame

OWN_BRAND = "carlendar"
PAIRS = (
    ("drive-nothing-soon", "drive-offline"), ("drive-next", "drive-no-phone"), ("drive-next", "drive-clock-not-set"),
    ("call-dialling", "call-connected"), ("call-connected", "call-muted"), ("call-refused", "call-dropped"),
    ("call-connected", "call-waiting"), ("drive-next", "reminder"), ("event-parked", "event-qr"),
)  # fmt: skip
"""Situations of different meaning that must not look alike in grey."""
TURNED = ("agenda-parked", "settings", "event-parked")
"""Situations whose parts are looked at in each of their states."""
MOVING_PICTURES = ("drive-next", "reminder", "agenda-moving", "call-connected", "agenda-idling", "event-idling")
"""Situations in which nothing may move by itself."""


class Unit(NamedTuple):
    """A piece of work: what kind, on what, in which language, in which state, on which display."""

    kind: str
    name: str
    language: str = "en"
    state: str = ""
    display: str = ""


@dataclass
class Result:
    """What a piece of work gave."""

    findings: Findings = field(default_factory=Findings)
    tasks: tuple[TaskTime, ...] = ()


def brands() -> dict[str, Brand]:
    """Carlendar's own colours and those of every brand file; a brand that changes nothing is left out."""
    found = {OWN_BRAND: Brand()}
    for file in sorted(asset("brands").glob("*.toml")):
        if (brand := load_brand(file)) not in found.values():
            found[file.stem] = brand
    return found


class Workshop:
    """One process of the audit: its studios in `folder`, its benches, and a counter for what goes in turns."""

    def __init__(self, folder: Path, displays: dict[str, DisplayMetrics] | None = None) -> None:
        from app.ui.style import import_language
        from app.ui.window import prepare

        prepare(None, offscreen=True)
        import_language()  # before anything imports a widget of Kivy's, and its style sheet with it
        logging.disable(logging.WARNING)
        gc.set_threshold(50_000)  # widgets come and go by the thousand: collecting them seldom is a fifth faster
        self.folder = folder
        self.displays = displays or DISPLAYS
        self._studios: dict[tuple[str, bool], Studio] = {}
        self._examiners: dict[tuple[str, float, str], Examiner] = {}
        self._seen: set[tuple[object, ...]] = set()
        self._turn = itertools.count()

    def do(self, unit: Unit) -> Result:
        """Do the piece of work."""
        work = {
            "studio": self._fill, "pages": self._pages, "motion": self._motion, "pair": self._pair,
            "turned": self._turned, "walk": self._walk, "refresh": self._refresh, "phrases": self._phrases,
        }[unit.kind]  # fmt: skip
        return work(unit)

    def _fill(self, unit: Unit) -> Result:
        self._studio(unit.name, signed_in=unit.state != "out")
        return Result()

    def _studio(self, scenario: str, *, signed_in: bool = True) -> Studio:
        key = (scenario, signed_in)
        if key not in self._studios:
            self._studios[key] = Studio(self.folder, scenario, signed_in=signed_in)
        return self._studios[key]

    def sit(self, situation: Situation, language: str, rows: int) -> Sitting:
        """The situation, as it is drawn on a display with that many rows."""
        studio = self._studio(situation.scenario, signed_in=situation.signed_in)
        day = studio.world.at + timedelta(days=situation.day)
        at = datetime.fromisoformat(f"{day:%Y-%m-%d}T{situation.at}:00").replace(tzinfo=ZONE)
        options = Options(language=language, region=situation.region, rows_fit=rows)
        sitting = studio.sitting(at, situation.state, options, browser=situation.browser, before=situation.before)
        situation.act(sitting)
        return sitting

    def _by_rows(self) -> dict[int, list[str]]:
        """Displays by how many rows fit: those share a presenter."""
        found: dict[int, list[str]] = {}
        for name, metrics in self.displays.items():
            found.setdefault(rows_that_fit(metrics), []).append(name)
        return found

    # --- pages -------------------------------------------------------------------------------------

    def _pages(self, unit: Unit) -> Result:
        """One situation in one language: as it is, then in every other driving state, and before a passenger."""
        situation, result = AUDITED[unit.name], Result()
        for rows, displays in self._by_rows().items():
            sitting = self.sit(situation, unit.language, rows)
            try:
                secret = private(sitting)
                own = sitting.frame(night=True)
                for display in displays:
                    self._everyway(own, display, unit.name, secret, result.findings)
                for frame in _elsewhere(sitting, situation):
                    for display in displays:
                        self._inpassing(frame, display, unit.name, secret, result.findings)
            finally:
                sitting.close()
        return result

    def _everyway(self, frame: Frame, display: str, name: str, secret: Private, findings: Findings) -> None:
        """Pixels in both themes and all brands, geometry in all sizes of text."""
        for brand in brands():
            for night in (True, False):
                self._examine(replace(frame, night=night), display, 1.0, brand, name, secret, findings, render=True)
        for scale in TEXT_SCALES[1:]:
            self._examine(frame, display, scale, OWN_BRAND, name, secret, findings, render=False)

    def _inpassing(self, frame: Frame, display: str, name: str, secret: Private, findings: Findings) -> None:
        """Geometry at full size and in another size of text; pixels too, of themes, brands and displays in turns."""
        turn = next(self._turn)
        names = tuple(brands())
        night, brand = turn % 2 == 0, names[turn // 2 % len(names)]
        self._examine(replace(frame, night=night), display, 1.0, brand, name, secret, findings, render=turn % 3 == 0)
        scale = TEXT_SCALES[1 + turn % (len(TEXT_SCALES) - 1)]
        self._examine(frame, display, scale, OWN_BRAND, name, secret, findings, render=False)

    def _examine(
        self, frame: Frame, display: str, scale: float, brand: str, name: str, secret: Private, findings: Findings,
        *, render: bool,
    ) -> None:  # fmt: skip
        """Examine the frame unless this process has seen the very same picture of it."""
        bare = replace(frame.restrictions, sequence=0, cause="")
        key = (replace(frame, restrictions=bare, place=""), display, scale, brand, render)
        if key in self._seen:
            return
        self._seen.add(key)
        examiner = self.examiner(display, scale, brand)
        examiner.findings = findings
        scope = _scope(frame, display, brand, name, scale)
        examiner.examine(frame, scope, secret, render=render)

    def examiner(self, display: str, scale: float = 1.0, brand: str = OWN_BRAND) -> Examiner:
        """The bench of that display with its examiner."""
        from app.audit.bench import Bench
        from app.audit.examiner import Examiner

        key = (display, scale, brand)
        if key not in self._examiners:
            metrics = replace(self.displays[display], text_scale=scale)
            self._examiners[key] = Examiner(Bench(metrics, brands()[brand]), Findings())
        return self._examiners[key]

    # --- what a single page does not show ----------------------------------------------------------

    def _motion(self, unit: Unit) -> Result:
        from app.audit import motion

        result, metrics = Result(), self.displays[unit.display]
        sitting = self.sit(AUDITED[unit.name], unit.language, rows_that_fit(metrics))
        try:
            frame = sitting.frame(night=True)
        finally:
            sitting.close()
        motion.judge(frame, metrics, Brand(), Judge(result.findings, _scope(frame, unit.display, OWN_BRAND, unit.name)))
        return result

    def _pair(self, unit: Unit) -> Result:
        from app.audit.greyscale import judge_pair

        result, names = Result(), unit.name.split("|")
        rows = rows_that_fit(self.displays[unit.display])
        sittings = [self.sit(AUDITED[name], unit.language, rows) for name in names]
        try:
            for night in (True, False):
                one, other = (sitting.frame(night=night) for sitting in sittings)
                verdict = Judge(result.findings, _scope(one, unit.display, OWN_BRAND, names[0]))
                judge_pair(self.examiner(unit.display).bench, " and ".join(names), one, other, verdict)
        finally:
            for sitting in sittings:
                sitting.close()
        return result

    def _turned(self, unit: Unit) -> Result:
        from app.audit.greyscale import judge_states

        result = Result()
        sitting = self.sit(AUDITED[unit.name], unit.language, rows_that_fit(self.displays[unit.display]))
        try:
            for brand, night in itertools.product(brands(), (True, False)):
                frame = sitting.frame(night=night)
                verdict = Judge(result.findings, _scope(frame, unit.display, brand, unit.name))
                judge_states(self.examiner(unit.display, brand=brand).bench, frame, verdict)
        finally:
            sitting.close()
        return result

    def _walk(self, unit: Unit) -> Result:
        from app.audit.walk import Walker

        result, metrics = Result(), self.displays[unit.display]
        situation = start(unit.name, unit.state)

        def depart() -> Travel:
            return Travel(self.sit(situation, unit.language, rows_that_fit(metrics)))

        scope = Scope(unit.display, "drive", unit.state, "night", unit.language, OWN_BRAND, unit.name)
        walker = Walker(depart, metrics, Brand(), unit.state)
        result.tasks = walker.judge(Judge(result.findings, scope), unit.display)
        return result

    def _refresh(self, unit: Unit) -> Result:
        from app.audit import refresh

        result = Result()
        sitting = self.sit(start(unit.name, unit.state), unit.language, 4)
        scope = Scope("any", "drive", unit.state, "night", unit.language, OWN_BRAND, unit.name)
        try:
            refresh.judge(Travel(sitting), 40, Judge(result.findings, scope), lambda second: news(sitting, second))
        finally:
            sitting.close()
        return result

    def _phrases(self, unit: Unit) -> Result:
        """Every sentence of a language, whether a screen shows it today or not."""
        import gettext

        from app.audit.phrases import forbidden_phrase

        result = Result()
        verdict = Judge(result.findings, Scope("any", "any", "any", "any", unit.language, OWN_BRAND, "catalogue"))
        found = gettext.translation("carlendar", asset("locale"), [unit.language])
        for number, sentence in enumerate(getattr(found, "_catalog", {}).values()):
            phrase = forbidden_phrase(str(sentence), unit.language)
            verdict.absent("L10", f"sentence {number}", there=bool(phrase), text=phrase)
        return result


def _elsewhere(sitting: Sitting, situation: Situation) -> Iterator[Frame]:
    """The same after the car did something else, and on a display that only the passenger sees."""
    for state in STATES:
        if state is not situation.state:
            sitting.drive(state)
            sitting.pass_time(SETTLED)
            yield sitting.frame(night=True)
    sitting.drive(DrivingState.MOVING, passenger=True)
    sitting.pass_time(SETTLED)
    yield sitting.frame(night=True)


def _scope(frame: Frame, display: str, brand: str, name: str, scale: float = 1.0) -> Scope:
    theme = "night" if frame.night else "day"
    state = frame.restrictions.state.value
    if frame.restrictions.passenger:
        display = f"{display} (passenger)"
    return Scope(display, frame.screen.value, state, theme, frame.language, brand, name, scale)
