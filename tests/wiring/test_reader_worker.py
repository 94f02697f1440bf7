"""Invitations read in the confined process."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from carlendar.errors import ServiceError, UsageError
from carlendar.meetings import command
from carlendar.platform.confined_process import ConfinedProcess, NotStartedError, OverrunError
from carlendar.wiring import reader_worker
from carlendar.wiring.reader_worker import InvitationQuery, ask_about_invitation

TEXT = b"Join: https://teams.microsoft.com/l/meetup-join/19%3ameeting_QUJD%40thread.v2/0?context=%7b%7d"


def asked(content: bytes, name: str = "invitation.txt") -> InvitationQuery:
    return InvitationQuery(name, len(content), "DE", phone=True, data=True, as_json=True)


def test_an_invitation_is_read_there_as_here(tmp_path: Path) -> None:
    process, out = reader_worker.process(), io.StringIO()
    (tmp_path / "invitation.txt").write_bytes(TEXT)
    command.run(tmp_path / "invitation.txt", "DE", phone=True, data=True, as_json=True, out=out)
    try:
        answer = ask_about_invitation(process, asked(TEXT), TEXT)
        assert (answer.code, json.loads(answer.printed)) == (0, json.loads(out.getvalue()))
        assert ask_about_invitation(process, asked(b"nothing"), b"nothing").code == 1
        with pytest.raises(UsageError, match=r"a\.json"):
            ask_about_invitation(process, asked(b"[", "a.json"), b"[")
    finally:
        process.stop()


@pytest.mark.parametrize(("error", "raised"), [(OverrunError("memory"), UsageError), (NotStartedError(), ServiceError)])
def test_an_invitation_that_exceeds_the_limits_is_one_line(error: Exception, raised: type[Exception]) -> None:
    class Failing(ConfinedProcess):
        def ask(self, _request: Sequence[bytes]) -> bytes:
            raise error

    with pytest.raises(raised, match="invitation"):
        ask_about_invitation(Failing(()), asked(TEXT), TEXT)
