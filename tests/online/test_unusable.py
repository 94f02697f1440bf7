"""Cars in which joining over data is not possible: the state says why, so that dial-in is chosen."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from carlendar.domain.online_call import OnlineEnd, OnlineMeeting, OnlineNeed
from carlendar.online.chromium import Browser
from carlendar.online.engine import EngineLimits, EngineParts
from carlendar.online.profile_folder import PREFIX, SHARED_MEMORY
from carlendar.online.teams_web import TeamsWeb
from tests.contracts.online_call import MEETING, OnlineWatch
from tests.fakes.hidden_browser import FakeTokens, SystemClock
from tests.online.test_chromium import old_chromium, script


@pytest.fixture
def sdk(tmp_path: Path) -> Path:
    (tmp_path / "sdk").mkdir()
    (tmp_path / "sdk" / "sdk.js").write_text("")
    return tmp_path / "sdk"


def ended(parts: EngineParts, tokens: FakeTokens | None) -> tuple[OnlineEnd | None, tuple[OnlineNeed, ...]]:
    """How a join ends, and what the adapter says that it needs then."""
    adapter = TeamsWeb(parts, tokens, SystemClock())
    watch = OnlineWatch(adapter)
    adapter.join(MEETING, muted=False)
    end = watch.ended()
    needs = adapter.readiness().needs
    adapter.stop()
    return end, needs


def test_without_the_sdk(tmp_path: Path) -> None:
    parts = EngineParts(Browser(script(tmp_path, "")), tmp_path / "none", {})
    assert ended(parts, FakeTokens()) == (OnlineEnd.NOT_SET_UP, (OnlineNeed.SDK,))


def test_without_chromium(sdk: Path) -> None:
    assert ended(EngineParts(Browser(""), sdk, {}), FakeTokens()) == (OnlineEnd.NOT_SET_UP, (OnlineNeed.SDK,))


def test_with_a_chromium_that_is_too_old(tmp_path: Path, sdk: Path) -> None:
    parts = EngineParts(Browser(old_chromium(tmp_path)), sdk, {})
    assert ended(parts, FakeTokens()) == (OnlineEnd.ENGINE_TOO_OLD, (OnlineNeed.SDK,))


@pytest.mark.parametrize("run", ["exit 1", "exec sleep 60"], ids=["it ends at once", "it never answers"])
def test_with_a_chromium_that_does_not_start(tmp_path: Path, sdk: Path, run: str) -> None:
    parts = EngineParts(Browser(script(tmp_path, run)), sdk, {}, limits=EngineLimits(answer=0.3, load=0.3))
    assert ended(parts, FakeTokens()) == (OnlineEnd.ENGINE, ())
    assert [*SHARED_MEMORY.glob(f"{PREFIX}{os.getpid()}-*")] == [], "no profile is left"


def test_with_a_link_that_is_none(tmp_path: Path) -> None:
    adapter = TeamsWeb(EngineParts(Browser(""), tmp_path, {}), None, SystemClock())
    watch = OnlineWatch(adapter)
    adapter.join(OnlineMeeting("https://evil.example/l/meetup-join/x/0"), muted=False)
    assert watch.ended() is OnlineEnd.BAD_LINK
    assert adapter.readiness().needs == (OnlineNeed.SDK, OnlineNeed.TOKEN)
    adapter.stop()
