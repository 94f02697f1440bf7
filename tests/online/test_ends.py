"""Every end through the real browser: end codes, tokens that are refused, links that the SDK refuses."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from carlendar.domain.online_call import CallIdentity, OnlineCommand, OnlineEnd, OnlineMeeting
from carlendar.errors import OfflineError, RefusedError, SignInNeededError
from carlendar.online.call_session import CallLimits
from carlendar.online.engine import EngineParts
from carlendar.online.teams_web import TeamsWeb, TeamsWebLimits
from carlendar_devtools.emulator.room.server import RoomServer
from tests.contracts.online_call import LINK, MEETING, OnlineWatch
from tests.fakes.hidden_browser import FakeTokens, engine_parts, teams_web
from tests.online.end_code_table import END_CODES
from tests.online.watching import join

pytestmark = pytest.mark.engine


@pytest.fixture(scope="module")
def warm(program: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[TeamsWeb, RoomServer, FakeTokens]]:
    """One engine for all tests of this module."""
    room, tokens = RoomServer(), FakeTokens()
    room.start()
    sdk = room.make_sdk_folder(tmp_path_factory.mktemp("sdk"), refused_tokens=("token-of-expelled",))
    adapter = teams_web(engine_parts(program, sdk, room), tokens)
    yield adapter, room, tokens
    adapter.stop()
    room.stop()


@pytest.fixture
def bench(warm: tuple[TeamsWeb, RoomServer, FakeTokens]) -> Iterator[tuple[TeamsWeb, RoomServer, FakeTokens]]:
    adapter, room, tokens = warm
    tokens.asked.clear()
    tokens.refused.clear()
    room.room.end_on_join = None
    room.room.answers = True
    yield warm
    adapter.command(OnlineCommand.LEAVE)
    watch = OnlineWatch(adapter)
    watch.until(lambda state: not state.up)
    watch.end()


Bench = tuple[TeamsWeb, RoomServer, FakeTokens]


@pytest.mark.parametrize(("code", "sub_code", "end"), END_CODES)
def test_each_code_that_a_join_ends_with_is_reported(bench: Bench, code: int, sub_code: int, end: OnlineEnd) -> None:
    adapter, room, _ = bench
    room.room.end_on_join = (code, sub_code)
    watch = OnlineWatch(adapter)
    state = watch.end_of(lambda: adapter.join(MEETING, muted=False))
    assert (state.end, state.code) == (end, f"{code}/{sub_code}")
    watch.end()


@pytest.mark.parametrize(("code", "sub_code", "end"), END_CODES[::4])
def test_each_code_that_a_call_ends_with_is_reported(bench: Bench, code: int, sub_code: int, end: OnlineEnd) -> None:
    adapter, room, _ = bench
    watch = OnlineWatch(adapter)
    join(adapter, watch)
    room.act(lambda each: each.end(code, sub_code))
    assert watch.ended() is end
    watch.end()


def test_a_guest_joins_where_there_is_no_account(bench: Bench) -> None:
    adapter, room, tokens = bench
    watch = OnlineWatch(adapter)
    state = join(adapter, watch, meeting=OnlineMeeting(LINK, display_name="Ana Ruiz"))
    assert state.identity is CallIdentity.GUEST
    assert tokens.asked == [""]
    assert room.read(lambda each: each.caller and (each.caller.user, each.caller.name)) == (False, "Ana Ruiz")
    watch.end()


def test_a_meeting_is_joined_by_its_id(bench: Bench) -> None:
    adapter, room, _ = bench
    watch = OnlineWatch(adapter)
    join(adapter, watch, meeting=OnlineMeeting("", "234567890123", "Ab12cd", account_id="driver"))
    locator = {"meetingId": "234567890123", "passcode": "Ab12cd"}
    assert room.read(lambda each: each.caller and each.caller.locator) == locator
    watch.end()


@pytest.mark.parametrize("account", ["unknown", "expelled"], ids=["no token for the user", "the service refuses it"])
def test_a_user_who_cannot_sign_in_joins_as_a_guest(bench: Bench, account: str) -> None:
    adapter, _room, tokens = bench
    if account == "unknown":
        tokens.refused[account] = SignInNeededError("sign in")
    watch = OnlineWatch(adapter)
    state = join(adapter, watch, meeting=OnlineMeeting(LINK, account_id=account, display_name="Ana Ruiz"))
    assert state.identity is CallIdentity.GUEST
    assert tokens.asked == [account, ""]
    watch.end()


@pytest.mark.parametrize(
    ("error", "end"),
    [
        (SignInNeededError("sign in"), OnlineEnd.SIGN_IN),
        (RefusedError("the budget is used up"), OnlineEnd.NOT_SET_UP),
        (OfflineError("no network"), OnlineEnd.CONNECTION_LOST),
    ],
)
def test_without_any_token_the_reason_is_reported(bench: Bench, error: Exception, end: OnlineEnd) -> None:
    adapter, _room, tokens = bench
    tokens.refused |= {"refused": error, "": error}
    watch = OnlineWatch(adapter)
    meeting = OnlineMeeting(LINK, account_id="refused", display_name="A")
    assert watch.end_of(lambda: adapter.join(meeting, muted=True)).end is end
    watch.end()


def test_sign_in_is_the_reason_where_guests_are_refused_too(bench: Bench) -> None:
    adapter, _room, tokens = bench
    tokens.refused |= {"refused": SignInNeededError("sign in"), "": RefusedError("no guests", key="calling_guests")}
    watch = OnlineWatch(adapter)
    meeting = OnlineMeeting(LINK, account_id="refused", display_name="A")
    assert watch.end_of(lambda: adapter.join(meeting, muted=True)).end is OnlineEnd.SIGN_IN
    watch.end()


def test_a_link_of_another_host_never_reaches_the_sdk(bench: Bench) -> None:
    adapter, room, tokens = bench
    watch = OnlineWatch(adapter)
    adapter.join(OnlineMeeting(LINK.replace(".com/", ".com.evil.example/"), account_id="driver"), muted=True)
    watch.until(lambda state: state.end is OnlineEnd.BAD_LINK)
    assert tokens.asked == []
    assert room.read(lambda each: each.caller) is None
    watch.end()


def test_a_service_that_never_answers_ends_the_attempt(program: str, sdk: Path, room: RoomServer) -> None:
    room.room.answers = False
    adapter = teams_web(engine_parts(program, sdk, room), limits=TeamsWebLimits(CallLimits(set_up=1.0)))
    watch = OnlineWatch(adapter)
    adapter.join(MEETING, muted=False)
    assert watch.ended() is OnlineEnd.CONNECTION_LOST
    adapter.stop()


def test_the_microphone_is_shut_while_something_more_important_sounds(bench: Bench) -> None:
    adapter, _room, _ = bench
    watch = OnlineWatch(adapter)
    join(adapter, watch)
    adapter.sound(0.0, microphone=False)
    watch.until(lambda state: state.muted)
    adapter.command(OnlineCommand.UNMUTE)
    adapter.command(OnlineCommand.MUTE)
    adapter.command(OnlineCommand.UNMUTE)
    adapter.sound(1.0, microphone=True)
    assert not watch.until(lambda state: not state.muted).muted_by_organizer
    watch.end()


def test_a_microphone_that_the_organiser_shut_cannot_be_opened(bench: Bench) -> None:
    adapter, room, _ = bench
    watch = OnlineWatch(adapter)
    join(adapter, watch)
    room.act(lambda each: each.mute_callers(may_unmute=False))
    watch.until(lambda state: state.muted and state.muted_by_organizer)
    adapter.command(OnlineCommand.UNMUTE)
    room.act(lambda each: each.set_others(6))
    assert watch.until(lambda state: state.people == 7).muted
    room.act(lambda each: each.send({"mayUnmute": True}))
    room.act(lambda each: each.set_others(7))
    assert watch.until(lambda state: state.people == 8).muted, "it does not open by itself"
    adapter.command(OnlineCommand.UNMUTE)
    watch.until(lambda state: not state.muted)
    watch.end()


def test_a_crowd_stays_a_crowd_although_only_the_speakers_are_listed(bench: Bench) -> None:
    adapter, room, _ = bench
    watch = OnlineWatch(adapter)
    join(adapter, watch)
    room.act(lambda each: each.set_others(120))
    watch.until(lambda state: state.people == 100)
    room.act(lambda each: each.set_others(12))
    room.act(lambda each: each.record(True))
    assert watch.until(lambda state: state.recording).people == 100
    room.act(lambda each: each.record(False))
    watch.end()


def test_the_oldest_browser_of_the_sdk_decides(program: str, room: RoomServer, tmp_path: Path) -> None:
    sdk = room.make_sdk_folder(tmp_path / "new", oldest=9999)
    adapter = teams_web(engine_parts(program, sdk, room))
    watch = OnlineWatch(adapter)
    adapter.join(MEETING, muted=False)
    assert watch.ended() is OnlineEnd.ENGINE_TOO_OLD
    assert [need.value for need in adapter.readiness().needs] == ["sdk"], "dial-in is chosen from now on"
    adapter.stop()


def test_a_browser_without_its_permission_for_the_microphone_is_blocked(
    parts: EngineParts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("carlendar.online.engine.PERMISSIONS", ["geolocation"])
    adapter = teams_web(parts)
    watch = OnlineWatch(adapter)
    adapter.join(MEETING, muted=False)
    assert watch.ended() is OnlineEnd.ENGINE_TOO_OLD
    adapter.stop()
