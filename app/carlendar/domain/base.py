"""The base of all values: immutable, compared by their fields, and without a `repr` of their content."""

from __future__ import annotations

from msgspec import Struct


class Value(Struct, frozen=True, omit_defaults=True):
    """A frozen struct, encoded without the fields that have their default.

    Its `repr` names the class only: error texts and logs must not show what a calendar holds.
    """

    def __repr__(self) -> str:
        return f"{type(self).__name__}(...)"
