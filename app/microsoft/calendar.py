"""The calendars of one Microsoft account.

Events are read by the plain listing (calendarView), which gives whole occurrences. Graph's delta
gives stubs, forgets deleted occurrences and sometimes never ends; it is used for one thing only, as
a cheap sign that something has changed. Any trouble with it leads back to the listing.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from app.domain.account import Calendar
from app.domain.event import Event
from app.domain.ports import Listing, Traffic
from app.errors import GoneError, OutageError, RefusedError, SyncStateLostError
from app.microsoft.graph import BATCH_LIMIT, BatchReply, GraphClient, quoted
from app.microsoft.position import Position, position_from, window
from app.microsoft.wire import EVENT_FIELDS, calendar_from, clean_text, event_from

PAGE_SIZE = 500
CAREFUL_BATCH = 4
"""Requests in a batch after some were throttled: as many as Outlook runs at a time for one mailbox."""

_DELTA_PAGES = 40
"""More pages than this for one window are not a cheap sign any more."""
_DELTA_TROUBLE = (SyncStateLostError, OutageError, RefusedError, GoneError)


class MicrosoftCalendar:
    """A `CalendarSource` over Graph."""

    def __init__(self, graph: GraphClient, account_id: str) -> None:
        self._graph = graph
        self._account_id = account_id

    def calendars(self) -> tuple[Calendar, ...]:
        """All calendars of the account, the default one first, then by name."""
        found = {}
        for page in self._graph.pages("/me/calendars", {"$top": "100"}):
            for item in page.items:
                calendar = calendar_from(item, self._account_id)
                if calendar:
                    found[calendar.id] = calendar
        return tuple(sorted(found.values(), key=lambda calendar: (not calendar.is_default, calendar.name.casefold())))

    def listing(self, calendar: Calendar, start: datetime, end: datetime, position: str) -> Listing:
        """See `CalendarSource`. The first listing of a window asks for no delta token, so that it is quick.

        The second one gets the token before it lists (a change in between is then reported twice
        rather than never); from the third on an unchanged calendar costs one small request.
        """
        known = position_from(position, start, end)
        if known is None:
            return self._listed(calendar, Position(*window(start, end)), Traffic())
        if not known.tracked:
            return self._listed(calendar, known, Traffic())
        changed, following, traffic = self._follow(calendar, known)
        if not changed:
            return Listing(None, str(following), traffic)
        return self._listed(calendar, following, traffic)

    def bodies(self, calendar: Calendar, event_ids: Iterable[str]) -> dict[str, str]:
        """Texts of invitations as they came, HTML or plain; events that are gone are left out.

        Raises ThrottledError when even a few at a time are too many for the service.
        """
        waiting = list(dict.fromkeys(event_ids))
        found: dict[str, str] = {}
        size = BATCH_LIMIT
        while waiting:
            now, waiting = waiting[:size], waiting[size:]
            replies, _ = self._graph.batch([_body_path(calendar, event_id) for event_id in now])
            throttled = []
            for event_id in now:
                reply = replies[_body_path(calendar, event_id)]
                if reply.status == 429:
                    throttled.append(event_id)
                elif reply.status != 404:
                    found[event_id] = _body(reply)
            if len(throttled) == len(now) and size == CAREFUL_BATCH:
                raise replies[_body_path(calendar, now[0])].fault()
            if throttled:
                waiting, size = throttled + waiting, CAREFUL_BATCH
        return found

    def _listed(self, calendar: Calendar, position: Position, traffic: Traffic) -> Listing:
        params = {
            "startDateTime": position.start,
            "endDateTime": position.end,
            "$top": str(PAGE_SIZE),
            "$select": EVENT_FIELDS,
            "$orderby": "start/dateTime",
        }
        found: dict[str, Event] = {}
        for page in self._graph.pages(f"{_path(calendar)}/calendarView", params):
            traffic += page.traffic
            for item in page.items:
                event = event_from(item, calendar.id)
                if event:
                    found[event.id] = event
        events = sorted(found.values(), key=lambda event: (event.start(UTC), event.id))
        return Listing(tuple(events), str(position), traffic)

    def _follow(self, calendar: Calendar, known: Position) -> tuple[bool, Position, Traffic]:
        """Whether something may have changed, the position afterwards, and what it cost."""
        traffic = Traffic()
        items = 0
        fresh = not known.delta
        params = {"startDateTime": known.start, "endDateTime": known.end} if fresh else None
        path = f"{_path(calendar)}/calendarView/delta" if fresh else known.delta
        link = ""
        try:
            for page in self._graph.pages(path, params, prefer=(f"odata.maxpagesize={PAGE_SIZE}",), cap=_DELTA_PAGES):
                traffic += page.traffic
                items += len(page.items)
                link = page.link("deltaLink")
        except _DELTA_TROUBLE:
            # A lost token may be had anew; what fails from the start is not tried again in this window.
            return True, Position(known.start, known.end, tracked=not fresh), traffic
        changed = fresh or items > 0 or not link
        return changed, Position(known.start, known.end, link, tracked=bool(link) or not fresh), traffic


def _path(calendar: Calendar) -> str:
    return "/me" if calendar.is_default else f"/me/calendars/{quoted(calendar.id)}"


def _body_path(calendar: Calendar, event_id: str) -> str:
    """By way of the calendar: events of one that somebody shared are not found under the account itself."""
    return f"{_path(calendar)}/events/{quoted(event_id)}?$select=id,body"


def _body(reply: BatchReply) -> str:
    if reply.status != 200:
        raise reply.fault()
    body = reply.body.get("body") if isinstance(reply.body, dict) else None
    content = body.get("content") if isinstance(body, dict) else None
    return clean_text(content) if isinstance(content, str) else ""
