"""The display's loop: sleeps until there is work, and draws nothing that was not checked against the restrictions.

Kivy's own loop runs sixty times a second. This one blocks until a worker calls, a clock is due or input arrives. Where
input cannot be waited for (a window that is not of X11), it is polled forty times a second. Before every draw it takes
the newest restrictions, and after every flip it acknowledges those the frame obeys. A frame is begun only after the
previous one is finished, so that what was acknowledged is visible at most one frame later.
"""

from __future__ import annotations

import select
from typing import TYPE_CHECKING, Any, NamedTuple

from kivy.base import EventLoop
from kivy.clock import Clock
from kivy.graphics.opengl import glFinish

from carlendar.ui import kivy_hooks
from carlendar.ui.fonts import find_missing

if TYPE_CHECKING:
    from collections.abc import Callable

    from carlendar.domain.ports import ElapsedClock
    from carlendar.presentation.screen_controller import ScreenController
    from carlendar.presentation.states import Action, Frame
    from carlendar.safety.restrictions import Restrictions
    from carlendar.ui.bridge import Bridge
    from carlendar.ui.root_view import RootView

POLL = 0.025
"""Seconds between two polls of a window's input."""
FOREVER = float("inf")
QUIET = 1.0
"""Seconds without a draw after which idle tasks run."""


class Watch(NamedTuple):
    """The loop's interface to the safety engine: `current` returns the newest restrictions, `acknowledge` takes the
    sequence of a drawn frame, `alive` is called at least every `feed` seconds while the loop runs; None without a
    watchdog.
    """

    current: Callable[[], Restrictions]
    acknowledge: Callable[[int], None]
    alive: Callable[[], None]
    feed: float | None = 0.1


class Loop:
    """Runs one display on the thread that created its window."""

    def __init__(
        self,
        window: Any,
        root: RootView,
        controller: ScreenController,
        clock: ElapsedClock,
        watch: Watch,
        bridge: Bridge,
        *,
        polls: bool,
        input_descriptor: int | None = None,
        drawn: Callable[[Any, Frame], None] | None = None,
        on_first_frame: Callable[[], None] | None = None,
        idle_tasks: Callable[[], float] = lambda: FOREVER,
    ) -> None:
        """`idle_tasks` is called when nothing has been drawn for `QUIET`: it does a small amount of deferred work, and
        returns after how many seconds to call it again; infinity for not before another frame has been drawn.
        """
        self._window, self._root, self._controller = window, root, controller
        self._clock, self._watch, self._bridge = clock, watch, bridge
        self.drawn, self._on_first_frame = drawn, on_first_frame
        self._peeked: kivy_hooks.PeekedWindow | None = None
        self.idle_tasks, self._idle_tasks_due = idle_tasks, FOREVER
        self._input = input_descriptor
        if polls:
            self._peeked = kivy_hooks.peek_at(window)
        self._tick_due = 0.0
        self._kivy_due = 0.0
        self._stopped = False

    def act(self, action: Action) -> None:
        """Pass a touched action to the presenter; timers may have become due by it."""
        self._controller.act(action)
        self._tick_due = 0.0

    def stop(self) -> None:
        """End the loop at its next turn; called on its thread, or posted through the bridge."""
        self._stopped = True

    def run(self) -> None:
        """Run until the window is closed or `stop` is called."""
        self._controller.subscribe(self._root.show)
        while not self._stopped and not EventLoop.quit:
            self.turn()
            self._sleep()

    def turn(self) -> None:
        """Do everything that is due, and draw if anything changed.

        New restrictions are drawn before anything else: the rest follows in the next turn.
        """
        self._watch.alive()
        if not self._take_restrictions():
            self._attend()
        kivy_hooks.lay_out()  # what a rule draws is put off until it is asked for
        pause = kivy_hooks.seconds_until_due()
        if self._has_input() or pause <= 0 or self._misfits() or self._window.canvas.needs_redraw:
            self._frame()
            pause = kivy_hooks.seconds_until_due()
        elif self._clock.seconds() >= self._idle_tasks_due:
            self._idle_tasks_due = self._clock.seconds() + self.idle_tasks()
        self._kivy_due = self._clock.seconds() + pause

    def _attend(self) -> None:
        """Execute posted calls and timers."""
        if self._bridge.drain():
            self._tick_due = 0.0
        self._take_restrictions()
        now = self._clock.seconds()
        if now >= self._tick_due:
            self._tick_due = now + min(60.0, max(0.01, self._controller.tick()))

    def _has_input(self) -> bool:
        return self._peeked is not None and self._peeked.waiting()

    def _frame(self) -> None:
        """Run Kivy's turn: clock, input, layout and draw."""
        if self._has_input():
            self._window.mainloop()
        Clock.tick()
        EventLoop.dispatch_input()
        self._fit()
        kivy_hooks.lay_out()
        if not EventLoop.quit and self._window.canvas.needs_redraw:
            self._take_restrictions()
            kivy_hooks.lay_out()
            self._draw()

    def _misfits(self) -> bool:
        """Whether the window's size differs from the drawn one; an off-screen window keeps its size."""
        return self._peeked is not None and tuple(self._window.size) != tuple(self._root.size)

    def _fit(self) -> None:
        """Lay out for the window's current size."""
        if self._misfits():
            kivy_hooks.announce_size(self._window)
            self._root.resize(*self._window.size)

    def _take_restrictions(self) -> bool:
        """Apply restrictions newer than the frame's; the resulting frame is drawn in any case.

        Returns whether there were any.
        """
        newest = self._watch.current()
        frame = self._root.frame
        if frame is not None and newest.sequence <= frame.restrictions.sequence:
            return False
        self._root.show(self._controller.restrict(newest))
        self._window.canvas.ask_update()
        self._tick_due = 0.0
        return True

    def _draw(self) -> None:
        frame = self._root.frame
        if frame is None:
            return
        self._root.focus.draw()
        glFinish()  # a flip need not wait for its picture (off-screen it never does): frames would pile up unseen
        self._window.dispatch("on_draw")
        if self.drawn is not None:
            self.drawn(self._window, frame)
        self._window.dispatch("on_flip")
        self._watch.acknowledge(frame.restrictions.sequence)
        self._idle_tasks_due = self._clock.seconds() + QUIET
        if self._on_first_frame is not None:
            first, self._on_first_frame = self._on_first_frame, None
            first()
        find_missing(lambda found: self._bridge.post(self._root.use_fonts, found))

    def _sleep(self) -> None:
        """Sleep until a worker calls, a timer is due, input arrives, or the watchdog must be fed."""
        feed = self._clock.seconds() + (self._watch.feed or FOREVER)
        end = min(feed, self._tick_due, self._kivy_due, self._idle_tasks_due)
        asks = self._peeked is not None and self._input is None
        sources: list[Any] = [self._bridge] if self._input is None else [self._bridge, self._input]
        while not self._stopped and not self._has_input():
            left = end - self._clock.seconds()
            if left <= 0 or self._window.canvas.needs_redraw or self._misfits():
                return
            ready = select.select(sources, [], [], min(left, POLL) if asks else left)[0]
            if self._bridge in ready:
                return
