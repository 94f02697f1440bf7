"""Agenda: pages of a few rows while restricted, a list that scrolls when parked."""

from __future__ import annotations

import re
from typing import NamedTuple

from msgspec.structs import replace

from carlendar.presentation.states import Action, AgendaRow, AgendaState, Stripe
from carlendar.text.wrap import SetText, place_forms
from carlendar.ui.geometry import Rect
from carlendar.ui.parts import (
    Align,
    Arrangement,
    ButtonPart,
    CardPart,
    IconPart,
    ListPart,
    Part,
    RowItem,
    StripePart,
)
from carlendar.ui.screens.event import detail
from carlendar.ui.screens.page import LINE, TOKENS, Page
from carlendar.ui.theme import Measure, Role

NARROW_ROW = 130.0
"""Millimetres of a row's room under which its action is as small as it may be."""
TALL_ROW = 40.0
"""Millimetres of a row's height from which it is written larger, by `TALL_SCALE`."""
TALL_SCALE = 1.2
DETAIL_SHARE = 0.4
"""Part of the width that the chosen meeting takes beside the list."""
TIME_COLUMN = 29.0
"""Least width in millimetres of the times of a parked list."""
CLOCK_TIME = re.compile(r"(\D*)\d{1,2}\D\d\d(\D*)")
"""A time with what a format of 12 hours writes before or after it."""
CHEVRON = 5.4
"""Millimetres of the arrow on a row that opens."""


def compose(state: AgendaState, page: Page, place: str) -> list[Part]:
    """The parts of the screen; `place` names the list for its position."""
    room, gap = page.content, page.gap
    parts: list[Part] = []
    if state.side:
        side, room = _side(state.side, state.left, room, page)
        parts += side
    if not state.rows:
        return parts + _empty(state.empty, room, page)
    if state.detail is not None:
        beside = (room.width - gap) * DETAIL_SHARE
        parts += detail(state.detail, room.from_right(beside), page)
        room = room.without_right(beside + gap)
    if state.scrolls:
        low, high = _heights(page)
        rows = tuple(RowItem(row.key, row, low if row.header else high) for row in state.rows)
        at = Rect(room.x, room.y, room.width, _foot(room, page) - room.y)
        where = place.partition("/")[0]  # whichever meeting is chosen
        return [*parts, ListPart("list", at, rows=rows, place=where, spacing=gap)]
    return parts + _page_of_rows(state.rows, room, page)


def _foot(room: Rect, page: Page) -> float:
    """Where a list ends: at the edge, unless actions stand under it."""
    return page.edge if room.bottom == page.content.bottom else room.bottom


def _side(actions: tuple[Action, ...], left: str, room: Rect, page: Page) -> tuple[list[Part], Rect]:
    """The ways out and on: a column, in portrait a row at the foot. What is left stands where the way on was."""
    gap = page.gap
    count = len(actions) + bool(left)
    if page.metrics.portrait:
        height = page.metrics.least(20.0)
        places = room.from_bottom(height).columns(count, gap)
        rest = room.without_bottom(height + gap)
    else:
        width = min(page.mm(Measure.NARROW_BUTTON), room.width * (0.22 if page.compact else 0.24))
        places = room.from_right(width).rows(count, gap)
        rest = room.without_right(width + gap)
    arrangement = Arrangement.BESIDE if page.metrics.portrait else Arrangement.STACKED
    parts: list[Part] = [
        page.button(f"side.{number}", action, place, arrangement=arrangement, icon_scale=1.65)
        for number, (action, place) in enumerate(zip(actions, places, strict=False))
    ]
    if left:
        parts.append(_left(left, places[-1], page))
    return parts, rest


def _left(text: str, at: Rect, page: Page) -> Part:
    """A word in the middle of its place, which is no target."""
    words = page.fitted((text,), at.width, page.px(Role.DETAIL), lines=3)
    place = Rect(at.x, at.y + (at.height - words.height(LINE)) / 2, at.width, 1)
    return page.block("left", words, place, ink="mute", align=Align.CENTER, group="left")


def _empty(text: str, at: Rect, page: Page) -> list[Part]:
    title = page.title(text, at.width - 2 * page.mm(8.4), at.height)
    place = Rect(at.x + page.mm(8.4), at.y + (at.height - title.height(LINE)) / 2, at.width - 2 * page.mm(8.4), 1)
    card = CardPart("card", at, "empty", radius=page.card_radius)
    return [card, page.block("empty", title, place, bold=True, main=True, group="empty")]


