"""Drive, the home screen: the next meeting, its one action, what comes after, the way to Agenda."""

from __future__ import annotations

from typing import TYPE_CHECKING

from carlendar.presentation.states import Action, DriveState
from carlendar.ui.geometry import Rect
from carlendar.ui.parts import Align, Arrangement, BandPart, CardPart, Part
from carlendar.ui.screens.meeting_card import band_words, countdown, glance, merged, mini_card, set_words, warns, words
from carlendar.ui.theme import Measure, Role

if TYPE_CHECKING:
    from carlendar.ui.screens.page import Page


def compose(state: DriveState, page: Page) -> list[Part]:
    """The parts of the screen; on a small display fewer, not smaller ones."""
    if page.metrics.portrait:
        return _portrait(state, page)
    if page.compact:
        return _compact(state, page)
    return _wide(state, page)


def _wide(state: DriveState, page: Page) -> list[Part]:
    room, gap = page.content, page.gap
    foot = bool(state.cards or state.footer)
    foot_height = min(page.mm(Measure.BOTTOM_ROW), room.height * 0.3)
    upper = room.without_bottom(foot_height + gap) if foot else room
    side = min(page.mm(Measure.SIDE), room.width * 0.36)
    parts: list[Part] = []
    main, column = upper, upper.from_right(side)
    if state.agenda is not None and not (foot or state.primary or state.secondary):  # in the place of the way back
        narrow = min(page.mm(Measure.NARROW_BUTTON), room.width * 0.3)
        main = upper.without_right(narrow + gap)
        button = upper.from_right(narrow)
        parts.append(page.button("agenda", state.agenda, button, arrangement=Arrangement.STACKED, icon_scale=1.65))
    elif state.agenda is not None and not foot:  # without cards the way to Agenda stands in the column
        main = upper.without_right(side + gap)
        parts.append(
            page.button("agenda", state.agenda, column.from_bottom(foot_height), arrangement=Arrangement.STACKED)
        )
        column = column.without_bottom(foot_height + gap)
    if state.primary or state.secondary:
        main = upper.without_right(side + gap)
        parts += _actions(state, column, page)
    parts += _meeting(state, main, page)
    if foot:
        parts += _foot(state, room.from_bottom(foot_height), page)
    return parts


def _actions(state: DriveState, at: Rect, page: Page) -> list[Part]:
    """Join over "late": in the same places with a reminder and without."""
    parts: list[Part] = []
    height = page.metrics.least(Measure.SECONDARY)
    both = state.primary is not None and state.secondary is not None
    if state.primary is not None:
        parts.append(page.primary("primary", state.primary, at.without_bottom(height + page.gap) if both else at))
    if state.secondary is not None and both:
        parts.append(page.button("secondary", state.secondary, at.from_bottom(height)))
    elif state.secondary is not None:
        parts.append(_alone(state.secondary, at, page))
    return parts


def _alone(action: Action, at: Rect, page: Page) -> Part:
    """The secondary action where there is no other: it has the room of both."""
    return page.button("secondary", action, at, role=Role.ROW_TITLE, arrangement=Arrangement.STACKED, icon_scale=2.0)


def _meeting(state: DriveState, at: Rect, page: Page) -> list[Part]:
    """The card: a band or a ring, the title, and its lines."""
    at = at.without_bottom(page.under)
    radius = page.card_radius
    parts: list[Part] = [CardPart("card", at, "meeting", radius=radius)]
    padding = page.mm(8.4)
    inner = at.inset(padding, page.mm(4.0))
    if state.band is not None:
        band = at.from_top(min(page.mm(23.0), at.height * 0.36))
        parts.append(BandPart("band", band, "band", radius=radius))
        parts += band_words(state.band.text, state.band.icon, band.inset(padding, 0), page)
        inner = at.without_top(band.height).inset(padding, page.mm(3.0))
    elif state.ring is not None:
        size = min(page.mm(54.4), inner.height, inner.width * 0.36)
        place = Rect(inner.x, at.y + (at.height - size) / 2, size, size)
        parts += countdown(state.ring, place, page)
        inner = inner.without_left(size + page.mm(9.2))
    elif state.empty and page.brand.mark:
        size = min(page.mm(40.0), inner.height, inner.width * 0.3)
        parts += page.mark(Rect(inner.x, at.y + (at.height - size) / 2, size, size))
        inner = inner.without_left(size + page.mm(9.2))
    return parts + words(state, inner, page)


def _foot(state: DriveState, at: Rect, page: Page) -> list[Part]:
    if state.footer:
        places = at.columns(len(state.footer), page.gap)
        return [
            page.button(f"foot.{n}", action, at)
            for n, (action, at) in enumerate(zip(state.footer, places, strict=True))
        ]
    parts: list[Part] = []
    if state.agenda is not None:
        width = min(page.mm(Measure.NARROW_BUTTON), at.width * 0.3) if state.cards else page.mm(Measure.SIDE)
        button = at.from_right(width)
        parts.append(page.button("agenda", state.agenda, button, arrangement=Arrangement.STACKED, icon_scale=1.65))
        at = at.without_right(width + page.gap)
    # a display too narrow for two readable cards has one
    count = max(2, len(state.cards)) if at.width >= page.mm(140.0) else 1
    places = at.columns(count, page.gap) if state.cards else ()
    for number, (card, place) in enumerate(zip(state.cards, places, strict=False)):
        parts += mini_card(f"card.{number}", card, place, page)
    return parts


