"""Recorded signals: JSON lines `{"t": 12.25, "signal": "Vehicle.Speed", "value": 31.5}`.

`t` is seconds from the start and never falls; a line with `t` alone lets time pass. Empty lines and
further keys are passed over.
"""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

from app.domain.ports import Reading
from app.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

TIME_PASSES = ""
"""The signal of a reading that only lets time pass."""
LONGEST = 1e9
"""Seconds; no trace is longer than thirty years."""


def read_trace(path: Path) -> Iterator[Reading]:
    """The readings of a file, one at a time; `at` is the trace's `t`. Raises UsageError, naming the line."""
    try:
        with path.open(encoding="utf-8-sig") as lines:
            yield from parse_trace(lines)
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"{path} is not text in UTF-8") from error


def parse_trace(lines: Iterable[str]) -> Iterator[Reading]:
    """As `read_trace`, of lines already at hand."""
    last = 0.0
    for number, line in enumerate(lines, 1):
        if line.strip():
            reading = _reading(line, number)
            if reading.at < last:
                raise UsageError(f"line {number}: t falls from {last:g} to {reading.at:g}")
            last = reading.at
            yield reading


def _reading(line: str, number: int) -> Reading:
    try:
        entry = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise UsageError(f"line {number} is not JSON") from error
    if not isinstance(entry, dict):
        raise UsageError(f"line {number} is not a JSON object")
    at = _moment(entry.get("t"), number)
    if "signal" not in entry and "value" not in entry:
        return Reading(at, TIME_PASSES, None)
    signal = entry.get("signal")
    if not isinstance(signal, str) or not signal:
        raise UsageError(f"line {number}: signal is not a name")
    if "value" not in entry:
        raise UsageError(f"line {number}: {signal} has no value")
    return Reading(at, signal, _value(entry["value"]))


def _moment(t: Any, number: int) -> float:
    if isinstance(t, bool) or not isinstance(t, (int, float)):
        raise UsageError(f"line {number}: t is not a number")
    if not 0 <= t <= LONGEST or not math.isfinite(t):
        raise UsageError(f"line {number}: t is not between 0 and {LONGEST:g} seconds")
    return float(t)


def _value(value: Any) -> float | bool | str | None:
    """A scalar as it is; a list or an object, which no signal used here has, as its text."""
    return value if value is None or isinstance(value, (bool, int, float, str)) else json.dumps(value)
