"""Controls of the scripted drive and the scenario."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from carlendar_devtools.emulator.panel.command import Arguments, Order
from carlendar_devtools.emulator.script import Script


class EmulatorState:
    """How the emulator was started, which the page shows after it has ended."""

    def __init__(self, command: str) -> None:
        self._command = command

    def state(self) -> dict[str, Any]:
        """The command line."""
        return {"command": self._command}

    def orders(self) -> Mapping[str, Order]:
        """None."""
        return {}


class ScriptControl:
    """The drive of one scenario. `choose` restarts with another scenario, by name."""

    def __init__(
        self, script: Script, title: str, name: str, names: Sequence[str], choose: Callable[[str], None]
    ) -> None:
        self._script = script
        self._title = title
        self._name = name
        self._names = tuple(names)
        self._choose = choose

    def state(self) -> dict[str, Any]:
        """The steps, the number completed, and what the current one waits for."""
        return {
            "title": self._title,
            "scenario": self._name,
            "scenarios": list(self._names),
            "steps": [one.label for one in self._script.steps],
            "position": self._script.position,
            "running": self._script.running,
            "waiting": self._script.waiting,
        }

    def orders(self) -> Mapping[str, Order]:
        """Play, pause, one step, another scenario."""
        return {
            "play": lambda _given: self._script.play(),
            "pause": lambda _given: self._script.pause(),
            "step": lambda _given: self._script.step(),
            "scenario": self._scenario,
        }

    def _scenario(self, given: Arguments) -> None:
        self._choose(given.choice("value", self._names))
