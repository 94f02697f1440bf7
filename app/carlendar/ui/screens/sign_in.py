"""Sign-in: the code as a picture and in writing, and what became of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from carlendar.presentation.states import Tone
from carlendar.text.wrap import SetText, breaks, steps, wrapped
from carlendar.ui.geometry import Rect
from carlendar.ui.parts import CardPart, Part, QrPart, TextPart, moved
from carlendar.ui.screens.columns import equal_column
from carlendar.ui.screens.page import TOKENS, Page
from carlendar.ui.theme import Role

if TYPE_CHECKING:
    from carlendar.presentation.states import SignInState

LARGEST_CODE, LEAST_CODE = 76.6, 45.0
"""Millimetres of the QR code's side."""


def compose(state: SignInState, page: Page) -> list[Part]:
    """The card with the code, and the actions beside it."""
    parts, card = equal_column(state.actions, page)
    parts.append(CardPart("card", card, "sign_in", radius=page.card_radius))
    inner = card.inset(page.mm(8.4 if not page.compact else 4.6), page.mm(5.0 if not page.compact else 3.0))
    if not state.qr:
        return parts + _placed(_blocks(state, inner, page), inner)
    if page.metrics.portrait:
        least = min(page.mm(LEAST_CODE), inner.height * 0.45)
        blocks = _blocks(state, inner.without_bottom(least + page.gap), page)
        room = inner.height - page.gap - _height(blocks)
        size = min(page.mm(LARGEST_CODE), max(least, room), inner.width * 0.9)
        at = Rect(inner.x + (inner.width - size) / 2, inner.bottom - size, size, size)
        inner = inner.without_bottom(size + page.gap)
    else:
        size = min(page.mm(LARGEST_CODE), inner.height, inner.width * (0.38 if page.compact else 0.42))
        at = Rect(inner.right - size, inner.y + (inner.height - size) / 2, size, size)
        inner = inner.without_right(size + page.mm(6.0))
        blocks = _blocks(state, inner, page)
    parts.append(QrPart("qr", at, "qr", text=state.qr, radius=page.button_radius))
    return parts + _placed(blocks, inner)


class _Block(NamedTuple):
    """A text, the room after it, and whether it may go where there is none: what warns never does."""

    part: TextPart
    after: float
    may_go: bool

    @property
    def height(self) -> float:
        """Height in pixels with the room after it."""
        return self.part.rect.height + self.after


def _height(blocks: list[_Block]) -> float:
    return sum(block.height for block in blocks)


def _blocks(state: SignInState, at: Rect, page: Page) -> list[_Block]:
    """Everything that is said, as large as it fits in `at`; if even small it does not, the last notes go first."""
    for percent in range(100, 40, -5):
        blocks, whole = _set(state, at, percent / 100, page)
        if whole and _height(blocks) <= at.height:
            return blocks
    while _height(blocks) > at.height and any(block.may_go for block in blocks):
        blocks.remove(next(block for block in reversed(blocks) if block.may_go))
    return blocks


def _set(state: SignInState, at: Rect, scale: float, page: Page) -> tuple[list[_Block], bool]:
    """The texts at a scale of their sizes, and whether all stand whole."""
    close = page.compact or scale < 1.0
    blocks: list[_Block] = []
    everything: list[bool] = []

    def add(key: str, text: SetText, ink: str, after: float, *, may_go: bool = False, main: bool = False) -> None:
        part = page.block(key, text, at, ink=ink, bold=main, main=main, group=key.partition(".")[0])
        blocks.append(_Block(part, page.mm(after), may_go))

    def read(texts: tuple[str, ...], role: float, lines: int) -> list[SetText]:
        """In one size: the largest in which none of them is cut or parted."""
        found: list[SetText] = []
        for px in steps(max(page.least_px, round(page.px(role) * scale)), page.least_px):
            found = [wrapped(text, at.width, px, page.ruler, lines=lines) for text in texts]
            if not any(map(breaks, texts, found)):
                break
        everything.append(not any(map(breaks, texts, found)))
        return found

    share = 0.93 if not (page.compact and state.code) else 0.65
    add("title", page.title(state.title, at.width, at.height * 0.5, Role.TITLE * share * scale), "text", 2.0, main=True)
    step_role = Role.STATUS if page.compact else Role.SECONDARY
    for number, step in enumerate(read(state.steps, step_role, 2)):
        add(f"steps.{number}", step, "mute", 0.4 if close else 1.6)
    if state.code:
        code = page.title(state.code, at.width, at.height, Role.CODE * scale, lines=1)
        add("code", code, "text", 1.6, main=True)
    if state.message is not None:
        add("message", read((state.message.text,), Role.SECONDARY, 6)[0], TOKENS[state.message.tone], 2.0)
    notes = read(tuple(note.text for note in state.notes), Role.FLOOR if page.compact else Role.DETAIL, 2)
    for number, (note, text) in enumerate(zip(state.notes, notes, strict=True)):
        add(f"notes.{number}", text, TOKENS[note.tone], 0.4, may_go=note.tone is not Tone.WARN)
    return blocks, all(everything)


def _placed(blocks: list[_Block], at: Rect) -> list[Part]:
    """Under each other, centred as one."""
    top = at.y + (at.height - _height(blocks)) / 2
    parts: list[Part] = []
    for block in blocks:
        parts.append(moved(block.part, top - block.part.rect.y))
        top += block.height
    return parts
