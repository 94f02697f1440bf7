"""What no single page shows: the ways through the screens, how long they take, and what changes on them by itself."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence

import pytest
from msgspec.structs import replace

from carlendar.brands.brand import Brand
from carlendar.presentation.states import Action, AgendaState, DriveState, Frame, Line, ScreenName
from carlendar.safety.restrictions import Restrictions
from carlendar.ui.metrics import Fit
from carlendar_devtools.audit import refresh
from carlendar_devtools.audit.finding import Findings, Judge
from carlendar_devtools.audit.occlusion import CLOSED, OPEN, Step, TaskTime, pointing, walked
from carlendar_devtools.audit.walk import Walker
from carlendar_devtools.stories.audit_matrix import DISPLAYS
from carlendar_devtools.stories.audit_work import AuditWorker, Unit
from carlendar_devtools.stories.journeys import JourneySession, news, start
from tests.devtools.audit.conftest import SCOPE, FrameOf, rules
from tests.fakes.clocks import ManualClock
from tests.intents import sample

WIDE = DISPLAYS["wide-12.9"]


class FakeJourney:
    """A controller and its journey in one: `after(place, intent)` names the frame that a touch leads to."""

    def __init__(self, start: Frame, after: Callable[[Frame, Action], Frame], drift: float = 0.0) -> None:
        self.frame, self._after, self._drift = start, after, drift
        self.elapsed = ManualClock(100.0)
        self._start = start
        self._listeners: list[Callable[[Frame], None]] = []
        self._touched = self.elapsed.now

    @property
    def controller(self) -> FakeJourney:
        """Itself."""
        return self

    def subscribe(self, listener: Callable[[Frame], None]) -> None:
        """Tell at once and at every change."""
        self._listeners.append(listener)
        listener(self.frame)

    def change(self, frame: Frame) -> None:
        """Another frame."""
        self.frame = frame
        for listener in self._listeners:
            listener(frame)

    def restrict(self, _: Restrictions) -> Frame:
        """The same."""
        return self.frame

    def act(self, action: Action) -> None:
        """Where the test says."""
        self._touched = self.elapsed.now
        self.change(self._after(self.frame, action))

    def scrolled(self, place: str, offset: float) -> None:
        """Nothing scrolls."""

    def tick(self) -> float:
        """Nothing is due."""
        return 60.0

    def pass_time(self, seconds: float) -> None:
        """With a `drift` the way leads home by itself after so long."""
        self.elapsed.now += seconds
        if self._drift and self.elapsed.now - self._touched > self._drift and self.frame.place != self._start.place:
            self.change(self._start)

    def close(self) -> None:
        """Nothing to release."""


SCREENS = (
    ScreenName.DRIVE, ScreenName.AGENDA, ScreenName.EVENT, ScreenName.SIGN_IN, ScreenName.NOTICE, ScreenName.SETTINGS,
)  # fmt: skip


def chain(
    frame: Frame, length: int, names: Sequence[ScreenName] = SCREENS
) -> tuple[Frame, Callable[[Frame, Action], Frame]]:
    """A home from which "agenda" leads one screen deeper each time, `length` times."""
    on = Action(sample("agenda"), ("On",), "calendar-today")
    frames = []
    for at in range(length + 1):
        body = DriveState(f"Level {at}", agenda=on)
        frames.append(replace(frame, screen=names[at], place=f"place {at}", body=body))

    def after(here: Frame, _: Action) -> Frame:
        return frames[min(length, int(here.place.rpartition(" ")[2]) + 1)]

    return frames[0], after


def walk(make: Callable[[], FakeJourney], verdict: Judge) -> tuple[TaskTime, ...]:
    """Walk it as moving on the wide display."""
    return Walker(make, WIDE, Brand(), "moving").judge(verdict, "wide-12.9")


@pytest.mark.rule("G4", "G5", "G6")
def test_a_goal_that_is_too_far_and_too_deep(frame_of: FrameOf, findings: Findings, verdict: Judge) -> None:
    start, after = chain(frame_of("drive-next"), 5)
    walk(lambda: FakeJourney(start, after), verdict)
    assert {"G4", "G6"} <= rules(findings.violations)
    near = Findings()
    start, after = chain(frame_of("drive-next"), 1)
    walk(lambda: FakeJourney(start, after), Judge(near, SCOPE))
    assert not near.violations
    assert near.checks["G5"] >= 2


@pytest.mark.rule("G4", "G6")
@pytest.mark.parametrize(
    ("screens", "steps", "levels"),
    [
        (["drive", "call", "agenda"], 2, 2),
        (["drive", "call", "agenda", "event"], 3, 3),
        (["drive", "agenda", "event"], 3, 3),
        (["drive", "agenda", "call"], 3, 2),
    ],
)
def test_a_way_through_a_call_is_counted_from_the_call_screen(
    frame_of: FrameOf, findings: Findings, verdict: Judge, screens: list[str], steps: int, levels: int
) -> None:
    start, after = chain(frame_of("drive-next"), len(screens) - 1, [ScreenName(each) for each in screens])
    walk(lambda: FakeJourney(start, after), verdict)
    assert findings.nearest["G4"].measured == steps
    assert findings.nearest["G6"].measured == levels


@pytest.mark.rule("G5")
def test_a_way_over_too_many_screens(frame_of: FrameOf, findings: Findings, verdict: Judge) -> None:
    start, after = chain(frame_of("drive-next"), 5)
    Walker(lambda: FakeJourney(start, after), WIDE, Brand(), "idling").judge(verdict, "wide-12.9")
    assert [each.measured for each in findings.violations if each.rule == "G5"] == [6.0]


@pytest.mark.rule("G2")
def test_a_task_that_keeps_the_eyes_off_the_road(frame_of: FrameOf, findings: Findings, verdict: Judge) -> None:
    frame = frame_of("drive-next")
    agenda = Action(sample("agenda"), ("On",), "calendar-today")
    wordy = replace(frame, body=DriveState("a " * 55, agenda=agenda))
    walk(lambda: FakeJourney(wordy, lambda *_: replace(frame, place="there")), verdict)
    assert "See the day" in [each.node for each in findings.violations if each.rule == "G2"]


@pytest.mark.rule("G3", "G10")
def test_a_screen_that_leaves_by_itself(frame_of: FrameOf, findings: Findings, verdict: Judge) -> None:
    start, after = chain(frame_of("drive-next"), 1)
    walk(lambda: FakeJourney(start, after, drift=20.0), verdict)
    assert {"G3", "G10"} <= rules(findings.violations)


@pytest.mark.rule("G7")
def test_more_items_on_all_pages_than_may_be(frame_of: FrameOf, findings: Findings, verdict: Judge) -> None:
    home = frame_of("drive-next")
    listed = frame_of("agenda-moving", "portrait-11")
    body = listed.body
    assert isinstance(body, AgendaState)
    later = Action(sample("later"), ("Later",), "chevron-down")
    pages = [
        replace(listed, place=f"page {at}", body=replace(body, home=None, earlier=None, later=later))
        for at in range(1, 5)
    ]

    def after(here: Frame, action: Action) -> Frame:
        if action.intent.name in ("agenda", "later"):
            return pages[min(3, pages.index(here) + 1 if here in pages else 0)]
        return home

    metrics = DISPLAYS["portrait-11"]
    Walker(lambda: FakeJourney(home, after), metrics, Brand(), "moving").judge(verdict, "portrait-11")
    rows = len(body.rows)
    assert rows * 4 > 12
    assert "G7" in rules(findings.violations)


@pytest.mark.rule("G2", "G3", "G4", "G5", "G6", "G7", "G10")
@pytest.mark.parametrize(
    ("state", "name", "display"), [("moving", "walk-reminders", "wide-12.9"), ("idling", "walk-next", "small-7")]
)
def test_every_way_of_the_real_interface_is_short(workshop: AuditWorker, state: str, name: str, display: str) -> None:
    result = workshop.do(Unit("walk", name, "en", state, display))
    assert not result.findings.violations, result.findings.violations[:3]
    names = {task.name for task in result.tasks}
    assert "Join the next meeting" in names
    assert all(task.verdict == "within both" for task in result.tasks)


@pytest.mark.rule("G1", "G2")
def test_a_task_of_many_words_takes_too_long() -> None:
    last = Step(1, 2, 0.0, 1.0)
    short = walked("short", "moving", "x", (Step(2, 3, 150.0, 40.0),), last)
    assert short.verdict == "within both"
    long = walked("long", "moving", "x", (Step(7, 40, 300.0, 15.0),) * 2, last)
    assert long.verdict == "beyond"
    assert long.shutter_open > 12.0


def test_nothing_is_looked_at_while_the_shutter_is_closed() -> None:
    task = walked("x", "moving", "x", (Step(4, 6, 200.0, 20.0),), Step(1, 1, 0.0, 1.0))
    assert task.longest <= OPEN
    assert task.total >= task.shutter_open + (task.glances - 1) * CLOSED
    assert pointing(300.0, 15.0) > pointing(150.0, 15.0) > pointing(150.0, 30.0)


@pytest.mark.rule("H6")
def test_texts_that_change_too_often(frame_of: FrameOf, findings: Findings, verdict: Judge) -> None:
    frame = frame_of("drive-next")
    numbers = itertools.count()
    journey = FakeJourney(frame, lambda now, _: now)

    def news(second: int) -> None:
        if second % 5 == 0:
            journey.change(replace(frame, body=DriveState(str(next(numbers)), lines=(Line(("x",)),))))

    refresh.judge(journey, 1, verdict, news)
    assert rules(findings.violations) == {"H6"}


@pytest.mark.rule("H6")
def test_the_real_interface_changes_in_its_pace(workshop: AuditWorker, findings: Findings, verdict: Judge) -> None:
    session = workshop.session(start("walk-next", "moving"), "en", Fit(4))
    try:
        refresh.judge(JourneySession(session), 14, verdict, lambda second: news(session, second))
    finally:
        session.close()
    assert not findings.violations
    assert findings.checks["H6"] > 10
