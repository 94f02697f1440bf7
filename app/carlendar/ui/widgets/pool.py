"""The widget for each kind of part, and those that draw nothing at present."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import TYPE_CHECKING

from carlendar.ui.parts import (
    AvatarPart,
    BandPart,
    ButtonPart,
    CardPart,
    IconPart,
    ListPart,
    MarkPart,
    Part,
    QrPart,
    RingPart,
    StripePart,
    TextPart,
)

if TYPE_CHECKING:
    from carlendar.ui.widgets.part_widget import PartWidget, TouchHandler

WIDGETS: dict[type[Part], tuple[str, str]] = {
    CardPart: ("card", "CardShape"),
    TextPart: ("text_block", "TextBlock"),
    IconPart: ("icon", "IconShape"),
    AvatarPart: ("avatar", "AvatarWidget"),
    ButtonPart: ("action_target", "ActionTarget"),
    RingPart: ("shapes", "RingShape"),
    BandPart: ("shapes", "BandShape"),
    StripePart: ("shapes", "StripeMark"),
    MarkPart: ("mark", "MarkShape"),
    QrPart: ("qr_code", "QrShape"),
    ListPart: ("part_list", "PartList"),
}
"""Module and class that draws each kind of part; imported when first needed."""


def class_for(part: Part) -> str:
    """Return the name of the class that draws that kind of part."""
    return WIDGETS[type(part)][1]


def widgets_anew(handler: TouchHandler) -> None:
    """Make one widget of every kind whose module is imported. Raises what its rule raises."""
    for module, name in WIDGETS.values():
        if (imported := sys.modules.get(f"carlendar.ui.widgets.{module}")) is not None:
            getattr(imported, name)(handler)


class WidgetPool:
    """Keeps widgets that draw nothing now: making a new one takes longer than giving it another part."""

    def __init__(self, handler: TouchHandler) -> None:
        self._handler = handler
        self._spare: dict[str, list[PartWidget]] = {}

    def take(self, part: Part) -> PartWidget:
        """Return a widget for that kind of part: a spare one, else a new one."""
        module, name = WIDGETS[type(part)]
        if spare := self._spare.get(name):
            return spare.pop()
        made: PartWidget = getattr(import_module(f"carlendar.ui.widgets.{module}"), name)(self._handler)
        return made

    def put(self, widget: PartWidget) -> None:
        """Keep a widget that draws nothing any more, and has been removed from what it was in."""
        widget.retire()
        self._spare.setdefault(type(widget).__name__, []).append(widget)

    def clear(self) -> None:
        """Keep none."""
        self._spare.clear()
