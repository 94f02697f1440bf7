"""Call: what the car knows of it; Mute, the digits again, and Leave apart from both."""

from __future__ import annotations

from typing import TYPE_CHECKING

from carlendar.text.wrap import steps
from carlendar.ui.geometry import Rect
from carlendar.ui.parts import Arrangement, CardPart, Part
from carlendar.ui.screens.page import LINE, Page
from carlendar.ui.theme import Measure, Role

if TYPE_CHECKING:
    from carlendar.presentation.states import CallState


def compose(state: CallState, page: Page) -> list[Part]:
    """The card of the call, and its actions."""
    room, gap = page.content, page.gap
    if page.metrics.portrait:
        parts, card = _below(state, page)
    elif page.compact:
        parts, card = _foot(state, page)
    else:
        width = min(page.mm(Measure.SIDE), room.width * 0.36)
        if not any((state.large, state.small, state.leave, state.close)):
            parts, card = [], room
        else:
            parts, card = _column(state, room.from_right(width), page), room.without_right(width + gap)
    parts.append(CardPart("card", card, "call", radius=page.card_radius))
    inner = card.inset(page.mm(8.4 if not page.compact else 5.0), page.mm(3.0))
    return parts + _words(state, inner, page)


def _words(state: CallState, at: Rect, page: Page) -> list[Part]:
    gap = page.mm(2.6 if not page.compact else 0.6)
    for status_px in steps(page.px(Role.ROW_TITLE), page.metrics.floor(Role.FLOOR)):  # the title stays the largest
        status_height = round(status_px * 1.35)
        fixed = status_height + (2 * gap)
        detail_px = min(status_px, page.px(Role.BODY))
        detail = page.fitted((state.detail,), at.width, detail_px, lines=1 if page.compact else 2)
        title = page.title(state.title, at.width, at.height - fixed - detail.height(LINE))
        if title.px >= status_px * 1.1:
            break
    height = fixed + title.height(LINE) + detail.height(LINE)
    top = at.y + (at.height - height) / 2
    tint = {"go": "go", "warn": "warn", "stop": "stop"}.get(state.status.tone.value, "accent")
    parts = page.iconed(
        "status.call", state.status, Rect(at.x, top, at.width, status_height), status_px, icon_ink=tint, group="call"
    )
    top += status_height + gap
    parts.append(page.block("title", title, Rect(at.x, top, at.width, 1), bold=True, main=True, group="call"))
    top += title.height(LINE) + gap
    if detail.lines:
        parts.append(page.block("detail", detail, Rect(at.x, top, at.width, 1), ink="mute", group="call"))
    return parts


def _column(state: CallState, at: Rect, page: Page) -> list[Part]:
    """Leave at the foot, farther from the others than they are from each other."""
    gap = page.gap
    parts: list[Part] = []
    last = state.leave or state.close
    if last is not None:
        height = page.metrics.least(25.2)
        parts.append(
            page.button("leave", last, at.from_bottom(height), role=Role.PRIMARY * 0.87, primary=last is state.leave)
        )
        at = at.without_bottom(height + (page.mm(11.5) if state.leave else gap))
    if state.leave is not None and state.close is not None:
        height = page.metrics.least(Measure.SECONDARY)
        parts.insert(0, page.button("close", state.close, at.from_bottom(height)))
        at = at.without_bottom(height + gap)
    if state.small is not None:
        height = page.metrics.least(Measure.SECONDARY)
        parts.insert(0, page.button("small", state.small, at.from_bottom(height)))
        at = at.without_bottom(height + gap)
    if state.large is not None:
        parts.insert(0, page.primary("large", state.large, at))
    return parts


def _foot(state: CallState, page: Page) -> tuple[list[Part], Rect]:
    room = page.content
    height = min(page.mm(30.6), room.height * 0.45)
    named = (("large", state.large), ("small", state.small), ("close", state.close), ("leave", state.leave))
    buttons = [(key, action) for key, action in named if action is not None]
    if not buttons:
        return [], room
    foot = room.from_bottom(height)
    # Leave stands apart: more room before it than between the others
    extra = page.mm(6.0) if state.leave is not None and len(buttons) > 1 else 0
    width = (foot.width - extra - page.gap * (len(buttons) - 1)) / len(buttons)
    parts: list[Part] = []
    for number, (key, action) in enumerate(buttons):
        x = foot.x + number * (width + page.gap) + (extra if key == "leave" else 0)
        main = key in {"leave", "large"}
        parts.append(
            page.button(
                key,
                action,
                Rect(x, foot.y, width, height),
                arrangement=Arrangement.STACKED,
                primary=main,
                role=Role.ROW_TITLE if main else Role.SECONDARY,
            )
        )
    return parts, room.without_bottom(height + page.gap)


def _below(state: CallState, page: Page) -> tuple[list[Part], Rect]:
    room, gap = page.content, page.gap
    parts: list[Part] = []
    if state.leave is not None:
        parts.append(page.button("leave", state.leave, room.from_bottom(page.mm(30)), role=Role.PRIMARY, primary=True))
        room = room.without_bottom(page.mm(30 + 11.5))
    for key, action in (("close", state.close), ("small", state.small)):
        if action is not None:
            height = page.metrics.least(Measure.SECONDARY)
            parts.insert(0, page.button(key, action, room.from_bottom(height)))
            room = room.without_bottom(height + gap)
    if state.large is not None:
        parts.insert(0, page.primary("large", state.large, room.from_bottom(page.mm(42))))
        room = room.without_bottom(page.mm(42) + gap)
    return parts, room
