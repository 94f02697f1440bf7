"""The unmodified screen process, scrolled from within, with a stopwatch on each of its frames.

Standard input has commands, one word a line: `agenda` opens the Agenda, `still` and `busy` begin a phase of scrolling,
`sign-in` asks the service to sign in, as a touch would, `end` closes the display. Answers on standard output with
one JSON line: for each phase the moments (monotonic seconds) at which a frame was finished. The wheel turns at
every sixtieth of a second, whether a frame came or not, as a finger does not wait either; no pixels are read back.
"""

from __future__ import annotations

import json
import sys
import threading
import time
from typing import Any

from carlendar.ipc.messages import Command
from carlendar.ui.app import stop_display
from carlendar.wiring.screen import ScreenProcess
from carlendar_devtools.processes.display import dependencies
from carlendar_devtools.processes.folder import emulators_folder

AGENDA = (0.042, 0.295)
LIST = (0.5, 0.6)
TURN = 30
"""Turns of the wheel in one direction."""


class Hand:
    """Turns the wheel, and keeps when frames were finished. On the thread of the user interface."""

    def __init__(self, screen: ScreenProcess) -> None:
        self._screen = screen
        self._moments: dict[str, list[float]] = {}
        self._phase = ""
        self._turns = 0
        self._injector: Any = None

    def drawn(self, *_: object) -> None:
        """A frame was finished."""
        if self._phase:
            self._moments[self._phase].append(time.monotonic())

    def do(self, word: str) -> None:
        """Carry out one line of standard input."""
        if word == "agenda":
            self._begin()
        elif word == "sign-in":
            self._screen.service.send(Command("sign_in", {"profile": "ana", "way": "device", "account": ""}))
        elif word == "end":
            self._phase = ""
            stop_display()
        else:
            self._phase = word
            self._moments.setdefault(word, [])

    def _begin(self) -> None:
        from kivy.clock import Clock
        from kivy.core.window import Window

        from carlendar.ui.remote_input import Injector

        self._injector = Injector(Window)
        Window.bind(on_flip=self.drawn)
        for kind in ("down", "up"):
            self._injector.touch(kind, 1, *AGENDA)
        Clock.schedule_interval(self._turn, 1 / 60)

    def _turn(self, _: float) -> None:
        if self._phase:
            self._turns += 1
            self._injector.wheel(*LIST, -1.0 if self._turns // TURN % 2 == 0 else 1.0)

    def report(self) -> None:
        """Write what was measured."""
        sys.stdout.write(json.dumps(self._moments) + "\n")


def main() -> int:
    """Show the display until it gets the command to end."""
    screen = ScreenProcess(dependencies(emulators_folder()))
    hand = Hand(screen)

    def listen() -> None:
        for line in sys.stdin:
            screen.bridge.post(hand.do, line.strip())

    threading.Thread(target=listen, daemon=True).start()
    code = screen.run()
    hand.report()
    return code


if __name__ == "__main__":
    raise SystemExit(main())
