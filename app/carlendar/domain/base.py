"""The base classes of values and of mutable state, both with a `repr` that hides the content; and the JSON of values.

Values are immutable and compared by field.

The JSON is lossless. Fields with their default value are left out, unknown ones are ignored and missing ones take their
default, so a field can be added without a migration. Datetimes keep their offset, not the name of their time zone.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, TypeVar

import msgspec
from msgspec import Struct
from msgspec.structs import replace

_MINUTE = timedelta(minutes=1)


class Value(Struct, frozen=True, omit_defaults=True):
    """A frozen struct, encoded without fields that have their default value.

    Its `repr` shows the class name only: error texts and logs must not contain calendar data.
    Types of which there are thousands are made with `gc=False`: nothing they hold can refer back to them.
    """

    def __repr__(self) -> str:
        return f"{type(self).__name__}(...)"


class State(Struct, eq=False):
    """Mutable state with one owner. Its class is made much faster than a dataclass, whose methods are compiled.

    Its `repr` shows the class name only.
    """

    def __repr__(self) -> str:
        return f"{type(self).__name__}(...)"


def to_json(value: Value) -> bytes:
    """Encode the value as compact JSON in UTF-8; lone surrogates, which UTF-8 cannot encode, are escaped."""
    try:
        return msgspec.json.encode(value)
    except UnicodeEncodeError:
        return json.dumps(msgspec.to_builtins(value), separators=(",", ":")).encode()


def encoded(value: Value) -> str:
    """Encode a value for the store."""
    if isinstance(since := getattr(value, "since", None), datetime):  # of an account
        value = replace(value, since=writable(since))
    return to_json(value).decode()


def writable(moment: datetime) -> datetime:
    """Return the datetime, in UTC if its offset has seconds, which RFC 3339 cannot represent and msgspec would drop."""
    offset = moment.utcoffset()
    return moment.astimezone(UTC) if offset is not None and offset % _MINUTE else moment


_V = TypeVar("_V", bound=Value)


def decoded(kind: type[_V], text: str) -> _V:
    """Decode a stored value. Raises ValueError or TypeError for invalid text, without its content."""
    found: _V
    try:
        found = _decoder(kind).decode(text)
    except msgspec.DecodeError:
        found = _decoded_slowly(kind, text)
    return found


@cache  # built on first use: resolves the annotations of all fields
def _decoder(kind: type[_V]) -> msgspec.json.Decoder[_V]:
    return msgspec.json.Decoder(kind)


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
