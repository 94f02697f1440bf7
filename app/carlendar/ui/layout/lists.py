"""A list that scrolls: its rows are laid out by kv rules when they come into sight."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, cast

from kivy.properties import BooleanProperty, NumericProperty, ObjectProperty, StringProperty

from carlendar.ui.fonts import look
from carlendar.ui.layout.boxes import UNLIMITED
from carlendar.ui.layout.each import item_layout
from carlendar.ui.layout.lengths import NOTHING, Extent
from carlendar.ui.layout.node import ItemLayout, Node, Sheet, px_of
from carlendar.ui.parts import Cells, ListPart, Part, RowItem

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from carlendar.presentation.states import AgendaRow, Choice, Passage
    from carlendar.ui.geometry import Rect
    from carlendar.ui.page import Page

CELLS = "Cells"
"""The kv rule that lays `Cells` out."""

ROWS_KEPT = 200
"""Rows whose parts are kept: several screens of them, for a list is scrolled back and forth, and often only moved."""

_layouts: dict[str, ItemLayout] = {}
_parts: dict[tuple[RowItem, Rect], list[Part]] = {}
"""The parts of rows, all laid out as `_laid_out_by`."""
_laid_out_by: tuple[Page, int] | None = None
"""The page, and the number of the fonts."""


class List(Node):
    """`rows`, each shown by `rule`, those with a `header` by `heading_rule`; `position` names it for its position.

    A row is `row_height` high, or as high as its rule makes it; where there can be hundreds, a height is stated. Keys
    of a row's parts begin with `row.KEY`.

    Rows that are not headings stand in `columns` beside each other, the high ones first, where the list is at least
    as wide as `wide`; with `cell_width` as many as have that width.
    """

    rows = ObjectProperty(())
    position = StringProperty("")
    rule = StringProperty("")
    heading_rule = StringProperty("")
    row_height = ObjectProperty(None, allownone=True)
    heading_height = ObjectProperty(None, allownone=True)
    spacing = ObjectProperty(NOTHING)
    bar_gap = ObjectProperty(NOTHING)
    columns = NumericProperty(1)
    wide = ObjectProperty(NOTHING)
    cell_width = ObjectProperty(None, allownone=True)
    endless = BooleanProperty(False)
    """Whether a row without a stated height may be higher than the display."""
    to_edge = BooleanProperty(False)
    """Whether it runs on to the edge of the display, where nothing stands under it."""

    def place(self, at: Rect, sheet: Sheet) -> None:
        """Add the list."""
        page, extent = sheet.page, Extent(at.width, at.height)
        if self.to_edge and abs(at.bottom - page.content.bottom) < 1:
            at = at._replace(height=page.edge - at.y)
        row, heading = (
            None if length is None else px_of(length, page, extent) for length in (self.row_height, self.heading_height)
        )
        across = self._across(page, extent)
        if across == 1:
            rows = tuple(self._item(each, heading if each.header else row, at.width, page) for each in self.rows)
        else:
            rows = tuple(self._cells(across, at.width, (row, heading), page))
        key = sheet.key(self.key or "list")
        spacing, bar_gap = (px_of(length, page, extent) for length in (self.spacing, self.bar_gap))
        sheet.parts.append(ListPart(key, at, rows=rows, place=self.position, spacing=spacing, bar_gap=bar_gap))

    def _across(self, page: Page, room: Extent) -> int:
        if self.cell_width is None:
            return int(self.columns) if room.width >= px_of(self.wide, page, room) else 1
        gap = px_of(self.spacing, page, room)
        return max(int(self.columns), int((room.width + gap) // (px_of(self.cell_width, page, room) + gap)))

    def _cells(
        self, across: int, width: float, heights: tuple[float | None, float | None], page: Page
    ) -> Iterator[RowItem]:
        """Headings, and under each its rows beside each other: those of a row are of one height."""
        row, heading = heights
        cell = (width - px_of(self.spacing, page, Extent(width, width)) * (across - 1)) / across
        for header, section in groupby(self.rows, key=lambda each: each.header):
            if header:
                yield from (self._item(each, heading, width, page) for each in section)
                continue
            items = [self._item(each, row, cell, page) for each in section]
            items.sort(key=lambda item: -item.height)
            for start in range(0, len(items), across):
                beside = items[start : start + across]
                subjects = tuple(cast("Choice", item.subject) for item in beside)
                yield RowItem(beside[0].key, Cells(subjects, across, self.rule), beside[0].height, CELLS)

    def _item(self, subject: AgendaRow | Choice | Passage, height: float | None, width: float, page: Page) -> RowItem:
        rule = self.heading_rule if subject.header else self.rule
        if height is None:
            room = Extent(width, UNLIMITED if self.endless else page.content.height)
            height = row_layout(rule, subject, page).measured(page, room, room) or 0.0
        return RowItem(subject.key, subject, height, rule)


def row_layout(rule: str, subject: object, page: Page) -> ItemLayout:
    """The nodes of the rule, which show the subject until another is asked for."""
    kept = _layouts.pop(rule, None)
    if kept is not None:
        try:
            kept.take(page)
            kept.item = subject
        except Exception:  # noqa: BLE001  # new nodes raise it again, if it is final
            kept.discard()
            kept = None
    layout = kept or item_layout(rule, subject, page)
    _layouts[rule] = layout
    return layout


def row_parts(row: RowItem, at: Rect, page: Page) -> Sequence[Part]:
    """The parts of a row of a list, kept for the next time. Raises whatever its rule raises."""
    global _laid_out_by
    by = (page, look())
    if by != _laid_out_by:
        _laid_out_by = by
        _parts.clear()
    kept = _parts.get((row, at))
    if kept is None:
        kept = _place_row(row, at, page)
        if len(_parts) >= ROWS_KEPT:
            del _parts[next(iter(_parts))]
        _parts[row, at] = kept
    return kept


def _place_row(row: RowItem, at: Rect, page: Page) -> list[Part]:
    parts: list[Part] = []
    key = f"row.{row.key}"
    sheet = Sheet(page, parts, "row") if isinstance(row.subject, Cells) else Sheet(page, parts, key, key)
    row_layout(row.rule, row.subject, page).put(at, sheet)
    return parts


def forget_rows() -> None:
    """Rebuild the nodes of all rows at their next use."""
    for layout in _layouts.values():
        layout.discard()
    _layouts.clear()
    _parts.clear()
