"""The interface between the UI and the presenter."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

    from carlendar.presentation.states import Action, Frame
    from carlendar.safety.restrictions import Restrictions


class ScreenController(Protocol):
    """The presenter as seen by the UI. Called on the UI thread only; no method blocks."""

    @property
    def frame(self) -> Frame:
        """The frame to draw now."""

    def subscribe(self, listener: Callable[[Frame], None]) -> None:
        """Call `listener` on the UI thread at once and whenever the frame changes."""

    def restrict(self, restrictions: Restrictions) -> Frame:
        """Apply newly published restrictions; the returned frame complies with them. Called before each draw."""

    def act(self, action: Action) -> None:
        """Carry out `action` after a touch."""

    def scrolled(self, place: str, offset: float) -> None:
        """The list of `place` was scrolled to `offset` (0 bottom to 1 top): kept over P → M → P."""

    def tick(self) -> float:
        """Handle the passing of time; returns elapsed seconds until the next call (at most 60)."""
