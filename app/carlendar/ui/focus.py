"""The keyboard focus: the control on which keys act, marked by a ring.

Keys reach only what can be touched on the current frame, under the same touch guard. The ring appears when a key is
used and disappears at the next touch.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from kivy.graphics import Color, InstructionGroup, SmoothLine

from carlendar.presentation.intents import CancelSignIn, CloseCall, CloseQuestion, GoBack, GoHome, Intent
from carlendar.ui import kivy_hooks
from carlendar.ui.direction import Direction, in_reading_order, nearest
from carlendar.ui.geometry import Rect
from carlendar.ui.layout.lengths import Extent
from carlendar.ui.layout.node import px_of
from carlendar.ui.parts import ButtonPart
from carlendar.ui.tokens import t
from carlendar.ui.touch import PAUSE
from carlendar.ui.widgets.touchable import Touchable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from carlendar.ui.composition import Composition

BACK = (CloseQuestion, GoBack, CancelSignIn, CloseCall, GoHome)
"""The actions of the Back key: the first one that is drawn."""


class FocusHost(Protocol):
    """The root of the widgets that the focus moves through."""

    canvas: Any
    height: float

    def walk(self, *, restrict: bool) -> Iterable[Any]:
        """Yield all descendants."""

    def seconds(self) -> float:
        """Return the current elapsed time."""

    def composition_now(self) -> Composition:
        """Return what is drawn now."""


class Focus:
    """The focus of one display. Used on the UI thread."""

    def __init__(self, root: FocusHost) -> None:
        self._root = root
        self._key = ""
        self._intent: Intent | None = None
        self._held: Touchable | None = None
        self._acted: tuple[Intent, float] | None = None
        self._ring = InstructionGroup()
        self._drawn: object = None
        root.canvas.after.add(self._ring)

    @property
    def key(self) -> str:
        """The key of the focused part; empty for none."""
        return self._key

    def move(self, direction: Direction) -> None:
        """Move to the next control in that direction, scrolling a list if necessary. The first use shows the initial
        focus.
        """
        targets = self._targets()
        current = targets.pop(self._key, None)
        if current is None:
            self._begin(targets)
            return
        found = nearest({key: each.answers() for key, each in targets.items()}, current.answers(), direction)
        view = _view_of(current)
        ends = found is None or _view_of(targets[found]) is not view
        if view is not None and ends and direction in (Direction.UP, Direction.DOWN):
            found = self._scrolled_to(view, direction) or found
        if found is not None:
            self._give(found)

    def step(self, by: int) -> None:
        """Move to the next control in reading order (1), or the previous one (-1)."""
        targets = self._targets()
        order = in_reading_order({key: each.place() for key, each in targets.items()}, rtl=self._rtl())
        if self._key not in order:
            self._begin(targets)
        elif 0 <= (at := order.index(self._key) + by) < len(order):
            self._give(order[at])

    def press(self) -> None:
        """Activate the focused control; without focus, only show the initial one."""
        targets = self._targets()
        if self._key in targets:
            self._act(targets[self._key])
        else:
            self._begin(targets)

    def lift(self) -> None:
        """The key that pressed was released."""
        if self._held is not None:
            self._held.pressed = False
            self._held = None

    def do(self, *kinds: type[Intent]) -> bool:
        """Activate the drawn control with the first of these intents; return whether there is one."""
        targets = list(self._targets().values())
        for kind in kinds:
            for each in targets:
                if each.action is not None and type(each.action.intent) is kind and not each.action.selected:
                    self._act(each)
                    return True
        return False

    def turn_page(self, by: int) -> bool:
        """Scroll a list by a page towards its end (1) or top (-1); return whether there is one."""
        views = [each.view for each in self._root.walk(restrict=True) if hasattr(each, "view")]
        for view in views:
            view.turn_page(by)
        return bool(views)

    def clear(self) -> None:
        """Remove the focus."""
        if self._key:
            self._root.canvas.ask_update()
        self._key, self._intent = "", None

    def layout(self, *, by_person: bool) -> None:
        """Handle a new frame: keep the focus if its control has the same meaning, or the user caused the change.

        Otherwise it is removed, so that a key pressed now does not trigger something new.
        """
        if not self._key:
            return
        targets = self._targets()
        there = targets.get(self._key)
        if there is not None and there.action is not None and (by_person or there.action.intent == self._intent):
            self._intent = there.action.intent
        elif by_person:
            self._begin(targets)
        else:
            self.clear()

    def draw(self) -> None:
        """Place the ring on its control; called before each frame."""
        target = self._targets().get(self._key) if self._key else None
        page = self._root.composition_now().page if target is not None else None
        wanted = None
        if target is not None and page is not None:
            gap, width = (px_of(length, page, Extent(0, 0)) for length in (t.focus_gap, t.focus_width))
            place = target.place().inset(-gap - width / 2)
            wanted = (place, self._root.height, width, target.radius + gap, target.palette.text)
        if wanted == self._drawn:
            return
        self._drawn = wanted
        self._ring.clear()
        if wanted is not None:
            place, height, width, radius, color = wanted
            self._ring.add(Color(*color))
            box = (place.x, height - place.bottom, place.width, place.height, min(radius, place.height / 2))
            self._ring.add(SmoothLine(rounded_rectangle=box, width=width / 2))
        self._root.canvas.ask_update()

    def _act(self, target: Touchable) -> None:
        """Act like a touch in the middle of the control; a repeated press does not activate what has replaced it."""
        action, now = target.action, self._root.seconds()
        if action is None:
            return
        if (
            self._acted is not None
            and now < self._acted[1] + PAUSE
            and (action.sends or action.intent != self._acted[0])
        ):
            return
        place = target.answers()
        if target.press(place.x + place.width / 2, place.y + place.height / 2):
            self._acted = (action.intent, now)
            target.release(inside=True)
            self._held = target
            target.pressed = target.action is not None and target.action.intent == action.intent

    def _targets(self) -> dict[str, Touchable]:
        """Return all controls that could be touched now, by the keys of their parts."""
        touchable = (each for each in self._root.walk(restrict=True) if isinstance(each, Touchable))
        return {each.part.key: each for each in touchable if each.part and each.action is not None and _seen(each)}

    def _begin(self, targets: dict[str, Touchable]) -> None:
        """Focus the primary action, or the first control outside the navigation rail."""
        parts = {key: each.part for key, each in targets.items()}
        primary = [key for key, part in parts.items() if isinstance(part, ButtonPart) and part.primary]
        body = {key: targets[key].place() for key, part in parts.items() if not getattr(part, "rail", False)}
        places = body or {key: each.place() for key, each in targets.items()}
        order = primary[:1] or in_reading_order(places, rtl=self._rtl())[:1]
        self.clear()
        if order:
            self._give(order[0])

    def _give(self, key: str) -> None:
        target = self._targets()[key]
        self._key, self._intent = key, target.action.intent if target.action is not None else None
        place = target.place()
        if (view := _view_of(target)) is not None:
            view.reveal(place, place.height)
        self._root.canvas.ask_update()

    def _scrolled_to(self, view: Any, direction: Direction) -> str | None:
        """Return the first control that becomes visible when the list is scrolled by a page."""
        down = direction is Direction.DOWN
        moved = view.turn_page(1 if down else -1)
        if not moved:
            return None
        kivy_hooks.lay_out()
        seen = _place(view)
        targets = {key: each.place() for key, each in self._targets().items() if _view_of(each) is view}
        new = [
            key
            for key in in_reading_order(targets)
            if (targets[key].bottom > seen.bottom - moved if down else targets[key].y < seen.y - moved)
        ]
        return (new[0] if down else new[-1]) if new else None

    def _rtl(self) -> bool:
        return self._root.composition_now().rtl


def _view_of(target: Any) -> Any:
    """Return the view of the list that contains the control; None if there is none."""
    while target.parent is not None and target.parent is not target:
        target = target.parent
        if hasattr(target, "turn_page"):
            return target
    return None


def _seen(target: Touchable) -> bool:
    """Whether it is at least partly visible."""
    view = _view_of(target)
    return view is None or _place(view).overlaps(target.place())


def _place(view: Any) -> Rect:
    x, y = view.to_window(view.x, view.y)
    return Rect(x, view.get_root_window().height - y - view.height, view.width, view.height)
