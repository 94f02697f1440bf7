"""Orders of the page: names with arguments that are checked where they are read."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from carlendar.errors import UsageError

LONGEST_TEXT = 200


@dataclass(frozen=True, slots=True)
class Arguments:
    """What came with an order; each method raises UsageError where the page sent something else."""

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
        """Yes or no."""
        value = self.given.get(name)
        if isinstance(value, bool):
            return value
        raise UsageError(f"{name} must be yes or no")

    def choice(self, name: str, choices: tuple[str, ...]) -> str:
        """One of the words."""
        if (value := self.text(name)) in choices:
            return value
        raise UsageError(f"{name} must be one of {', '.join(choices)}")


Order = Callable[[Arguments], Awaitable[None] | None]


class PanelControl(Protocol):
    """One subject of the panel: what it is like, and what can be ordered of it."""

    def state(self) -> dict[str, Any]:
        """What the page shows of it, ready for JSON."""

    def orders(self) -> Mapping[str, Order]:
        """What can be ordered, by name."""
