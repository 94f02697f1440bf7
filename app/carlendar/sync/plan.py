"""What a listing changes in the store: pure, so that every branch can be told in words and tested."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet

from msgspec.structs import replace

from carlendar.domain.base import Value
from carlendar.domain.event import Event
from carlendar.store.codec import event_to_json

SUDDEN = 10
"""From so many stored events on, an answer that leaves less than a tenth of them counts as emptying."""


class Upsert(Value, frozen=True):
    """The event is new, or its version is another."""

    event: Event


class Remove(Value, frozen=True):
    """The event is stored and no longer listed."""

    event_id: str


class Keep(Value, frozen=True):
    """The event is stored in this version."""

    event_id: str


Action = Upsert | Remove | Keep


def plan(stored: Mapping[str, str], listed: Iterable[Event]) -> tuple[Action, ...]:
    """One action for every stored and every listed event; of an id that is listed twice the last counts.

    `stored` is version by id of the stored events that touch the listed window.
    """
    latest = {event.id: versioned(event) for event in listed}
    arriving = (Keep(event.id) if stored.get(event.id) == event.version else Upsert(event) for event in latest.values())
    leaving = (Remove(event_id) for event_id in stored if event_id not in latest)
    return (*arriving, *leaving)


def empties(stored: Mapping[str, str], remaining: AbstractSet[str]) -> bool:
    """Whether to be left with `remaining` would suddenly empty the calendar: ask a second time first."""
    staying = len(stored.keys() & remaining)
    return (bool(stored) and staying == 0) or (len(stored) >= SUDDEN and staying * 10 < len(stored))


def versioned(event: Event) -> Event:
    """The event; one whose source names no version gets a digest of its content as one."""
    if event.version:
        return event
    return replace(event, version=hashlib.sha256(event_to_json(event).encode()).hexdigest()[:32])
