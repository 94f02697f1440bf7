"""All controls of the panel together: one state, and commands by name (`clock.rate`)."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import Any

from carlendar.errors import UsageError
from carlendar_devtools.emulator.panel.command import Arguments, Order, PanelControl


class ControlRegistry:
    """The controls by subject; one that is missing (no cloud with a real account) is null in the state."""

    def __init__(self, controls: Mapping[str, PanelControl | None]) -> None:
        self._controls = dict(controls)
        self._orders: dict[str, Order] = {}
        for subject, control in self._controls.items():
            if control is not None:
                self._orders |= {f"{subject}.{name}": order for name, order in control.orders().items()}

    def state(self) -> dict[str, Any]:
        """Return the state of the page by subject."""
        return {name: None if one is None else one.state() for name, one in self._controls.items()}

    async def order(self, name: str, arguments: dict[str, Any]) -> None:
        """Execute a command. Raises UsageError if it is unknown, or not possible now."""
        if (order := self._orders.get(name)) is None:
            raise UsageError(f"there is no order {name}")
        try:
            done = order(Arguments(arguments))
            if inspect.isawaitable(done):
                await done
        except LookupError as error:
            raise UsageError(f"{name}: there is no such thing (any more)") from error
