"""Converts touches, wheel and keys from another process into Kivy events for the real widgets."""

from __future__ import annotations

import math
from typing import Any

from kivy.base import EventLoop
from kivy.input.motionevent import MotionEvent

KEYS = {
    "Escape": 27, "Enter": 13, "Tab": 9, "Backspace": 8, "Delete": 127, "ArrowUp": 273, "ArrowDown": 274,
    "ArrowRight": 275, "ArrowLeft": 276, "Home": 278, "End": 279, "PageUp": 280, "PageDown": 281, "F1": 282, "F11": 292,
    "GoBack": 27, "BrowserBack": 27,
}  # fmt: skip
"""Kivy's numbers of keys by the web's names."""


MOST_NOTCHES = 20.0
"""Maximum number of notches of one turn of the wheel."""


class InjectedTouch(MotionEvent):
    """A finger, or one notch of a wheel when it has a `button`."""

    def __init__(self, finger: int, x: float, y: float, button: str = "") -> None:
        super().__init__("injected", finger, (x, y), is_touch=True, type_id="touch")
        self.button = button
        self.profile = ("pos", "button") if button else ("pos",)

    def depack(self, args: Any) -> None:
        """Take a position: parts of width and height from the lower left."""
        self.sx, self.sy = args
        super().depack(args)


class Injector:
    """Converts messages of the frame stream into events. Used on the UI thread."""

    def __init__(self, window: Any) -> None:
        self._window = window
        self._fingers: dict[int, InjectedTouch] = {}
        self._turned = 0.0

    def receive(self, kind: str, values: dict[str, Any]) -> None:
        """Handle a message of the type `T`, `W` or `K`; an invalid one is ignored."""
        try:
            if kind == "T":
                self.touch(str(values["kind"]), int(values["id"]), float(values["x"]), float(values["y"]))
            elif kind == "W":
                self.wheel(float(values["x"]), float(values["y"]), float(values["dy"]))
            elif kind == "K":
                self.key(str(values["key"]), str(values.get("kind", "down")))
        except (KeyError, TypeError, ValueError, OverflowError):
            return

    def touch(self, kind: str, finger: int, x: float, y: float) -> None:
        """A finger goes `down`, makes a `move` or goes `up` at a part of width and height from the top left."""
        if not (math.isfinite(x) and math.isfinite(y)):
            return
        if kind == "down" and finger not in self._fingers:
            touch = self._fingers[finger] = InjectedTouch(finger, x, 1 - y)
            EventLoop.post_dispatch_input("begin", touch)
        elif kind == "move" and finger in self._fingers:
            touch = self._fingers[finger]
            touch.move((x, 1 - y))
            EventLoop.post_dispatch_input("update", touch)
        elif kind == "up" and finger in self._fingers:
            touch = self._fingers.pop(finger)
            touch.move((x, 1 - y))
            touch.update_time_end()
            EventLoop.post_dispatch_input("end", touch)

    def wheel(self, x: float, y: float, notches: float) -> None:
        """Turn the wheel by as many notches; above 0 towards the top of a list.

        A touch pad sends parts of notches, which add up while they go the same way; of one turn `MOST_NOTCHES` count.
        """
        if not all(map(math.isfinite, (x, y, notches))):
            return
        kept = self._turned if self._turned * notches > 0 else 0.0
        turned = kept + max(-MOST_NOTCHES, min(MOST_NOTCHES, notches))
        whole = int(turned + math.copysign(1e-6, turned))
        self._turned = turned - whole
        # Kivy names the way the content goes: "scrolldown" shows what is above
        button = "scrolldown" if whole > 0 else "scrollup"
        for _ in range(abs(whole)):
            touch = InjectedTouch(-1, x, 1 - y, button)
            EventLoop.post_dispatch_input("begin", touch)
            touch.update_time_end()
            EventLoop.post_dispatch_input("end", touch)

    def key(self, name: str, kind: str) -> None:
        """Press or release a key by the web's name of it."""
        code = KEYS.get(name) or (ord(name) if len(name) == 1 else 0)
        if not code:
            return
        if kind == "up":
            self._window.dispatch("on_key_up", code, 0)
        elif not self._window.dispatch("on_key_down", code, 0, name if len(name) == 1 else None, []):
            self._window.dispatch("on_keyboard", code, 0, name if len(name) == 1 else None, [])
