"""Microsoft's own calling SDK, where CARLENDAR_CALLING_SDK names its folder; it reaches no service here."""

from __future__ import annotations

import asyncio
import base64
import json
import os
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

import pytest

from carlendar.domain.online_call import CallIdentity, CallingToken, OnlineEnd
from carlendar.online.chromium import Browser
from carlendar.online.engine import Engine, EngineParts, Supported
from carlendar.online.page_reports import read_report
from carlendar.online.sdk_folder import has_sdk
from tests.contracts.online_call import MEETING, OnlineWatch
from tests.fakes.hidden_browser import FAKE_DEVICES, FakeTokens, teams_web
from tests.fakes.waiting import wait_until

pytestmark = pytest.mark.engine

VARIABLE = "CARLENDAR_CALLING_SDK"
T = TypeVar("T")
THREAD = "19%3ameeting_Q29udG9zbw%40thread.v2"
NOBODY = "00000000-0000-0000-0000-000000000000"
CONTEXT = f"context=%7b%22Tid%22%3a%22{NOBODY}%22%2c%22Oid%22%3a%22{NOBODY}%22%7d"
TAKEN = (
    f"https://teams.microsoft.com/l/meetup-join/{THREAD}/0?{CONTEXT}",
    f"https://teams.cloud.microsoft/l/meetup-join/{THREAD}/0?{CONTEXT}",
    f"https://gov.teams.microsoft.us/l/meetup-join/{THREAD}/0?{CONTEXT}",
    f"https://teams.microsoft.com/l/meetup-join/19%3aabc%40thread.tacv2/1633000000000?{CONTEXT}",
    "https://teams.microsoft.com/meet/2345678901234?p=Ab12cd",
)
REFUSED = (
    ({"meetingLink": "https://zoom.us/j/85512345678"}, "400/40210"),
    ({"meetingLink": "https://teams.live.com/meet/9312345678901?p=x"}, "400/40238"),
    ({"meetingId": "", "passcode": ""}, "400/40209"),
)


@pytest.fixture
def microsofts(program: str) -> EngineParts:
    folder = Path(os.environ.get(VARIABLE) or "/nonexistent")
    if not has_sdk(folder):
        pytest.skip(f"{VARIABLE} names no folder with Microsoft's calling SDK (docs/online.md)")
    return EngineParts(Browser(program, FAKE_DEVICES), folder, os.environ)


def token() -> str:
    """A token of the form that the SDK reads; no service takes it."""

    def part(content: dict[str, object]) -> str:
        return base64.urlsafe_b64encode(json.dumps(content).encode()).rstrip(b"=").decode()

    soon = int(time.time()) + 3600
    claims = {"skypeid": "acs:00000000-0000-0000-0000-000000000000_00000000-0000-0000-0000-000000000000",
              "scp": 1792, "exp": soon, "iat": soon - 3600, "acsScope": "voip", "resourceId": "x"}  # fmt: skip
    return f"{part({'alg': 'RS256', 'typ': 'JWT'})}.{part(claims)}.{'a' * 8}"


def with_engine(parts: EngineParts, use: Callable[[Engine, Supported, list[bytes]], Awaitable[T]]) -> T:
    async def main() -> T:
        reports: list[bytes] = []
        engine = Engine(parts, reports.append)
        try:
            return await use(engine, await engine.start(), reports)
        finally:
            await engine.stop()

    return asyncio.run(main())


def test_it_loads_and_supports_the_browser(microsofts: EngineParts) -> None:
    async def use(_engine: Engine, supported: Supported, _reports: list[bytes]) -> Supported:
        return supported

    supported = with_engine(microsofts, use)
    assert supported.supported
    assert supported.microphone


def test_it_takes_the_links_that_are_allowed_and_refuses_others(microsofts: EngineParts) -> None:
    """Without a service the agent stays disconnected; which links it takes is decided before."""

    async def use(engine: Engine, _supported: Supported, reports: list[bytes]) -> dict[str, str]:
        await engine.call("signIn", token(), False, "Ana Ruiz", seconds=40)
        ends: dict[str, str] = {}
        for locator in (*({"meetingLink": each} for each in TAKEN), *(each for each, _ in REFUSED)):
            reports.clear()
            await engine.call("join", locator, True, seconds=40)
            first = read_report(reports[0])
            assert first is not None
            assert first.call is not None
            ends[json.dumps(locator)] = str(first.call.end or first.call.state)
            await engine.call("leave", seconds=40)
        return ends

    ends = with_engine(microsofts, use)
    for link in TAKEN:
        assert ends[json.dumps({"meetingLink": link})] in ("None", "Connecting"), ends
    for locator, end in REFUSED:
        assert ends[json.dumps(locator)] == end


def test_without_a_network_the_call_ends_as_a_lost_connection(microsofts: EngineParts) -> None:
    class Tokens(FakeTokens):
        def token(self, account_id: str) -> CallingToken:
            self.asked.append(account_id)
            return CallingToken(token(), datetime.now(UTC) + timedelta(hours=1), CallIdentity.GUEST)

    adapter = teams_web(microsofts, Tokens())
    watch = OnlineWatch(adapter)
    adapter.join(MEETING, muted=True)
    wait_until(lambda: watch.now is not None and not watch.now.up, timeout=60)
    assert watch.now is not None
    assert watch.now.end is OnlineEnd.CONNECTION_LOST, watch.now.code
    adapter.stop()
