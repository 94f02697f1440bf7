"""Which target the focus moves to: by where the targets are, as values."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from carlendar.ui.geometry import Rect

ASIDE = 3.0
"""How much worse a pixel to the side is than one straight ahead."""


class Direction(Enum):
    """A step of the focus, in pixels to the right and down."""

    UP = (0, -1)
    DOWN = (0, 1)
    LEFT = (-1, 0)
    RIGHT = (1, 0)


def nearest(places: Mapping[str, Rect], current: Rect, direction: Direction) -> str | None:
    """The target that lies nearest in that direction, those straight ahead first; None where there is none."""
    ahead = {key: place for key, place in places.items() if _ahead(current, place, direction)}
    return min(ahead, key=lambda key: _distance(current, ahead[key], direction), default=None)


def in_reading_order(places: Mapping[str, Rect], *, rtl: bool = False) -> list[str]:
    """The targets by their rows from the top, and in a row as one reads."""
    by_row = sorted(places, key=lambda key: (places[key].y, -places[key].right if rtl else places[key].x))
    rows: list[list[str]] = []
    for key in by_row:
        if rows and places[key].y + places[key].height / 2 < places[rows[-1][0]].bottom:
            rows[-1].append(key)
        else:
            rows.append([key])
    return [key for row in rows for key in sorted(row, key=lambda key: places[key].x, reverse=rtl)]


def _ahead(current: Rect, place: Rect, direction: Direction) -> bool:
    across, down = direction.value
    dx = place.x + place.width / 2 - current.x - current.width / 2
    dy = place.y + place.height / 2 - current.y - current.height / 2
    if across:
        beyond = place.x >= current.right - 1 if across > 0 else place.right <= current.x + 1
        return beyond or (dx * across > 0 and abs(dx) >= abs(dy))
    beyond = place.y >= current.bottom - 1 if down > 0 else place.bottom <= current.y + 1
    return beyond or (dy * down > 0 and abs(dy) >= abs(dx))


def _distance(current: Rect, place: Rect, direction: Direction) -> float:
    """Pixels between the edges ahead, and `ASIDE` times those to the side, 0 where they overlap there."""
    beside = max(0.0, place.x - current.right, current.x - place.right)
    apart = max(0.0, place.y - current.bottom, current.y - place.bottom)
    if direction.value[0]:
        return beside + ASIDE * apart
    return apart + ASIDE * beside
