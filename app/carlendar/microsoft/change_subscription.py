"""Keeps a subscription to changes of the calendar, with the driver's own delegated token.

Graph delivers that something has changed to a partner topic of Azure Event Grid, from where the back end of the car's
maker forwards it without content. Polling does not depend on it: every fault is only logged.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from carlendar.domain.account import Calendar
from carlendar.domain.base import Value
from carlendar.domain.calendar_delta import CalendarDelta
from carlendar.domain.ports import CalendarSource
from carlendar.domain.timespan import Timespan
from carlendar.errors import CarlendarError, GoneError
from carlendar.microsoft.graph import GraphClient, quoted

LIFE = timedelta(days=3)
"""How long a subscription lives without being renewed; Graph allows less than seven days."""
RENEW_BEFORE = LIFE / 2
RETRY = timedelta(hours=1)
"""Pause after a fault."""
RESOURCE, CHANGES = "me/events", "created,updated,deleted"

_log = logging.getLogger(__name__)


class GraphSubscription(Value, frozen=True):
    """A subscription that exists at Graph."""

    id: str
    expires: datetime


class ChangeSubscription:
    """The subscription of one account. `url` is the topic's notification URL, `vehicle` the car's id.

    Safe from any thread: a second one does nothing meanwhile.
    """

    def __init__(self, graph: GraphClient, url: str, vehicle: str, now: Callable[[], datetime]) -> None:
        self._graph, self._url, self._vehicle, self._now = graph, url, vehicle, now
        self._busy = threading.Lock()
        self._known: GraphSubscription | None = None
        self._again = datetime.min.replace(tzinfo=UTC)

    def keep(self) -> None:
        """Create the subscription, or renew it before it ends; does nothing while it is fresh. Never raises."""
        now = self._now()
        if now < self._again or not self._busy.acquire(blocking=False):
            return
        try:
            self._known = self._kept(now)
            self._again = self._known.expires - RENEW_BEFORE
        except CarlendarError as error:
            self._again = now + RETRY
            _log.info("no subscription to changes: %s", type(error).__name__)
        finally:
            self._busy.release()

    def _kept(self, now: datetime) -> GraphSubscription:
        known = self._known or self._existing()
        if known is not None and known.expires > now:
            try:
                return self._renewed(known, now)
            except GoneError:
                pass
        body = {
            "changeType": CHANGES, "notificationUrl": self._url, "lifecycleNotificationUrl": self._url,
            "resource": RESOURCE, "expirationDateTime": _text(now + LIFE), "clientState": self._vehicle,
        }  # fmt: skip
        return _subscription(self._graph.post("/subscriptions", body).data, now + LIFE)

    def _existing(self) -> GraphSubscription | None:
        """That of an earlier run, which is not stored in the car."""
        for each in self._graph.get("/subscriptions").items:
            if each.get("notificationUrl") == self._url and each.get("resource") == RESOURCE:
                return _subscription(each, datetime.min.replace(tzinfo=UTC))
        return None

    def _renewed(self, known: GraphSubscription, now: datetime) -> GraphSubscription:
        body = {"expirationDateTime": _text(now + LIFE)}
        return _subscription(self._graph.patch(f"/subscriptions/{quoted(known.id)}", body).data, now + LIFE)


class WatchedCalendar:
    """A `CalendarSource` whose subscription is kept whenever it is read."""

    def __init__(self, source: CalendarSource, subscription: ChangeSubscription) -> None:
        self._source, self._subscription = source, subscription

    def calendars(self) -> tuple[Calendar, ...]:
        """See `CalendarSource`."""
        return self._source.calendars()

    def listing(self, calendar: Calendar, start: datetime, end: datetime, position: str) -> CalendarDelta:
        """See `CalendarSource`."""
        found = self._source.listing(calendar, start, end, position)
        self._subscription.keep()
        return found

    def bodies(
        self, calendar: Calendar, event_ids: Iterable[str], starts: Timespan | None = None
    ) -> Mapping[str, str | CarlendarError]:
        """See `CalendarSource`."""
        return self._source.bodies(calendar, event_ids, starts)


def _subscription(data: dict[str, Any], expires: datetime) -> GraphSubscription:
    """From Graph's answer; `expires` is used where it has no readable end."""
    try:
        found = datetime.fromisoformat(str(data.get("expirationDateTime")))
    except ValueError:
        found = expires
    return GraphSubscription(str(data.get("id", "")), found if found.tzinfo is not None else expires)


def _text(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
