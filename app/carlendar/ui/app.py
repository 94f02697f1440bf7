"""Runs the display: a window with its widget tree, and the loop until it is closed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from carlendar.ui.bridge import Bridge

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from carlendar.brands.brand import Brand
    from carlendar.domain.ports import ElapsedClock
    from carlendar.presentation.screen_controller import ScreenController
    from carlendar.presentation.states import Frame
    from carlendar.safety.restrictions import Restrictions
    from carlendar.ui.metrics import DisplayMetrics
    from carlendar.ui.root_view import RootView


def run_display(
    controller: ScreenController,
    metrics: DisplayMetrics,
    *,
    size: tuple[int, int],
    title: str,
    engine_current: Callable[[], Restrictions],
    acknowledge: Callable[[int], None],
    alive: Callable[[], None],
    feed: float | None = 0.1,
    clock: ElapsedClock,
    bridge: Bridge | None = None,
    tap: Path | None = None,
    offscreen: bool | None = None,
    on_first_frame: Callable[[], None] | None = None,
    idle_tasks: Callable[[], float] = lambda: float("inf"),
    on_end: Callable[[], None] = lambda: None,
    fullscreen: bool = False,
    borderless: bool = False,
    desktop: bool = False,
    cache_folder: Path | None = None,
    brand: Brand | None = None,
    on_display: Callable[[RootView], None] = lambda _: None,
) -> int:
    """Show the frames until the window is closed, or until `bridge.post(stop_display)`; returns the exit code 0.

    Workers reach the user interface's thread through `bridge` alone; a publisher of restrictions calls its
    `wake`. On a `desktop` the window fits the screen, can be resized, and shows the display as a model of itself.
    `tap` is the path of a Unix socket for frames and touches (`carlendar.ui.frame_stream`) and means off-screen
    unless `offscreen` says otherwise. All that Kivy and Mesa keep goes into `cache_folder`.
    Raises DisplayError without a display or OpenGL, SettingsError for a brand file that cannot be used,
    OSError when no process listens at `tap`. `on_end` is called as soon as nothing is drawn any more, before the window
    and what belongs to it are released. `idle_tasks` is the loop's (see `carlendar.ui.loop.Loop`).
    """
    from carlendar.ui.window import open_window, prepare

    hidden = tap is not None if offscreen is None else offscreen
    prepare(cache_folder, offscreen=hidden)
    window = open_window(size, title, fullscreen=fullscreen, borderless=borderless, desktop=desktop)
    bridge = bridge or Bridge()
    wire = None
    try:
        loop, root, keys = _wired(
            window,
            controller,
            metrics,
            clock,
            bridge,
            brand,
            (hidden, desktop),
            (engine_current, acknowledge, alive, feed),
            (on_first_frame, idle_tasks),
        )
        on_display(root)
        if tap is not None:
            wire = _tapped(tap, window, bridge, loop)
        from kivy.base import runTouchApp, stopTouchApp

        runTouchApp(root, embedded=True)
        _running.append(loop)
        loop.run()
        on_end()
        window.hide()  # the following can take a while, and the last frame must not remain
        keys.stop()
        stopTouchApp()
    finally:
        _running.clear()
        if wire is not None:
            wire.close()
        bridge.close()
    return 0


_running: list[Any] = []


def stop_display() -> None:
    """End `run_display`; to be called on its thread, so from elsewhere as `bridge.post(stop_display)`."""
    for loop in _running:
        loop.stop()


def _wired(
    window: Any,
    controller: ScreenController,
    metrics: DisplayMetrics,
    clock: ElapsedClock,
    bridge: Bridge,
    brand: Brand | None,
    place: tuple[bool, bool],
    watch: tuple[Any, Any, Any, Any],
    callbacks: tuple[Any, Any],
) -> tuple[Any, Any, Any]:
    from carlendar.ui.keys import Keys
    from carlendar.ui.loop import Loop, Watch
    from carlendar.ui.root_view import RootView
    from carlendar.ui.style import load_rules
    from carlendar.ui.window import input_descriptor

    hidden, desktop = place
    load_rules()
    root = RootView(
        metrics, clock, act=lambda action: loop.act(action), scrolled=controller.scrolled,
        brand=brand, scaled=desktop, transitions=True,
    )  # fmt: skip
    loop = Loop(
        window, root, controller, clock, Watch(*watch), bridge, polls=not hidden,
        input_descriptor=None if hidden else input_descriptor(window), on_first_frame=callbacks[0],
        idle_tasks=callbacks[1],
    )  # fmt: skip
    return loop, root, Keys(window, root, close=loop.stop if desktop else None)


def _tapped(path: Path, window: Any, bridge: Bridge, loop: Any) -> Any:
    from kivy.graphics.opengl import GL_PACK_ALIGNMENT, GL_RGB, GL_UNSIGNED_BYTE, glPixelStorei, glReadPixels

    from carlendar.ui.frame_stream import Picture, Tap
    from carlendar.ui.remote_input import Injector

    injector = Injector(window)
    wire = Tap(path, lambda kind, values: bridge.post(injector.receive, kind, values))

    def drawn(of: Any, frame: Frame) -> None:
        width, height = of.size
        glPixelStorei(GL_PACK_ALIGNMENT, 1)
        pixels = glReadPixels(0, 0, width, height, GL_RGB, GL_UNSIGNED_BYTE)
        head = {
            "width": width, "height": height, "sequence": frame.restrictions.sequence,
            "screen": frame.screen.value, "place": frame.place, "state": frame.restrictions.state.value,
            "flags": frame.restrictions.flags.names(),
        }  # fmt: skip
        wire.give(Picture(width, height, json.dumps(head).encode(), pixels))

    loop.drawn = drawn
    return wire
