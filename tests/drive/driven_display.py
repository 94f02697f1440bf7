"""The real screen in the emulated world, with a person's finger and eyes: touches in, what is drawn out.

The screen is put together and run as the emulator's display does it, or with `--car` as `carlendar drive` does it;
nothing of it is replaced. A thread reads
orders from standard input, one JSON object a line, and answers each with `{"answer": …}`. For every
frame that was drawn and acknowledged a line `{"drawn": …}` reports what its widgets show.

    {"tap": LABEL, "times": n} touch the first target of that label, as soon as the touch guard lets it;
                               every further time at once and at the same place
    {"drag": [x, y, x2, y2]}   put a finger down, move it, and let go
    {"block": seconds}         keep the user interface's thread busy
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from carlendar.commands import drive
from carlendar.presentation.states import Action
from carlendar.safety.watchdog import Watchdog
from carlendar.settings import load
from carlendar.ui import app as display
from carlendar.wiring import log_output
from carlendar.wiring.dependencies import ScreenDependencies
from carlendar.wiring.environment import forget_foreign
from carlendar.wiring.screen import ScreenProcess
from carlendar_devtools.processes.display import dependencies
from carlendar_devtools.processes.folder import emulators_folder

if TYPE_CHECKING:
    from carlendar.ui.parts import Part
    from carlendar.ui.remote_input import Injector
    from carlendar.ui.root_view import RootView
    from carlendar.ui.widgets.part_widget import PartWidget
    from carlendar.ui.widgets.scroller import Scroller

TIMEOUT = 20.0
"""Seconds in which a target must be there and answer."""
FINGER = 7
CAR = "--car"
"""The argument for a car's screen."""


class Reporter:
    """Writes lines to what was standard output; nothing else does."""

    def __init__(self) -> None:
        self._out = os.fdopen(os.dup(1), "w", encoding="utf-8")
        os.dup2(2, 1)  # whatever else is printed must not get between the lines
        self._lock = threading.Lock()

    def report(self, kind: str, value: object) -> None:
        """One line."""
        with self._lock:
            self._out.write(json.dumps({kind: value}) + "\n")
            self._out.flush()


class Witness(Watchdog):
    """The real watchdog, which reports what is on the screen when a frame is acknowledged."""

    def __init__(self, screen: ScreenProcess, reporter: Reporter) -> None:
        super().__init__(screen.elapsed)
        self._elapsed, self._reporter = screen.elapsed, reporter

    def acknowledge(self, sequence: int) -> None:
        """As always; then look."""
        super().acknowledge(sequence)
        at = self._elapsed.seconds()
        self._reporter.report("drawn", {"at": at, "acknowledged": sequence, **seen(stage())})


def stage() -> RootView:
    """The root of the widget tree of the display that runs."""
    root: RootView = display._running[0]._root
    return root


def seen(root: RootView) -> dict[str, object]:
    """What the frame shows, read from the widgets that draw it."""
    frame = root.frame
    assert frame is not None
    return {
        "screen": frame.screen.value,
        "place": frame.place,
        "state": frame.restrictions.state.value,
        "restricted": frame.restrictions.restricted,
        "sequence": frame.restrictions.sequence,
        "night": frame.night,
        "texts": [text for text in map(text_of, drawn(root)) if text],
        "heights": [widget.height for widget in drawn(root) if type(widget).__name__ == "TextBlock"],
        "targets": [described(widget, action) for widget, action in targets(root)],
        "rows": sum(
            type(widget.part).__name__ == "CardPart" and part_of(widget).key.startswith("row") for widget in drawn(root)
        ),
        "lists": [bounds(widget) for widget in drawn(root) if type(widget).__name__ == "PartList"],
        "qr": [getattr(widget.part, "text", "") for widget in drawn(root) if type(widget).__name__ == "QrShape"],
        "groups": sorted({part_of(each).group.removesuffix(".action") for each in drawn(root) if part_of(each).group}),
    }


def drawn(root: RootView) -> list[PartWidget]:
    """Every widget that draws a part and is not scrolled out of sight."""
    widgets = list(root.walk(restrict=True))
    views = [widget for widget in widgets if type(widget).__name__ == "Scroller"]
    drawing = (widget for widget in widgets if getattr(widget, "part", None) is not None)
    return [widget for widget in drawing if all(within(widget, view) for view in views)]


def part_of(widget: PartWidget) -> Part:
    """The part that the widget draws."""
    assert widget.part is not None
    return widget.part


def within(widget: PartWidget, view: Scroller) -> bool:
    """Whether the widget's middle can be seen in the view, where it lies in one."""
    if view not in ancestors(widget):
        return True
    left, top, right, bottom = bounds(widget)
    first, upper, last, lower = bounds(view)
    return first <= (left + right) / 2 <= last and upper <= (top + bottom) / 2 <= lower


def ancestors(widget: PartWidget) -> Iterator[PartWidget | Scroller | RootView]:
    """What the widget lies in, up to the stage."""
    while widget is not widget.parent and widget.parent is not None:
        widget = widget.parent
        yield widget


def text_of(widget: PartWidget) -> str:
    """The lines of a text, if the widget draws any picture of them."""
    if type(widget).__name__ != "TextBlock" or not widget.canvas.children:
        return ""
    return " ".join(getattr(widget.part, "lines", ()))


