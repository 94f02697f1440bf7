"""The root of the widget tree: shows a frame by assigning each of its parts to a widget, reusing widgets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from kivy.graphics import ClearBuffers, ClearColor
from kivy.uix.widget import Widget
from msgspec.structs import replace

from carlendar.brands.brand import Brand
from carlendar.brands.palette import Palette
from carlendar.presentation.intents import Intent
from carlendar.presentation.states import Action, Frame
from carlendar.ui.composition import Composition
from carlendar.ui.composition import compose as compose
from carlendar.ui.focus import Focus
from carlendar.ui.font_files import Face
from carlendar.ui.fonts import RULER, use, use_brand
from carlendar.ui.page_transition import PageLayer, moves_between
from carlendar.ui.parts import ButtonPart, CardPart, ListPart, Part
from carlendar.ui.tokens import t
from carlendar.ui.touch import Target, TouchGuard
from carlendar.ui.widgets.pool import WidgetPool, class_for

if TYPE_CHECKING:
    from collections.abc import Callable

    from carlendar.domain.ports import ElapsedClock
    from carlendar.text.wrap import Ruler
    from carlendar.ui.geometry import Rect
    from carlendar.ui.metrics import DisplayMetrics
    from carlendar.ui.widgets.part_widget import PartWidget

FRAME_GROUPS = frozenset({"status", "rail"})
"""Reading groups of what stands around every page, and stays still where one page follows another."""


class RootView(Widget):
    """The root of one display's widgets. `act` and `scrolled` are called on user input."""

    def __init__(
        self,
        metrics: DisplayMetrics,
        clock: ElapsedClock,
        *,
        act: Callable[[Action], None],
        scrolled: Callable[[str, float], None],
        brand: Brand | None = None,
        scaled: bool = False,
        transitions: bool = False,
    ) -> None:
        """`scaled`, a window of another size than the display's shows a model of it (`DisplayMetrics.in_window`).

        With `transitions` parked pages fade in; without them every frame is complete at once, as in a still picture.
        """
        super().__init__(size=(metrics.width_px, metrics.height_px), size_hint=(None, None))
        self.metrics = self._display = self._glass = metrics
        self._scaled = scaled
        self._clock = clock
        self.guard = TouchGuard(clock)
        self.frame: Frame | None = None
        self.composition: Composition | None = None
        self.positions: dict[str, float] = {}
        self._act, self._scrolled = act, scrolled
        self._brand = brand or Brand()
        self._acting = False
        self._widgets: dict[str, PartWidget] = {}
        self._spare = WidgetPool(self)
        self._transitions = transitions
        self._page = PageLayer()
        self.composer: Callable[[Frame, DisplayMetrics, Ruler, Brand], Composition] | None = None
        """What lays a frame out in place of `compose`, for developers' tools."""
        self.focus = Focus(self)
        with self.canvas.before:
            self._ground = ClearColor(0, 0, 0, 1)  # a rectangle of this size is a third of a frame in software
            ClearBuffers()

    def show(self, frame: Frame) -> None:
        """Draw `frame` from the next flip on. An equal frame changes nothing."""
        if frame == self.frame:
            return
        fonts = self._brand.fonts
        use_brand(Face(fonts.regular, fonts.bold), outlined_icons=self._brand.outlined_icons)
        palette = self._brand.palette(night=frame.night)
        enters = self._transitions and moves_between(self.frame, frame)
        if enters or frame.restrictions.restricted:
            self._page.settle()
        self.frame = frame
        self.metrics = replace(
            self._display, text_scale=self._display.text_scale * frame.text_scale, cap_ratio=fonts.cap_ratio
        )
        self.composition = (self.composer or compose)(frame, self.metrics, RULER, self._brand)
        self._ground.rgba = palette.bg
        self._place(self.composition.parts, palette)
        if enters:
            self._page.enter(self.metrics.mm(t.page_slide) * (-1 if frame.rtl else 1))
        self.guard.layout(targets(self.composition), by_touch=self._acting)
        self.focus.layout(by_person=self._acting)

    def on_touch_down(self, touch: Any) -> bool:
        """Hand a touch on; the keys' focus goes."""
        self.focus.clear()
        return bool(super().on_touch_down(touch))

    def resize(self, width: int, height: int) -> None:
        """Recompose the frame for a window of so many pixels."""
        self.size = width, height
        self._display = self._glass.in_window(width, height, scaled=self._scaled)
        self._show_again()

    def use_fonts(self, found: dict[str, Face]) -> None:
        """Draw with these fonts too; everything is redrawn."""
        if use(found):
            self._show_again()

    def renew(self) -> None:
        """Draw the present frame with new widgets."""
        self.clear_widgets()
        self._page.clear_widgets()
        self._widgets = {}
        self._spare.clear()
        self._show_again()

    def _show_again(self) -> None:
        frame, self.frame = self.frame, None
        if frame is not None:
            self.show(frame)

    def rebrand(self, brand: Brand) -> None:
        """Draw the present frame in another brand's look from the next flip on; scroll positions stay."""
        self._brand = brand
        self._show_again()

    def may(self, action: Action, x: float, y: float) -> bool:
        """Whether a touch counts."""
        return self.guard.allows(action, x, y)

    def act(self, action: Action, rect: Rect) -> None:
        """Pass on an action; what it changes immediately counts as changed by the user."""
        self.guard.acted(action, rect)
        self._acting = True
        try:
            self._act(action)
        finally:
            self._acting = False

    def seconds(self) -> float:
        """The elapsed clock's present moment."""
        return self._clock.seconds()

    def composition_now(self) -> Composition:
        """What is drawn now; to be asked only once there is something."""
        if self.composition is None:
            raise RuntimeError("nothing has been shown yet")
        return self.composition

    def position(self, place: str) -> float:
        """Where the list of that place was left; the top at first."""
        return self.positions.get(place, 1.0)

    def scrolled(self, place: str, offset: float) -> None:
        """Store a list's position, and pass it on."""
        self.positions[place] = offset
        self._scrolled(place, offset)

    def _place(self, parts: tuple[Part, ...], palette: Palette) -> None:
        wanted = self._widgets_for(parts)
        if list(wanted.items()) != list(self._widgets.items()):
            self.clear_widgets()
            self._page.clear_widgets()
            for part in parts:
                (self if part.group in FRAME_GROUPS else self._page).add_widget(wanted[part.key])
            self.add_widget(self._page)
            self._widgets = wanted
        for part in parts:
            wanted[part.key].show(part, palette, self.height)

    def _widgets_for(self, parts: tuple[Part, ...]) -> dict[str, PartWidget]:
        """The widget of each part's key, if it draws that kind of part; else another one."""
        kinds = {part.key: class_for(part) for part in parts}
        kept: dict[str, PartWidget] = {}
        for key, widget in self._widgets.items():
            if kinds.get(key) == type(widget).__name__:
                kept[key] = widget
            else:
                self._spare.put(widget)
        return {part.key: kept.get(part.key) or self._spare.take(part) for part in parts}

    @property
    def whole(self) -> bool:
        """Whether the whole frame could be laid out and drawn: for an audit a replacement is a fault."""
        replaced = self.composition is not None and self.composition.replaced
        return not replaced and not any(getattr(widget, "failed", False) for widget in self.walk(restrict=True))

    def widget(self, key: str) -> PartWidget:
        """The widget of a part by its key; KeyError when it is not drawn."""
        return self._widgets[key]


class ListContent(Intent, frozen=True):
    """What a list shows, as its target is compared; never carried out."""

    name: ClassVar[str] = "list"
    place: str
    content: int


def _list_action(part: ListPart) -> Action:
    """Stands for a list as a whole: other rows, or the same in another order, are another intent."""
    return Action(ListContent(part.place, hash(part.rows)), tuple(row.key for row in part.rows))


def targets(composition: Composition) -> dict[str, Target]:
    """Return everything that can be touched; rows of a scrolling list are guarded as the place of the list."""
    found: dict[str, Target] = {}
    for part in composition.parts:
        if isinstance(part, ButtonPart):
            found[part.key] = Target(part.rect, part.action)
        elif isinstance(part, CardPart) and part.open is not None:
            found[part.key] = Target(part.rect, part.open)
        elif isinstance(part, ListPart):
            found[part.key] = Target(part.rect, _list_action(part))
    return found
