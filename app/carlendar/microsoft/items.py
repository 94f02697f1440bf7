"""Graph's lists of events, read item by item: one that cannot be read costs nothing but itself, and is counted."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from carlendar.domain.event import Event
from carlendar.microsoft.wire import clean_text, event_from

BASIC = ("id", "subject", "type", "start", "end", "isAllDay", "isCancelled", "sensitivity", "changeKey", "@odata.etag",
         "seriesMasterId", "iCalUId", "showAs")  # fmt: skip
"""What of an event is kept where the rest of it cannot be read."""

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class Items:
    """`unreadable` are the ids of items that are events but cannot be read; empty for one without an id."""

    events: dict[str, Event] = field(default_factory=dict)
    unreadable: list[str] = field(default_factory=list)

    def add(self, items: Iterable[Any], calendar_id: str) -> None:
        """Read some more; of an id that comes twice the last one counts."""
        for item in items:
            event = read_item(item, calendar_id)
            if event is not None:
                self.events[event.id] = event
            elif not _is_none(item):
                self.unreadable.append(_id(item))


def read_item(item: Any, calendar_id: str) -> Event | None:
    """The event of an item, with what of it can be read; None where it is none, or nothing can be. Never raises."""
    if not isinstance(item, dict):
        return None
    try:
        return event_from(item, calendar_id)
    except Exception as error:  # noqa: BLE001 - whatever one event holds, the others are listed
        _log.warning("an event cannot be read in full: %s", type(error).__name__)
    try:
        return event_from({name: item[name] for name in BASIC if name in item}, calendar_id)
    except Exception as error:  # noqa: BLE001 - as above
        _log.warning("an event cannot be read: %s", type(error).__name__)
        return None


def _is_none(item: Any) -> bool:
    """Whether the item is no event by its nature: a removal, or a series' master."""
    return isinstance(item, dict) and ("@removed" in item or str(item.get("type")).lower() == "seriesmaster")


def _id(item: Any) -> str:
    value = item.get("id") if isinstance(item, dict) else None
    return clean_text(value) if isinstance(value, str) else ""
