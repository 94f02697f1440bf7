"""Which call is answered by what, and the least scope that it needs.

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
    mail,
    meetings,
    profile,
    reminders,
    views,
)
from carlendar_devtools.emulator.cloud.call import Call, Reply
from carlendar_devtools.emulator.cloud.state import GraphState

Handler = Callable[[Call], Reply]
StatefulHandler = Callable[[Call, GraphState], Reply]

_BASIC, _READ, _WRITE = "Calendars.ReadBasic", "Calendars.Read", "Calendars.ReadWrite"
_SETTINGS = "MailboxSettings.Read"
_CALENDAR = (
    "/calendar",
    "/calendars/{calendar}",
    "/calendarGroups/{group}/calendars/{calendar}",
    "/calendarGroup/calendars/{calendar}",
)
_EVENT = ("/events/{event}", *(f"{prefix}/events/{{event}}" for prefix in _CALENDAR))


@dataclass(frozen=True, slots=True)
class Route:
    """A call's method and path (after `/me`), the least scope for it, and who answers."""

    method: str
    pattern: re.Pattern[str]
    scope: str
    handler: Handler | None = None
    stateful: StatefulHandler | None = None

    def answer(self, call: Call, state: GraphState) -> Reply:
        """Let the handler answer."""
        if self.stateful is not None:
            return self.stateful(call, state)
        if self.handler is None:
            raise TypeError("a route without a handler")
        return self.handler(call)


def _route(
    method: str, path: str, scope: str, handler: Handler | None = None, *, state: StatefulHandler | None = None
) -> Route:
    pattern = re.escape(path).replace(r"\{", "{").replace(r"\}", "}")
    pattern = re.sub(r"\{(\w+)\}", r"(?P<\1>[^/()]+)", pattern)
    return Route(method, re.compile(f"{pattern}/?", re.IGNORECASE), scope, handler, state)


def _profile() -> Iterator[Route]:
    yield _route("GET", "", "User.Read", profile.me)
    yield _route("GET", "/photo", "User.Read", profile.photo)
    yield _route("GET", "/photo/$value", "User.Read", profile.photo_bytes)
    yield _route("GET", "/photos/{size}", "User.Read", profile.photo)
    yield _route("GET", "/photos/{size}/$value", "User.Read", profile.photo_bytes)
    yield _route("GET", "/mailboxSettings", _SETTINGS, profile.mailbox_settings)
    yield _route("GET", "/mailboxSettings/{setting}", _SETTINGS, profile.mailbox_setting)
    yield _route("GET", "/presence", "Presence.Read", profile.presence)
    yield _route("GET", "/outlook/supportedTimeZones", "User.Read", profile.time_zones)
    yield Route(
        "GET",
        re.compile(r"/outlook/(microsoft\.graph\.)?supportedTimeZones\(TimeZoneStandard=[\w.']+\)", re.IGNORECASE),
        "User.Read",
        profile.time_zones,
    )


def _calendars() -> Iterator[Route]:
    yield _route("GET", "/calendars", _BASIC, calendars.calendars)
    yield _route("GET", "/calendarGroups", _BASIC, calendars.groups)
    yield _route("GET", "/calendarGroups/{group}", _BASIC, calendars.group)
    yield _route("GET", "/calendarGroups/{group}/calendars", _BASIC, calendars.calendars)
    for prefix in _CALENDAR:
        yield _route("GET", prefix, _BASIC, calendars.calendar)
    for prefix in ("", *_CALENDAR):
        yield _route("GET", f"{prefix}/calendarView", _BASIC, views.calendar_view)
        yield _route("GET", f"{prefix}/events", _BASIC, views.events)
        yield _route("POST", f"{prefix}/events", _WRITE, events.create)
        for spelling in ("delta", "delta()", "microsoft.graph.delta", "microsoft.graph.delta()"):
            yield _route("GET", f"{prefix}/calendarView/{spelling}", _READ, state=delta.delta)


def _events() -> Iterator[Route]:
    for event in _EVENT:
        yield _route("GET", event, _BASIC, events.read)
        yield _route("PATCH", event, _WRITE, events.update)
        yield _route("DELETE", event, _WRITE, events.delete)
        yield _route("GET", f"{event}/instances", _BASIC, views.instances)
        yield _route("GET", f"{event}/calendar", _BASIC, calendars.calendar_of_event)
        yield _route("GET", f"{event}/attachments", _READ, events.attachments)
        for name, scope, handler in actions.ACTIONS:
            for spelling in (name, f"microsoft.graph.{name}"):
                yield _route("POST", f"{event}/{spelling}", scope, handler)


def _more() -> Iterator[Route]:
    yield _route("GET", "/onlineMeetings", "OnlineMeetings.Read", meetings.find)
    yield _route("GET", "/onlineMeetings/{meeting}", "OnlineMeetings.Read", meetings.read)
    yield _route("POST", "/sendMail", "Mail.Send", mail.send)
    yield _route("POST", "/microsoft.graph.sendMail", "Mail.Send", mail.send)
    yield _route("GET", "/mailFolders/{folder}/messages", "Mail.Read", mail.listed)
    yield Route(
        "GET", re.compile(r"/(microsoft\.graph\.)?reminderView\((?P<window>.*)\)", re.IGNORECASE), _READ, reminders.view
    )
    yield _route("GET", "/reminderView", _READ, reminders.view)


ROUTES: tuple[Route, ...] = (*_profile(), *_calendars(), *_events(), *_more())
