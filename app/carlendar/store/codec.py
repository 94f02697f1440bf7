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
    event = Event(*astuple(_decoded(_DaysRow if _DAYS_KEY in text else _TimedRow, text)))
    return replace(event, body=body) if body else event


def join_details_to_json(join_details: JoinDetails) -> str:
    """Encode join details."""
    return to_json(join_details).decode()


def join_details_from_json(text: str) -> JoinDetails:
    """Decode join details."""
    return _decoded(JoinDetails, text)


def account_to_json(account: Account) -> str:
    """Encode an account."""
    return to_json(replace(account, since=_writable(account.since))).decode()


def account_from_json(text: str) -> Account:
    """Decode an account."""
    return _decoded(Account, text)


def calendar_to_json(calendar: Calendar) -> str:
    """Encode a calendar."""
    return to_json(calendar).decode()


def calendar_from_json(text: str) -> Calendar:
    """Decode a calendar."""
    return _decoded(Calendar, text)


def profile_to_json(profile: Profile) -> str:
    """Encode a profile."""
    return to_json(profile).decode()


def profile_from_json(text: str) -> Profile:
    """Decode a profile."""
    return _decoded(Profile, text)


def _writable(moment: datetime) -> datetime:
    """Return the datetime, in UTC if its offset has seconds, which RFC 3339 cannot represent and msgspec would drop."""
    offset = moment.utcoffset()
    return moment.astimezone(UTC) if offset is not None and offset % _MINUTE else moment


@cache  # built on first use: resolves the annotations of all fields
def _decoder(kind: type[_V]) -> msgspec.json.Decoder[_V]:
    return msgspec.json.Decoder(kind)


def _decoded(kind: type[_V], text: str) -> _V:
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
