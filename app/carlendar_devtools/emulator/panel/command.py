"""Commands of the page: names with arguments, validated when they are read."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from carlendar.errors import UsageError

LONGEST_TEXT = 200


@dataclass(frozen=True, slots=True)
class Arguments:
    """The arguments of a command; each method raises UsageError if the argument is invalid."""

    given: Mapping[str, Any]

    def text(self, name: str) -> str:
        """A short text."""
        value = self.given.get(name)
        if isinstance(value, str) and len(value) <= LONGEST_TEXT:
            return value
        raise UsageError(f"{name} must be a short text")

    def number(self, name: str, low: float, high: float) -> float:
        """A finite number from `low` to `high`."""
        value = self.given.get(name)
        if isinstance(value, int | float) and not isinstance(value, bool) and low <= value <= high:
            return float(value)
        raise UsageError(f"{name} must be a number from {low:g} to {high:g}")

    def switch(self, name: str) -> bool:
        """A Boolean."""
        value = self.given.get(name)
        if isinstance(value, bool):
            return value
        raise UsageError(f"{name} must be yes or no")

    def choice(self, name: str, choices: tuple[str, ...]) -> str:
        """One of the given values."""
        if (value := self.text(name)) in choices:
            return value
        raise UsageError(f"{name} must be one of {', '.join(choices)}")


Order = Callable[[Arguments], Awaitable[None] | None]


class PanelControl(Protocol):
    """One subject of the panel: its state and its commands."""

    def state(self) -> dict[str, Any]:
        """Return its state for the page, ready for JSON."""

    def orders(self) -> Mapping[str, Order]:
        """Return its commands by name."""
