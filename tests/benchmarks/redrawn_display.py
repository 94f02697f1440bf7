"""The unmodified screen process on a clock that can be set, with a stopwatch on each of its frames.

Commands on standard input, one word a line: `minutes` lets a minute pass with every second frame and draws the others
unchanged, `scroll` opens the Agenda with all its rows and turns the wheel with every frame, `end` closes the display.
Writes one JSON line at the end: the processor time in seconds that the thread that draws took for each frame, by the
kind of frame, and how many rows were scrolled.
"""

from __future__ import annotations

import json
import sys
import threading
import time
from collections import defaultdict
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any

from msgspec.structs import replace

from carlendar.domain.ports import WallClock
from carlendar.presentation.intents import ShowAgenda
from carlendar.presentation.states import Action, AgendaState
from carlendar.ui.app import stop_display
from carlendar.wiring.screen import ScreenProcess
from carlendar_devtools.processes.display import dependencies
from carlendar_devtools.processes.folder import emulators_folder

LIST = (0.5, 0.6)
TURN = 30
"""Turns of the wheel in one direction."""
MORE = "later"
"""Key of the row that shows later meetings."""
MINUTES = 9
"""Minutes that pass before the clock is set back: the meeting shown stays ahead."""


class SetClock:
    """A clock that begins as the emulator's and is `later`. Like a car's it reads no file when it is asked."""

    def __init__(self, wall: WallClock) -> None:
        self._ahead = wall.now() - datetime.now(UTC)
        self._zone, self._is_set, self._rate = wall.zone(), wall.is_set(), wall.rate()
        self.later = timedelta()

    def now(self) -> datetime:
        """See `WallClock`."""
        return datetime.now(UTC) + self._ahead + self.later

    def zone(self) -> tzinfo:
        """See `WallClock`."""
        return self._zone

    def is_set(self) -> bool:
        """See `WallClock`."""
        return self._is_set

    def rate(self) -> float:
        """See `WallClock`."""
        return self._rate


class Stopwatch:
    """Causes frames of one kind after the other, and measures each. On the thread that draws."""

    def __init__(self, screen: ScreenProcess, clock: SetClock) -> None:
        self._screen, self._clock = screen, clock
        self._frames: dict[str, list[float]] = defaultdict(list)
        self._phase = self._kind = ""
        self._count = self._rows = 0
        self._began = 0.0
        self._injector: Any = None

    def do(self, word: str) -> None:
        """Carry out one line of standard input."""
        from kivy.core.window import Window

        from carlendar.ui.remote_input import Injector

        self._kind = ""
        if word == "end":
            self._phase = ""
            stop_display()
            return
        if self._injector is None:
            self._injector = Injector(Window)
            Window.bind(on_flip=self.drawn)
        self._phase, self._count = word, 0
        if word == "scroll":
            self._list()
        Window.canvas.ask_update()

    def drawn(self, *_: object) -> None:
        """A frame was finished: cause the next one."""
        now = time.thread_time()
        from kivy.core.window import Window

        if self._kind:
            self._frames[self._kind].append(now - self._began)
        self._count += 1
        if self._phase == "minutes":
            self._minute(Window)
        elif self._phase == "scroll":
            self._kind = "scrolled"
            Window.canvas.ask_update()  # also where the list has ended
            self._injector.wheel(*LIST, -1.0 if self._count // TURN % 2 == 0 else 1.0)
        self._began = time.thread_time()

    def _minute(self, window: Any) -> None:
        if self._count % 2:
            self._kind = "unchanged"
            window.canvas.ask_update()
        else:
            self._kind = "minute"
            self._clock.later = timedelta(minutes=self._count // 2 % MINUTES)
            self._screen.bridge.wake()  # as at the end of a minute: the presenter looks at the time

    def _list(self) -> None:
        presenter = self._screen.presenter
        self._clock.later = timedelta()
        presenter.act(Action(ShowAgenda(), ("Agenda",)))
        body = presenter.frame.body
        while isinstance(body, AgendaState) and (last := body.rows[-1]).key == MORE and last.action is not None:
            presenter.act(last.action)
            body = presenter.frame.body
        self._rows = len(body.rows) if isinstance(body, AgendaState) else 0

    def report(self) -> None:
        """Write what was measured."""
        sys.stdout.write(json.dumps({"rows": self._rows, **self._frames}) + "\n")


def main() -> int:
    """Show the display until the command `end`."""
    given = dependencies(emulators_folder())
    clock = SetClock(given.wall)
    screen = ScreenProcess(replace(given, wall=clock))
    watch = Stopwatch(screen, clock)

    def listen() -> None:
        for line in sys.stdin:
            screen.bridge.post(watch.do, line.strip())

    threading.Thread(target=listen, daemon=True).start()
    code = screen.run()
    watch.report()
    return code


if __name__ == "__main__":
    raise SystemExit(main())
