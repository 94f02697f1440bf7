"""`carlendar safety TRACE`: every driving state and restriction of a recorded drive, with time and cause."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, TextIO

from msgspec.structs import asdict

from carlendar.safety.policy import restrictions_for
from carlendar.safety.restrictions import DrivingState, Flag, Restrictions
from carlendar.safety.state import NO_SIGNAL_YET, Change, DrivingStateMachine
from carlendar.safety.trace import TIME_PASSES, read_trace, readable_twice

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from pathlib import Path

    from carlendar.domain.ports import Reading

    Translated = Callable[[Mapping[str, str]], Callable[[Reading], Reading]]

_LIMITS = ("rows", "items", "depth", "title", "string", "page")


def as_they_are(_units: Mapping[str, str]) -> Callable[[Reading], Reading]:
    """The identity translation, for a trace in our own names and units."""
    return lambda reading: reading


def run(path: Path, as_json: bool, out: TextIO, translated: Translated = as_they_are) -> int:
    """Replay the trace and write a table or JSON lines to `out`; returns 0. Raises UsageError before any output.

    `translated` receives the units of the trace's signals and returns a function that converts its readings to ours.
    """
    with readable_twice(path) as file:
        units = {entry.signal: entry.unit for entry in read_trace(file)}
        changes = list(replay(map(translated(units), read_trace(file))))
    if as_json:
        out.writelines(json.dumps(as_object(change)) + "\n" for change in changes)
    else:
        _print_table(changes, out)
    return 0


def replay(readings: Iterable[Reading]) -> Iterator[Change]:
    """Yield the state at 0, then each change; a change caused by time carries its due time."""
    pending = [Change(0.0, DrivingState.UNKNOWN, NO_SIGNAL_YET)]
    machine = DrivingStateMachine(pending.append)
    for reading in readings:
        if reading.signal == TIME_PASSES:
            machine.advance(reading.at)
        else:
            machine.take(reading.at, reading.signal, reading.value, reading.reported)
        yield from pending
        pending.clear()
    yield from pending


def as_object(change: Change) -> dict[str, Any]:
    """Return the documented JSON object of one change."""
    restrictions = restrictions_for(change.state, change.cause)
    limits = asdict(restrictions.limits)
    return {
        "t": change.at,
        "state": change.state.value,
        "restrictions": list(restrictions.flags.names()),
        "limits": {name: limits[name] for name in _LIMITS},
        "cause": change.cause,
    }


def _in_force(held: Restrictions) -> str:
    """Describe the restrictions: all, none, or their names as in JSON."""
    names = held.flags.names()
    return f"all {len(names)}" if len(names) == len(Flag) else ", ".join(names) or "none"


def _print_table(changes: list[Change], out: TextIO) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table("t in s", "state", "rows", "items", "title", "page", "restrictions", "cause")
    for change in changes:
        held = restrictions_for(change.state, change.cause)
        sizes = (held.limits.rows, held.limits.items, held.limits.title, held.limits.page)
        cells = ("free" if size is None else str(size) for size in sizes)
        table.add_row(f"{change.at:.3f}", change.state.value, *cells, _in_force(held), change.cause)
    Console(file=out, width=None if out.isatty() else 120).print(table)
