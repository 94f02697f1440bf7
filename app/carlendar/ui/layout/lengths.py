"""Lengths as kv files state them: converted to pixels when a node is placed, by the display and the room it is in.

`of_width` and `of_height` are parts of the room of the box that the node is in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

    from carlendar.ui.page import Page


class Extent(NamedTuple):
    """Width and height of a room in pixels."""

    width: float
    height: float


class Length:
    """A length that is known in pixels once the page and the room are."""

    __slots__ = ("px",)

    def __init__(self, px: Callable[[Page, Extent], float]) -> None:
        self.px = px

    def __add__(self, other: Length) -> Length:
        return Length(lambda page, room: self.px(page, room) + other.px(page, room))

    def __sub__(self, other: Length) -> Length:
        return Length(lambda page, room: self.px(page, room) - other.px(page, room))

    def __mul__(self, factor: float) -> Length:
        return Length(lambda page, room: self.px(page, room) * factor)

    __rmul__ = __mul__


def mm(length: float) -> Length:
    """Millimetres, to the next whole pixel and at least one."""
    return Length(lambda page, _: page.metrics.mm(length))


def target_mm(length: float) -> Length:
    """Millimetres, rounded up to a whole pixel: for what must not be smaller, such as targets and gaps between them."""
    return Length(lambda page, _: page.metrics.least(length))


def em(cap: float, factor: float = 1.0) -> Length:
    """`factor` times the font size of capitals that are `cap` minutes of arc high, to the next whole pixel."""
    return Length(lambda page, _: round(page.px(cap) * factor))


def least_em(factor: float = 1.0) -> Length:
    """`factor` times the least font size that titles, times and labels may have now."""
    return Length(lambda page, _: page.least_main_px * factor)


def pixels(count: float) -> Length:
    """Pixels, for lengths that the frame gives."""
    return Length(lambda *_: count)


def of_width(share: float) -> Length:
    """That part of the room's width."""
    return Length(lambda _, room: room.width * share)


def of_height(share: float) -> Length:
    """That part of the room's height."""
    return Length(lambda _, room: room.height * share)


def of_display(share: float) -> Length:
    """That part of the display's height."""
    return Length(lambda page, _: page.metrics.height_px * share)


def smallest(*lengths: Length) -> Length:
    """The smallest of the lengths."""
    return Length(lambda page, room: min(each.px(page, room) for each in lengths))


def largest(*lengths: Length) -> Length:
    """The largest of the lengths."""
    return Length(lambda page, room: max(each.px(page, room) for each in lengths))


def if_wider(than: Length, length: Length, otherwise: Length) -> Length:
    """`length` in a room that is at least as wide as `than`, in a narrower one `otherwise`."""
    return Length(lambda page, room: (length if room.width >= than.px(page, room) else otherwise).px(page, room))


def if_higher(than: Length, length: Length, otherwise: Length) -> Length:
    """`length` in a room that is at least as high as `than`, in a lower one `otherwise`."""
    return Length(lambda page, room: (length if room.height >= than.px(page, room) else otherwise).px(page, room))


def whole(length: Length) -> Length:
    """The length to the next whole pixel."""
    return Length(lambda page, room: round(length.px(page, room)))


NOTHING = Length(lambda *_: 0)
"""No length at all."""
