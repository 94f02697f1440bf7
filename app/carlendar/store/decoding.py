"""Decoded rows are kept from one reading to the next: most of a day is as it was."""

from __future__ import annotations

from typing import TYPE_CHECKING

from carlendar.store.codec import event_from_json, way_in_from_json

if TYPE_CHECKING:
    from carlendar.domain.event import Event
    from carlendar.meetings.join_details import JoinDetails

_Row = tuple[str, str, str | None]


class RowDecoder:
    """Decodes the rows of one reading after another; holds those of the last one, by their text.

    So it is bounded by what is on the screen, holds nothing of what was erased once that was read,
    and can never give another value than the stored text would. Used by one thread at a time.
    """

    def __init__(self) -> None:
        self._last: dict[_Row, tuple[Event, JoinDetails | None]] = {}
        self._now: dict[_Row, tuple[Event, JoinDetails | None]] = {}

    def begin(self) -> None:
        """A new reading begins: what the one before the last held is forgotten."""
        self._last, self._now = self._now, {}

    def end(self) -> None:
        """The reading is over: what it did not meet is forgotten."""
        self._last = {}

    def decode(self, value: str, body: str, way_in: str | None) -> tuple[Event, JoinDetails | None]:
        """The event and the way into it. ValueError, KeyError, TypeError or AttributeError for a text that is none."""
        row = (value, body, way_in)
        found = self._last.get(row) or (event_from_json(value, body), way_in_from_json(way_in) if way_in else None)
        self._now[row] = found
        return found
