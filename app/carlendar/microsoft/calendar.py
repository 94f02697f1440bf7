"""The calendars of one Microsoft account.

A window is first read by the plain listing (calendarView), which gives whole occurrences. From then
on Graph's delta names what has changed, and just that is asked for by name: single events by their
id, series by their instances. Any doubt (a lost token, pages without end, items that make no sense,
very many changes) leads back to the plain listing, so that a change may cost more but is never lost.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable
from collections.abc import Set as AbstractSet
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

from msgspec.structs import replace

from carlendar.domain.account import Calendar
from carlendar.domain.calendar_delta import CalendarDelta, DeltaScope, Traffic
from carlendar.domain.event import Event
from carlendar.domain.timespan import Timespan
from carlendar.errors import CarlendarError, GoneError, OutageError, RefusedError, SyncStateLostError
from carlendar.microsoft.batching import ask_each
from carlendar.microsoft.changes import DeltaSummary, changed, differing, touches
from carlendar.microsoft.graph import BATCH_LIMIT, GraphClient, quoted
from carlendar.microsoft.items import Items, body_text, read_body
from carlendar.microsoft.sync_token import SyncToken, begun, position_from, written
from carlendar.microsoft.wire import EVENT_FIELDS, calendar_from

PAGE_SIZE = 500
BODY_PAGE = 150
"""Texts of one page: those that are asked for at a time, and what else begins or goes on between them."""
MANY = 60
"""Changed events and series from which on the plain listing is cheaper than asking for each by name."""

_FAULT = "500"
"""Status of a fault of the service's own, which one event can cause; a gateway's are others."""
_BAD_DAYS = 2

_DELTA_PAGES = 40
"""More pages than this for one window are no cheap sign any more."""
_log = logging.getLogger(__name__)
_DELTA_TROUBLE = (SyncStateLostError, OutageError, RefusedError, GoneError)


class MicrosoftCalendar:
    """A `CalendarSource` over Graph, for one synchronisation.

    `pause` waits for the seconds that a throttled part of a batch asks for.
    """

    def __init__(self, graph: GraphClient, account_id: str, pause: Callable[[float], object] = time.sleep) -> None:
        self._graph, self._account_id, self._pause = graph, account_id, pause
        self._listed: dict[str, dict[str, Event]] = {}
        """By calendar what has just been listed whole: a token that is had after it is compared with it."""

    def calendars(self) -> tuple[Calendar, ...]:
        """All calendars of the account, the default one first, then by name."""
        found = {}
        for page in self._graph.pages("/me/calendars", {"$top": "100"}):
            for item in page.items:
                calendar = calendar_from(item, self._account_id)
                if calendar:
                    found[calendar.id] = calendar
        if sum(calendar.is_default for calendar in found.values()) > 1:
            default = self._default_id()
            found = {each.id: replace(each, is_default=each.id == default) for each in found.values()}
        return tuple(sorted(found.values(), key=lambda calendar: (not calendar.is_default, calendar.name.casefold())))

    def _default_id(self) -> str:
        """The id of the default calendar, which several claim to be; empty where that cannot be had.

        Without a default one each is read by its own id, so that none is read twice or left out.
        """
        try:
            calendar = calendar_from(self._graph.get("/me/calendar", {"$select": "id,name"}).data, self._account_id)
        except (OutageError, RefusedError, GoneError):
            return ""
        return calendar.id if calendar else ""

    def listing(self, calendar: Calendar, start: datetime, end: datetime, position: str) -> CalendarDelta:
        """See `CalendarSource`. The first listing of a window asks for no delta token, so that it is quick.

        The next one in the same synchronisation (`CalendarDelta.again`) gets the token and compares what comes
        with it; from then on an unchanged calendar costs one small request, and a moved window the days
        that it has gained.
        """
        window = Timespan(start, end)
        known = position_from(position, start, end)
        if known is None:
            return self._whole(calendar, window, begun(start, end))
        if not known.followed:
            return self._whole(calendar, window, known)
        try:
            return self._followed(calendar, window, known)
        except CarlendarError as error:
            if not isinstance(error, _DELTA_TROUBLE):
                raise
        except Exception as error:  # noqa: BLE001 - whatever a round holds, the plain listing still tells
            _log.warning("a round of changes cannot be read: %s", type(error).__name__)
        # A token that lived may be had anew; what cannot be had at all is not tried again and again.
        failures = 0 if known.delta else known.failures + 1
        return self._whole(calendar, window, begun(start, end, failures))

    def bodies(
        self, calendar: Calendar, event_ids: Iterable[str], starts: Timespan | None = None
    ) -> dict[str, str | CarlendarError]:
        """Texts of invitations as they came, HTML or plain; events that are gone are left out.

        Many of them come as pages of the days in which they start, where that is known; what a page does not bring,
        be it that the service fails at it, is asked for by itself. A text that cannot be had by itself has its error
        in its place. Raises ThrottledError when even a few at a time are too many for the service.
        """
        wanted = dict.fromkeys(event_ids)
        found: dict[str, str | CarlendarError] = {}
        if starts is not None and len(wanted) > BATCH_LIMIT:
            found.update(self._listed_bodies(calendar, wanted.keys(), starts))
        paths = {f"{_events(calendar)}/{quoted(each)}?$select=id,body": each for each in wanted if each not in found}
        answers, _ = ask_each(self._graph, paths, self._pause)
        return found | {paths[path]: _body(data) for path, data in answers.items() if data is not None}

    def _listed_bodies(self, calendar: Calendar, wanted: AbstractSet[str], starts: Timespan) -> dict[str, str]:
        """Those of the texts that the pages of a calendar view bring; others' events that lie there cost a page."""
        params = {
            **_window(Timespan(starts.start, starts.end + timedelta(seconds=1))),
            "$select": "id,body",
            "$orderby": "start/dateTime",
            "$top": str(BODY_PAGE),
        }
        found: dict[str, str] = {}
        most = len(wanted) // BODY_PAGE + 2
        try:
            for page in islice(self._graph.pages(f"{_path(calendar)}/calendarView", params), most):
                found |= {each: text for each, text in map(read_body, page.elements) if each in wanted}
                if len(found) == len(wanted):
                    break
        except (OutageError, RefusedError, GoneError) as error:
            _log.info("a page of texts cannot be had: %s", type(error).__name__)
        return found

    # --- the whole window, or a part of it ----------------------------------------------------

    def _whole(self, calendar: Calendar, window: Timespan, position: SyncToken) -> CalendarDelta:
        """Everything, by the plain listing; where the service fails at that, what can be had of it day by day."""
        try:
            found, traffic = self._listing(calendar, window)
        except OutageError as error:
            if not error.detail.startswith(_FAULT):
                raise
            return self._by_days(calendar, window, error)
        self._listed[calendar.id] = dict(found.events)
        at = replace(position, start=written(window.start), end=written(window.end), delta="")
        return _listing_of(found, at, traffic, again=at.followed)

    def _by_days(self, calendar: Calendar, window: Timespan, error: OutageError) -> CalendarDelta:
        """The days that can be listed, where one event makes the service fail at the whole.

        What is stored of the other days stays. Raises `error` where there are more than `_BAD_DAYS` of them.
        """
        found, traffic = Items(), Traffic()
        spans: list[Timespan] = []
        start, bad = window.start, 0
        while start < window.end:
            day = Timespan(start, min(start + timedelta(days=1), window.end))
            start = day.end
            try:
                more, cost = self._listing(calendar, day)
            except OutageError:
                bad += 1
                if bad > _BAD_DAYS:
                    raise error from None
                continue
            found.events.update(more.events)
            found.unreadable += more.unreadable
            traffic += cost
            whole = bool(spans) and spans[-1].end == day.start
            spans[-1:] = [Timespan(spans[-1].start, day.end)] if whole else [*spans[-1:], day]
        found.unreadable += [""] * bad
        events = _in_order(found)
        return CalendarDelta(events, "", traffic, DeltaScope(spans=tuple(spans)), unreadable=tuple(found.unreadable))

    def _listing(self, calendar: Calendar, span: Timespan) -> tuple[Items, Traffic]:
        params = {**_window(span), **_FIELDS, "$orderby": "start/dateTime"}
        found, traffic = Items(), Traffic()
        for page in self._graph.pages(f"{_path(calendar)}/calendarView", params):
            traffic += page.traffic
            found.add(page.elements, calendar.id)
        return found, traffic

    def _followed(self, calendar: Calendar, window: Timespan, known: SyncToken) -> CalendarDelta:
        """What has changed since the token, or since the listing before there was one."""
        items, link, traffic = self._round(calendar, known)
        at = replace(known, start=written(window.start), end=written(window.end), delta=link, failures=0)
        if known.delta:
            touched = changed(items)
        elif calendar.id in self._listed:
            touched = differing(items, self._listed.pop(calendar.id), window)
        else:  # nobody knows what has changed since that listing
            touched = DeltaSummary(certain=False)
        named = self._named(calendar, touched, window) if touched.certain and len(touched) <= MANY else None
        if named is None:
            # The token is older than this listing: what changes in between is told by the next round.
            found, cost = self._listing(calendar, window)
            return _listing_of(found, at, traffic + cost)
        found, cost = named
        gained = _gained(known.listed, window)
        for span in gained:
            more, price = self._listing(calendar, span)
            found.events.update(more.events)
            found.unreadable += more.unreadable
            cost += price
        if not touched.ids and not gained:
            return CalendarDelta(None, str(at), traffic, reach=at.reach)
        return _listing_of(found, at, traffic + cost, scope=DeltaScope(touched.ids, gained))

    def _round(self, calendar: Calendar, known: SyncToken) -> tuple[list[object], str, Traffic]:
        """All items of one round of delta, and the link to the next. Raises OutageError when there is none."""
        params = None if known.delta else _window(known.reach)
        path = known.delta or f"{_path(calendar)}/calendarView/delta"
        prefer = (f"odata.maxpagesize={PAGE_SIZE}", 'outlook.body-content-type="text"')
        items: list[object] = []
        link, traffic = "", Traffic()
        for page in self._graph.pages(path, params, prefer=prefer, cap=_DELTA_PAGES):
            traffic += page.traffic
            items += page.elements
            link = page.delta_link
        if not link:
            raise OutageError("The answer cannot be read.", detail="no delta link", key="unreadable")
        return items, link, traffic

    def _named(self, calendar: Calendar, touched: DeltaSummary, window: Timespan) -> tuple[Items, Traffic] | None:
        """Those events and series as they are now, as far as they touch the window; None where one cannot be had.

        Then only a whole listing tells, for the next round will not name it again.
        """
        fields = "&".join(f"{name}={value}" for name, value in {**_window(window), **_FIELDS}.items())
        series = [f"{_events(calendar)}/{quoted(each)}/instances?{fields}" for each in sorted(touched.series)]
        singles = [f"{_events(calendar)}/{quoted(each)}?$select={EVENT_FIELDS}" for each in sorted(touched.singles)]
        try:
            replies, traffic = ask_each(self._graph, [*singles, *series], self._pause)
            found = Items()
            for path in singles:
                found.add(_single(replies[path]), calendar.id)
            for path in series:
                items, cost = self._instances(_object(replies[path]))
                found.add(items, calendar.id)
                traffic += cost
        except (OutageError, RefusedError, GoneError) as error:
            _log.info("a change cannot be asked for by name: %s", type(error).__name__)
            return None
        found.events = {event.id: event for event in found.events.values() if touches(event, window)}
        return found, traffic

    def _instances(self, data: dict[str, Any] | None) -> tuple[list[Any], Traffic]:
        """Items of the first page of a series' instances and of those after it; none of a series that is gone."""
        if data is None:
            return [], Traffic()
        items, traffic = data.get("value"), Traffic()
        if not isinstance(items, list):
            raise OutageError("The answer cannot be read.", detail="no list", key="unreadable")
        link = data.get("@odata.nextLink")
        for page in self._graph.pages(link) if isinstance(link, str) and link else ():
            items, traffic = [*items, *page.elements], traffic + page.traffic
        return items, traffic


