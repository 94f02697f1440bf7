"""`carlendar emulator cloud`: only the emulated Microsoft cloud, for any Graph client."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from carlendar.commands.time_argument import moment
from carlendar.errors import UsageError


def run(
    *,
    port: int,
    approve: str,
    scenario: str,
    at: str,
    as_json: bool,
    fault: Sequence[str] = (),
    refuse: Sequence[str] = (),
    token_seconds: float | None = None,
    control: bool = False,
    **_for_the_whole_emulator: object,
) -> int:
    """Serve until interrupted; returns 0. UsageError for faults that are none."""
    from carlendar_devtools.emulator.cloud import command
    from carlendar_devtools.emulator.cloud.faults import fault_of

    begin = moment(at) if at else None
    if begin is not None and begin.tzinfo is None:
        begin = begin.astimezone()
    try:
        faults = tuple(fault_of(text) for text in fault)
    except ValueError as err:
        raise UsageError(f"--fault: {err}") from err
    life = {} if token_seconds is None else {"token_seconds": token_seconds}
    planned = command.RunFaults(faults, tuple(_refusal(text) for text in refuse), controlled=control, **life)
    return command.run(port, approve or None, scenario, begin, as_json=as_json, out=sys.stdout, planned=planned)


def _refusal(text: str) -> tuple[str, str]:
    """Address and reason of `ADDRESS=REASON`. Raises UsageError."""
    address, equals, reason = text.partition("=")
    if not equals:
        raise UsageError(f"--refuse takes ADDRESS=REASON, not {text}")
    return address, reason
