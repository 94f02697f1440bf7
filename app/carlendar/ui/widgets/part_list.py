"""A list that scrolls (parked): only the rows that are seen have widgets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kivy.properties import ObjectProperty
from kivy.uix.recycleboxlayout import RecycleBoxLayout
from kivy.uix.recycleview.views import RecycleDataViewBehavior
from kivy.uix.relativelayout import RelativeLayout

from carlendar.ui.composition import mirrored
from carlendar.ui.fonts import look
from carlendar.ui.geometry import Rect
from carlendar.ui.guard import composed_row
from carlendar.ui.layout import lists
from carlendar.ui.parts import Cells, ListPart, Part, RowItem
from carlendar.ui.style import load_rule
from carlendar.ui.substitute import legible_part
from carlendar.ui.widgets.part_widget import PartWidget
from carlendar.ui.widgets.pool import WidgetPool
from carlendar.ui.widgets.scroller import SLOP, Scroller

if TYPE_CHECKING:
    from collections.abc import Sequence

    from carlendar.brands.palette import Palette
    from carlendar.presentation.states import AgendaRow, Choice, Passage

    Subject = AgendaRow | Choice | Passage | Cells

load_rule("part_list")


class ListRow(RecycleDataViewBehavior, RelativeLayout):
    """One row, given another subject whenever it is used again: it draws that and nothing of the last one."""

    item: RowItem | None = ObjectProperty(None, allownone=True)
    palette: Palette = ObjectProperty(None, allownone=True)
    owner: PartList | None = ObjectProperty(None, allownone=True)
    setting: tuple[object, ...] = ObjectProperty(())
    """What else it is composed by: page, direction of its language, number of the fonts, and the stand-in for texts."""
    failed = False
    """Whether its subject could not be laid out, so that it shows a replacement."""

    def __init__(self, **properties: Any) -> None:
        super().__init__(size_hint_y=None, **properties)
        self._widgets: dict[str, list[PartWidget]] = {}
        """By what they draw in a row, for rows of one kind have the same parts."""
        self._composed: tuple[object, ...] = ()
        self._drawn: tuple[object, ...] = ()
        self._parts: Sequence[Part] = ()
        self.bind(size=self._draw)

    def refresh_view_attrs(self, rv: Any, index: int, data: dict[str, Any]) -> None:
        """Take another subject."""
        super().refresh_view_attrs(rv, index, data)
        self._draw()

    def _draw(self, *_: object) -> None:
        if self.item is None or self.owner is None or self.width <= 1:
            return
        composed = (self.item, self.width, self.setting)
        drawn = (self.palette, *composed)
        if drawn == self._drawn:  # another subject and then its size come one after the other
            return
        self._drawn = drawn
        if composed != self._composed:  # else only the colours are others
            self._parts, self.failed = self.owner.compose(self.item, self.width)
            self._composed = composed
        before, self._widgets = self._widgets, {}
        widgets: list[PartWidget] = []
        for part in self._parts:
            kind = part.key.rpartition(".")[2] + type(part).__name__
            same = before.get(kind)
            widget = same.pop(0) if same else self.owner.spare.take(part)
            self._widgets.setdefault(kind, []).append(widget)
            widgets.append(widget)
        if widgets != self.children[::-1]:  # Kivy keeps the first one last
            self.clear_widgets()
            for widget in widgets:
                self.add_widget(widget)
        for widget, part in zip(widgets, self._parts, strict=True):
            widget.show(part, self.palette, self.item.height)
        for widgets in before.values():
            for widget in widgets:
                self.owner.spare.put(widget)


class Rows(RecycleBoxLayout):
    """Lays the rows out under each other."""


class PartList(PartWidget):
    """Draws a `ListPart`. The position of its place is kept by the root view while other screens are shown."""

    def __init__(self, handler: Any, **properties: Any) -> None:
        super().__init__(handler, **properties)
        self.spare = WidgetPool(handler)
        self.view = Scroller(handler, do_scroll_x=False)
        self.rows = Rows(
            orientation="vertical",
            size_hint_y=None,
            default_size=(None, 100),
            default_size_hint=(1, None),
            key_size="row_size",
            viewclass=ListRow,
        )
        self.rows.bind(minimum_height=self.rows.setter("height"))
        self.view.add_widget(self.rows)
        self.add_widget(self.view)
        self.view.bind(scroll_y=self._on_scroll)
        self._place = ""
        self._setting: tuple[object, ...] = ()

    def draw(self, part: Part) -> None:
        """Show these rows; where the place is another one, at the position it was left at."""
        if not isinstance(part, ListPart):
            return
        self.view.pos, self.view.size = self.pos, self.size
        self.view.bar_tint = self.palette.outline
        self.view.bar_gap = part.bar_gap
        self.view.bar_left = self.handler.composition_now().rtl
        self.view.slop = self.handler.composition_now().page.mm(SLOP)
        self.rows.spacing = part.spacing
        self.rows.padding = (0, 0, 0, part.spacing)
        composition = self.handler.composition_now()
        setting = (composition.page, composition.rtl, look(), composition.stand_in)
        if setting != self._setting:
            self._setting = setting  # else the same object: quick to compare for hundreds of rows
        moved = part.place != self._place
        self._place = part.place
        self.view.data = [
            {
                "item": row,
                "palette": self.palette,
                "owner": self,
                "setting": self._setting,
                "row_size": (part.rect.width, row.height),
            }
            for row in part.rows
        ]
        if moved:
            self.view.scroll_y = self.handler.position(part.place)

    def compose(self, item: RowItem, width: float) -> tuple[Sequence[Part], bool]:
        """The parts of a row, from its own upper left corner, and whether they are a replacement."""
        composition = self.handler.composition_now()
        rect = Rect(0, 0, width, item.height)

        def make(subject: Subject) -> tuple[Subject, Sequence[Part]]:
            legible = legible_part(subject, composition.stand_in)
            return subject, lists.row_parts(item._replace(subject=legible), rect, composition.page)

        laid_out, parts = composed_row(item.subject, composition.stand_in, make)
        if composition.rtl:
            parts = mirrored(parts, width)
        return parts, laid_out is not item.subject

    def _on_scroll(self, _: object, offset: float) -> None:
        self.handler.scrolled(self._place, min(1.0, max(0.0, offset)))
