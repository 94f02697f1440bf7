"""Composes a frame into parts: the screen's own and those around it, mirrored for right-to-left languages."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from msgspec.structs import replace

from carlendar.brands.brand import Brand
from carlendar.presentation.states import (
    AgendaState,
    CallState,
    ChoicesState,
    DriveState,
    EventState,
    Frame,
    NoticeState,
    ScreenState,
    SignInState,
)
from carlendar.ui.geometry import Rect
from carlendar.ui.guard import composed
from carlendar.ui.icons import directional
from carlendar.ui.page import Page
from carlendar.ui.parts import ButtonPart, CardPart, IconPart, Part
from carlendar.ui.substitute import legible

if TYPE_CHECKING:
    from collections.abc import Sequence

    from carlendar.text.wrap import Ruler
    from carlendar.ui.metrics import DisplayMetrics

SCREENS: dict[type[ScreenState], str] = {
    DriveState: "now",
    AgendaState: "agenda",
    EventState: "event",
    CallState: "call",
    SignInState: "sign_in",
    ChoicesState: "choices",
    NoticeState: "notice",
}
"""The name of the screen that shows a state: its rules in kv/screens begin with it."""
WITH_WORD = (DriveState, CallState, AgendaState, EventState)
"""The states whose screens have a place of their own for a word on what happened, which moves no control."""


class Composition(NamedTuple):
    """All parts of a frame, bottom layer first, and the page they were composed for."""

    parts: tuple[Part, ...]
    page: Page
    rtl: bool
    stand_in: str = "□"
    """Replaces a text of a row that cannot be laid out."""
    replaced: bool = False
    """Whether part of the frame could not be laid out."""


def compose(frame: Frame, metrics: DisplayMetrics, ruler: Ruler, brand: Brand | None = None) -> Composition:
    """Return the parts that draw the frame on this display, in a brand's or the neutral look.

    `carlendar.ui.guard` replaces what cannot be laid out.
    """
    look = brand or Brand()
    laid_out, composition = composed(frame, lambda each: (each, laid_out_as_is(each, metrics, ruler, look)))
    return composition if laid_out is frame else composition._replace(replaced=True)


def laid_out_as_is(frame: Frame, metrics: DisplayMetrics, ruler: Ruler, brand: Brand) -> Composition:
    """Return the parts that draw the frame. Raises whatever cannot be laid out raises: nothing is replaced."""
    from carlendar.ui.layout import loader  # brings Kivy, which is prepared first
    from carlendar.ui.layout.frame import Word

    frame = legible(frame)
    word = None if frame.toast is None else Word(frame.toast, frame.toast_action)
    own = isinstance(frame.body, WITH_WORD)
    whole = Rect(0, 0, metrics.width_px, metrics.height_px)
    restricted = frame.restrictions.restricted and not frame.restrictions.passenger
    display = Page(metrics, ruler, whole, metrics.height_px, restricted, brand)
    parts, page = loader.around(frame, display, None if own else word)
    place = f"{frame.screen}:{frame.place}"
    parts += loader.compose(SCREENS[type(frame.body)], frame.body, page, place, word if own else None)
    if frame.rtl:
        parts = mirrored(parts, metrics.width_px)
    return Composition(tuple(parts), page, frame.rtl, frame.stand_in)


def mirrored(parts: Sequence[Part], width: float) -> list[Part]:
    """Return the parts mirrored for right-to-left languages."""
    return [_mirrored(part, width) for part in parts]


def _mirrored(part: Part, width: float) -> Part:
    rect = part.rect.mirrored(width)
    if isinstance(part, ButtonPart | CardPart):
        return replace(part, rect=rect, rtl=True)
    if isinstance(part, IconPart):
        return replace(part, rect=rect, flipped=directional(part.name))
    return replace(part, rect=rect)
