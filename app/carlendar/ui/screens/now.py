"""Now, the home screen: the next meeting, its one action, what comes after, the way to Agenda.

Every target has one place in all states of the screen.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from msgspec.structs import replace

from carlendar.presentation.states import DriveState
from carlendar.ui.geometry import Rect
from carlendar.ui.parts import Align, Arrangement, CardPart, Part
from carlendar.ui.screens.meeting_card import (
    band_parts,
    clash_card,
    countdown,
    glance,
    merged,
    mini_card,
    warns,
    words,
)
from carlendar.ui.theme import Measure, Role

if TYPE_CHECKING:
    from carlendar.ui.screens.page import Page

BAND = 12.0
"""Millimetres of a reminder's band."""
RING = 51.3
"""Millimetres of the ring, where there is room for it."""
COMPACT_PRIMARY, COMPACT_SECONDARY = 0.3, 0.235
"""Shares of a small display's row; the rest is the way to Agenda's."""
PORTRAIT_CARD = 22.8
"""Millimetres of a card's height on a portrait display."""
PORTRAIT_SHARE = 0.4
"""Part of a portrait display's height that the meeting's card has at most."""


def compose(state: DriveState, page: Page) -> list[Part]:
    """The parts of the screen; on a small display fewer, not smaller ones."""
    if page.metrics.portrait:
        return _portrait(state, page)
    if page.compact:
        return _compact(state, page)
    return _wide(state, page)


class _Places(NamedTuple):
    """Where things stand on a display, in every state of the screen: a hand learns them."""

    card: Rect
    primary: Rect
    secondary: Rect
    rest: Rect
    """Of the cards, a clash, or a reminder's answers."""
    agenda: Rect


def _wide_places(page: Page) -> _Places:
    room, gap = page.content, page.gap
    foot = room.from_bottom(min(page.mm(Measure.BOTTOM_ROW), room.height * 0.3))
    upper = room.without_bottom(foot.height + gap)
    side = min(page.mm(Measure.SIDE), room.width * 0.36)
    column, height = upper.from_right(side), page.metrics.least(Measure.SECONDARY)
    agenda = foot.from_right(min(page.mm(Measure.NARROW_BUTTON), room.width * 0.3))
    return _Places(
        card=upper.without_right(side + gap),
        primary=column.without_bottom(height + gap),
        secondary=column.from_bottom(height),
        rest=foot.without_right(agenda.width + gap),
        agenda=agenda,
    )


def _wide(state: DriveState, page: Page) -> list[Part]:
    places = _wide_places(page)
    parts = _meeting(state, _card_place(state, places, page), page)
    if state.primary is not None:
        parts.append(page.primary("primary", state.primary, places.primary))
    if state.secondary is not None:
        parts.append(page.button("secondary", state.secondary, places.secondary))
    if state.agenda is not None:
        parts.append(
            page.button("agenda", state.agenda, places.agenda, arrangement=Arrangement.STACKED, icon_scale=1.65)
        )
    return parts + _rest(state, places.rest, page)


def _card_place(state: DriveState, places: _Places, page: Page) -> Rect:
    """The meeting's place; the card of a screen without a meeting has the room that nothing else has."""
    card = places.card
    if state.primary is None and state.secondary is None:
        card = card._replace(width=page.content.width)
    if state.ring is not None or state.cards or state.footer or state.clash or state.secondary or page.under:
        return card
    if state.agenda is not None and state.primary is None:
        card = card._replace(width=places.rest.width)
    return card._replace(height=page.content.height)


def _meeting(state: DriveState, at: Rect, page: Page) -> list[Part]:
    """The card: ring, title and lines under the place of a reminder's band, which is free in every state."""
    at = at.without_bottom(page.under)
    radius, padding = page.card_radius, page.mm(8.4)
    parts: list[Part] = [CardPart("card", at, "meeting", radius=radius)]
    band = at.from_top(min(page.mm(BAND), at.height * 0.3))
    if state.band is not None:
        parts += band_parts(state.band, band, page, padding)
    inner = at.inset(padding, band.height + page.mm(0.6))
    if page.under:  # lower for a moment: the foot need not stay free
        inner = inner._replace(height=at.bottom - inner.y - page.mm(3.0))
    if state.ring is not None:
        size = min(page.mm(RING), inner.height, inner.width * 0.36)
        parts += countdown(state.ring, Rect(inner.x, inner.y + (inner.height - size) / 2, size, size), page)
        inner = inner.without_left(size + page.mm(9.2))
    elif state.empty and page.brand.mark:
        size = min(page.mm(40.0), inner.height, inner.width * 0.3)
        parts += page.mark(Rect(inner.x, at.y + (at.height - size) / 2, size, size))
        inner = inner.without_left(size + page.mm(9.2))
    return parts + words(state, inner, page)


def _rest(state: DriveState, at: Rect, page: Page) -> list[Part]:
    """What follows, what clashes, or the answers to a reminder, in one row."""
    if state.footer:
        places = at.columns(max(2, len(state.footer)), page.gap)
        return [
            page.button(f"foot.{n}", action, at)
            for n, (action, at) in enumerate(zip(state.footer, places, strict=False))
        ]
    if state.clash is not None:
        return clash_card("clash", state.clash, at, page)
    # a display too narrow for two readable cards has one
    count = max(2, len(state.cards)) if at.width >= page.mm(140.0) else 1
    places = at.columns(count, page.gap) if state.cards else ()
    parts: list[Part] = []
    for number, (card, place) in enumerate(zip(state.cards, places, strict=False)):
        parts += mini_card(f"card.{number}", card, place, page)
    return parts


