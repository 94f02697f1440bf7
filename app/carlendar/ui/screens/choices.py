"""Lists to choose from, parked: which driver, Settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from carlendar.text.wrap import wrapped
from carlendar.ui.geometry import Rect
from carlendar.ui.parts import Align, AvatarPart, CardPart, IconPart, ListPart, Part, RowItem
from carlendar.ui.screens.columns import action_row, equal_column
from carlendar.ui.screens.page import LINE, TOKENS, Page, icon_of
from carlendar.ui.theme import Measure, Role

if TYPE_CHECKING:
    from carlendar.presentation.states import Action, Avatar, Choice, ChoicesState

LIKENESS = 14.0
"""Millimetres of a person's picture."""


def compose(state: ChoicesState, page: Page, place: str) -> list[Part]:
    """A title, the list, and actions at the side."""
    room, gap = page.content, page.gap
    parts: list[Part] = []
    if state.side:
        if page.compact:
            parts, room = action_row(state.side, page)
        else:
            parts, room = equal_column(state.side, page)
    title = page.title(state.title, room.width, page.mm(20), Role.TITLE * 0.8, lines=1)
    parts.append(page.block("title", title, room, bold=True, main=True, align=Align.START, group="title"))
    top = title.height(LINE) + page.mm(2.5)
    rows = tuple(RowItem(choice.key, choice, _height(choice, page)) for choice in state.choices)
    bottom = page.edge if room.bottom == page.content.bottom else room.bottom
    at = Rect(room.x, room.y + top, room.width, bottom - room.y - top)
    return [*parts, ListPart("list", at, rows=rows, place=place, spacing=gap)]


def _height(choice: Choice, page: Page) -> float:
    if choice.header:
        return page.mm(7.6)
    row = page.metrics.least(Measure.ROW_ACTION_PARKED) + 2 * page.mm(2.7)
    return row * 2 if _stacked(choice, page) else row


def _stacked(choice: Choice, page: Page) -> bool:
    """Actions under the words where both have no room beside each other."""
    count = len(choice.actions)
    if count > (1 if page.compact or page.metrics.portrait else 3):
        return True
    share = _share(choice, count, page.content, page)
    return count > 1 and any(_least(action, page) > share for action in choice.actions)


def _least(action: Action, page: Page) -> float:
    """Width below which a button cuts even its shortest label at its least size."""
    px = page.sizes(Role.DETAIL)[-1]
    return min((page.ruler.width(label, px, bold=True) for label in action.labels), default=0.0) + page.mm(7.2)


def choice_parts(choice: Choice, at: Rect, page: Page) -> list[Part]:
    """One row: icon, title and detail, actions at the end. A row with one bare action is touched as a whole."""
    key = f"row.{choice.key}"
    if choice.header:
        text = page.line((choice.title,), at.width, page.px(Role.STATUS), bold=True)
        place = Rect(at.x + page.mm(1.5), at.y + (at.height - text.height(LINE)) / 2, at.width, 1)
        return [page.block(f"{key}.head", text, place, ink="mute", bold=True, group=key)]
    whole = choice.actions[0] if len(choice.actions) == 1 and not choice.actions[0].labels else None
    parts: list[Part] = [CardPart(key, at, key, radius=round(page.card_radius * 0.75), open=whole)]
    words = at.from_top(at.height / 2) if _stacked(choice, page) else at
    buttons = () if whole else choice.actions
    foot = at.from_bottom(at.height / 2) if _stacked(choice, page) else at
    height = page.metrics.least(Measure.ROW_ACTION_PARKED)
    inner = words.inset(page.mm(5.4), 0)
    right = foot.right - page.mm(5.4)
    share = (
        _share(choice, len(buttons), foot, page)
        if foot is at
        else (foot.width - page.mm(10.8)) / max(1, len(buttons)) - page.gap
    )
    for number, button in reversed(list(enumerate(buttons))):
        action, width = _fitting(button, share, page)
        place = Rect(right - width, foot.y + (foot.height - height) / 2, width, height)
        parts.append(page.button(f"{key}.{number}", action, place, role=Role.DETAIL, icon_scale=1.18, group=key))
        right = place.x - page.gap
    if foot is at and buttons:
        inner = Rect(inner.x, inner.y, right - inner.x, inner.height)
    return parts + _texts(key, choice, inner, page)


def _share(choice: Choice, count: int, at: Rect, page: Page) -> float:
    """Width that one of `count` buttons beside the words may have: what the title leaves, but never too little."""
    icon = round(page.px(Role.TITLE) * 0.8) + page.mm(4.0) if choice.icon else 0
    icon = page.mm(LIKENESS + 3.4) if choice.avatar else icon
    title = icon + page.ruler.width(choice.title, page.px(Role.SECONDARY), bold=False)
    room = at.width - page.mm(10.8)
    left = min(room * 0.6, max(room * 0.41, room - title - page.gap))
    return left / max(1, count) - page.gap


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
        parts.append(IconPart(f"{key}.icon", icon, key, name=choice.icon, ink="accent"))
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
