"""Answering touches: seen at once, done when the finger leaves inside."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kivy.clock import Clock
from kivy.core.window import Window
from kivy.properties import BooleanProperty

from carlendar.ui.geometry import Rect
from carlendar.ui.tokens import t
from carlendar.ui.widgets.part_widget import PartWidget

if TYPE_CHECKING:
    from carlendar.brands.palette import Palette
    from carlendar.presentation.states import Action
    from carlendar.ui.parts import Part
    from carlendar.ui.widgets.part_widget import TouchHandler


LONGEST = 0.2
"""Maximum seconds of feedback while driving (restriction profile), whatever the tokens say."""


class Touchable(PartWidget):
    """A part that may bear an action. `pressed` from touch-down on; the action on touch-up inside.

    `pressed` lasts for `t.press_feedback` at least, as a quick tap may begin and end between two frames, unless the
    target gets another meaning or goes. When the action changed its
    meaning while the finger was down, nothing happens.
    """

    pressed = BooleanProperty(False)
    action: Action | None = None
    _aimed: Action | None = None

    def __init__(self, handler: TouchHandler, **properties: Any) -> None:
        super().__init__(handler, **properties)
        self._seen = Clock.create_trigger(self._end_press, min(t.press_feedback, LONGEST))

    def show(self, part: Part, palette: Palette, height: float) -> None:
        """Draw `part`; what was pressed before is not pressed any more where it is another target."""
        before = self.action
        super().show(part, palette, height)
        if self._aimed is None and self.action != before:
            self.pressed = False

    def blank(self) -> None:
        """Show nothing, and answer to no touch."""
        super().blank()
        self.action = None

    def retire(self) -> None:
        """A finger or key that is down on it does nothing any more."""
        self._seen.cancel()
        self._aimed, self.pressed = None, False

    def place(self) -> Rect:
        """Where it is on the display, in pixels from the top left."""
        x, y = self.to_window(self.x, self.y)
        return Rect(x, Window.height - y - self.height, self.width, self.height)

    def answers(self) -> Rect:
        """The part of its place that answers to a touch."""
        return self.place()

    def press(self, x: float, y: float) -> bool:
        """Begin to act, if a touch at that point (pixels from the display's top left) counts now; whether it does."""
        if self.action is None or not self.handler.may(self.action, x, y):
            return False
        self._aimed, self.pressed = self.action, True
        self._seen.cancel()
        self._seen()
        return True

    def release(self, *, inside: bool) -> None:
        """End what was begun, and act on what was aimed at if that was inside and has kept its meaning."""
        aimed, self._aimed = self._aimed, None
        self._end_press()
        same = aimed is not None and self.action is not None and aimed.intent == self.action.intent
        if inside and same and self.parent is not None and self.action is not None:
            self.handler.act(self.action, self.place())

    def on_touch_down(self, touch: Any) -> bool:
        """Take the touch if it is ours and counts; a touch on a guarded place is swallowed."""
        if self.action is None or not self.collide_point(*touch.pos) or is_wheel(touch):
            return bool(super().on_touch_down(touch))
        x, y = self.to_window(*touch.pos)
        if self.press(x, Window.height - y):
            touch.grab(self)
        return True

    def on_touch_move(self, touch: Any) -> bool:
        """Show whether letting go here would act."""
        if touch.grab_current is not self:
            return bool(super().on_touch_move(touch))
        self.pressed = self._aimed is not None and self.collide_point(*touch.pos)
        return True

    def let_go(self, touch: Any) -> None:
        """The touch is not ours any more: it does nothing here."""
        touch.ungrab(self)
        self._aimed, self.pressed = None, False

    def _end_press(self, *_: object) -> None:
        """Show the press no longer, unless the finger is still down or it has not been seen for long enough."""
        if self._aimed is None and not self._seen.is_triggered:
            self.pressed = False

    def on_touch_up(self, touch: Any) -> bool:
        """Act when the finger leaves inside."""
        if touch.grab_current is not self:
            return bool(super().on_touch_up(touch))
        touch.ungrab(self)
        self.release(inside=self.collide_point(*touch.pos))
        return True


def is_wheel(touch: Any) -> bool:
    """Whether the touch is a turn of the wheel."""
    return "button" in touch.profile and touch.button.startswith("scroll")
