"""Sign-in: the code as a picture and in writing, and what became of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.ui.geometry import Rect
from app.ui.parts import CardPart, Part, QrPart
from app.ui.screens.columns import equal_column
from app.ui.screens.page import LINE, Page
from app.ui.text import breaks, wrapped
from app.ui.theme import Measure, Role

if TYPE_CHECKING:
    from app.viewmodels.states import SignInState


def compose(state: SignInState, page: Page) -> list[Part]:
    """The card with the code, and the actions beside it."""
    parts, card = equal_column(state.actions, page)
    parts.append(CardPart("card", card, "sign_in", radius=page.mm(Measure.CARD_RADIUS)))
    inner = card.inset(page.mm(8.4 if not page.compact else 4.6), page.mm(5.0 if not page.compact else 3.0))
    if state.qr:
        size = min(
            page.mm(76.6),
            inner.height,
            inner.width * (0.9 if page.metrics.portrait else 0.38 if page.compact else 0.42),
        )
        if page.metrics.portrait:
            at = Rect(inner.x + (inner.width - size) / 2, inner.bottom - size, size, size)
            inner = inner.without_bottom(size + page.gap)
        else:
            at = Rect(inner.right - size, inner.y + (inner.height - size) / 2, size, size)
            inner = inner.without_right(size + page.mm(6.0))
        parts.append(QrPart("qr", at, "qr", text=state.qr, radius=page.mm(Measure.BUTTON_RADIUS)))
    return parts + _words(state, inner, page)


def _words(state: SignInState, at: Rect, page: Page) -> list[Part]:
    """Everything under each other, centred as one block; without room the steps go first, then the last notes."""
    step_px = page.px(Role.STATUS if page.compact else Role.SECONDARY)
    note_px = page.px(Role.FLOOR if page.compact else Role.DETAIL)
    title = page.title(state.title, at.width, at.height * 0.5, Role.TITLE * (0.6 if page.compact else 0.93))
    stack: list[tuple[str, list[Part], float]] = []

    def add(key: str, text: str, px: int, lines: int, ink: str, after: float) -> None:
        block = wrapped(text, at.width, px, page.ruler, lines=lines)
        for smaller in page.reading_sizes(Role.STATUS):
            if not breaks(text, block):
                break
            block = wrapped(text, at.width, smaller, page.ruler, lines=lines)
        if block.lines:
            part = page.block(key, block, at, ink=ink, group=key.split(".")[0])
            stack.append((key, [part], block.height(LINE) + after))

    head = page.block("title", title, at, bold=True, main=True, group="title")
    stack.append(("title", [head], title.height(LINE) + page.mm(0.5 if page.compact else 2.0)))
    for number, step in enumerate(state.steps):
        add(f"steps.{number}", step, step_px, 2, "mute", page.mm(0.4 if page.compact else 1.6))
    if state.code:
        sizes = tuple(page.sizes(Role.CODE))
        code = page.title(state.code, at.width, at.height, Role.CODE, lines=1) if sizes else title
        stack.append((
            "code", [page.block("code", code, at, bold=True, main=True, group="code")], code.height(LINE) + page.mm(1.6)
        ))  # fmt: skip
    if state.message is not None:
        message = wrapped(state.message.text, at.width, step_px, page.ruler, lines=4)
        ink = {"warn": "warn", "stop": "stop", "go": "go", "normal": "text"}.get(state.message.tone.value, "mute")
        stack.append(
            (
                "message",
                [page.block("message", message, at, ink=ink, group="message")],
                message.height(LINE) + page.mm(2),
            )
        )
    for number, note in enumerate(state.notes):
        ink = "warn" if note.tone.value == "warn" else "mute"
        add(f"notes.{number}", note.text, note_px, 2, ink, page.mm(0.4))
    return _stacked(stack, at)


def _stacked(stack: list[tuple[str, list[Part], float]], at: Rect) -> list[Part]:
    from dataclasses import replace

    order = ("steps", "notes")
    while sum(height for *_, height in stack) > at.height:
        victim = next((item for kind in order for item in reversed(stack) if item[0].startswith(kind)), None)
        if victim is None:
            break
        stack.remove(victim)
    top = at.y + (at.height - sum(height for *_, height in stack)) / 2
    parts: list[Part] = []
    for _, items, height in stack:
        parts += [replace(item, rect=Rect(item.rect.x, top, item.rect.width, item.rect.height)) for item in items]
        top += height
    return parts