def _page_of_rows(rows: tuple[AgendaRow, ...], room: Rect, page: Page) -> list[Part]:
    """Rows of equal height, as many as there are; a page of fewer keeps the height of a full one."""
    least = page.metrics.least(Measure.ROW_ACTION) + 2 * page.mm(1.0)
    count = max(len(rows), min(4, int((room.height + page.gap) // (least + page.gap))))
    places = room.rows(count, page.gap)
    parts: list[Part] = []
    for row, place in zip(rows, places, strict=False):
        parts += row_parts(row, place, page)
    return parts


def _heights(page: Page) -> tuple[float, float]:
    """Of a heading and of a meeting, in a list that scrolls."""
    around = page.mm(5.0 if page.metrics.portrait else 2.7)
    return page.mm(7.6), page.metrics.least(Measure.ROW_ACTION_PARKED) + 2 * around


def row_parts(row: AgendaRow, at: Rect, page: Page) -> list[Part]:
    """One row: stripe, times, title and second line, its action."""
    if row.header:
        return _header(row, at, page)
    key = f"row.{row.key}"
    parts: list[Part] = []
    inner = at.inset(page.mm(4.0 if page.compact else 5.4), 0)
    reserved = 0.0
    if row.stripe is not Stripe.NONE:
        width = page.mm(1.5)
        parts.append(
            StripePart(f"{key}.stripe", inner.from_left(width).inset(0, at.height * 0.18), key, stripe=row.stripe)
        )
    if not page.restricted:
        inner = inner.without_left(page.mm(6.9))
    if row.action is not None:
        button = _row_button(key, row.action, inner, page)
        parts.append(button)
        inner = Rect(inner.x, inner.y, button.rect.x - inner.x - page.gap, inner.height)
        reserved = at.right - inner.right
    elif row.open is not None:
        size = page.mm(CHEVRON)
        place = Rect(inner.right - size, at.y + (at.height - size) / 2, size, size)
        parts.append(IconPart(f"{key}.chevron", place, key, name="chevron-right", ink="mute"))
        inner = inner.without_right(size + page.mm(2.0))
    radius = min(page.mm(4.6), at.height / 2)
    card = CardPart(key, at, key, radius=radius, open=row.open, reserved=reserved)
    if row.chosen:
        card = replace(card, ink="surface_2", edge="accent", border=page.border_width)
    return [card, *parts, *_row_texts(key, row, inner, page)]


def _row_button(key: str, action: Action, at: Rect, page: Page) -> ButtonPart:
    """As wide as its label, at the end of the row; in a narrow row as small as may be, for the title needs the room."""
    least_height = page.metrics.least(Measure.ROW_ACTION if page.restricted else Measure.ROW_ACTION_PARKED)
    height = min(least_height, at.height)
    role = Role.ROW_TITLE if page.restricted else Role.DETAIL
    if at.width < page.mm(NARROW_ROW) and (small := _small_button(key, action, at, height, page)):
        return small
    label = page.ruler.width(action.labels[0], page.px(role), bold=True)
    least = page.mm(44.0 if page.restricted else 38.3)
    width = min(max(least, label + page.px(role) * 1.2 + page.mm(12.0)), at.width * 0.42)
    primary = page.restricted
    return page.button(
        f"{key}.action", action, _at_end(at, width, height), role=role, primary=primary, icon_scale=1.18, group=key
    )


def _small_button(key: str, action: Action, at: Rect, height: float, page: Page) -> ButtonPart | None:
    """The word under its icon where both stand in a square; else the icon alone, unless it takes more than a word."""
    place = _at_end(at, max(height, page.metrics.least(16.0)), height)
    stacked = page.button(
        f"{key}.action", action, place, role=Role.FLOOR_MAIN, primary=page.restricted,
        arrangement=Arrangement.STACKED, icon_scale=1.18, group=key,
    )  # fmt: skip
    if stacked.icon_px and len(stacked.lines) == 1:
        return stacked
    if not action.icon or any(" " in label for label in action.labels):
        return None
    icon = round(height * 0.46)
    return replace(stacked, lines=(), icon_px=icon, arrangement=Arrangement.ICON)


def _at_end(at: Rect, width: float, height: float) -> Rect:
    return Rect(at.right - width, at.y + (at.height - height) / 2, width, height)


class _Words(NamedTuple):
    """A text of a row as it was set, and how it is drawn."""

    name: str
    text: SetText
    ink: str = "text"
    bold: bool = False
    main: bool = False


def _row_texts(key: str, row: AgendaRow, at: Rect, page: Page) -> list[Part]:
    """When at the start, in a column of its own, and what beside it; each column centred in height."""
    scale = TALL_SCALE if page.restricted and at.height >= page.mm(TALL_ROW) else 1.0
    time_px = page.main_px((Role.ROW_TIME if page.restricted else Role.ROW_TITLE) * scale)
    small = page.px((Role.DETAIL if page.restricted else Role.STATUS) * scale)
    if row.day:  # both under each other, the time the larger
        time_px = max(page.main_px(0.0), min(time_px, int(at.height / LINE * 0.58)))
    widest = page.ruler.width(_widest_time(row.time), time_px, bold=True)
    day = _day(row.day, at, widest + page.mm(2.0), min(small, int(at.height / LINE) - time_px), page)
    widest = max([widest, *(page.ruler.width(line, day.px, bold=False) for line in day.lines)])
    least = 0.0 if page.compact else page.mm(34.0 if page.restricted else TIME_COLUMN)
    column = max(least, widest + page.mm(3.8 if page.compact else 4.6))
    time = page.fitted((row.time,), column - page.mm(2.0), time_px, lines=2, main=True)
    left = [
        _Words("time", time, bold=True, main=True),
        _Words("day", day),
        _Words("end", page.line(("" if page.restricted else row.end,), column, small), "mute"),
    ]
    words = at.without_left(min(column, at.width * 0.5))
    parts: list[Part] = []
    for place, stack in ((at, left), (words, _what(row, words, small, scale, page))):
        shown = [each for each in stack if each.text.lines]
        top = at.y + (at.height - sum(each.text.height(LINE) for each in shown)) / 2
        for name, text, ink, bold, main in shown:
            struck = row.struck and name == "title"
            line = Rect(place.x, top, place.width, 1)
            parts.append(
                page.block(f"{key}.{name}", text, line, ink=ink, bold=bold, main=main, struck=struck, group=key)
            )
            top += text.height(LINE)
    return parts


def _widest_time(text: str) -> str:
    """The widest text of the column: a time of the same form; words such as "All day" fit themselves into it."""
    found = CLOCK_TIME.fullmatch(text)
    return f"{found[1]}00:00{found[2]}" if found else "00:00"


def _day(text: str, at: Rect, width: float, px: int, page: Page) -> SetText:
    """The day under a time: about as wide as that; whole at the least size where it is longer."""
    day = page.fitted((text,), width, px)
    return page.line((text,), at.width * 0.5, page.least_px) if day.cut else day


def _what(row: AgendaRow, at: Rect, small: int, scale: float, page: Page) -> list[_Words]:
    """Title and second line. The whole title is worth more than the second line, which is never the larger one."""
    px = page.main_px((Role.ROW_TITLE if page.restricted else Role.SECONDARY) * scale)
    room = at.height - page.mm(1.5)
    total = int(room / LINE)
    if row.detail and px + small > total:  # both smaller rather than one alone
        px = min(px, max(page.main_px(0.0), round(total * 0.55)))
        small = max(page.least_px, min(small, total - px))
    both = row.detail and (2 * px + min(small, px)) * LINE <= room
    title = page.heading(
        row.title, row.titles, at.width, px, lines=2 if 2 * px * LINE <= at.height else 1, wrap_first=bool(both)
    )
    detail = page.fitted(place_forms(row.detail), at.width, min(small, max(round(title.px * 0.88), page.least_px)))
    shown = [_Words("title", title, "mute" if row.struck else "text", main=True)]
    if title.height(LINE) + detail.height(LINE) <= room:
        shown.append(_Words("detail", detail, TOKENS[row.detail_tone]))
    return shown


def _header(row: AgendaRow, at: Rect, page: Page) -> list[Part]:
    text = page.line((row.title,), at.width, page.px(Role.STATUS), bold=True)
    place = Rect(at.x + page.mm(1.5), at.y + (at.height - text.height(LINE)) / 2, at.width, 1)
    return [page.block(f"row.{row.key}.day", text, place, ink="mute", bold=True, align=Align.START, group=row.key)]
