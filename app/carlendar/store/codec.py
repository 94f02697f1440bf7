"""JSON encoding of stored accounts, calendars, profiles, events and join details.

Lossless. Fields with their default value are left out, unknown ones are ignored and missing ones take their default,
so a field can be added without a migration. Datetimes keep their offset, not the name of their time zone. Invalid text
raises ValueError or TypeError, without its content.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, TypeVar

import msgspec
from msgspec.structs import astuple, replace

from carlendar.domain.account import Account, Calendar, Profile
from carlendar.domain.base import Value, to_json
from carlendar.domain.event import Event
from carlendar.domain.timespan import DateSpan, Timespan
from carlendar.meetings.join_details import JoinDetails

_V = TypeVar("_V", bound=Value)

_MINUTE = timedelta(minutes=1)
_DAYS_KEY = '"days":'
"""The quotes would be escaped within a JSON string, so this can only be a key."""


class _TimedRow(Event, frozen=True):
    """A timed event, stored with `span`."""

    span: Timespan


class _DaysRow(Event, frozen=True, rename={"span": "days"}):
    """An all-day event, stored with `days`."""

    span: DateSpan


def event_to_json(event: Event) -> str:
    """Encode an event."""
    if isinstance(event.span, DateSpan):
        return to_json(_DaysRow(*astuple(event))).decode()
    start, end = _writable(event.span.start), _writable(event.span.end)
    if start is not event.span.start or end is not event.span.end:
        event = replace(event, span=Timespan(start, end))
    return to_json(event).decode()


def event_from_json(text: str, body: str = "") -> Event:
    """Decode an event; a non-empty `body` replaces its own."""
    event = Event(*astuple(decoded(_DaysRow if _DAYS_KEY in text else _TimedRow, text)))
    return replace(event, body=body) if body else event


def encoded(value: Account | Calendar | JoinDetails | Profile) -> str:
    """Encode a value."""
    if isinstance(value, Account):
        value = replace(value, since=_writable(value.since))
    return to_json(value).decode()


def _writable(moment: datetime) -> datetime:
    """Return the datetime, in UTC if its offset has seconds, which RFC 3339 cannot represent and msgspec would drop."""
    offset = moment.utcoffset()
    return moment.astimezone(UTC) if offset is not None and offset % _MINUTE else moment


@cache  # built on first use: resolves the annotations of all fields
def _decoder(kind: type[_V]) -> msgspec.json.Decoder[_V]:
    return msgspec.json.Decoder(kind)


def decoded(kind: type[_V], text: str) -> _V:
    """Decode a value of a kind that is not an event."""
    found: _V
    try:
        found = _decoder(kind).decode(text)
    except msgspec.DecodeError:
        found = _decoded_slowly(kind, text)
    return found


def _decoded_slowly(kind: type[_V], text: str) -> _V:
    # msgspec's parser rejects lone surrogates, and offsets with seconds, which earlier versions stored.
    try:
        found: _V = msgspec.convert(json.loads(text, object_hook=_with_moments), kind)
    except (ValueError, TypeError):  # their messages may contain the content
        raise ValueError("a stored row cannot be decoded") from None
    return found


def _with_moments(data: dict[str, Any]) -> dict[str, Any]:
    """Return the object with its datetimes parsed, including offsets with seconds."""
    if "span" in data:
        data["span"] = [datetime.fromisoformat(moment) for moment in data["span"]]
    if "since" in data:
        data["since"] = datetime.fromisoformat(data["since"])
    return data
