"""Turns a CloudEvent of Graph into the command *calendar changed* for the car whose driver subscribed.

Nothing of the event is stored, logged or forwarded but that something has changed: the back end holds no permission to
any mailbox, and does not learn whose calendar it is.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta

import msgspec

from carlendar.errors import CarlendarError
from carlendar.telemetry.control import CalendarChanged
from carlendar_fleet.control.orders import PENDING
from carlendar_fleet.control.service import ControlService
from carlendar_fleet.registry.vehicles import VEHICLE_ID, Status, Vehicles

CHANGES = frozenset({"Microsoft.Graph.EventCreated", "Microsoft.Graph.EventUpdated", "Microsoft.Graph.EventDeleted"})
LIFECYCLE = frozenset(
    {
        "Microsoft.Graph.SubscriptionReauthorizationRequired",
        "Microsoft.Graph.SubscriptionDeleted",
        "Microsoft.Graph.SubscriptionRemoved",
        "Microsoft.Graph.Missed",
    }
)
"""After these a car must synchronise as well: it renews its subscription whenever it does."""
COALESCED = timedelta(seconds=30)
"""Changes within this time after one that the car has not answered yet are not forwarded again."""
LARGEST = 1_048_576
MOST_EVENTS = 1_000

_log = logging.getLogger(__name__)


class _Data(msgspec.Struct, frozen=True):
    """Of an event's data, only what names the car."""

    clientState: str = ""  # noqa: N815 - Graph's name


class _Event(msgspec.Struct, frozen=True):
    type: str
    data: _Data


_ONE = msgspec.json.Decoder(_Event)
_SEVERAL = msgspec.json.Decoder(list[msgspec.Raw])


class Forwarder:
    """Used on one thread."""

    def __init__(self, service: ControlService, vehicles: Vehicles, now: Callable[[], datetime]) -> None:
        self._service, self._vehicles, self._now = service, vehicles, now
        self._last: dict[str, datetime] = {}
        self.counts: Counter[str] = Counter()

    def take(self, content: bytes) -> bool:
        """Forward one event or a batch; returns whether it could be read."""
        if len(content) > LARGEST:
            return False
        try:
            parts = _SEVERAL.decode(content)[:MOST_EVENTS] if content.lstrip()[:1] == b"[" else [content]
            events = [_ONE.decode(each) for each in parts]
        except (msgspec.DecodeError, RecursionError):
            self.counts["unreadable"] += 1
            return False
        for each in events:
            self._forward(each)
        return True

    def _forward(self, event: _Event) -> None:
        vehicle = event.data.clientState
        if event.type not in CHANGES | LIFECYCLE or not VEHICLE_ID.fullmatch(vehicle):
            self.counts["ignored"] += 1
            return
        try:
            if self._vehicles.get(vehicle).status is not Status.ACTIVE:
                self.counts["ignored"] += 1
            elif self._recent(vehicle):
                self.counts["coalesced"] += 1
            else:
                self._last[vehicle] = self._now()
                self._service.give(CalendarChanged, vehicle)
                self.counts["forwarded"] += 1
        except CarlendarError:
            self.counts["ignored"] += 1

    def _recent(self, vehicle: str) -> bool:
        """Whether the car was notified a moment ago and has not answered yet."""
        last, now = self._last.get(vehicle), self._now()
        if last is None or now - last > COALESCED:
            return False
        waiting = self._service.orders.pending(vehicle, now)
        return any(each.name == "calendar_changed" and each.status == PENDING for each in waiting)