def _compact_places(page: Page) -> _Places:
    """Actions in one row; the way to Agenda is as wide as a reminder's two answers, which take its place."""
    room, gap = page.content, page.gap
    foot = room.from_bottom(min(page.mm(30.6), room.height * 0.45))
    width = room.width - 2 * gap
    primary, secondary = width * COMPACT_PRIMARY, width * COMPACT_SECONDARY
    last = foot.without_left(primary + secondary + 2 * gap)
    return _Places(
        card=room.without_bottom(foot.height + gap),
        primary=foot.from_left(primary),
        secondary=foot.without_left(primary + gap).from_left(secondary),
        rest=last,
        agenda=last,
    )


def _compact(state: DriveState, page: Page) -> list[Part]:
    places = _compact_places(page)
    buttons = any((state.primary, state.secondary, state.agenda, state.footer))
    at = (places.card if buttons else page.content).without_bottom(page.under)
    radius = page.card_radius
    parts: list[Part] = [CardPart("card", at, "meeting", radius=radius)]
    inner = at.inset(page.mm(5.7), page.mm(1.0 if page.under else 3.4))
    if state.band is not None:
        band = at.from_top(max(at.height * 0.34, page.sizes(Role.FLOOR)[-1] * 1.25))
        parts += band_parts(state.band, band, page, page.mm(5.7))
        inner = at.without_top(band.height).inset(page.mm(5.7), page.mm(0.4))
    elif state.ring is not None and inner.height >= page.mm(24.0):
        size = min(page.mm(29.0), inner.height)
        place = Rect(inner.x, inner.y + (inner.height - size) / 2, size, size)
        parts += countdown(state.ring, place, page)
        inner = inner.without_left(size + page.mm(5.7))
    lines = _with_clash(state).lines
    parts += words(DriveState(state.title, lines=glance(lines, inner, page)), inner, page, most=2)
    return parts + _compact_buttons(state, places, page)


def _with_clash(state: DriveState) -> DriveState:
    """Its clash in words under the title, where no card says it."""
    if state.clash is None:
        return state
    return replace(state, lines=(*state.lines[:1], state.clash.line, *state.lines[1:]), clash=None)


def _compact_buttons(state: DriveState, places: _Places, page: Page) -> list[Part]:
    parts: list[Part] = []
    if state.primary is not None:
        parts.append(page.primary("primary", state.primary, places.primary))
    others = [("secondary", state.secondary, places.secondary), ("agenda", state.agenda, places.agenda)]
    answers = places.rest.columns(max(1, len(state.footer)), page.gap)
    others += [(f"foot.{n}", action, answers[n]) for n, action in enumerate(state.footer)]
    for key, action, place in others:
        if action is not None:
            parts.append(page.button(key, action, place, arrangement=Arrangement.STACKED))
    return parts


def _portrait_places(page: Page) -> _Places:
    """The meeting at the top, its actions in the lower part, where a hand reaches them."""
    room, gap = page.content, page.gap
    foot = room.from_bottom(page.metrics.least(24.0))
    left, right = foot.columns(2, gap)
    room = room.without_bottom(foot.height + gap)
    primary = room.from_bottom(page.metrics.least(35.5))
    room = room.without_bottom(primary.height + gap)
    cards = 2 * page.mm(PORTRAIT_CARD) + gap
    card = room.from_top(min(page.metrics.height_px * PORTRAIT_SHARE, room.height - cards - gap))
    rest = Rect(room.x, card.bottom + gap, room.width, cards)
    return _Places(card=card, primary=primary, secondary=left, rest=rest, agenda=right)


def _portrait(state: DriveState, page: Page) -> list[Part]:
    """The same parts under each other."""
    places = _portrait_places(page)
    parts = _portrait_meeting(state, places.card, page)
    if state.primary is not None:
        parts.append(page.primary("primary", state.primary, places.primary))
    if state.secondary is not None:
        parts.append(page.button("secondary", state.secondary, places.secondary))
    if state.agenda is not None:
        parts.append(page.button("agenda", state.agenda, places.agenda))
    return parts + _portrait_rest(state, places.rest, page)


def _portrait_rest(state: DriveState, at: Rect, page: Page) -> list[Part]:
    places = at.rows(max(2, len(state.footer)), page.gap)
    if state.footer:
        return [page.button(f"foot.{n}", action, places[n]) for n, action in enumerate(state.footer)]
    if state.clash is not None:
        return clash_card("clash", state.clash, places[0], page)
    parts: list[Part] = []
    for number, (card, place) in enumerate(zip(state.cards, places, strict=False)):
        parts += mini_card(f"card.{number}", card, place, page)
    return parts


def _portrait_meeting(state: DriveState, at: Rect, page: Page) -> list[Part]:
    at = at.without_bottom(page.under)
    radius = page.card_radius
    parts: list[Part] = [CardPart("card", at, "meeting", radius=radius)]
    band = at.from_top(page.mm(BAND))
    if state.band is not None:
        parts += band_parts(state.band, band, page, page.mm(6.0))
    inner = at.without_top(band.height).inset(page.mm(6.0), page.mm(2.0))
    plain = tuple(line for line in state.lines if not warns(line))
    rest = tuple(line for line in state.lines if warns(line))
    short = DriveState(state.title, lines=merged(plain) + merged(rest))
    if state.ring is None:
        return parts + words(short, inner, page, align=Align.CENTER, most=3)
    size = min(page.mm(RING), inner.height * 0.56, inner.width)
    parts += countdown(state.ring, Rect(inner.x + (inner.width - size) / 2, inner.y, size, size), page)
    return parts + words(short, inner.without_top(size + page.mm(2.0)), page, align=Align.CENTER, most=3)
