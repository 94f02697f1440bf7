"""The one door between the interface and everything behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

    from carlendar.presentation.states import Action, Frame
    from carlendar.safety.restrictions import Restrictions


class ScreenController(Protocol):
    """What the interface talks to. Called on the UI thread only; no method blocks."""

    @property
    def frame(self) -> Frame:
        """What is to be drawn now."""

    def subscribe(self, listener: Callable[[Frame], None]) -> None:
        """Call `listener` on the UI thread at once and whenever the frame changes."""

    def restrict(self, restrictions: Restrictions) -> Frame:
        """Take newly published restrictions; the frame returned obeys them. Called before a draw."""

    def act(self, action: Action) -> None:
        """A person touched `action`."""

    def scrolled(self, place: str, offset: float) -> None:
        """The list of `place` was scrolled to `offset` (0 bottom to 1 top): kept over P → M → P."""

    def tick(self) -> float:
        """Let time pass; returns elapsed seconds until it wants to be called again (at most 60)."""
