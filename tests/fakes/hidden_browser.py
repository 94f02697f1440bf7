"""A real Chromium for the tests of joining over data, with the developer tools' room as the meeting.

Chromium's sandbox refuses root. Tests that run as root start it as the user nobody; where that user cannot have a
sandbox either, and here alone, they start it without one.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from carlendar.domain.online_call import CallIdentity, CallingToken
from carlendar.online.allowed_hosts import MICROSOFT
from carlendar.online.chromium import Browser
from carlendar.online.engine import EngineLimits, EngineParts
from carlendar.online.teams_web import TeamsWeb, TeamsWebLimits
from carlendar_devtools.emulator.room.server import BROWSER_ARGUMENTS, BROWSER_DISABLED, RoomServer

USER = "nobody"
FAKE_DEVICES = ("--use-fake-device-for-media-stream",)
"""A microphone that beeps, and a silent loudspeaker."""

_AS_USER = """#!/bin/sh
for each in "$@"; do
    case $each in --user-data-dir=*) chown {user}:{group} "${{each#*=}}" ;; esac
done
exec setpriv --reuid={user} --regid={group} --clear-groups {program} {sandbox} "$@"
"""


class SystemClock:
    """The machine's monotonic clock, as an `ElapsedClock`."""

    def seconds(self) -> float:
        return time.monotonic()


class FakeTokens:
    """`CallingTokens` of a driver who is signed in; `refused` raises instead of a token, by account."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.reported: list[tuple[str, float]] = []
        """Tokens with the seconds for which they were used."""
        self.refused: dict[str, Exception] = {}

    def token(self, account_id: str) -> CallingToken:
        self.asked.append(account_id)
        if account_id in self.refused:
            raise self.refused[account_id]
        identity = CallIdentity.USER if account_id else CallIdentity.GUEST
        return CallingToken(f"token-of-{account_id or 'guest'}", datetime.now(UTC) + timedelta(hours=1), identity)

    def used(self, token: CallingToken, seconds: float) -> None:
        self.reported.append((token.token, seconds))


def chromium(folder: Path) -> str:
    """The program to start. Skips the test where there is no Chromium, or a snap, which has a profile of its own."""
    program = shutil.which(os.environ.get("CHROMIUM") or "chromium")
    if program is None or "snap" in Path(program).resolve().parts:
        pytest.skip("no Chromium (packaging/setup.sh test says how to get it)")
    if os.geteuid() != 0:
        return program
    user = pwd.getpwnam(USER)
    as_user = ("setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups")
    sandboxed = subprocess.run([*as_user, "unshare", "--user", "true"], capture_output=True, check=False)
    script = folder / "chromium"
    sandbox = "" if sandboxed.returncode == 0 else "--no-sandbox"
    script.write_text(_AS_USER.format(user=user.pw_uid, group=user.pw_gid, program=program, sandbox=sandbox))
    script.chmod(0o755)
    return str(script)


def engine_parts(
    program: str,
    sdk: Path,
    room: RoomServer,
    *,
    devices: tuple[str, ...] = FAKE_DEVICES,
    environ: Mapping[str, str] = os.environ,
    limits: EngineLimits | None = None,
) -> EngineParts:
    """An engine that reaches the room beside Microsoft's hosts."""
    browser = Browser(program, (*BROWSER_ARGUMENTS, *devices), BROWSER_DISABLED)
    return EngineParts(browser, sdk, environ, (*MICROSOFT, room.host), limits or EngineLimits())


def teams_web(parts: EngineParts, tokens: FakeTokens | None = None, limits: TeamsWebLimits | None = None) -> TeamsWeb:
    """The adapter, with the machine's clock."""
    return TeamsWeb(parts, tokens or FakeTokens(), SystemClock(), limits)
