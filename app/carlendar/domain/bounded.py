"""Numbers and JSON from outside, read within bounds: iCalendar, Graph, Google, invitations, settings, the channel.

Python's own readers are too generous for hostile input: `int` takes any script's digits, underscores and thousands
of digits (and refuses more than 4,300 with an error of its own), `str.isdigit` is true of "²", `json` gives integers
that no float can hold, infinities, and fails altogether where one value is nested too deeply. Here a number that is
out of bounds is no number (None), and costs nothing but itself.
"""

from __future__ import annotations

import json
import math
import re
from typing import Any

DIGITS = 15
"""Digits of an integer at most: such a one is exact as a float too."""

LARGEST = 10**DIGITS - 1

DEPTH = 100
"""Levels of arrays and objects in JSON that are read where a text is nested too deeply for Python's parser."""

# Compiled when they are first needed: this module is on the way to the first frame.
_INTEGER = rf"[+-]?0*[0-9]{{1,{DIGITS}}}"
_STRUCTURE = r'"(?:[^"\\]|\\.)*+"|[\[\]{}]'


def integer(text: str, low: int = -LARGEST, high: int = LARGEST) -> int | None:
    """The integer that `text` writes in ASCII digits, blanks around it left out; None outside of `low` to `high`."""
    plain = text.strip(" \t")
    if len(plain) > 200 or re.fullmatch(_INTEGER, plain) is None:
        return None
    value = int(plain)
    return value if low <= value <= high else None


def number(value: object, low: float = -LARGEST, high: float = LARGEST) -> float | None:
    """A value of JSON or TOML as a number; None for truth values, what is not finite, and outside of the bounds."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
        return None  # nan is within no bounds
    return float(value)


def whole(value: object, low: int = -LARGEST, high: int = LARGEST) -> int | None:
    """The same as an integer; None also for a number with a fraction."""
    found = number(value, low, high)
    return int(found) if found is not None and found.is_integer() else None


def from_json(data: str | bytes) -> Any:
    """The value of a JSON text. Raises ValueError for what is none.

    A number beyond `DIGITS` digits, or that is not finite, is None; so is what lies deeper than `DEPTH` levels where
    the text is nested too deeply to be parsed as it is. Control characters within texts are kept as they are, and
    bytes that are no characters become U+FFFD: neither costs more than the text that holds them.
    """
    text = (data if isinstance(data, str) else _text(data)).removeprefix("\ufeff")
    try:
        return _loads(text)
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


def _flattened(text: str) -> str:
    """The text with null in place of what lies deeper than `DEPTH`."""
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
