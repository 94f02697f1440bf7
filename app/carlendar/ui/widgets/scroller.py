"""The view on the rows of a list: what a finger, the wheel and the keys do to it.

Kivy decides by time whether a touch scrolls: one that has not moved far within 55 ms is the row's for good. A hand in a
car is slower than that. Here the distance alone decides: a touch is the row's until it has moved by `slop`, and then it
scrolls, however long that took.
"""

from __future__ import annotations

from math import copysign, exp
from typing import TYPE_CHECKING, Any

from kivy.effects.scroll import ScrollEffect
from kivy.properties import BooleanProperty, ColorProperty, NumericProperty
from kivy.uix.recycleview import RecycleView

from carlendar.ui.widgets.touchable import Touchable, is_wheel

if TYPE_CHECKING:
    from carlendar.ui.geometry import Rect
    from carlendar.ui.widgets.part_widget import TouchHandler

SLOP = 3.0
"""Millimetres that a finger may move, on a display that shakes, and still tap."""
COAST = 0.3
"""Seconds for which a list goes on by itself after it was thrown: no motion lasts longer (restriction profile)."""
SLOWING = 0.1
"""Seconds in which what was thrown loses 63 % of its speed."""
SLOWEST = 20.0
"""Pixels a second under which it stands still."""
NOTCH = 0.4
"""Of what is seen, by which a notch of the wheel moves."""
PAGE = 0.8
"""The same, of a key that turns pages."""


class Coasting(ScrollEffect):
    """Goes on for a moment after the finger has left, as far at any frame rate. Kivy's own takes seconds."""

    velocity: float
    _left = 0.0

    def stop(self, val: float, t: float | None = None) -> None:
        """The finger leaves at `val` pixels and the moment `t`."""
        self._left = COAST
        super().stop(val, t)

    def update_velocity(self, dt: float) -> None:
        """Move on by what is left of the speed."""
        self._left -= dt
        if self._left <= 0 or abs(self.velocity) <= SLOWEST:
            self.velocity = 0
            return
        kept = exp(-dt / SLOWING)
        self.apply_distance(self.velocity * SLOWING * (1 - kept))
        self.velocity *= kept  # 0 where the end was reached
        self.trigger_velocity_update()


class Scroller(RecycleView):
    """Shows the rows, with a slim mark beside them of where one is.

    `slop` is in pixels: how far a finger may move and still tap.
    """

    bar_tint = ColorProperty((0, 0, 0, 0))
    bar_gap = NumericProperty(8)
    bar_left = BooleanProperty(False)
    slop = NumericProperty(16)

    def __init__(self, handler: TouchHandler, **properties: Any) -> None:
        self.effect_cls = Coasting
        super().__init__(**properties)
        self.effect_y.drag_threshold = 0  # `slop` has decided
        self._handler = handler
        self._finger: Any = None
        self._began = 0.0
        self._scrolls = False

    def on_touch_down(self, touch: Any) -> bool:
        """Hand a touch to the row under it, and watch how far it moves; what was thrown stands still."""
        if not self.collide_point(*touch.pos):
            return False
        if is_wheel(touch):
            return self._turn(touch.button)
        if self._finger is not None:
            return True  # one finger at a time
        self._finger, self._began, self._scrolls = touch, touch.y, False
        self._hold(touch.y)
        self.simulate_touch_down(touch)
        touch.grab(self)  # after the row, which sees each event first
        return True

    def on_touch_move(self, touch: Any) -> bool:
        """Scroll once the finger has moved by more than `slop`: no row acts on that touch any more."""
        if touch is not self._finger or touch.grab_current is not self:
            return touch is self._finger
        if self.get_root_window() is None:  # the list went away under the finger
            touch.ungrab(self)
            self._finger = None
            return True
        distance = touch.y - self._began
        if not self._scrolls and abs(distance) > self.slop:
            self._scrolls = True
            self._take_from_rows(touch)
            self._hold(self._began + copysign(self.slop, distance))  # from here, so that nothing jumps
        if self._scrolls:
            self.effect_y.update(touch.y, self._handler.seconds())
        return True

    def on_touch_up(self, touch: Any) -> bool:
        """Let go; a list that was thrown goes on by itself for a while."""
        if touch is not self._finger or touch.grab_current is not self:
            return touch is self._finger
        touch.ungrab(self)
        self._finger = None
        if self._scrolls:
            self.effect_y.stop(touch.y, self._handler.seconds())
        else:
            self.effect_y.is_manual = False
        return True

    def reveal(self, place: Rect, margin: float) -> None:
        """Scroll as little as is needed to show `place` with `margin` pixels around it, if it is not too high."""
        seen = self.top - self.y
        margin = max(0.0, min(margin, (seen - place.height) / 2))
        window_height = self.get_root_window().height
        over = (place.y - margin) - (window_height - self.top)
        under = (place.bottom + margin) - (window_height - self.y)
        if over < 0:
            self._move(over)
        elif under > 0:
            self._move(under)

    def turn_page(self, direction: int) -> float:
        """Move by a page towards the end (1) or the top (-1); returns the pixels that it moved towards the end."""
        return self._move(direction * PAGE * self.height)

    def _turn(self, button: str) -> bool:
        if self._finger is None and button in ("scrollup", "scrolldown"):
            self._move(NOTCH * self.height * (1 if button == "scrollup" else -1))
        return True

    def _move(self, distance: float) -> float:
        """Scroll towards the end by so many pixels; returns by how many it did."""
        self._update_effect_bounds()
        effect = self.effect_y
        before, low, high = effect.value, *sorted((effect.min, effect.max))
        effect.velocity = 0
        effect.value = min(high, max(low, before + distance))
        return float(effect.value - before)

    def _hold(self, y: float) -> None:
        """Content follows the finger from here on."""
        self._update_effect_bounds()
        self._effect_y_start_height = self.height
        self.effect_y.start(y, self._handler.seconds())

    def _take_from_rows(self, touch: Any) -> None:
        for holder in [weak() for weak in touch.grab_list]:
            if isinstance(holder, Touchable):
                holder.let_go(touch)
