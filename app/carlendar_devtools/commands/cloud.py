"""`carlendar emulator cloud`: only the emulated Microsoft cloud, for any Graph client."""

from __future__ import annotations

import sys

from carlendar.commands.time_argument import moment
from carlendar.errors import UsageError

_OTHERS = ("browser", "display", "headless", "real_account")


def run(*, port: int, approve: str, scenario: str, at: str, as_json: bool, **others: object) -> int:
    """Serve until interrupted; returns 0. UsageError for options of the whole emulator."""
    from carlendar_devtools.emulator.cloud import command

    if given := [name for name in _OTHERS if others.get(name)]:
        raise UsageError(f"--{given[0].replace('_', '-')} is not for the cloud alone")
    begin = moment(at) if at else None
    if begin is not None and begin.tzinfo is None:
        begin = begin.astimezone()
    return command.run(port, approve or None, scenario, begin, as_json=as_json, out=sys.stdout)
