"""A display that lives: window, loop and stage as in the car, off-screen, turned and touched by the audit."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from carlendar.domain.ports import ElapsedClock
    from carlendar.presentation.screen_controller import ScreenController
    from carlendar.ui.metrics import DisplayMetrics
    from carlendar.ui.theme import Brand
    from carlendar_devtools.audit.nodes import Node

SETTLE = 6
"""Turns of the loop that a new frame may take to be laid out."""


class LiveDisplay:
    """One display around a cockpit; `drawn` counts its draws. There is one window: the newest display has it."""

    def __init__(self, cockpit: ScreenController, clock: ElapsedClock, metrics: DisplayMetrics, brand: Brand) -> None:
        from carlendar.ui.window import open_window, prepare

        prepare(None, offscreen=True)
        self.window = open_window((metrics.width_px, metrics.height_px), "Carlendar")
        # a new size has Kivy look for a keyboard half a second later, and draw: no window in a car changes its size
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
            metrics, clock, act=lambda action: self._loop.act(action), scrolled=cockpit.scrolled, brand=brand
        )
        watch = Watch(lambda: cockpit.frame.restrictions, lambda _: None, lambda: None, None)
        self._loop = Loop(self.window, self.stage, cockpit, clock, watch, self._bridge, polls=False, drawn=self._count)
        self._injector = Injector(self.window)
        for child in list(self.window.children):
            self.window.remove_widget(child)
        self.window.add_widget(self.stage)
        if EventLoop.status != "started":
            EventLoop.start()
        cockpit.subscribe(self._show)

    def _show(self, frame: Any) -> None:
        if self.stage.parent is not None:  # cockpits keep their listeners; this display may be gone
            self.stage.show(frame)

    def _count(self, *_: object) -> None:
        self.drawn += 1

    def nodes(self) -> list[Node]:
        """What is on the display now."""
        from carlendar_devtools.audit.probe import nodes

        return nodes(self.stage)

    def turn(self, times: int = SETTLE) -> None:
        """Let the loop do what is due."""
        for _ in range(times):
            self._loop.turn()

    def watch(self, seconds: float) -> int:
        """Turn for so long, and once more for what became due meanwhile; returns how often something was drawn."""
        before, end = self.drawn, time.monotonic() + seconds
        while time.monotonic() < end:
            self._loop.turn()
            time.sleep(0.005)
        self.turn()  # a machine that was busy elsewhere may have turned the loop but once
        return self.drawn - before

    def press(self, node: Node) -> None:
        """A finger goes down in the middle of where the node answers."""
        self._injector.touch("down", 1, *self._middle(node))

    def release(self, node: Node) -> None:
        """And up again."""
        self._injector.touch("up", 1, *self._middle(node))
        self.turn(2)

    def tap(self, node: Node) -> None:
        """Both, and whatever comes of it is laid out."""
        self.press(node)
        self.turn(1)
        self.release(node)
        self.turn()

    def _middle(self, node: Node) -> tuple[float, float]:
        reach = node.reach or node.rect
        x, y = reach.x + reach.width / 2, reach.y + reach.height / 2
        return x / self.stage.width, y / self.stage.height

    def close(self) -> None:
        """Leave the window to others."""
        self.window.remove_widget(self.stage)
        self._bridge.close()
