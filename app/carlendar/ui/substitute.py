"""Plain words in the place of texts of which no font has a letter: a square alone would say nothing."""

from __future__ import annotations

from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from carlendar.presentation.intents import Intent
from carlendar.presentation.states import AgendaState, Frame
from carlendar.text.shape import MISSING, is_legible, is_plain
from carlendar.ui.font_files import font_of

_NOT_TEXT = frozenset({"code", "icon", "key", "language", "place", "qr", "restrictions", "stand_in"})
"""Names of fields that are not read."""


def legible(frame: Frame) -> Frame:
    """The frame, its illegible texts replaced; a list that scrolls calls `legible_part` for each row that it shows."""
    body: Any = frame.body
    if isinstance(body, AgendaState) and body.scrolls:
        detail = legible_part(body.detail, frame.stand_in)
        shown = body if detail is body.detail else replace(body, detail=detail)
    else:
        shown = legible_part(body, frame.stand_in)
    return frame if shown is body else replace(frame, body=shown)


def legible_part(part: Any, stand_in: str) -> Any:
    """A value of a frame, its illegible texts replaced by a square and `stand_in`; itself where it has none."""
    if isinstance(part, str):
        return part if is_plain(part) or is_legible(part, font_of) else f"{MISSING} {stand_in}"
    if isinstance(part, tuple):
        items = tuple(legible_part(item, stand_in) for item in part)
        return items if any(new is not old for new, old in zip(items, part, strict=True)) else part
    if isinstance(part, Struct) and not isinstance(part, Intent):
        held = {name: getattr(part, name) for name in part.__struct_fields__ if name not in _NOT_TEXT}
        changed = {name: new for name, old in held.items() if (new := legible_part(old, stand_in)) is not old}
        return replace(part, **changed) if changed else part
    return part
