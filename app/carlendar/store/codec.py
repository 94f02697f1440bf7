"""Domain values as JSON text and back, exactly: what is read equals what was written.

Fields that have their default are left out, unknown ones are ignored, missing ones take their default:
so a field can be added to a value without a migration. Moments keep their offset, not the name of
their zone. The text is pure ASCII, whatever the calendar holds.
"""

from __future__ import annotations

import json
from datetime import date, datetime
from types import NoneType
from typing import Any

from msgspec import NODEFAULT
from msgspec.structs import fields

from carlendar.domain.account import Account, AccountState, Calendar, Profile
from carlendar.domain.event import Event, OnlineMeeting, Person, Response, Sensitivity, ShowAs
from carlendar.domain.place import Place
from carlendar.domain.timespan import DateSpan, Timespan
from carlendar.meetings.join_details import DialIn, JoinDetails, Refused

_PLAIN: dict[str, tuple[type, ...]] = {
    "str": (str,),
    "bool": (bool,),
    "int": (int,),
    "float": (float, int),
    "int | None": (int, NoneType),
    "float | None": (float, int, NoneType),
}
_TUPLES = {"tuple[str, ...]"}


class _Shape:
    """The fields of one class that are plain JSON values or tuples of strings."""

    def __init__(self, cls: type[Any]) -> None:
        found = fields(cls)
        self.defaults = {f.name: f.default for f in found if f.type in _PLAIN}
        self.types = {f.name: _PLAIN[str(f.type)] for f in found if f.type in _PLAIN}
        self.tuples = tuple(f.name for f in found if f.type in _TUPLES)

    def pack(self, value: Any) -> dict[str, Any]:
        data = {
            name: getattr(value, name)
            for name, default in self.defaults.items()
            if default is NODEFAULT or getattr(value, name) != default
        }
        for name in self.tuples:
            if getattr(value, name):
                data[name] = list(getattr(value, name))
        return data

    def unpack(self, data: dict[str, Any]) -> dict[str, Any]:
        """The fields that are there; TypeError for a value of another type, or for no object."""
        known = {name: data[name] for name in data if name in self.defaults}
        for name, value in known.items():
            if value.__class__ not in self.types[name]:
                raise TypeError(f"{name} is of another type")
        for name in self.tuples:
            if name in data:
                known[name] = tuple(data[name])
                if any(item.__class__ is not str for item in known[name]):
                    raise TypeError(f"{name} holds other types")
        return known


_EVENT, _PERSON, _PLACE, _ONLINE = _Shape(Event), _Shape(Person), _Shape(Place), _Shape(OnlineMeeting)
_WAY_IN, _DIAL_IN, _REFUSED = _Shape(JoinDetails), _Shape(DialIn), _Shape(Refused)
_ACCOUNT, _CALENDAR, _PROFILE = _Shape(Account), _Shape(Calendar), _Shape(Profile)


def event_to_json(event: Event) -> str:
    """The event as text."""
    data = _EVENT.pack(event)
    span = event.span
    data["days" if isinstance(span, DateSpan) else "span"] = [span.start.isoformat(), span.end.isoformat()]
    data["show_as"], data["response"] = event.show_as.value, event.response.value
    data["sensitivity"] = event.sensitivity.value
    if event.organizer is not None:
        data["organizer"] = _PERSON.pack(event.organizer)
    if event.attendees:
        data["attendees"] = [_PERSON.pack(person) for person in event.attendees]
    if event.place is not None:
        data["place"] = _PLACE.pack(event.place)
    if event.online is not None:
        data["online"] = _ONLINE.pack(event.online)
    return json.dumps(data, separators=(",", ":"))


def event_from_json(text: str, body: str = "") -> Event:
    """The event of a text that `event_to_json` made; `body` replaces its own where it is not empty."""
    data: dict[str, Any] = json.loads(text)
    known = _EVENT.unpack(data)
    if body:
        known["body"] = body
    return Event(
        **known,
        span=_span(data),
        show_as=ShowAs(data["show_as"]),
        response=Response(data["response"]),
        sensitivity=Sensitivity(data["sensitivity"]),
        organizer=_person(data["organizer"]) if "organizer" in data else None,
        attendees=tuple(_person(person) for person in data.get("attendees", ())),
        place=Place(**_PLACE.unpack(data["place"])) if "place" in data else None,
        online=OnlineMeeting(**_ONLINE.unpack(data["online"])) if "online" in data else None,
    )


def way_in_to_json(way_in: JoinDetails) -> str:
    """The way in as text."""
    data = _WAY_IN.pack(way_in)
    if way_in.dial_ins:
        data["dial_ins"] = [_DIAL_IN.pack(number) for number in way_in.dial_ins]
    if way_in.refused:
        data["refused"] = [_REFUSED.pack(refused) for refused in way_in.refused]
    return json.dumps(data, separators=(",", ":"))


def way_in_from_json(text: str) -> JoinDetails:
    """The way in of a text that `way_in_to_json` made."""
    data: dict[str, Any] = json.loads(text)
    return JoinDetails(
        **_WAY_IN.unpack(data),
        dial_ins=tuple(DialIn(**_DIAL_IN.unpack(number)) for number in data.get("dial_ins", ())),
        refused=tuple(Refused(**_REFUSED.unpack(refused)) for refused in data.get("refused", ())),
    )


def account_to_json(account: Account) -> str:
    """The account as text."""
    data = _ACCOUNT.pack(account)
    return json.dumps({**data, "state": account.state.value, "since": account.since.isoformat()})


def account_from_json(text: str) -> Account:
    """The account of a text that `account_to_json` made."""
    data: dict[str, Any] = json.loads(text)
    state, since = AccountState(data["state"]), datetime.fromisoformat(data["since"])
    return Account(**_ACCOUNT.unpack(data), state=state, since=since)


def calendar_to_json(calendar: Calendar) -> str:
    """The calendar as text."""
    return json.dumps(_CALENDAR.pack(calendar))


def calendar_from_json(text: str) -> Calendar:
    """The calendar of a text that `calendar_to_json` made."""
    return Calendar(**_CALENDAR.unpack(json.loads(text)))


def profile_to_json(profile: Profile) -> str:
    """The profile as text."""
    return json.dumps(_PROFILE.pack(profile))


def profile_from_json(text: str) -> Profile:
    """The profile of a text that `profile_to_json` made."""
    return Profile(**_PROFILE.unpack(json.loads(text)))


def _person(data: dict[str, Any]) -> Person:
    return Person(**_PERSON.unpack(data))


def _span(data: dict[str, Any]) -> Timespan | DateSpan:
    if "days" in data:
        first, last = data["days"]
        return DateSpan(date.fromisoformat(first), date.fromisoformat(last))
    start, end = data["span"]
    return Timespan(datetime.fromisoformat(start), datetime.fromisoformat(end))
