"""Bounded parsing of untrusted numbers and JSON: iCalendar, Graph, Google, invitations, settings, the channel.

Python's own parsers are too lenient for hostile input: `int` accepts digits of any script, underscores and thousands
of digits (and raises beyond 4,300), `str.isdigit` is true for "²", `json` returns integers beyond the range of a
float and infinities, and fails as a whole if one value is nested too deeply. Here a number out of bounds becomes None
without affecting anything else.
"""

from __future__ import annotations

import json
import math
import re
from typing import Any

DIGITS = 15
"""Maximum number of digits of an integer, so that it is exact as a float too."""

LARGEST = 10**DIGITS - 1

DEPTH = 100
"""Levels of arrays and objects that are kept of JSON.

The parser's own limit is none to rely on: 1,000 levels in Python 3.11 and about 10,000 in 3.13, more than a recursive
reader of the result can follow.
"""

# Compiled on first use: this module is imported before the first frame.
_INTEGER = rf"[+-]?0*[0-9]{{1,{DIGITS}}}"
_STRUCTURE = r'"(?:[^"\\]|\\.)*+"|[\[\]{}]'


def integer(text: str, low: int = -LARGEST, high: int = LARGEST) -> int | None:
    """Parse an integer of ASCII digits, ignoring surrounding blanks; None if invalid or outside `low` to `high`."""
    plain = text.strip(" \t")
    if len(plain) > 200 or re.fullmatch(_INTEGER, plain) is None:
        return None
    value = int(plain)
    return value if low <= value <= high else None


def number(value: object, low: float = -LARGEST, high: float = LARGEST) -> float | None:
    """Return a JSON or TOML value as a number; None for booleans, non-finite values, and values out of bounds."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
        return None  # NaN is within no bounds
    return float(value)


def whole(value: object, low: int = -LARGEST, high: int = LARGEST) -> int | None:
    """Like `number`, as an integer; None also for a number with a fraction."""
    found = number(value, low, high)
    return int(found) if found is not None and found.is_integer() else None


def from_json(data: str | bytes) -> Any:
    """Parse JSON. Raises ValueError if it is invalid.

    A number of more than `DIGITS` digits or that is not finite becomes None, and so does an array or object deeper
    than `DEPTH` levels. Control characters in strings are kept, and invalid bytes
    become U+FFFD, so that they do not invalidate the rest.
    """
    text = (data if isinstance(data, str) else _text(data)).removeprefix("\ufeff")
    try:
        value = _loads(text)
        if not _is_deep(value):
            return value
    except RecursionError:
        pass
    try:
        return _loads(_flattened(text))
    except RecursionError as error:
        raise ValueError("nested too deeply") from error


def _text(data: bytes) -> str:
    code = json.detect_encoding(data)
    try:
        return data.decode(code, "surrogatepass")
    except UnicodeDecodeError:
        return data.decode(code, "replace")


def _loads(text: str) -> Any:
    return json.loads(text, strict=False, parse_int=integer, parse_float=_finite, parse_constant=lambda _: None)


def _finite(text: str) -> float | None:
    value = float(text)
    return value if math.isfinite(value) else None


def _is_deep(value: Any) -> bool:
    """Whether arrays and objects are nested in more than `DEPTH` levels."""
    level = [value] if isinstance(value, dict | list) else []
    for _ in range(DEPTH):
        level = [
            inner
            for each in level
            for inner in (each.values() if isinstance(each, dict) else each)
            if isinstance(inner, dict | list)
        ]
        if not level:
            return False
    return True


def _flattened(text: str) -> str:
    """Return the text with null in place of values deeper than `DEPTH`."""
    kept: list[str] = []
    depth = start = 0
    for mark in re.finditer(_STRUCTURE, text, re.DOTALL):
        sign = mark[0]
        if sign in "[{":
            depth += 1
            if depth == DEPTH + 1:
                kept.append(f"{text[start : mark.start()]}null")
        elif sign in "]}":
            depth -= 1
            if depth == DEPTH:
                start = mark.end()
    return "".join(kept) + (text[start:] if depth <= DEPTH else "")
