"""Lists to choose from, parked: which driver, Settings."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from msgspec.structs import replace

from carlendar.presentation.states import Tone
from carlendar.text.wrap import wrapped
from carlendar.ui.geometry import Rect
from carlendar.ui.metrics import fit_of
from carlendar.ui.parts import Align, AvatarPart, CardPart, Cells, IconPart, ListPart, Part, RowItem
from carlendar.ui.screens.page import LINE, TOKENS, Page, icon_of, ink_of
from carlendar.ui.theme import Measure, Role

if TYPE_CHECKING:
    from carlendar.presentation.states import Action, Avatar, Choice, ChoicesState, Switch

LIKENESS = 14.0
"""Millimetres of a person's picture."""
TILE_WIDTH, TILE_HEIGHT, TILE_HEIGHT_COMPACT = 54.0, 44.0, 42.0
"""Millimetres of a tile: its least width, and its height."""
TICK = 6.4
"""Millimetres of the mark on the tile that is chosen."""
SWITCH = 13.0
"""Millimetres of a switch's width."""


def compose(state: ChoicesState, page: Page, place: str) -> list[Part]:
    """A title over the list: tiles, two columns where the display is wide, or rows."""
    room = page.content
    title = page.title(state.title, room.width, page.mm(20), Role.TITLE * 0.8, lines=1)
    top = title.height(LINE) + page.mm(2.5)
    at = Rect(room.x, room.y + top, room.width, page.edge - room.y - top)
    rows = _tiles(state.choices, at, page) if state.tiles else _rows(state.choices, at, page)
    return [
        page.block("title", title, room, bold=True, main=True, align=Align.START, group="title"),
        ListPart("list", at, rows=rows, place=place, spacing=page.gap),
    ]


