"""The base of all widgets that draw a part."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, Protocol

from kivy.properties import ObjectProperty
from kivy.uix.widget import Widget

from carlendar.brands.palette import NIGHT, Palette
from carlendar.ui.fonts import look

if TYPE_CHECKING:
    from carlendar.presentation.states import Action
    from carlendar.ui.composition import Composition
    from carlendar.ui.geometry import Rect
    from carlendar.ui.parts import Part

_log = logging.getLogger(__name__)


class TouchHandler(Protocol):
    """Handles touches on parts that have an action."""

    def may(self, action: Action, x: float, y: float) -> bool:
        """Whether a touch at that point (pixels from the display's top left) on the action counts."""

    def act(self, action: Action, rect: Rect) -> None:
        """The person touched the action, which is drawn at `rect`."""

    def seconds(self) -> float:
        """The elapsed clock's present moment."""

    def composition_now(self) -> Composition:
        """What is drawn now."""

    def position(self, place: str) -> float:
        """Where the list of that place was left: 0 bottom to 1 top."""

    def scrolled(self, place: str, offset: float) -> None:
        """The list of that place was scrolled."""


class PartWidget(Widget):
    """Draws one part; `show` gives it another, or other colours. Rules read `palette` and own properties."""

    palette: Palette = ObjectProperty(NIGHT, rebind=True)
    part: Part | None = None
    failed = False
    """Whether the part, or something in it, could not be drawn."""
    _blank = False
    _surface = 0.0
    _look = -1

    def __init__(self, handler: TouchHandler, **properties: Any) -> None:
        self.handler = handler
        super().__init__(size_hint=(None, None), **properties)

    def show(self, part: Part, palette: Palette, height: float) -> None:
        """Draw `part` on a surface that is `height` pixels high. The same part again costs nothing."""
        now = look()
        if part == self.part and palette is self.palette and height == self._surface and now == self._look:
            return
        self._surface, self._look = height, now
        rect = part.rect
        self.size = rect.width, rect.height
        self.pos = rect.x, height - rect.bottom
        self.palette = palette
        self.part = part
        self.failed = False
        if not self._drawn(part):
            self.blank()
        elif self._blank:
            self._blank, self.opacity = False, 1

    def _drawn(self, part: Part) -> bool:
        """Draw the part, or what stands in for it; whether there is anything. One part must not cost the screen."""
        try:
            self.draw(part)
        except Exception as error:  # noqa: BLE001  # whatever it is
            self.failed = True
            _log.error("%s cannot be drawn: %s", type(part).__name__, type(error).__name__)
            try:
                other = self.instead(part)
                if other is not None:
                    self.draw(other)
            except Exception:  # noqa: BLE001  # nor can that
                return False
            return other is not None
        return True

    def instead(self, part: Part) -> Part | None:  # noqa: ARG002  # others need it
        """What is drawn where the part cannot be; None for nothing."""
        return None

    def blank(self) -> None:
        """Show nothing until another part is drawn."""
        self._blank, self.opacity = True, 0

    def retire(self) -> None:
        """It is drawn no longer, and may draw any other part of its kind later."""

    def draw(self, part: Part) -> None:
        """Take what the rule needs out of the part."""
