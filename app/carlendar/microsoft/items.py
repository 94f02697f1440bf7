"""Reads Graph's lists of events item by item: an unreadable item is counted and does not affect the others.

An element of a page is raw JSON, decoded into a typed struct, or read by the tolerant reader if it does not fit. If the
page itself has an unexpected shape, its elements are parsed values.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from msgspec import Raw

from carlendar.domain.bounded import from_json
from carlendar.domain.event import Event
from carlendar.microsoft.graph_keys import is_spelt, spelt
from carlendar.microsoft.graph_types import CHANGE, EVENT, EVENT_BODY, UNFIT, GraphChange
from carlendar.microsoft.wire import change_from, event_from, event_of
from carlendar.text.clean import well_formed

BASIC = ("id", "subject", "type", "start", "end", "isAllDay", "isCancelled", "sensitivity", "changeKey", "@odata.etag",
         "seriesMasterId", "iCalUId", "showAs")  # fmt: skip
"""Properties of an event that are kept if the rest cannot be read."""

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class Items:
    """Events by id. `unreadable` are the ids of events that cannot be read; empty strings for those without an id."""

    events: dict[str, Event] = field(default_factory=dict)
    unreadable: list[str] = field(default_factory=list)

    def add(self, elements: Iterable[object], calendar_id: str) -> None:
        """Read more elements; of several with the same id the last one counts."""
        for element in elements:
            event = read_item(element, calendar_id)
            if event is not None:
                self.events[event.id] = event
            elif not _is_none(item := parsed(element)):
                self.unreadable.append(_id(item))


def parsed(element: object) -> Any:
    """Return the value of an element; None if it is not valid JSON."""
    if not isinstance(element, Raw):
        return spelt(element)
    try:
        return spelt(from_json(bytes(element)))
    except ValueError:
        return None


def read_item(element: object, calendar_id: str) -> Event | None:
    """Return the event of an element, as far as it is readable; None if it is no event or unreadable. Never raises."""
    if isinstance(element, Raw) and is_spelt(element):
        try:
            return event_of(EVENT.decode(element), calendar_id)
        except UNFIT:
            pass
        except Exception as error:  # noqa: BLE001 - whatever one event holds, the others are listed
            _log.warning("an event cannot be read as a whole: %s", type(error).__name__)
    item = parsed(element)
    if not isinstance(item, dict):
        return None
    try:
        return event_from(item, calendar_id)
    except Exception as error:  # noqa: BLE001 - as above
        _log.warning("an event cannot be read in full: %s", type(error).__name__)
    try:
        return event_from({name: item[name] for name in BASIC if name in item}, calendar_id)
    except Exception as error:  # noqa: BLE001 - as above
        _log.warning("an event cannot be read: %s", type(error).__name__)
        return None


def read_change(element: object) -> GraphChange:
    """Return what an element of a delta round names; its id is empty if it cannot be read."""
    if isinstance(element, Raw) and is_spelt(element):
        try:
            return CHANGE.decode(element)
        except UNFIT:
            pass
    item = parsed(element)
    return change_from(item if isinstance(item, dict) else {})


def read_body(element: object) -> tuple[str, str]:
    """Return id and body of an element with just these; the id is empty if it cannot be read."""
    if isinstance(element, Raw) and is_spelt(element):
        try:
            typed = EVENT_BODY.decode(element)
        except UNFIT:
            pass
        else:
            return typed.id, typed.body.content
    item = parsed(element)
    return _id(item), body_text(item) if isinstance(item, dict) else ""


def body_text(item: dict[str, Any]) -> str:
    """Return the text of an event's `body`, empty if there is none."""
    body = item.get("body")
    content = body.get("content") if isinstance(body, dict) else None
    return well_formed(content) if isinstance(content, str) else ""


def _is_none(item: Any) -> bool:
    """Whether the item represents no event: a removal or a series master."""
    return isinstance(item, dict) and ("@removed" in item or str(item.get("type")).lower() == "seriesmaster")


def _id(item: Any) -> str:
    value = item.get("id") if isinstance(item, dict) else None
    return well_formed(value) if isinstance(value, str) else ""
