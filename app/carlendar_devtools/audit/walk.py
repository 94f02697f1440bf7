"""G2 to G7, G10: navigation paths through the UI, explored by touches, starting from home.

Each path is followed with real touches on a live display with a real presenter. Breadth first, so that the first path
to a screen is the shortest.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from carlendar_devtools.audit.column import column_of
from carlendar_devtools.audit.live import LiveDisplay
from carlendar_devtools.audit.occlusion import EYES_OFF, GLANCE, Step, TaskTime, walked
from carlendar_devtools.audit.page import PageView
from carlendar_devtools.audit.structure import groups_before, rows_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from carlendar.brands.brand import Brand
    from carlendar.domain.ports import ElapsedClock
    from carlendar.presentation.screen_controller import ScreenController
    from carlendar.ui.metrics import DisplayMetrics
    from carlendar_devtools.audit.column import ProfileColumn
    from carlendar_devtools.audit.finding import Judge
    from carlendar_devtools.audit.nodes import Node

PAUSE = 1.0
"""Seconds between two touches: longer than the double-tap protection."""
LEFT_ALONE = 60
"""Seconds without input after which no state may be lost (G10)."""
SCREENS = 5
"""Maximum number of screens of a task (G5)."""
CALL = "call"
"""The name of the Call screen."""
TASKS = {
    "join": "Join the next meeting",
    "late": "Say that one is late",
    "agenda": "See the day",
    "later": "See what comes later",
    "navigate": "Navigate to the meeting",
    "mute": "Mute the call",
    "send_tones": "Enter the conference ID again",
    "leave": "Leave the call",
    "undo": "Take back what was to be sent",
    "remind": "Put the reminder off",
    "skip": "Skip the meeting",
    "open": "Open one meeting",
}
"""Driver tasks, by intent."""
ANSWERS = frozenset({"remind", "skip"})
"""Intents that answer a reminder."""


class Journey(Protocol):
    """A session with its own driver and calendar, starting on the Now screen."""

    @property
    def controller(self) -> ScreenController:
        """The controller of the display."""

    @property
    def elapsed(self) -> ElapsedClock:
        """The clock of the journey."""

    def pass_time(self, seconds: float) -> None:
        """Let time pass."""

    def close(self) -> None:
        """Release the resources."""


@dataclass(frozen=True)
class Touch:
    """One touch of a path: the touched node, and its page."""

    node: Node
    page: PageView


@dataclass(frozen=True)
class Way:
    """A path: touches from home, the screens visited (home first), and the final page."""

    touches: tuple[Touch, ...]
    screens: tuple[str, ...]
    place: str
    page: PageView


class Walker:
    """Explores one driving state on one display; `depart` creates a new journey for each path."""

    def __init__(self, depart: Callable[[], Journey], metrics: DisplayMetrics, brand: Brand, state: str) -> None:
        self._depart, self._metrics, self._brand = depart, metrics, brand
        self._column: ProfileColumn = column_of(state)
        self._state = state

    def judge(self, verdict: Judge, display: str) -> tuple[TaskTime, ...]:
        """Explore all reachable pages, check them against the rules, and time the tasks."""
        column, tasks = self._column, dict[str, TaskTime]()
        most = column.steps or 6
        start = self._walk((), verdict)
        seen, waiting, rows = {start.place}, deque([start]), dict[str, int]()
        while waiting:
            way = waiting.popleft()
            self._hold(way, verdict)
            if way.screens[-1] == "agenda":
                rows[way.place] = len(rows_of(way.page))
            for node in _choices(way.page):
                steps = _steps_from_home(way)
                verdict.most("G4", f"steps to {node.intent}", steps + 1, most)
                if steps >= most:
                    continue
                further = self._walk((*way.touches, Touch(node, way.page)), verdict)
                if node.intent in TASKS and node.intent not in tasks:
                    tasks[node.intent] = self._timed(node.intent, further, display, verdict)
                if further.place not in seen:
                    seen.add(further.place)
                    waiting.append(further)
        verdict.most("G7", "items of all pages", sum(rows.values()), column.items)
        return tuple(tasks.values())

    def _hold(self, way: Way, verdict: Judge) -> None:
        screens = list(dict.fromkeys(way.screens))
        verdict.most("G5", f"screens to {way.place}", len(screens), SCREENS)
        verdict.most("G6", f"depth of {way.place}", _levels(screens), self._column.depth)

    def _walk(self, touches: tuple[Touch, ...], verdict: Judge) -> Way:
        """Follow a path on a new journey, then wait for a minute: no state may be lost."""
        journey = self._depart()
        display = LiveDisplay(journey.controller, journey.elapsed, self._metrics, self._brand)
        try:
            display.turn()
            screens = [journey.controller.frame.screen.value]
            for touch in touches:
                journey.pass_time(PAUSE)
                display.turn()
                node = next((each for each in display.nodes() if _same(each, touch.node)), None)
                if node is None:
                    verdict.absent("G10", f"{touch.node.intent} disappeared without a touch", touch.node.rect)
                    break
                display.tap(node)
                screens.append(journey.controller.frame.screen.value)
            frame = journey.controller.frame
            page = PageView(
                tuple(display.nodes()), self._metrics, self._column, frame.screen.value, self._state, frame.language
            )
            self._leave_alone(journey, display, screens[-1], verdict)
            return Way(touches, tuple(screens), frame.place, page)
        finally:
            display.close()
            journey.close()

    def _leave_alone(self, journey: Journey, display: LiveDisplay, screen: str, verdict: Judge) -> None:
        """Check that the screen is unchanged after an occlusion interval, and after a minute."""
        for _ in range(int(LEFT_ALONE / 1.5)):
            journey.pass_time(1.5)
        display.turn()
        now = journey.controller.frame.screen.value
        gone = now != screen
        verdict.absent("G10", f"{screen} after a minute", there=gone, text=now if gone else "")
        verdict.absent("G3", f"{screen} behind the shutter", there=gone, text=now if gone else "")

    def _timed(self, intent: str, way: Way, display: str, verdict: Judge) -> TaskTime:
        steps: list[Step] = []
        before: Node | None = None
        for touch in way.touches:
            steps.append(_step(touch, before))
            before = touch.node
        title = next((node for node in way.page.texts if node.key in ("status.call", "toast.text", "title")), None)
        last = Step(1, len(title.text.split()) if title else 1, 0.0, 1.0)
        task = walked(TASKS[intent], self._state, display, tuple(steps), last)
        verdict.most("G2", task.name, round(task.shutter_open, 2), EYES_OFF)
        verdict.most("G1", f"longest glance: {task.name}", round(task.longest, 2), GLANCE)
        return task


def _home(screens: Sequence[str]) -> int:
    """Return the index of the screen that counts as home: in a call, and beyond it, the Call screen takes its place."""
    return screens.index(CALL) if CALL in screens[:-1] else 0


def _steps_from_home(way: Way) -> int:
    """Return the number of touches of the path. Answering a reminder on home is a separate task that ends on home, and
    joining one that ends on the Call screen; their times count all the same (G2).
    """
    answered = bool(way.touches) and way.touches[0].node.intent in ANSWERS and way.screens[1] == way.screens[0]
    return len(way.touches) - (_home(way.screens) or answered)


def _levels(screens: list[str]) -> int:
    """Return the depth of the view, including home. A call replaces the screens before it, because it ends on home."""
    return 2 if screens[-1] == CALL else len(screens) - _home(screens)


def _choices(page: PageView) -> list[Node]:
    """Return one target per intent on the page."""
    found: dict[str, Node] = {}
    for node in page.targets:
        found.setdefault(node.intent, node)
    return list(found.values())


def _same(one: Node, other: Node) -> bool:
    return one.key == other.key and one.intent == other.intent and one.reach is not None


def _step(touch: Touch, before: Node | None) -> Step:
    """Return the worst case: every group before the target is scanned; its text and the title are read."""
    node, page = touch.node, touch.page
    reach = node.reach or node.rect
    x, y = reach.x + reach.width / 2, reach.y + reach.height / 2
    if before is None:
        away = page.mm(max(page.metrics.width_px - x, x))  # the hand comes from beyond the far edge
    else:
        last = before.reach or before.rect
        away = page.mm(abs(last.x + last.width / 2 - x) + abs(last.y + last.height / 2 - y))
    label = " ".join(each.text for each in page.texts if each.owner == node.key)
    title = next((each.text for each in page.texts if each.key == "title"), "")
    words = len(label.split()) + (len(title.split()) if before is None else 0)
    return Step(groups_before(page, node), max(1, words), away, page.mm(min(reach.width, reach.height)))
