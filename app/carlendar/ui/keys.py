"""Handles keys of a keyboard, a remote control, or a rotary controller that sends keys.

Arrows move the focus, Enter activates it, Back (Escape, Backspace) acts like the drawn way back; Tab moves in reading
order. Page keys turn pages. While driving, the same keys reach what is drawn for driving, and one press is one step:
auto-repeat is ignored. No key enters text.

On a desktop, F11 toggles full screen and Escape leaves it, Ctrl+Q closes the window. In a car these keys do nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from carlendar.presentation.intents import NextPage, PreviousPage
from carlendar.ui.direction import Direction
from carlendar.ui.focus import BACK

if TYPE_CHECKING:
    from collections.abc import Callable

    from carlendar.ui.root_view import RootView

BACKSPACE, TAB, ENTER, ESCAPE, SPACE, Q, KEYPAD_ENTER = 8, 9, 13, 27, 32, 113, 271
UP, DOWN, RIGHT, LEFT, PAGE_UP, PAGE_DOWN, F11 = 273, 274, 275, 276, 280, 281, 292
MEDIA_BACK = 1073742094
"""SDL's code of the key "AC Back", which Kivy passes on unchanged."""

ARROWS = {UP: Direction.UP, DOWN: Direction.DOWN, LEFT: Direction.LEFT, RIGHT: Direction.RIGHT}


class Keys:
    """Handles the keys of `window` for the display in it. With `close` the window is a desktop's."""

    def __init__(self, window: Any, root: RootView, *, close: Callable[[], None] | None = None) -> None:
        self._window, self._root, self._close = window, root, close
        self._down: set[int] = set()
        self._filled = False
        window.bind(on_key_down=self._on_down, on_key_up=self._on_up, focus=self._on_focus)

    def stop(self) -> None:
        """Stop listening."""
        self._window.unbind(on_key_down=self._on_down, on_key_up=self._on_up, focus=self._on_focus)

    def _on_down(self, _: object, key: int, _scan: int, _text: str | None, modifiers: list[str], *_more: Any) -> bool:
        repeated, held = key in self._down, {"ctrl", "alt", "meta"} & set(modifiers)
        self._down.add(key)
        if held:
            if key == Q and held == {"ctrl"} and self._close is not None:
                self._close()
        elif key in ARROWS or key in (TAB, PAGE_UP, PAGE_DOWN):
            if not repeated or not self._restricted():
                self._go(key, backwards="shift" in modifiers)
        elif not repeated:
            self._press(key)
        return True  # Kivy's own shortcuts are not needed

    def _go(self, key: int, *, backwards: bool) -> None:
        focus = self._root.focus
        if key in ARROWS:
            focus.move(ARROWS[key])
        elif key == TAB:
            focus.step(-1 if backwards else 1)
        elif not focus.turn_page(1 if key == PAGE_DOWN else -1):
            focus.do(NextPage if key == PAGE_DOWN else PreviousPage)

    def _press(self, key: int) -> None:
        if key in (ENTER, KEYPAD_ENTER, SPACE):
            self._root.focus.press()
        elif key == F11 and self._close is not None:
            self._fill(not self._filled)
        elif key == ESCAPE and self._filled:
            self._fill(False)
        elif key in (ESCAPE, BACKSPACE, MEDIA_BACK):
            self._root.focus.do(*BACK)

    def _fill(self, filled: bool) -> None:
        self._filled = filled
        self._window.fullscreen = "auto" if filled else False

    def _on_up(self, _: object, key: int, *_more: Any) -> bool:
        self._down.discard(key)
        self._root.focus.lift()
        return True

    def _on_focus(self, *_: object) -> None:
        """Another window has the keyboard: key releases are not received here."""
        self._down.clear()
        self._root.focus.lift()

    def _restricted(self) -> bool:
        frame = self._root.frame
        return frame is None or (frame.restrictions.restricted and not frame.restrictions.passenger)
