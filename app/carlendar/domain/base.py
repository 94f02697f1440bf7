"""The base class of all values: immutable, compared by field, with a `repr` that hides the content."""

from __future__ import annotations

import json

import msgspec
from msgspec import Struct


class Value(Struct, frozen=True, omit_defaults=True):
    """A frozen struct, encoded without fields that have their default value.

    Its `repr` shows the class name only: error texts and logs must not contain calendar data.
    Types of which there are thousands are made with `gc=False`: nothing they hold can refer back to them.
    """

    def __repr__(self) -> str:
        return f"{type(self).__name__}(...)"


def to_json(value: Value) -> bytes:
    """Encode the value as compact JSON in UTF-8; lone surrogates, which UTF-8 cannot encode, are escaped."""
    try:
        return msgspec.json.encode(value)
    except UnicodeEncodeError:
        return json.dumps(msgspec.to_builtins(value), separators=(",", ":")).encode()
