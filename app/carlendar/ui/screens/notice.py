"""A text to read when parked with its answers, and what stands where a screen is forbidden now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from carlendar.text.wrap import SetText, wrapped
from carlendar.ui.geometry import Rect
from carlendar.ui.parts import CardPart, IconPart, Part, moved
from carlendar.ui.screens.columns import action_row, equal_column
from carlendar.ui.screens.page import LINE, Page
from carlendar.ui.theme import Role

if TYPE_CHECKING:
    from carlendar.presentation.states import NoticeState


def compose(state: NoticeState, page: Page) -> list[Part]:
    """The text in a card, its answers beside it; the text shrinks before anything is cut."""
    if page.compact:
        parts, card = action_row(state.actions, page)
    else:
        parts, card = equal_column(state.actions, page)
    parts.append(CardPart("card", card, "notice", radius=page.card_radius))
    inner = card.inset(page.mm(8.4 if not page.compact else 5.0), page.mm(6.5 if not page.compact else 1.6))
    icon_px = page.px(Role.TITLE * (0.6 if page.compact else 1.0))
    inner_title = inner.without_left(icon_px + page.mm(4.0)) if state.icon and state.paragraphs else inner
    title = page.title(
        state.title,
        inner_title.width,
        inner.height * 0.6,
        Role.TITLE * (0.65 if page.compact and state.paragraphs else 0.9),
    )
    if not state.paragraphs:
        icon_height = page.px(Role.TITLE) * 1.4 + page.mm(2.0) if state.icon else 0
        top = inner.y + max(icon_height, (inner.height - title.height(LINE) + icon_height) / 2)
        place = Rect(inner.x, top, inner.width, 1)
        return [
            *parts,
            *_alone(state.icon, page.block("title", title, place, bold=True, main=True, group="notice"), page),
        ]
    block: list[Part] = [page.block("title", title, inner_title, bold=True, main=True, group="notice")]
    if state.icon:  # beside the first line of the title
        icon = Rect(inner.x, inner.y + (title.px * LINE - icon_px) / 2, icon_px, icon_px)
        block.append(IconPart("icon", icon, "notice", name=state.icon))
    block += _paragraphs(
        state.paragraphs, inner.without_top(title.height(LINE) + page.mm(1.0 if page.compact else 3.0)), page
    )
    used = max(part.rect.bottom for part in block) - inner.y
    return parts + [moved(part, max(0.0, (inner.height - used) / 2)) for part in block]


def _alone(icon: str, title: Part, page: Page) -> list[Part]:
    if not icon:
        return [title]
    size = page.px(Role.TITLE) * 1.4
    at = Rect(title.rect.x, title.rect.y - size - page.mm(2.0), size, size)
    return [IconPart("icon", at, "notice", name=icon), title]


def _paragraphs(texts: tuple[str, ...], at: Rect, page: Page) -> list[Part]:
    gap = page.mm(1.0 if page.compact else 2.6)
    chosen: list[SetText] = []
    sizes = page.reading_sizes(Role.SECONDARY)
    for px in range(sizes[0], sizes[-1] - 1, -1):
        chosen = [wrapped(text, at.width, px, page.ruler, lines=40) for text in texts]
        if sum(text.height(LINE) + gap for text in chosen) <= at.height:
            break
    parts: list[Part] = []
    for number, (text, fit) in enumerate(zip(texts, chosen, strict=True)):
        room = int(at.height // (fit.px * LINE))
        if room < 1:
            break
        kept = fit if len(fit.lines) <= room else wrapped(text, at.width, fit.px, page.ruler, lines=room)
        parts.append(page.block(f"text.{number}", kept, at, ink="mute", group=f"text.{number}"))
        at = at.without_top(kept.height(LINE) + gap)
    return parts
