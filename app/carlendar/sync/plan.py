"""Which changes a delta makes to the store. Pure, so that every case can be tested."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet

from msgspec.structs import replace

from carlendar.domain.base import Value
from carlendar.domain.event import Event, event_to_json

SUDDEN = 10
"""Minimum number of stored events for the check that a delta would leave less than a tenth of them."""


class Upsert(Value, frozen=True):
    """The event is new, or its version has changed."""

    event: Event


class Remove(Value, frozen=True):
    """The event is stored and no longer listed."""

    event_id: str


class Keep(Value, frozen=True):
    """The event is stored in this version."""

    event_id: str


Action = Upsert | Remove | Keep


def plan(stored: Mapping[str, str], listed: Iterable[Event]) -> tuple[Action, ...]:
    """Return one action for every stored and every listed event; the last one wins if an id is listed twice.

    `stored` are the versions, by id, of the stored events that overlap the window.
    """
    latest = {event.id: versioned(event) for event in listed}
    arriving = (Keep(event.id) if stored.get(event.id) == event.version else Upsert(event) for event in latest.values())
    leaving = (Remove(event_id) for event_id in stored if event_id not in latest)
    return (*arriving, *leaving)


def empties(stored: Mapping[str, str], remaining: AbstractSet[str]) -> bool:
    """Whether only `remaining` would be left of a calendar, so that the result should be verified first."""
    staying = len(stored.keys() & remaining)
    return (bool(stored) and staying == 0) or (len(stored) >= SUDDEN and staying * 10 < len(stored))


def versioned(event: Event) -> Event:
    """Return the event, with a digest of its content as version if the source provides none."""
    if event.version:
        return event
    return replace(event, version=hashlib.sha256(event_to_json(event).encode()).hexdigest()[:32])
