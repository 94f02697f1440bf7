"""The stored rows of accounts, calendars, profiles, events and ways to join: domain values as JSON text and back.

What is read equals what was written. Fields that have their default are left out, unknown ones are ignored and missing
ones take their default, so a field can be added to a value without a migration. Moments keep their offset, not the
name of their zone. A text that cannot be decoded raises ValueError or TypeError, which name nothing of its content.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, TypeVar

import msgspec
from msgspec.structs import astuple, replace

from carlendar.domain.account import Account, Calendar, Profile
from carlendar.domain.base import Value
from carlendar.domain.event import Event
from carlendar.domain.timespan import DateSpan, Timespan
from carlendar.meetings.join_details import JoinDetails

_V = TypeVar("_V", bound=Value)

_MINUTE = timedelta(minutes=1)
_DAYS_KEY = '"days":'
"""Within a JSON string the quotes would be escaped, so this can only be a key."""


class _TimedRow(Event, frozen=True):
    """An event whose times are stored as `span`."""

    span: Timespan


class _DaysRow(Event, frozen=True, rename={"span": "days"}):
    """An event of whole days, which are stored as `days`."""

    span: DateSpan


def event_to_json(event: Event) -> str:
    """The event as text."""
    if isinstance(event.span, DateSpan):
        return _encoded(_DaysRow(*astuple(event)))
    if _has_seconds(event.span.start) or _has_seconds(event.span.end):
        span = Timespan(event.span.start.astimezone(UTC), event.span.end.astimezone(UTC))
        return _encoded(replace(event, span=span))
    return _encoded(event)


def event_from_json(text: str, body: str = "") -> Event:
    """The event of a text that `event_to_json` made; `body` replaces its own where it is not empty."""
    event = Event(*astuple(_decoded(_DaysRow if _DAYS_KEY in text else _TimedRow, text)))
    return replace(event, body=body) if body else event


def way_in_to_json(way_in: JoinDetails) -> str:
    """The way in as text."""
    return _encoded(way_in)


def way_in_from_json(text: str) -> JoinDetails:
    """The way in of a text that `way_in_to_json` made."""
    return _decoded(JoinDetails, text)


def account_to_json(account: Account) -> str:
    """The account as text."""
    return _encoded(account)


def account_from_json(text: str) -> Account:
    """The account of a text that `account_to_json` made."""
    return _decoded(Account, text)


def calendar_to_json(calendar: Calendar) -> str:
    """The calendar as text."""
    return _encoded(calendar)


def calendar_from_json(text: str) -> Calendar:
    """The calendar of a text that `calendar_to_json` made."""
    return _decoded(Calendar, text)


def profile_to_json(profile: Profile) -> str:
    """The profile as text."""
    return _encoded(profile)


def profile_from_json(text: str) -> Profile:
    """The profile of a text that `profile_to_json` made."""
    return _decoded(Profile, text)


def _has_seconds(moment: datetime) -> bool:
    """Whether its offset is not of whole minutes: RFC 3339 cannot write it, and msgspec would drop the seconds."""
    offset = moment.utcoffset()
    return offset is not None and bool(offset % _MINUTE)


def _encoded(value: Value) -> str:
    try:
        return msgspec.json.encode(value).decode()
    except UnicodeEncodeError:  # half a surrogate pair, which a hostile calendar may hold: escaped, it can be stored
        return json.dumps(msgspec.to_builtins(value), separators=(",", ":"))


@cache  # built when it is first needed: that resolves the annotations of all fields
def _decoder(kind: type[_V]) -> msgspec.json.Decoder[_V]:
    return msgspec.json.Decoder(kind)


def _decoded(kind: type[_V], text: str) -> _V:
    try:
        return _decoder(kind).decode(text)
    except msgspec.DecodeError:
        pass
    # Half surrogate pairs, and offsets with seconds as they were once stored, are beyond msgspec's parser.
    try:
        return msgspec.convert(json.loads(text, object_hook=_with_moments), kind)
    except msgspec.ValidationError:
        raise ValueError("a stored row has a field of another type") from None  # its own text may show the content


def _with_moments(data: dict[str, Any]) -> dict[str, Any]:
    """The object with its moments parsed, however their offsets are written."""
    if "span" in data:
        data["span"] = [datetime.fromisoformat(moment) for moment in data["span"]]
    if "since" in data:
        data["since"] = datetime.fromisoformat(data["since"])
    return data
