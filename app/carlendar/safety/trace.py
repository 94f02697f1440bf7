"""Recorded signals: JSON lines `{"t": 12.25, "signal": "Vehicle.Speed", "value": 31.5}`.

`t` is seconds from the start and never decreases; a line with only `t` lets time pass. `unit` is the unit of the
value if it differs from the signal's default ("m/s"), constant per signal. `reported` is when the source reported
the value, in seconds of the source's own clock (any epoch): a speed that has it is a confirmation only if newer
than the last confirmation; a speed without it always is, and a P without it was reported at `t`. Empty lines and
unknown keys are ignored; a duplicate key is ambiguous and an error.
"""

from __future__ import annotations

import json
import math
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, Any, BinaryIO

from carlendar.domain.ports import Reading
from carlendar.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

TIME_PASSES = ""
"""The signal name of a reading that only lets time pass."""
LONGEST = 1e9
"""Maximum length of a trace in seconds, about thirty years."""
LONGEST_CLOCK = 1e12
"""Maximum distance of a source's clock from its epoch in seconds."""
NANOSECONDS = 1_000_000_000
LONGEST_LINE = 1_000_000
"""Maximum length of a line in bytes."""
MARK = "\ufeff"
"""The byte order mark, with which some editors start a UTF-8 file."""


class TraceEntry(Reading, frozen=True):
    """A reading as recorded; `unit` is empty if the line has none."""

    unit: str = ""


@contextmanager
def readable_twice(path: Path) -> Iterator[Path]:
    """Yield the path, or, for a pipe, which can be read only once, that of a temporary copy. Raises UsageError."""
    if not _is_pipe(path):
        yield path
        return
    with TemporaryFile() as copy:  # without a name: nothing stays behind, however this process ends
        try:
            with path.open("rb") as file:
                for line in _lines(file):  # a binary stream fails here, before it fills the disk
                    copy.write(line.encode())
            copy.flush()
        except OSError as error:
            raise UsageError(f"{path} cannot be read: {error.strerror}") from error
        yield Path(f"/proc/self/fd/{copy.fileno()}")


def _is_pipe(path: Path) -> bool:
    """Whether the file can be read only once; an inaccessible file is reported when it is opened."""
    try:
        return path.exists() and not path.is_file() and not path.is_dir()
    except OSError:  # the name is too long
        return False


def read_trace(path: Path) -> Iterator[TraceEntry]:
    """Yield the readings of a file one at a time; `at` is the trace's `t`. Raises UsageError with the line number.

    Memory use is bounded by the longest line.
    """
    try:
        with path.open("rb") as file:
            yield from parse_trace(_lines(file))
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from error


def parse_trace(lines: Iterable[str]) -> Iterator[TraceEntry]:
    """Like `read_trace`, for lines in memory."""
    last, units = 0.0, dict[str, str]()
    for number, line in enumerate(lines, 1):
        if line.strip():
            entry = _entry(line, number)
            if entry.at < last:
                raise UsageError(f"line {number}: t decreases from {last:g} to {entry.at:g}")
            if entry.signal and units.setdefault(entry.signal, entry.unit) != entry.unit:
                raise UsageError(f"line {number}: {entry.signal} has a different unit than before")
            last = entry.at
            yield entry


def _lines(file: BinaryIO) -> Iterator[str]:
    number = 0
    while line := file.readline(LONGEST_LINE + 1):
        number += 1
        if len(line) > LONGEST_LINE:
            raise UsageError(f"line {number} is longer than {LONGEST_LINE:,} bytes")
        try:
            text = line.decode("utf-8")
        except UnicodeDecodeError as error:
            raise UsageError(f"line {number} is not UTF-8 text") from error
        yield text.removeprefix(MARK) if number == 1 else text


def _entry(line: str, number: int) -> TraceEntry:
    try:
        entry = json.loads(line)
        if isinstance(entry, dict) and line.count(":") != len(entry):
            json.loads(line, object_pairs_hook=_once)  # slow, and rarely needed
    except _TwiceError as error:
        raise UsageError(f"line {number}: duplicate key {error}") from error
    except (ValueError, RecursionError) as error:
        raise UsageError(f"line {number} is not JSON") from error
    if not isinstance(entry, dict):
        raise UsageError(f"line {number} is not a JSON object")
    at = _moment(entry.get("t"), number)
    if "signal" not in entry and "value" not in entry:
        return TraceEntry(at, TIME_PASSES, None)
    signal, unit = entry.get("signal"), entry.get("unit", "")
    if not isinstance(signal, str) or not signal:
        raise UsageError(f"line {number}: signal is not a name")
    if "value" not in entry:
        raise UsageError(f"line {number}: {signal} has no value")
    if not isinstance(unit, str):
        raise UsageError(f"line {number}: unit is not a name")
    return TraceEntry(at, signal, _value(entry["value"]), _reported(entry.get("reported"), number), unit)


class _TwiceError(ValueError):
    """A duplicate key of a JSON object."""


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    entry = dict(pairs)
    if len(entry) != len(pairs):
        names = [name for name, _ in pairs]
        raise _TwiceError(next(name for name in names if names.count(name) > 1)[:40])
    return entry


def _moment(t: Any, number: int) -> float:
    if isinstance(t, bool) or not isinstance(t, (int, float)):
        raise UsageError(f"line {number}: t is not a number")
    if not 0 <= t <= LONGEST or not math.isfinite(t):
        raise UsageError(f"line {number}: t is not between 0 and {LONGEST:g} seconds")
    return float(t)


def _reported(seconds: Any, number: int) -> int | None:
    """Convert seconds to nanoseconds of the source's clock."""
    if seconds is None:
        return None
    if isinstance(seconds, bool) or not isinstance(seconds, (int, float)) or not abs(seconds) <= LONGEST_CLOCK:
        raise UsageError(f"line {number}: reported is not a number of seconds")
    return round(seconds * NANOSECONDS)


def _value(value: Any) -> float | bool | str | None:
    """Return a scalar unchanged; a list or an object, which no signal in use has, as its string."""
    return value if value is None or isinstance(value, (bool, int, float, str)) else json.dumps(value)
