"""The short motion between two parked pages: the new one fades in and slides into place (design: 200 ms, 2 mm).

Only what changes moves: the status bar and the rail stay still. Targets answer at their final places from the start.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kivy.animation import Animation
from kivy.graphics import PopMatrix, PushMatrix, Translate
from kivy.properties import NumericProperty
from kivy.uix.widget import Widget

from carlendar.ui.tokens import t

if TYPE_CHECKING:
    from carlendar.presentation.states import Frame

LONGEST = 0.3
"""Maximum seconds of a motion when parked (restriction profile), whatever the tokens say."""


def moves_between(before: Frame | None, after: Frame) -> bool:
    """Whether `after` is another page than `before`, and both may move: nothing moves while driving or idling."""
    if before is None or (before.screen, before.place) == (after.screen, after.place):
        return False
    return not before.restrictions.restricted and not after.restrictions.restricted


class PageLayer(Widget):
    """Holds the widgets of a page. `slide` moves them, in pixels, without changing where they are touched."""

    slide = NumericProperty(0.0)

    def __init__(self) -> None:
        super().__init__(size_hint=(None, None))
        with self.canvas.before:
            PushMatrix()
            self._shift = Translate(0, 0)
        with self.canvas.after:
            PopMatrix()
        self._animation: Animation | None = None

    def enter(self, slide: float) -> None:
        """Begin the transition from `slide` pixels beside the page's place; sideways, towards the start of lines."""
        self.settle()
        self.opacity, self.slide = 0.0, slide
        self._animation = Animation(opacity=1.0, slide=0.0, duration=min(t.page_fade, LONGEST), transition="out_cubic")
        self._animation.start(self)

    def settle(self) -> None:
        """Put the page in its place at once."""
        if self._animation is not None:
            self._animation.cancel(self)
            self._animation = None
            self.opacity, self.slide = 1.0, 0.0

    def on_slide(self, _: Widget, value: float) -> None:
        """Draw the page that far from its place."""
        self._shift.x = round(value)