def _compact(state: DriveState, page: Page) -> list[Part]:
    room, gap = page.content, page.gap
    buttons = [(key, action) for key, action in _targets(state) if action is not None]
    foot_height = min(page.mm(30.6), room.height * 0.45)
    upper = (room.without_bottom(foot_height + gap) if buttons else room).without_bottom(page.under)
    radius = page.card_radius
    parts: list[Part] = [CardPart("card", upper, "meeting", radius=radius)]
    inner = upper.inset(page.mm(5.7), page.mm(1.0 if page.under else 3.4))
    if state.band is not None:
        band = upper.from_top(max(upper.height * 0.34, page.sizes(Role.FLOOR)[-1] * 1.25))
        parts.append(BandPart("band", band, "band", radius=radius))
        parts += band_words(state.band.text, state.band.icon, band.inset(page.mm(5.7), 0), page)
        inner = upper.without_top(band.height).inset(page.mm(5.7), page.mm(0.4))
    elif state.ring is not None and inner.height >= page.mm(24.0):
        size = min(page.mm(29.0), inner.height)
        place = Rect(inner.x, inner.y + (inner.height - size) / 2, size, size)
        parts += countdown(state.ring, place, page)
        inner = inner.without_left(size + page.mm(5.7))
    parts += words(DriveState(state.title, lines=glance(state.lines, inner, page)), inner, page, most=2)
    return parts + _compact_buttons(buttons, room.from_bottom(foot_height), page)


def _targets(state: DriveState) -> list[tuple[str, Action | None]]:
    rest = [(f"foot.{number}", action) for number, action in enumerate(state.footer)]
    return [("primary", state.primary), ("secondary", state.secondary), *rest, ("agenda", state.agenda)]


def _compact_buttons(buttons: list[tuple[str, Action]], at: Rect, page: Page) -> list[Part]:
    """One row: the primary action widest, the way to Agenda narrowest."""
    shares = {"primary": 1.72 if len(buttons) < 4 else 1.25, "agenda": 0.8}
    if len(buttons) > 4:  # beside the numbers of minutes, which are short
        shares |= {"primary": 2.0, "secondary": 1.8}
    room = at.width - page.gap * (len(buttons) - 1)
    whole = sum(shares.get(key, 1.0) for key, _ in buttons)
    parts: list[Part] = []
    x = at.x
    for key, action in buttons:
        width = room * shares.get(key, 1.0) / whole
        place = Rect(x, at.y, width, at.height)
        x += width + page.gap
        if key == "primary":
            parts.append(page.primary(key, action, place))
        else:
            parts.append(page.button(key, action, place, arrangement=Arrangement.STACKED))
    return parts


def _portrait(state: DriveState, page: Page) -> list[Part]:
    """The same parts under each other; the meeting's card takes what the others leave."""
    room, gap = page.content, page.gap
    parts: list[Part] = []
    for number, action in enumerate(reversed(state.footer)):
        parts.append(page.button(f"foot.{len(state.footer) - 1 - number}", action, room.from_bottom(page.mm(22))))
        room = room.without_bottom(page.mm(22) + gap)
    if state.agenda is not None:
        height = page.metrics.least(20.0)
        parts.append(page.button("agenda", state.agenda, room.from_bottom(height)))
        room = room.without_bottom(height + gap)
    for number in reversed(range(len(state.cards))):
        height = page.mm(22.8)
        parts += mini_card(f"card.{number}", state.cards[number], room.from_bottom(height), page)
        room = room.without_bottom(height + gap)
    if state.primary or state.secondary:
        height = page.mm(41.8)
        parts += _portrait_actions(state, room.from_bottom(height), page)
        room = room.without_bottom(height + gap)
    return parts + _portrait_meeting(state, room, page)


def _portrait_actions(state: DriveState, at: Rect, page: Page) -> list[Part]:
    if state.primary is not None and state.secondary is not None:
        left = (at.width - page.gap) * 0.6
        small = page.button(
            "secondary", state.secondary, at.without_left(left + page.gap), arrangement=Arrangement.STACKED
        )
        return [page.primary("primary", state.primary, at.from_left(left)), small]
    if state.primary is not None:
        return [page.primary("primary", state.primary, at)]
    return [_alone(state.secondary, at, page)] if state.secondary is not None else []


def _portrait_meeting(state: DriveState, at: Rect, page: Page) -> list[Part]:
    at = at.without_bottom(page.under)
    radius = page.card_radius
    parts: list[Part] = [CardPart("card", at, "meeting", radius=radius)]
    inner = at.inset(page.mm(6.0))
    if state.band is not None:
        band = at.from_top(page.mm(23.0))
        parts.append(BandPart("band", band, "band", radius=radius))
        parts += band_words(state.band.text, state.band.icon, band.inset(page.mm(6.0), 0), page)
        inner = at.without_top(band.height).inset(page.mm(6.0))
    plain = tuple(line for line in state.lines if not warns(line))
    rest = tuple(line for line in state.lines if warns(line))
    short = DriveState(state.title, lines=merged(plain) + merged(rest))
    if state.ring is None or state.band is not None:
        return parts + words(short, inner, page, align=Align.CENTER, most=3)
    size, gap = min(page.mm(52.0), inner.height * 0.56, inner.width), float(page.mm(2.0))
    block = set_words(short, inner.without_top(size + gap), page, most=3)
    spare = max(0.0, inner.height - size - gap - block.height)  # ring and words are one: the room is around both
    larger = min(page.mm(66.0) - size, spare * 0.4, inner.width - size)
    size, gap = size + max(0.0, larger), gap + min(page.mm(5.0), spare * 0.15)
    top = inner.y + max(0.0, inner.height - size - gap - block.height) / 2
    parts += countdown(state.ring, Rect(inner.x + (inner.width - size) / 2, top, size, size), page)
    under = Rect(inner.x, top + size + gap, inner.width, min(block.height, inner.bottom - top - size - gap))
    return parts + words(short, under, page, align=Align.CENTER, most=3)
