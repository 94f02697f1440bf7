"""Composes a frame into parts: the screen's own and those around it, mirrored for right-to-left languages."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple

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
from carlendar.ui.guard import composed
from carlendar.ui.icons import directional
from carlendar.ui.parts import ButtonPart, CardPart, IconPart, Part
from carlendar.ui.screens.frame_decor import chrome, page_of, replaces_cards, toast
from carlendar.ui.substitute import legible

if TYPE_CHECKING:
    from carlendar.text.wrap import Ruler
    from carlendar.ui.metrics import DisplayMetrics
    from carlendar.ui.screens.page import Page

SCREENS: dict[type[ScreenState], str] = {
    DriveState: "now",
    AgendaState: "agenda",
    EventState: "event",
    CallState: "call",
    SignInState: "sign_in",
    ChoicesState: "choices",
    NoticeState: "notice",
}
"""The module that composes a state; imported when the screen is first shown."""

_LISTS = (AgendaState, ChoicesState)


IN_KV = {("now", "wide"), ("now", "compact"), ("now", "portrait")}
"""Screens and form factors whose layout is in kv/screens; of the others it is in `carlendar.ui.screens` until then."""


def in_kv(screen: str, metrics: DisplayMetrics) -> bool:
    """Whether the screen's layout for this display is in kv/screens."""
    return (screen, "portrait" if metrics.portrait else "compact" if metrics.compact else "wide") in IN_KV


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
    laid_out, composition = composed(frame, lambda each: (each, _composed(each, metrics, ruler, brand or Brand())))
    return composition if laid_out is frame else composition._replace(replaced=True)


def _composed(frame: Frame, metrics: DisplayMetrics, ruler: Ruler, brand: Brand) -> Composition:
    frame = legible(frame)
    page = page_of(frame, metrics, ruler, brand)
    place = f"{frame.screen}:{frame.place}"
    screen = SCREENS[type(frame.body)]
    if in_kv(screen, metrics):
        from carlendar.ui.layout import loader  # brings Kivy, which is prepared first

        body = loader.compose(screen, frame.body, page, place)
    else:
        module: Any = import_module(f"carlendar.ui.screens.{screen}")
        arguments = (frame.body, page, place) if isinstance(frame.body, _LISTS) else (frame.body, page)
        body = module.compose(*arguments)
    parts = chrome(frame, page)
    if frame.toast is not None:
        replaces = replaces_cards(frame, metrics)
        body = [part for part in body if not (replaces and part.key.startswith("card."))]
        parts += toast(frame, page, body)
    parts += body
    if frame.rtl:
        parts = mirrored(parts, metrics.width_px)
    return Composition(tuple(parts), page, frame.rtl, frame.stand_in)


def mirrored(parts: list[Part], width: float) -> list[Part]:
    """Return the parts mirrored for right-to-left languages."""
    return [_mirrored(part, width) for part in parts]


def _mirrored(part: Part, width: float) -> Part:
    rect = part.rect.mirrored(width)
    if isinstance(part, ButtonPart | CardPart):
        return replace(part, rect=rect, rtl=True)
    if isinstance(part, IconPart):
        return replace(part, rect=rect, flipped=directional(part.name))
    return replace(part, rect=rect)
