"""The calendars of one Microsoft account.

A window is first read by the plain listing (calendarView), which returns complete occurrences. After that, Graph's
delta query names what has changed, and only that is fetched: single events by their id, series by their instances. In
any doubt (a lost token, endless pages, invalid items, too many changes) the whole window is listed again: a change may
become more expensive but is never lost.
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
from carlendar.microsoft.items import EVENT_FIELDS, ReadItems, read_body
from carlendar.microsoft.sync_token import SyncToken, begun, position_from, written
from carlendar.microsoft.tolerant_reader import body_from, calendar_from

PAGE_SIZE = 500
BODY_PAGE = 150
"""Number of bodies fetched at a time; other work can run between two such groups."""
MANY = 60
"""Number of changed events and series from which the plain listing is cheaper than fetching each of them."""

_FAULT = "500"
"""Status of an internal error of the service, which a single event can cause; gateways use other codes."""
_BAD_DAYS = 2

_DELTA_PAGES = 40
"""Maximum number of pages of a delta round; with more it is no longer cheaper than a listing."""
_log = logging.getLogger(__name__)
_DELTA_TROUBLE = (SyncStateLostError, OutageError, RefusedError, GoneError)


class MicrosoftCalendar:
    """A `CalendarSource` over Graph, for one synchronisation.

    `pause` waits the given number of seconds when part of a batch is throttled.
    """

    def __init__(self, graph: GraphClient, account_id: str, pause: Callable[[float], object] = time.sleep) -> None:
        self._graph, self._account_id, self._pause = graph, account_id, pause
        self._listed: dict[str, dict[str, Event]] = {}
        """What has just been listed completely, by calendar; compared with the first delta round of a new token."""

    def calendars(self) -> tuple[Calendar, ...]:
        """Return all calendars of the account, the default one first, then by name."""
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
        """Return the id of the default calendar if several claim to be it; empty if it cannot be fetched.

        Without a default each calendar is read by its own id, so that none is read twice or omitted.
        """
        try:
            calendar = calendar_from(self._graph.get("/me/calendar", {"$select": "id,name"}).data, self._account_id)
        except (OutageError, RefusedError, GoneError):
            return ""
        return calendar.id if calendar else ""

    def listing(self, calendar: Calendar, start: datetime, end: datetime, position: str) -> CalendarDelta:
        """See `CalendarSource`. The first listing of a window does not request a delta token, so that it is quick.

        The next one in the same synchronisation (`CalendarDelta.again`) requests the token and compares the result with
        the listing. From then on an unchanged calendar costs one small request, and a window that has moved costs the
        days it has gained.
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
        except Exception as error:  # noqa: BLE001 - whatever an answer holds, the plain listing still works
            _log.warning("a round of changes cannot be read: %s", type(error).__name__)
        # A token that expired can be requested again; one that was never granted is not requested repeatedly.
        failures = 0 if known.delta else known.failures + 1
        return self._whole(calendar, window, begun(start, end, failures))

    def bodies(
        self, calendar: Calendar, event_ids: Iterable[str], starts: Timespan | None = None
    ) -> dict[str, str | CarlendarError]:
        """Return the bodies of invitations as received, HTML or plain text; events that no longer exist are left out.

        Many of them come as pages of the days on which they start, if known. What such a page does not contain, for
        instance because the service fails at it, is fetched individually; if that fails, its error is the result.
        Raises ThrottledError if even a few at a time are too many for the service.
        """
        wanted = dict.fromkeys(event_ids)
        found: dict[str, str | CarlendarError] = {}
        if starts is not None and len(wanted) > BATCH_LIMIT:
            found.update(self._listed_bodies(calendar, wanted.keys(), starts))
        paths = {f"{_events(calendar)}/{quoted(each)}?$select=id,body": each for each in wanted if each not in found}
        answers, _ = ask_each(self._graph, paths, self._pause)
        return found | {paths[path]: _body(data) for path, data in answers.items() if data is not None}

    def _listed_bodies(self, calendar: Calendar, wanted: AbstractSet[str], starts: Timespan) -> dict[str, str]:
        """Return those bodies that pages of a calendar view contain; unrelated events on those days make the page
        larger.
        """
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
        """List the whole window; if the service fails at that, list what it can return day by day."""
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
        """List the days that can be listed, for a service that fails at the whole window because of one event.

        Stored events of the other days are kept. Raises `error` if there are more than `_BAD_DAYS` of those.
        """
        found, traffic = ReadItems(), Traffic()
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

    def _listing(self, calendar: Calendar, span: Timespan) -> tuple[ReadItems, Traffic]:
        params = {**_window(span), **_FIELDS, "$orderby": "start/dateTime"}
        found, traffic = ReadItems(), Traffic()
        for page in self._graph.pages(f"{_path(calendar)}/calendarView", params):
            traffic += page.traffic
            found.add(page.elements, calendar.id)
        return found, traffic

    def _followed(self, calendar: Calendar, window: Timespan, known: SyncToken) -> CalendarDelta:
        """Return the changes since the token, or since the listing before there was one."""
        items, link, traffic = self._round(calendar, known)
        at = replace(known, start=written(window.start), end=written(window.end), delta=link, failures=0)
        if known.delta:
            touched = changed(items)
        elif calendar.id in self._listed:
            touched = differing(items, self._listed.pop(calendar.id), window)
        else:  # changes since that listing are unknown
            touched = DeltaSummary(certain=False)
        named = self._named(calendar, touched, window) if touched.certain and len(touched) <= MANY else None
        if named is None:
            # The token is older than this listing: the next round reports what changed in between.
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
        """Return all items of one delta round and the link to the next. Raises OutageError if there is no link."""
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

    def _named(self, calendar: Calendar, touched: DeltaSummary, window: Timespan) -> tuple[ReadItems, Traffic] | None:
        """Return the current state of those events and series within the window; None if one cannot be fetched.

        The next round does not name it again, so only a full listing helps then.
        """
        fields = "&".join(f"{name}={value}" for name, value in {**_window(window), **_FIELDS}.items())
        series = [f"{_events(calendar)}/{quoted(each)}/instances?{fields}" for each in sorted(touched.series)]
        singles = [f"{_events(calendar)}/{quoted(each)}?$select={EVENT_FIELDS}" for each in sorted(touched.singles)]
        try:
            replies, traffic = ask_each(self._graph, [*singles, *series], self._pause)
            found = ReadItems()
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
        """Return a series' instances: its first page and those that follow; none if the series no longer exists."""
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
    """Return the path of the calendar's events: those of a shared calendar are not found under the account itself."""
    return f"{_path(calendar)}/events"


def _window(span: Timespan) -> dict[str, str]:
    return {"startDateTime": written(span.start), "endDateTime": written(span.end)}


def _gained(listed: Timespan, window: Timespan) -> tuple[Timespan, ...]:
    """Return the parts of the window that were not listed last time."""
    before = Timespan(window.start, max(window.start, listed.start))
    after = Timespan(min(window.end, listed.end), window.end)
    return tuple(span for span in (before, after) if span.start < span.end)


def _listing_of(
    found: ReadItems, at: SyncToken, traffic: Traffic, *, scope: DeltaScope | None = None, again: bool = False
) -> CalendarDelta:
    return CalendarDelta(_in_order(found), str(at), traffic, scope, at.reach, again, tuple(found.unreadable))


def _in_order(found: ReadItems) -> tuple[Event, ...]:
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
    return data if isinstance(data, CarlendarError) else body_from(data)
