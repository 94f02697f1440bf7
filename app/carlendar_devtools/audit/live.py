"""A live display: window, loop and widget tree as in the car, off-screen, driven by the audit."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from carlendar.brands.brand import Brand
    from carlendar.domain.ports import ElapsedClock
    from carlendar.presentation.screen_controller import ScreenController
    from carlendar.ui.metrics import DisplayMetrics
    from carlendar_devtools.audit.nodes import Node

SETTLE = 6
"""Maximum loop iterations for the layout of a new frame."""


class LiveDisplay:
    """A display for a controller; `drawn` counts its draws. There is only one window, used by the newest display."""

    def __init__(
        self, controller: ScreenController, clock: ElapsedClock, metrics: DisplayMetrics, brand: Brand
    ) -> None:
        from carlendar.ui.window import open_window, prepare

        prepare(None, offscreen=True)
        self.window = open_window((metrics.width_px, metrics.height_px), "Carlendar")
        # after a resize Kivy checks the keyboard half a second later, and draws; windows in a car are not resized
        self.window.trigger_keyboard_height.cancel()
        from kivy.base import EventLoop

        from carlendar.ui.bridge import Bridge
        from carlendar.ui.loop import Loop, Watch
        from carlendar.ui.remote_input import Injector
        from carlendar.ui.root_view import RootView
        from carlendar.ui.style import load_rules

        load_rules()
        self.drawn = 0
        self._bridge = Bridge()
        self.stage = RootView(
            metrics, clock, act=lambda action: self._loop.act(action), scrolled=controller.scrolled, brand=brand
        )
        watch = Watch(lambda: controller.frame.restrictions, lambda _: None, lambda: None, None)
        self._loop = Loop(
            self.window, self.stage, controller, clock, watch, self._bridge, polls=False, drawn=self._count
        )
        self._injector = Injector(self.window)
        for child in list(self.window.children):
            self.window.remove_widget(child)
        self.window.add_widget(self.stage)
        if EventLoop.status != "started":
            EventLoop.start()
        controller.subscribe(self._show)

    def _show(self, frame: Any) -> None:
        if self.stage.parent is not None:  # controllers keep their listeners; this display may be closed
            self.stage.show(frame)

    def _count(self, *_: object) -> None:
        self.drawn += 1

    def nodes(self) -> list[Node]:
        """Return the nodes on the display."""
        from carlendar_devtools.audit.probe import nodes

        return nodes(self.stage)

    def turn(self, times: int = SETTLE) -> None:
        """Run iterations of the loop."""
        for _ in range(times):
            self._loop.turn()

    def watch(self, seconds: float) -> int:
        """Run the loop for `seconds` and one more iteration; return the number of draws."""
        before, end = self.drawn, time.monotonic() + seconds
        while time.monotonic() < end:
            self._loop.turn()
            time.sleep(0.005)
        self.turn()  # on a busy machine the loop may have run only once
        return self.drawn - before

    def press(self, node: Node) -> None:
        """Touch down in the middle of the node's touch area."""
        self._injector.touch("down", 1, *self._middle(node))

    def release(self, node: Node) -> None:
        """Touch up."""
        self._injector.touch("up", 1, *self._middle(node))
        self.turn(2)

    def tap(self, node: Node) -> None:
        """Touch down and up, and wait for the layout."""
        self.press(node)
        self.turn(1)
        self.release(node)
        self.turn()

    def _middle(self, node: Node) -> tuple[float, float]:
        reach = node.reach or node.rect
        x, y = reach.x + reach.width / 2, reach.y + reach.height / 2
        return x / self.stage.width, y / self.stage.height

    def close(self) -> None:
        """Release the window."""
        self.window.remove_widget(self.stage)
        self._bridge.close()
