"""`carlendar invitation FILE`: how a meeting of this invitation would be joined."""

from __future__ import annotations

import sys
from pathlib import Path

from carlendar.settings import load
from carlendar.wiring import reader_worker
from carlendar.wiring.online import readiness
from carlendar.wiring.reader_worker import InvitationQuery


def run(*, file: str, region: str, phone: str, data: str, as_json: bool) -> int:
    """Print service, link, dial-in numbers and the plan; returns 0, or 1 if no meeting is found."""
    settings = load()
    where = region.upper() or settings.text("telephone.region") or "DE"
    process = reader_worker.process()
    process.warm()
    from carlendar.meetings.invitation import content

    try:
        raw = content(Path(file))
        asked = InvitationQuery(
            file, len(raw), where, phone != "none", data != "none", as_json, readiness(settings),
            settings.text("telephone.join_by"),
        )  # fmt: skip
        answer = reader_worker.ask_about_invitation(process, asked, raw)
    finally:
        process.stop()
    sys.stdout.write(answer.printed)
    return answer.code
