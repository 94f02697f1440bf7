"""Routes of Graph: handlers, and the least scope that each requires.

Source of the scopes: the permission tables of Microsoft Graph's reference, delegated permissions.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from carlendar_devtools.emulator.cloud import (
    actions,
    calendars,
    delta,
    events,
    extensions,
    mail,
    mailbox_settings,
    meeting_times,
    meetings,
    profile,
    reminders,
    schedule,
    subscriptions,
    views,
)
from carlendar_devtools.emulator.cloud.call import GraphCall, Reply
from carlendar_devtools.emulator.cloud.options import COUNT, DELTA, LIST, NONE, ONE
from carlendar_devtools.emulator.cloud.state import GraphState

Handler = Callable[[GraphCall], Reply]
StatefulHandler = Callable[[GraphCall, GraphState], Reply]

_BASIC, _READ, _WRITE = "Calendars.ReadBasic", "Calendars.Read", "Calendars.ReadWrite"
_SETTINGS = "MailboxSettings.Read"
_CALENDAR = (
    "/calendar",
    "/calendars/{calendar}",
    "/calendarGroups/{group}/calendars/{calendar}",
    "/calendarGroup/calendars/{calendar}",
)
_EVENT = ("/events/{event}", *(f"{prefix}/events/{{event}}" for prefix in _CALENDAR))


_GET_SCHEDULE = ("getSchedule", "microsoft.graph.getSchedule")


@dataclass(frozen=True, slots=True)
class Route:
    """Method and path (after `/me`), least scope, and handler.

    `options` are the system query options that the handler applies; every other one is refused.
    """

    method: str
    pattern: re.Pattern[str]
    scope: str
    handler: Handler | None = None
    stateful: StatefulHandler | None = None
    options: frozenset[str] = NONE

    def answer(self, call: GraphCall, state: GraphState) -> Reply:
        """Call the handler."""
        if self.stateful is not None:
            return self.stateful(call, state)
        if self.handler is None:
            raise TypeError("a route without a handler")
        return self.handler(call)


def _route(
    method: str,
    path: str,
    scope: str,
    handler: Handler | None = None,
    options: frozenset[str] = NONE,
    *,
    state: StatefulHandler | None = None,
) -> Route:
    pattern = re.escape(path).replace(r"\{", "{").replace(r"\}", "}")
    pattern = re.sub(r"\{(\w+)\}", r"(?P<\1>[^/()]+)", pattern)
    return Route(method, re.compile(f"{pattern}/?", re.IGNORECASE), scope, handler, state, options)


def _profile() -> Iterator[Route]:
    yield _route("GET", "", "User.Read", profile.me, ONE)
    yield _route("GET", "/photo", "User.Read", profile.photo, ONE)
    yield _route("GET", "/photo/$value", "User.Read", profile.photo_bytes)
    yield _route("GET", "/photos/{size}", "User.Read", profile.photo, ONE)
    yield _route("GET", "/photos/{size}/$value", "User.Read", profile.photo_bytes)
    yield _route("GET", "/mailboxSettings", _SETTINGS, mailbox_settings.read, ONE)
    yield _route("PATCH", "/mailboxSettings", "MailboxSettings.ReadWrite", mailbox_settings.update)
    yield _route("GET", "/mailboxSettings/{setting}", _SETTINGS, mailbox_settings.read_one)
    yield _route("POST", "/extensions", "User.ReadWrite", state=extensions.create)
    yield _route("GET", "/extensions/{extension}", "User.Read", state=extensions.read)
    yield _route("DELETE", "/extensions/{extension}", "User.ReadWrite", state=extensions.delete)
    yield _route("GET", "/presence", "Presence.Read", options=ONE, state=profile.presence)
    zones = r"(\(\s*(TimeZoneStandard\s*=\s*(microsoft\.graph\.timeZoneStandard)?'(?P<standard>[^']*)')?\s*\))?/?"
    yield Route(
        "GET",
        re.compile(rf"/outlook/(microsoft\.graph\.)?supportedTimeZones{zones}", re.IGNORECASE),
        "User.Read",
        profile.time_zones,
        options=LIST,
    )


def _calendars() -> Iterator[Route]:
    for calendars_path in ("/calendars", "/calendarGroups/{group}/calendars", "/calendarGroup/calendars"):
        yield _route("GET", f"{calendars_path}/$count", _BASIC, calendars.calendars_count, COUNT)
        yield _route("GET", calendars_path, _BASIC, calendars.calendars, LIST)
        yield _route("POST", calendars_path, _WRITE, calendars.create, ONE)
    yield _route("GET", "/calendarGroups", _BASIC, calendars.groups, LIST)
    yield _route("GET", "/calendarGroups/{group}", _BASIC, calendars.group, ONE)
    for prefix in _CALENDAR:
        yield _route("GET", prefix, _BASIC, calendars.calendar, ONE)
        yield _route("PATCH", prefix, _WRITE, calendars.update, ONE)
        yield _route("DELETE", prefix, _WRITE, calendars.delete)
        for action in _GET_SCHEDULE:
            yield _route("POST", f"{prefix}/{action}", _READ, schedule.get_schedule)
    for prefix in ("", *_CALENDAR):
        yield _route("GET", f"{prefix}/calendarView/$count", _BASIC, views.calendar_view_count, COUNT)
        yield _route("GET", f"{prefix}/calendarView", _BASIC, views.calendar_view, LIST)
        yield _route("GET", f"{prefix}/events/$count", _BASIC, views.events_count, COUNT)
        yield _route("GET", f"{prefix}/events", _BASIC, views.events, LIST)
        yield _route("POST", f"{prefix}/events", _WRITE, events.create, ONE)
        for spelling in ("delta", "delta()", "microsoft.graph.delta", "microsoft.graph.delta()"):
            yield _route("GET", f"{prefix}/calendarView/{spelling}", _READ, options=DELTA, state=delta.delta)


def _events() -> Iterator[Route]:
    for event in _EVENT:
        yield _route("GET", event, _BASIC, events.read, ONE)
        yield _route("PATCH", event, _WRITE, events.update, ONE)
        yield _route("DELETE", event, _WRITE, events.delete)
        yield _route("GET", f"{event}/instances", _BASIC, views.instances, LIST)
        yield _route("GET", f"{event}/calendar", _BASIC, calendars.calendar_of_event, ONE)
        yield _route("GET", f"{event}/attachments", _READ, events.attachments, LIST)
        for name, scope, handler in actions.ACTIONS:
            for spelling in (name, f"microsoft.graph.{name}"):
                yield _route("POST", f"{event}/{spelling}", scope, handler)


def _more() -> Iterator[Route]:
    # Its $filter by join URL or meeting ID is not a comparison of properties: the handler reads it itself.
    yield _route("GET", "/onlineMeetings", "OnlineMeetings.Read", meetings.find, ONE | {"filter"})
    yield _route("GET", "/onlineMeetings/{meeting}", "OnlineMeetings.Read", meetings.read, ONE)
    for spelling in ("sendMail", "microsoft.graph.sendMail"):
        yield _route("POST", f"/{spelling}", "Mail.Send", mail.send)
    for spelling in ("findMeetingTimes", "microsoft.graph.findMeetingTimes"):
        yield _route("POST", f"/{spelling}", "Calendars.Read.Shared", meeting_times.find_meeting_times)
    for messages in ("/messages", "/mailFolders/{folder}/messages"):
        yield _route("GET", f"{messages}/$count", "Mail.Read", mail.listed_count, COUNT)
        yield _route("GET", messages, "Mail.Read", mail.listed, LIST)
        yield _route("GET", f"{messages}/{{message}}", "Mail.Read", mail.read, ONE)
        yield _route("DELETE", f"{messages}/{{message}}", "Mail.ReadWrite", mail.delete)
    yield Route(
        "GET",
        re.compile(r"/(microsoft\.graph\.)?reminderView\((?P<window>.*)\)", re.IGNORECASE),
        _READ,
        reminders.view,
        options=LIST,
    )
    yield _route("GET", "/reminderView", _READ, reminders.view, LIST)


def _subscriptions() -> Iterator[Route]:
    """Their paths do not begin with a person."""
    one = "/subscriptions/{subscription}"
    yield _route("POST", "/subscriptions", _READ, state=subscriptions.create)
    yield _route("GET", "/subscriptions", _READ, state=subscriptions.listed)
    yield _route("GET", one, _READ, state=subscriptions.read)
    yield _route("PATCH", one, _READ, state=subscriptions.renew)
    yield _route("DELETE", one, _READ, state=subscriptions.delete)


ROUTES: tuple[Route, ...] = (*_profile(), *_calendars(), *_events(), *_more())
"""By the path after the person."""
OWN_ROUTES: tuple[Route, ...] = tuple(_subscriptions())
"""By the whole path; the person is that of the token."""
