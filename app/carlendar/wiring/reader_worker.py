"""The confined process that reads calendars and invitations: its requests about invitations, and their answers."""

from __future__ import annotations

import io
from pathlib import Path
from typing import BinaryIO

import msgspec

from carlendar.domain.base import Value, to_json
from carlendar.domain.online_call import OnlineReadiness
from carlendar.errors import ServiceError, UsageError
from carlendar.icalendar import reader
from carlendar.isolated import program
from carlendar.platform.confined_process import ConfinedProcess, NotStartedError, OverrunError
from carlendar.platform.confined_worker import WorkLimits, read_exactly, serve

COMMAND = program("carlendar.wiring.reader_worker")
LIMITS = WorkLimits()
INVITATION = b"I"
"""First byte of a request about an invitation."""
_LENGTH = 4


class InvitationQuery(Value, frozen=True):
    """The arguments of `carlendar.meetings.command.run`; `size` is the length of the file's content, which follows."""

    path: str
    size: int
    region: str
    phone: bool
    data: bool
    as_json: bool
    online: OnlineReadiness | None = None
    line: str = "auto"


class InvitationAnswer(Value, frozen=True):
    """What is printed, and the exit code; or the text of a UsageError."""

    printed: str = ""
    code: int = 0
    refusal: str = ""


def process() -> ConfinedProcess:
    """Return the process; it starts on demand."""
    return ConfinedProcess(COMMAND, LIMITS)


def ask_about_invitation(worker: ConfinedProcess, asked: InvitationQuery, content: bytes) -> InvitationAnswer:
    """Return how the meeting would be joined.

    Raises UsageError for a file that is no invitation, or that exceeds the limits; ServiceError.
    """
    head = to_json(asked)
    try:
        answer = msgspec.json.decode(
            worker.ask([INVITATION, len(head).to_bytes(_LENGTH, "big"), head, content]), type=InvitationAnswer
        )
    except OverrunError as error:
        raise UsageError(f"{asked.path} cannot be read within the limits of an invitation: {error.reason}") from error
    except NotStartedError as error:
        raise ServiceError("invitations cannot be read at the moment: no process can be started") from error
    if answer.refusal:
        raise UsageError(answer.refusal)
    return answer


def handle(request: BinaryIO) -> bytes:
    """Answer one request, by its first byte."""
    kind = read_exactly(request, 1)
    if kind == reader.KIND:
        return reader.answer(request)
    if kind == INVITATION:
        return _invitation(request)
    raise ValueError("a request of an unknown kind")


def _invitation(request: BinaryIO) -> bytes:
    from carlendar.meetings import command  # slow to import, and of no use for calendars
    from carlendar.meetings.plan import PreferredLine

    size = int.from_bytes(read_exactly(request, _LENGTH), "big")
    asked = msgspec.json.decode(read_exactly(request, size), type=InvitationQuery)
    raw, out = read_exactly(request, asked.size), io.StringIO()
    try:
        code = command.run(
            Path(asked.path), asked.region, phone=asked.phone, data=asked.data, as_json=asked.as_json, out=out, raw=raw,
            online=asked.online, line=PreferredLine(asked.line),
        )  # fmt: skip
    except UsageError as error:
        return to_json(InvitationAnswer(refusal=str(error)))
    return to_json(InvitationAnswer(out.getvalue(), code))


if __name__ == "__main__":
    import carlendar.icalendar.ics  # noqa: F401 - before the first request, so that no request pays for it

    serve(handle, LIMITS)
