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
from carlendar.domain.base import Value, to_json
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
        return to_json(_DaysRow(*astuple(event))).decode()
    start, end = _writable(event.span.start), _writable(event.span.end)
    if start is not event.span.start or end is not event.span.end:
        event = replace(event, span=Timespan(start, end))
    return to_json(event).decode()


def event_from_json(text: str, body: str = "") -> Event:
    """The event of a text that `event_to_json` made; `body` replaces its own where it is not empty."""
    event = Event(*astuple(_decoded(_DaysRow if _DAYS_KEY in text else _TimedRow, text)))
    return replace(event, body=body) if body else event


def join_details_to_json(join_details: JoinDetails) -> str:
    """The way in as text."""
    return to_json(join_details).decode()


def join_details_from_json(text: str) -> JoinDetails:
    """The way in of a text that `join_details_to_json` made."""
    return _decoded(JoinDetails, text)


def account_to_json(account: Account) -> str:
    """The account as text."""
    return to_json(replace(account, since=_writable(account.since))).decode()


def account_from_json(text: str) -> Account:
    """The account of a text that `account_to_json` made."""
    return _decoded(Account, text)


def calendar_to_json(calendar: Calendar) -> str:
    """The calendar as text."""
    return to_json(calendar).decode()


def calendar_from_json(text: str) -> Calendar:
    """The calendar of a text that `calendar_to_json` made."""
    return _decoded(Calendar, text)


def profile_to_json(profile: Profile) -> str:
    """The profile as text."""
    return to_json(profile).decode()


def profile_from_json(text: str) -> Profile:
    """The profile of a text that `profile_to_json` made."""
    return _decoded(Profile, text)


def _writable(moment: datetime) -> datetime:
    """The moment; in UTC where its offset has seconds, which RFC 3339 cannot write and msgspec would drop."""
    offset = moment.utcoffset()
    return moment.astimezone(UTC) if offset is not None and offset % _MINUTE else moment


@cache  # built when it is first needed: that resolves the annotations of all fields
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
    # Half surrogate pairs, and offsets with seconds as they were once stored, are beyond msgspec's parser.
    try:
        found: _V = msgspec.convert(json.loads(text, object_hook=_with_moments), kind)
    except (ValueError, TypeError):  # its own text may show the content
        raise ValueError("a stored row cannot be decoded") from None
    return found


def _with_moments(data: dict[str, Any]) -> dict[str, Any]:
    """The object with its moments parsed, however their offsets are written."""
    if "span" in data:
        data["span"] = [datetime.fromisoformat(moment) for moment in data["span"]]
    if "since" in data:
        data["since"] = datetime.fromisoformat(data["since"])
    return data
