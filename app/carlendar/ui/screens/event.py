"""Event: one meeting, everything about it when parked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from carlendar.presentation.states import Line, Tone
from carlendar.text.wrap import SetText, steps, wrapped
from carlendar.ui.geometry import Rect
from carlendar.ui.parts import CardPart, Part, QrPart, moved
from carlendar.ui.screens.columns import action_column
from carlendar.ui.screens.page import LINE, Page
from carlendar.ui.theme import Role

if TYPE_CHECKING:
    from carlendar.presentation.states import EventState

BODY_PITCH = 1.38
"""Distance of the body's lines in parts of their size."""
BODY_LINES = 2
"""So many lines of a body are worth more than wide gaps between the lines over it."""


def compose(state: EventState, page: Page) -> list[Part]:
    """The meeting's card, and its actions in a column (in portrait under it)."""
    parts, card = action_column(state.primary, state.actions, page)
    parts.append(CardPart("card", card, "meeting", radius=page.card_radius))
    inner = card.inset(page.mm(8.4 if not page.compact else 5.0), page.mm(6.5 if not page.compact else 3.5))
    if not state.qr:
        return parts + _words(state, inner, page)
    at, rest = _beside(inner, page)
    if page.compact or at.height < page.mm(50.0):  # the code alone, as large as can be
        size = min(inner.height, inner.width)
        at = Rect(card.x + (card.width - size) / 2, card.y + (card.height - size) / 2, size, size)
        return [*parts, QrPart("qr", at, "qr", text=state.qr, radius=page.button_radius)]
    parts.append(QrPart("qr", at, "qr", text=state.qr, radius=page.button_radius))
    return parts + _words(replace(state, lines=(), body=""), rest, page)


def _beside(inner: Rect, page: Page) -> tuple[Rect, Rect]:
    """Where the code stands, and what it leaves to the words: all it can but the width of a word or two."""
    if page.metrics.portrait:
        size = min(inner.height * 0.66, inner.width, page.mm(76.6))
        at = Rect(inner.x + (inner.width - size) / 2, inner.bottom - size, size, size)
        return at, inner.without_bottom(size + page.gap)
    size = min(inner.height, inner.width - page.gap - page.mm(54.0), page.mm(90.0))
    at = Rect(inner.right - size, inner.y + (inner.height - size) / 2, size, size)
    return at, inner.without_right(size + page.gap)


def _words(state: EventState, at: Rect, page: Page) -> list[Part]:
    """Title, time, lines and body under each other; from the top when there is a body, else centred in height."""
    title = page.title(state.title, at.width, at.height * 0.45, Role.TITLE * (0.65 if page.compact else 0.85))
    when = _when(state.when, at.width, page)
    parts: list[Part] = [page.block("title", title, at, bold=True, main=True, group="meeting")]
    rest = at.without_top(title.height(LINE) + page.mm(1.5))
    parts.append(page.block("when", when, rest, ink="mute", main=True, group="meeting"))
    rest = rest.without_top(when.height(LINE) + page.mm(2.3))
    kept = BODY_LINES * page.px(Role.DETAIL) * BODY_PITCH + page.mm(2.3) if state.body and not page.restricted else 0
    lines, rest = _lines(state.lines, rest, kept, page)
    parts += lines
    if page.restricted or not (state.lines or state.body):
        used = max(part.rect.bottom for part in parts) - at.y
        return [moved(part, max(0.0, (at.height - used) / 2)) for part in parts]
    return parts + _body(state.body, rest.without_top(page.mm(2.3)), page)


def _when(text: str, width: float, page: Page) -> SetText:
    """Date and time in one line; else the time on a line of its own, so that `9:00 –` and `9:30` are not separated."""
    whole = page.line((text,), width, page.main_px(Role.SECONDARY))
    date, comma, time = text.rpartition(", ")
    if not whole.cut or not comma:
        return whole if not whole.cut else page.fitted((text,), width, whole.px, lines=3, main=True)
    for px in page.sizes(Role.SECONDARY):
        two = (page.line((f"{date},",), width, px), page.line((time,), width, px))
        if not any(line.cut for line in two):
            return SetText((*two[0].lines, *two[1].lines), px)
    return page.fitted((text,), width, whole.px, lines=3, main=True)


def _lines(lines: tuple[Line, ...], at: Rect, kept_free: float, page: Page) -> tuple[list[Part], Rect]:
    """The lines in one size, as many as there is room for: the last go first, warnings stay; and the room left.

    They stand closer where that keeps so many pixels free for the body.
    """
    px, chosen = _set_lines(lines, at.width - _indent(page), page)
    pitch = max(round(px * 1.25), min(round(px * 1.82), round((at.height - kept_free) / max(1, len(lines)))))
    heights = [pitch + (len(text.lines) - 1) * px * LINE for text in chosen]
    kept = list(range(len(lines)))
    while kept and sum(heights[number] for number in kept) > at.height:
        kept.remove(next((number for number in reversed(kept) if lines[number].tone is not Tone.WARN), kept[-1]))
    parts: list[Part] = []
    for number in kept:
        tone = Tone.NORMAL if lines[number].tone is Tone.MUTE else lines[number].tone
        place = at.from_top(heights[number])
        parts += page.iconed(
            f"line.{number}", replace(lines[number], tone=tone), place, px, group="meeting", chosen=chosen[number]
        )
        at = at.without_top(heights[number])
    return parts, at


def _indent(page: Page) -> int:
    return round(page.px(Role.SECONDARY) * 1.16) + page.mm(2.7)


def _set_lines(lines: tuple[Line, ...], width: float, page: Page) -> tuple[int, list[SetText]]:
    """The largest size in which every line has a form that fits; at the least size a line may have a second one."""
    least = page.metrics.floor(Role.FLOOR)
    for px in steps(max(page.px(Role.SECONDARY), least), least):
        chosen = [page.line(line.variants, width, px) for line in lines]
        if not any(text.cut for text in chosen):
            return px, chosen
    return least, [_two_lines(line, width, least, page) for line in lines]


def _two_lines(line: Line, width: float, px: int, page: Page) -> SetText:
    """The first form that fits in one line, else the first that fits in two."""
    one = page.line(line.variants, width, px)
    if not one.cut:
        return one
    tried = [wrapped(form, width, px, page.ruler, lines=2) for form in line.variants]
    return next((two for two in tried if not two.cut), tried[-1])


def _body(text: str, at: Rect, page: Page) -> list[Part]:
    px = page.px(Role.DETAIL)
    room = int(at.height // (px * BODY_PITCH))
    if not text or room < 1:
        return []
    body = wrapped(text, at.width, px, page.ruler, lines=room)
    return [page.block("body", body, at, ink="mute", group="body", line_height=BODY_PITCH)]