def targets(root: RootView) -> list[tuple[PartWidget, Action]]:
    """Everything that answers to a touch, in the order in which it is drawn."""
    return [(widget, widget.action) for widget in drawn(root) if getattr(widget, "action", None) is not None]


def label_of(widget: PartWidget) -> str:
    """What is written on a button; a card that opens something has the name of its intent."""
    lines = getattr(widget.part, "lines", ())
    return " ".join(lines) if lines else str(widget.action.intent.name)


def bounds(widget: PartWidget | Scroller) -> list[float]:
    """Left, top, right and bottom in pixels from the display's top left."""
    x, y = widget.to_window(widget.x, widget.y)
    height = stage().height
    return [x, height - y - widget.height, x + widget.width, height - y]


def described(widget: PartWidget, action: Action) -> dict[str, object]:
    """A target as the test knows it."""
    return {
        "label": label_of(widget), "intent": str(action.intent.name), "place": bounds(widget),
        "rail": bool(getattr(widget.part, "rail", False)),
    }  # fmt: skip


class Finger:
    """Touches the display through Kivy's own dispatch, on the user interface's thread."""

    def __init__(self, screen: ScreenProcess) -> None:
        self._bridge = screen.bridge
        self._injector: Injector | None = None
        self._last = 0.0, 0.0

    def tap(self, label: str, times: int, patience: float) -> str:
        """Touch a target as soon as it is there and the touch guard lets it; what was in the way otherwise."""
        end = time.monotonic() + patience
        answer = ""
        while time.monotonic() < end:
            answer = self._on_screen(lambda: self._down_on(label))
            if not answer:
                self._on_screen(self._up)
                for _ in range(times - 1):
                    self._on_screen(self._down)
                    self._on_screen(self._up)
                return ""
            time.sleep(0.02)  # a person who looks again, not a wait for an outcome
        return answer

    def drag(self, x: float, y: float, x2: float, y2: float) -> str:
        """Move from one point to another in ten steps."""
        self._on_screen(lambda: self._at("down", x, y))
        for step in range(1, 11):
            part = step / 10
            self._on_screen(lambda part=part: self._at("move", x + (x2 - x) * part, y + (y2 - y) * part))  # type: ignore[misc]  # bound now
        self._on_screen(lambda: self._at("up", x2, y2))
        return ""

    def block(self, seconds: float) -> str:
        """Keep the thread busy from when this returns."""
        begun = threading.Event()

        def busy() -> None:
            begun.set()
            time.sleep(seconds)  # a blocked UI thread is what is tested

        self._bridge.post(busy)
        return "" if begun.wait(TIMEOUT) else "the display did not come to it"

    def _down_on(self, label: str) -> str:
        root = stage()
        found = [(widget, action) for widget, action in targets(root) if label_of(widget) == label]
        if not found:
            return f"{label} is not there"
        widget, action = found[0]
        left, top, right, bottom = bounds(widget)
        middle = (left + right) / 2, (top + bottom) / 2
        if not root.may(action, *middle):
            return f"{label} does not answer yet"
        self._last = middle[0] / root.width, middle[1] / root.height
        return self._down()

    def _down(self) -> str:
        return self._at("down", *self._last)

    def _up(self) -> str:
        return self._at("up", *self._last)

    def _at(self, kind: str, x: float, y: float) -> str:
        if self._injector is None:
            from carlendar.ui.remote_input import Injector

            self._injector = Injector(display._running[0]._window)
        self._injector.touch(kind, FINGER, x, y)
        return ""

    def _on_screen(self, act: Callable[[], str]) -> str:
        """Do it on the user interface's thread, in a turn of the loop of its own."""
        done, answers = threading.Event(), list[str]()

        def run() -> None:
            try:
                answers.append(act())
            except Exception as error:  # noqa: BLE001 - reported to the test, which fails by it
                answers.append(f"{type(error).__name__}: {error}")
            done.set()

        self._bridge.post(run)
        return answers[0] if done.wait(TIMEOUT) else "the display did not come to it"


def carry_out(finger: Finger, reporter: Reporter) -> None:
    """Carry out orders until there are no more."""
    for line in sys.stdin:
        order = json.loads(line)
        if "tap" in order:
            answer = finger.tap(order["tap"], order["times"], order.get("patience", TIMEOUT))
        elif "drag" in order:
            answer = finger.drag(*order["drag"])
        else:
            answer = finger.block(order["block"])
        reporter.report("answer", answer)


def cars() -> ScreenDependencies:
    """As `carlendar drive` begins."""
    forget_foreign(os.environ)
    return drive.dependencies(load())


def main() -> int:
    """Run the screen; orders are taken from another thread."""
    log_output.configure(log_output.level_argument(sys.argv[1:]))
    reporter = Reporter()
    screen = ScreenProcess(cars() if CAR in sys.argv[1:] else dependencies(emulators_folder()))
    screen.watchdog = Witness(screen, reporter)
    threading.Thread(target=carry_out, args=(Finger(screen), reporter), name="orders", daemon=True).start()
    return screen.run()


if __name__ == "__main__":
    sys.exit(main())
