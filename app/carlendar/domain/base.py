"""The base of all values: immutable, compared by their fields, and without a `repr` of their content."""

from __future__ import annotations

import json

import msgspec
from msgspec import Struct


class Value(Struct, frozen=True, omit_defaults=True):
    """A frozen struct, encoded without the fields that have their default.

    Its `repr` names the class only: error texts and logs must not show what a calendar holds. Those of which there
    are thousands are made with `gc=False`: nothing that they hold can refer back to them.
    """

    def __repr__(self) -> str:
        return f"{type(self).__name__}(...)"


def to_json(value: Value) -> bytes:
    """The value as compact JSON in UTF-8; a text with half a surrogate pair, which UTF-8 cannot hold, is escaped."""
    try:
        return msgspec.json.encode(value)
    except UnicodeEncodeError:
        return json.dumps(msgspec.to_builtins(value), separators=(",", ":")).encode()
