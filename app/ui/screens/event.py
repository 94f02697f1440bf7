"""Event: one meeting, everything about it when parked."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from app.ui.geometry import Rect
from app.ui.parts import CardPart, Part, QrPart
from app.ui.screens.columns import action_column
from app.ui.screens.page import LINE, Page
from app.ui.text import wrapped
from app.ui.theme import Measure, Role

if TYPE_CHECKING:
    from app.viewmodels.states import EventState


def compose(state: EventState, page: Page) -> list[Part]:
    """The meeting's card, and its actions in a column (in portrait under it)."""
    parts, card = action_column(state.primary, state.actions, page)
    parts.append(CardPart("card", card, "meeting", radius=page.mm(Measure.CARD_RADIUS)))
    inner = card.inset(page.mm(8.4 if not page.compact else 5.0), page.mm(6.5 if not page.compact else 3.5))
    if state.qr:
        size = min(inner.height, inner.width * (1.0 if page.compact else 0.45), page.mm(76.6))
        at = Rect(inner.right - size, inner.y + (inner.height - size) / 2, size, size)
        if page.metrics.portrait:
            at = Rect(inner.x + (inner.width - size) / 2, inner.bottom - size, size, size)
            inner = inner.without_bottom(size + page.gap)
        else:
            inner = inner.without_right(size + page.gap)
        if page.compact:  # the code alone, as large as can be
            at = Rect(
                inner.x + (card.width - size) / 2 - (inner.x - card.x), card.y + (card.height - size) / 2, size, size
            )
            return [*parts, QrPart("qr", at, "qr", text=state.qr, radius=page.mm(3.0))]
        parts.append(QrPart("qr", at, "qr", text=state.qr, radius=page.mm(Measure.BUTTON_RADIUS)))
        if inner.width < page.mm(90.0):
            state = replace(state, lines=())
    return parts + _words(state, inner, page)


def _words(state: EventState, at: Rect, page: Page) -> list[Part]:
    title = page.title(state.title, at.width, at.height * 0.45, Role.TITLE * (0.65 if page.compact else 0.85))
    parts: list[Part] = [page.block("title", title, at, bold=True, main=True, group="meeting")]
    rest = at.without_top(title.height(LINE) + page.mm(1.5))
    px = page.px(Role.SECONDARY)
    when = page.fitted((state.when,), rest.width, px, lines=3, main=True)
    parts.append(page.block("when", when, rest, ink="mute", main=True, group="meeting"))
    rest = rest.without_top(when.height(LINE) + page.mm(2.3))
    pitch = min(round(px * 1.82), round(rest.height / max(1, len(state.lines)))) if state.lines else px
    pitch = max(pitch, round(px * 1.25))
    room = rest.width - round(px * 1.16) - page.mm(2.7)
    smallest = min((page.fitted(line.variants, room, px).px for line in state.lines), default=px)
    one_size = max(smallest, page.metrics.floor(Role.FLOOR))
    for number, line in enumerate(state.lines):
        if rest.height < pitch:
            break
        place = rest.from_top(pitch)
        parts += page.iconed(
            f"line.{number}", line, place, one_size, ink="text" if line.tone.value == "mute" else "", group="meeting"
        )
        rest = rest.without_top(pitch)
    return parts + _body(state.body, rest.without_top(page.mm(2.3)), page)


def _body(text: str, at: Rect, page: Page) -> list[Part]:
    px = page.px(Role.DETAIL)
    pitch = 1.38
    room = int(at.height // (px * pitch))
    if not text or room < 1:
        return []
    body = wrapped(text, at.width, px, page.ruler, lines=room)
    return [page.block("body", body, at, ink="mute", group="body", line_height=pitch)]
