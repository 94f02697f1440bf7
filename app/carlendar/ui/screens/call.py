"""Call: what the car knows of it; Mute, the digits again, and Leave apart from both."""

from __future__ import annotations

from typing import TYPE_CHECKING

from carlendar.text.wrap import steps
from carlendar.ui.geometry import Rect
from carlendar.ui.parts import Arrangement, CardPart, Part
from carlendar.ui.screens.meeting_card import band_parts, countdown
from carlendar.ui.screens.page import LINE, Page
from carlendar.ui.theme import Measure, Role

if TYPE_CHECKING:
    from carlendar.presentation.states import CallState

BAND, RING = 12.0, 51.3
"""Millimetres of the band's height and of the ring, as on Now."""


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
    padding = page.mm(8.4 if not page.compact else 5.0)
    band = card.from_top(page.mm(BAND))
    if state.band is not None:
        parts += band_parts(state.band, band, page, padding)
    inner = card.without_top(band.height).inset(padding, page.mm(1.0))
    if not page.compact:
        inner = inner.without_bottom(band.height)
    elif state.band is None:
        inner = card.inset(padding, page.mm(3.0))
    if state.ring is not None and inner.height >= page.mm(24.0) and not page.metrics.portrait:
        size = min(page.mm(29.0 if page.compact else RING), inner.height, inner.width * 0.36)
        parts += countdown(state.ring, Rect(inner.x, inner.y + (inner.height - size) / 2, size, size), page)
        inner = inner.without_left(size + page.mm(5.7 if page.compact else 9.2))
    elif state.ring is not None and page.metrics.portrait:
        size = min(page.mm(RING), inner.height * 0.45)
        parts += countdown(state.ring, Rect(inner.x + (inner.width - size) / 2, inner.y, size, size), page)
        inner = inner.without_top(size + page.mm(2.0))
    return parts + _words(state, inner, page)


def _words(state: CallState, at: Rect, page: Page) -> list[Part]:
    gap = page.mm(2.6 if not page.compact else 0.6)
    for status_px in steps(page.px(Role.ROW_TITLE), page.metrics.floor(Role.FLOOR)):  # the title stays the largest
        status_height = round(status_px * 1.35)
        fixed = status_height + (2 * gap)
        detail_px = min(status_px, page.px(Role.BODY))
        detail = page.fitted((state.detail,), at.width, detail_px, lines=1 if page.compact else 2)
        if detail.cut and page.compact:  # without its time it says nothing
            detail = page.fitted(("",), at.width, detail_px)
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
    """Each target in one place in every state of a call; Leave at the foot, farther from the others."""
    gap, height = page.gap, page.metrics.least(Measure.SECONDARY)
    parts: list[Part] = []
    last = state.leave or state.close
    foot = at.from_bottom(page.metrics.least(25.2))
    rest = at.without_bottom(foot.height + page.mm(11.5))
    if state.large is not None:
        parts.append(page.primary("large", state.large, rest.without_bottom(height + gap).from_top(
            min(rest.height - height - gap, page.mm(50.0)))))  # fmt: skip
    if state.small is not None:
        parts.append(page.button("small", state.small, rest.from_bottom(height)))
    if last is not None:
        parts.append(page.button("leave", last, foot, role=Role.PRIMARY * 0.87, primary=last is state.leave))
    return parts


def _foot(state: CallState, page: Page) -> tuple[list[Part], Rect]:
    """The same in a row, Leave at the end."""
    room = page.content
    height = min(page.mm(30.6), room.height * 0.45)
    named = (("large", state.large), ("small", state.small), ("leave", state.leave or state.close))
    if not any(action for _, action in named):
        return [], room
    foot = room.from_bottom(height)
    extra = page.mm(6.0)
    width = (foot.width - extra - page.gap * (len(named) - 1)) / len(named)
    parts: list[Part] = []
    for number, (key, action) in enumerate(named):
        if action is None:
            continue
        x = foot.x + number * (width + page.gap) + (extra if key == "leave" else 0)
        main = key == "large" or action is state.leave
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
    """The same under each other in the lower part of a portrait display."""
    room, gap = page.content, page.gap
    height = page.metrics.least(Measure.SECONDARY)
    foot = room.from_bottom(page.mm(30))
    small = room.without_bottom(foot.height + page.mm(11.5)).from_bottom(height)
    large = Rect(room.x, small.y - gap - page.mm(42), room.width, page.mm(42))
    parts: list[Part] = []
    if state.large is not None:
        parts.append(page.primary("large", state.large, large))
    if state.small is not None:
        parts.append(page.button("small", state.small, small))
    last = state.leave or state.close
    if last is not None:
        parts.append(page.button("leave", last, foot, role=Role.PRIMARY, primary=last is state.leave))
    card = room.from_top(min(large.y - gap - room.y, page.metrics.height_px * 0.4))
    return parts, card