def _tiles(choices: tuple[Choice, ...], at: Rect, page: Page) -> tuple[RowItem, ...]:
    across = max(2, int((at.width + page.gap) // (page.mm(TILE_WIDTH) + page.gap)))
    height = page.mm(TILE_HEIGHT_COMPACT if page.compact else TILE_HEIGHT)
    rows = (choices[start : start + across] for start in range(0, len(choices), across))
    return tuple(RowItem(row[0].key, Cells(row, across, tiles=True), height) for row in rows)


def _rows(choices: tuple[Choice, ...], at: Rect, page: Page) -> tuple[RowItem, ...]:
    """One under the other; on wide displays two beside each other, under the headings of their section."""
    if not fit_of(page.metrics).list_and_detail:
        return tuple(RowItem(choice.key, choice, _height(choice, at.width, page)) for choice in choices)
    width = (at.width - page.gap) / 2
    rows: list[RowItem] = []
    for header, section in groupby(choices, key=lambda choice: choice.header):
        if header:
            rows += [RowItem(choice.key, choice, _height(choice, at.width, page)) for choice in section]
        else:
            rows += _pairs(sorted(section, key=lambda choice: -_height(choice, width, page)), width, page)
    return tuple(rows)


def _pairs(choices: list[Choice], width: float, page: Page) -> list[RowItem]:
    """Two in a row, the high ones first: those of a row are of one height."""
    pairs = (tuple(choices[start : start + 2]) for start in range(0, len(choices), 2))
    return [
        RowItem(pair[0].key, Cells(pair, 2), max(_height(choice, width, page) for choice in pair)) for pair in pairs
    ]


def cells_parts(cells: Cells, at: Rect, page: Page) -> list[Part]:
    """The choices of one row beside each other."""
    places = at.columns(cells.across, page.gap)
    make = _tile if cells.tiles else choice_parts
    parts: list[Part] = []
    for choice, place in zip(cells.choices, places, strict=False):
        parts += make(choice, place, page)
    return parts


def _tile(choice: Choice, at: Rect, page: Page) -> list[Part]:
    """Picture over name; the one that is chosen has a border and a tick."""
    key = f"row.{choice.key}"
    parts: list[Part] = [replace(_card(key, choice, at, page), ink="surface")]  # a disc is drawn in the other tone
    inner = at.inset(page.mm(3.6), page.mm(3.0))
    size = page.mm(LIKENESS)
    title = page.fitted((choice.title,), inner.width, page.px(Role.SECONDARY), lines=2, main=True)
    room = inner.height - size - page.mm(2.0) - title.height(LINE)
    detail = page.fitted((choice.detail,), inner.width, page.px(Role.STATUS), lines=2)
    detail = detail if detail.height(LINE) <= room else page.fitted((choice.detail,), inner.width, page.least_px)
    top = inner.y + (inner.height - size - page.mm(2.0) - title.height(LINE) - detail.height(LINE)) / 2
    picture = Rect(at.x + (at.width - size) / 2, top, size, size)
    if choice.avatar is not None:
        parts += _avatar(key, choice.avatar, picture, page)
    elif choice.icon:
        parts.append(IconPart(f"{key}.icon", picture, key, name=choice.icon, ink="accent"))
    if choice.open is not None and choice.open.selected:
        tick = page.mm(TICK)
        corner = Rect(at.right - tick - page.mm(3.0), at.y + page.mm(3.0), tick, tick)
        parts.append(IconPart(f"{key}.tick", corner, key, name="check-circle", ink="accent"))
    words = Rect(inner.x, top + size + page.mm(2.0), inner.width, 1)
    parts.append(page.block(f"{key}.title", title, words, main=True, align=Align.CENTER, group=key))
    if detail.lines:
        below = Rect(inner.x, words.y + title.height(LINE), inner.width, 1)
        ink = TOKENS[choice.tone]
        parts.append(page.block(f"{key}.detail", detail, below, ink=ink, align=Align.CENTER, group=key))
    return parts


def _card(key: str, choice: Choice, at: Rect, page: Page) -> CardPart:
    """The ground of a row or tile; what is a target as a whole has a border, a chosen one a stronger one."""
    radius = round(page.card_radius * 0.75)
    if choice.open is None:
        return CardPart(key, at, key, radius=radius)
    edge = "accent" if choice.open.selected else "outline"
    return CardPart(
        key, at, key, radius=radius, open=choice.open, ink="surface_2", edge=edge, border=page.border(choice.open)
    )


def _height(choice: Choice, width: float, page: Page) -> float:
    if choice.header:
        return page.mm(7.6)
    row = page.metrics.least(Measure.ROW_ACTION_PARKED) + 2 * page.mm(2.7)
    return row * 2 if _stacked(choice, width, page) else row


def _stacked(choice: Choice, width: float, page: Page) -> bool:
    """Actions under the words where both have no room beside each other."""
    count = len(choice.actions)
    narrow = page.compact or page.metrics.portrait or width < page.content.width
    if count > (1 if narrow else 3):
        return True
    share = _share(choice, count, width, page)
    return count > 1 and any(_least(action, page) > share for action in choice.actions)


def _least(action: Action, page: Page) -> float:
    """Width below which a button cuts even its shortest label at its least size."""
    px = page.sizes(Role.DETAIL)[-1]
    return min((page.ruler.width(label, px, bold=True) for label in action.labels), default=0.0) + page.mm(7.2)


def choice_parts(choice: Choice, at: Rect, page: Page) -> list[Part]:
    """One row: icon, title and detail, at the end actions or a switch, whose row is touched as a whole."""
    key = f"row.{choice.key}"
    if choice.header:
        text = page.line((choice.title,), at.width, page.px(Role.STATUS), bold=True)
        place = Rect(at.x + page.mm(1.5), at.y + (at.height - text.height(LINE)) / 2, at.width, 1)
        return [page.block(f"{key}.head", text, place, ink="mute", bold=True, group=key)]
    stacked = _stacked(choice, at.width, page)
    parts: list[Part] = [_card(key, choice, at, page)]
    words = at.from_top(at.height / 2) if stacked else at
    foot = at.from_bottom(at.height / 2) if stacked else at
    height = page.metrics.least(Measure.ROW_ACTION_PARKED)
    inner = words.inset(page.mm(5.4), 0)
    right = foot.right - page.mm(5.4)
    share = _share(choice, len(choice.actions), foot.width, page)
    if stacked:
        share = _equal_or_free(choice.actions, foot.width - page.mm(10.8), page)
    for number, button in reversed(list(enumerate(choice.actions))):
        action, width = _fitting(button, share, page)
        place = Rect(right - width, foot.y + (foot.height - height) / 2, width, height)
        parts.append(page.button(f"{key}.{number}", action, place, role=Role.DETAIL, icon_scale=1.18, group=key))
        right = place.x - page.gap
    if choice.switch is not None:
        drawn = _switch(key, choice.switch, inner, page)
        right = min(part.rect.x for part in drawn) - page.gap
        parts += drawn
    if not stacked and (choice.actions or choice.switch):
        inner = Rect(inner.x, inner.y, right - inner.x, inner.height)
    return parts + _texts(key, choice, inner, page)


def _switch(key: str, switch: Switch, at: Rect, page: Page) -> list[Part]:
    """A switch at the end of a row, with its word: filled and to the end when on, an outline when off."""
    size = page.mm(SWITCH)
    place = Rect(at.right - size, at.y + (at.height - size) / 2, size, size)
    name, ink = ("toggle-switch", "accent") if switch.on else ("toggle-switch-off-outline", "mute")
    word = page.fitted((switch.word,), at.width * 0.3, page.px(Role.DETAIL))
    beside = Rect(at.x, at.y + (at.height - word.height(LINE)) / 2, at.width - size - page.mm(2.7), 1)
    return [
        IconPart(f"{key}.switch", place, key, name=name, ink=ink),
        page.block(f"{key}.word", word, beside, align=Align.END, group=key),
    ]


def _share(choice: Choice, count: int, width: float, page: Page) -> float:
    """Width that one of `count` buttons beside the words may have: what the title leaves, but never too little."""
    icon = round(page.px(Role.TITLE) * 0.8) + page.mm(4.0) if choice.icon else 0
    icon = page.mm(LIKENESS + 3.4) if choice.avatar else icon
    title = icon + page.ruler.width(choice.title, page.px(Role.SECONDARY), bold=False)
    room = width - page.mm(10.8)
    left = min(room * 0.6, max(room * 0.41, room - title - page.gap))
    return left / max(1, count) - page.gap


def _equal_or_free(actions: tuple[Action, ...], room: float, page: Page) -> float:
    """Width that one of the buttons in a row may have: any where all have room, else an equal share."""
    wanted = sum(_fitting(action, room, page)[1] for action in actions) + page.gap * (len(actions) - 1)
    return room if wanted <= room else (room + page.gap) / max(1, len(actions)) - page.gap


def _fitting(action: Action, most: float, page: Page) -> tuple[Action, float]:
    """The action with the labels that stand in one line in at most that width, and as wide as the first of them."""
    icon = page.px(Role.DETAIL) * 1.2 + page.mm(2.6) if icon_of(action) else 0
    beside = icon + page.mm(9.0)
    widths = [page.ruler.width(label, page.px(Role.DETAIL), bold=True) + beside for label in action.labels] or [beside]
    at = next((number for number, width in enumerate(widths) if width <= most), len(widths) - 1)
    return replace(action, labels=action.labels[at:]), max(page.metrics.least(16.0), min(widths[at], most))


def _avatar(key: str, avatar: Avatar, at: Rect, page: Page) -> list[Part]:
    """A person's picture, or a disc with the initials on it."""
    disc = AvatarPart(f"{key}.avatar", at, key, pixels=avatar.pixels)
    if avatar.pixels:
        return [disc]
    text = page.line((avatar.initials,), at.width * 0.8, page.px(Role.STATUS), bold=True)
    place = Rect(at.x, at.y + (at.height - text.height(LINE)) / 2, at.width, 1)
    return [disc, page.block(f"{key}.initials", text, place, ink="text", bold=True, align=Align.CENTER, group=key)]


def _texts(key: str, choice: Choice, at: Rect, page: Page) -> list[Part]:
    parts: list[Part] = []
    if choice.avatar is not None:
        size = page.mm(LIKENESS)
        disc = Rect(at.x, at.y + (at.height - size) / 2, size, size)
        parts += _avatar(key, choice.avatar, disc, page)
        at = at.without_left(size + page.mm(3.4))
    elif choice.icon:
        size = round(page.px(Role.TITLE) * 0.8)
        icon = Rect(at.x, at.y + (at.height - size) / 2, size, size)
        ink = TOKENS[choice.tone] if choice.tone is Tone.WARN else ink_of(choice.hue)
        parts.append(IconPart(f"{key}.icon", icon, key, name=choice.icon, ink=ink))
        at = at.without_left(size + page.mm(4.0))
    title = page.fitted((choice.title,), at.width, page.px(Role.SECONDARY), main=True)
    if title.cut:
        title = wrapped(choice.title, at.width, title.px, page.ruler, lines=2)
    detail = page.fitted((choice.detail,), at.width, min(title.px, page.px(Role.STATUS)))
    if detail.cut and title.height(LINE) + 2 * detail.height(LINE) <= at.height:
        detail = wrapped(choice.detail, at.width, detail.px, page.ruler, lines=2)
    height = title.height(LINE) + detail.height(LINE)
    top = at.y + (at.height - height) / 2
    parts.append(page.block(f"{key}.title", title, Rect(at.x, top, at.width, 1), main=True, group=key))
    if detail.lines:
        below = Rect(at.x, top + title.height(LINE), at.width, 1)
        parts.append(page.block(f"{key}.detail", detail, below, ink=TOKENS[choice.tone], group=key))
    return parts