_FIELDS = {"$top": str(PAGE_SIZE), "$select": EVENT_FIELDS}


def _path(calendar: Calendar) -> str:
    return "/me" if calendar.is_default else f"/me/calendars/{quoted(calendar.id)}"


def _events(calendar: Calendar) -> str:
    """By way of the calendar: events of one that somebody shared are not found under the account itself."""
    return f"{_path(calendar)}/events"


def _window(span: Timespan) -> dict[str, str]:
    return {"startDateTime": written(span.start), "endDateTime": written(span.end)}


def _gained(listed: Timespan, window: Timespan) -> tuple[Timespan, ...]:
    """The parts of the window that were not listed last time."""
    before = Timespan(window.start, max(window.start, listed.start))
    after = Timespan(min(window.end, listed.end), window.end)
    return tuple(span for span in (before, after) if span.start < span.end)


def _listing_of(
    found: Items, at: SyncToken, traffic: Traffic, *, scope: DeltaScope | None = None, again: bool = False
) -> CalendarDelta:
    return CalendarDelta(_in_order(found), str(at), traffic, scope, at.reach, again, tuple(found.unreadable))


def _in_order(found: Items) -> tuple[Event, ...]:
    return tuple(sorted(found.events.values(), key=lambda event: (event.moments(UTC).start, event.id)))


def _object(answer: dict[str, Any] | CarlendarError | None) -> dict[str, Any] | None:
    if isinstance(answer, CarlendarError):
        raise answer
    return answer


def _single(answer: dict[str, Any] | CarlendarError | None) -> list[dict[str, Any]]:
    data = _object(answer)
    if data is not None and str(data.get("type")).lower() == "seriesmaster":
        raise OutageError("The answer cannot be read.", detail="a series unannounced", key="unreadable")
    return [] if data is None else [data]


def _body(data: dict[str, Any] | CarlendarError) -> str | CarlendarError:
    return data if isinstance(data, CarlendarError) else body_text(data)
