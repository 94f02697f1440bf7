"""`carlendar invitation FILE`: how a meeting of this invitation would be joined."""

from __future__ import annotations

import sys
from pathlib import Path

from carlendar.meetings import command
from carlendar.settings import load


def run(*, file: str, region: str, phone: str, data: str, as_json: bool) -> int:
    """Print service, link, dial-in numbers and the plan; returns 0, or 1 where no meeting is found."""
    where = region.upper() or load().text("telephone.region") or "DE"
    return command.run(Path(file), where, phone=phone != "none", data=data != "none", as_json=as_json, out=sys.stdout)
