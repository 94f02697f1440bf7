"""The column of actions beside a card; in portrait under it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from carlendar.ui.parts import Arrangement
from carlendar.ui.theme import Measure

if TYPE_CHECKING:
    from carlendar.presentation.states import Action
    from carlendar.ui.geometry import Rect
    from carlendar.ui.parts import ButtonPart, Part
    from carlendar.ui.screens.page import Page


def action_row(actions: tuple[Action, ...], page: Page) -> tuple[list[Part], Rect]:
    """All actions in one row at the foot, and the room above it."""
    if not actions:
        return [], page.content
    height = page.metrics.least(20.0 if page.restricted else 15.0)
    places = page.content.from_bottom(height).columns(len(actions), page.gap)
    parts: list[Part] = [
        page.button(f"action.{n}", action, at) for n, (action, at) in enumerate(zip(actions, places, strict=True))
    ]
    return parts, page.content.without_bottom(height + page.gap)


def equal_column(actions: tuple[Action, ...], page: Page) -> tuple[list[Part], Rect]:
    """Few actions, equal and high beside the card; more of them, and in portrait, as every column."""
    if page.metrics.portrait or len(actions) > 3:
        return action_column(actions, page)
    room = page.content
    if not actions:
        return [], room
    width = min(page.mm(53.6), room.width * (0.22 if page.compact else 0.24))
    places = room.from_right(width).rows(len(actions), page.gap)
    parts: list[Part] = [
        page.button(f"action.{number}", action, place, arrangement=Arrangement.STACKED, icon_scale=1.7)
        for number, (action, place) in enumerate(zip(actions, places, strict=True))
    ]
    return parts, room.without_right(width + page.gap)


def action_column(actions: tuple[Action, ...], page: Page) -> tuple[list[Part], Rect]:
    """The parts of the column, and the room that it leaves."""
    room, gap, count = page.content, page.gap, len(actions)
    if not actions:
        return [], room
    least = page.metrics.least(15.0 if page.restricted else 12.0)
    across = 1
    if page.metrics.portrait:
        small: float = page.metrics.least(20.0)
        height = count * (small + gap) - gap
        column, rest = room.from_bottom(height), room.without_bottom(height + gap)
    else:
        wide = min(page.mm(Measure.SIDE), room.width * (0.42 if page.compact else 0.36))
        share = (room.height - gap * (count - 1)) / count
        small = max(least, min(page.metrics.least(Measure.SECONDARY), share))
        # where the column is too low for all of them, two stand beside each other
        across = 1 if share >= least else 2
        if across == 2 and page.compact:
            wide = room.width * 0.48
        column, rest = room.from_right(wide), room.without_right(wide + gap)
    buttons: list[ButtonPart] = []
    for start in reversed(range(0, count, across)):
        row = actions[start : start + across]
        places = column.from_bottom(small).columns(len(row), gap)
        buttons[:0] = [page.button(f"action.{start + at}", row[at], place) for at, place in enumerate(places)]
        column = column.without_bottom(small + gap)
    parts: list[Part] = [*(alike(buttons) if across > 1 else buttons)]
    return parts, rest


def alike(buttons: list[ButtonPart]) -> list[ButtonPart]:
    """The same in one size of letters, and all without an icon where one has no room for its own."""
    px = min(button.px for button in buttons)
    bare = any(not button.icon_px for button in buttons)
    return [replace(button, px=px, icon_px=0 if bare else button.icon_px) for button in buttons]
