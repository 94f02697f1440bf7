"""An SDK that answers nonsense, floods, grows or never answers: the call ends with a reason, and nothing is left."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from carlendar.domain.online_call import OnlineCommand, OnlineEnd, OnlinePhase
from carlendar.online.call_session import CallLimits
from carlendar.online.engine import EngineLimits
from carlendar.online.profile_folder import PREFIX, SHARED_MEMORY
from carlendar.online.teams_web import TeamsWeb, TeamsWebLimits
from carlendar_devtools.emulator.room.server import RoomServer
from tests.contracts.online_call import MEETING, OnlineWatch
from tests.fakes.hidden_browser import FakeTokens, engine_parts, teams_web
from tests.fakes.waiting import wait_until
from tests.online.test_losing_the_engine import processes
from tests.online.watching import join

pytestmark = pytest.mark.engine

QUICK = EngineLimits(beat=0.3, silence=1.0, memory=600, memory_interval=3.0, load=10.0)
LOST = {OnlineEnd.ENGINE, OnlineEnd.CONNECTION_LOST}

IN_THE_MEETING = """
const become = Emitter.prototype.emit;
Call.prototype.emit = function (event, payload) {
  become.call(this, event, payload);
  if (event === "stateChanged" && this.state === "Connected" && !globalThis.begun) {
    globalThis.begun = true;
    setTimeout(() => { %s }, 100);
  }
};
"""
"""Does something once the call is in the meeting."""

ATTACKS = {
    "states that are none": 'this.state = { toJSON: () => "Connected".repeat(100000) }; this.emit("stateChanged");',
    "a report that is none": 'carlendarReport("[".repeat(3000));',
    "a report of nine megabytes": 'carlendarReport("x".repeat(9e6));',
    "a flood of changes": """setInterval(() => {
        for (let n = 0; n < 500; n += 1) this.emit("remoteParticipantsUpdated", { added: [], removed: [] });
    }, 1);""",
    "a flood of console messages": 'setInterval(() => { for (let n = 0; n < 500; n += 1) console.log("x"); }, 1);',
    "another page": 'location.href = "https://evil.example/";',
    "loading the page again": "location.reload();",
    "a dialog": 'alert("token");',
    "growing memory": "const held = []; setInterval(() => held.push(new Uint8Array(4e7).fill(1)), 30);",
}
"""What the SDK does in the meeting, for which the engine is given up, and given up again after its restart."""


@pytest.fixture
def make(program: str, sdk: Path, room: RoomServer) -> Iterator[Callable[..., TeamsWeb]]:
    made: list[TeamsWeb] = []

    def make(script: str, limits: TeamsWebLimits | None = None, tokens: FakeTokens | None = None) -> TeamsWeb:
        file = sdk / "sdk.js"
        file.write_text(file.read_text() + script)
        made.append(teams_web(engine_parts(program, sdk, room, limits=QUICK), tokens, limits))
        return made[-1]

    yield make
    for each in made:
        each.stop()
        assert not each.pid
    assert not list(SHARED_MEMORY.glob(f"{PREFIX}{os.getpid()}-*"))


def nothing_is_left(adapter: TeamsWeb, browsers: set[int]) -> None:
    """No process of these browsers is left."""
    wait_until(lambda: not any(processes(each) for each in browsers), what=lambda: [*map(processes, browsers)])


@pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS.keys())
def test_what_the_sdk_does_in_the_meeting_ends_the_call_at_worst(
    make: Callable[..., TeamsWeb], attack: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "carlendar")
    adapter = make(IN_THE_MEETING % attack)
    watch = OnlineWatch(adapter)
    browsers: set[int] = set()
    adapter.subscribe(lambda _state: browsers.add(adapter.pid))
    adapter.join(MEETING, muted=False)
    assert watch.ended() in LOST
    nothing_is_left(adapter, browsers - {0})
    assert len(caplog.records) < 40
    assert "evil" not in caplog.text
    assert "token" not in caplog.text


AGENT = "CallClient.prototype.createTeamsCallAgent = CallClient.prototype.createCallAgent = "
LONG_VERSION = """CallClient.prototype.feature = () => ({ getEnvironmentInfo: async () => ({
    isSupportedBrowser: true, environment: { browserVersion: "x".repeat(1e6) },
}) });"""
GROWING = """const held = [];
while (true) { held.push(new Uint8Array(2e7).fill(1)); await new Promise((done) => setTimeout(done)); }"""
REQUESTS = """setInterval(() => {
    for (let n = 0; n < 500; n += 1) fetch("/sdk/none.js?" + Math.random()).catch(() => {});
}, 1);"""
REFUSALS = {
    "nothing is thrown": (AGENT + "async () => { throw undefined; };", OnlineEnd.UNKNOWN),
    "a text is thrown": (AGENT + "async () => { throw 'x'; };", OnlineEnd.UNKNOWN),
    "codes that are none": (AGENT + "async () => { throw { code: 1e300, subCode: {} }; };", OnlineEnd.UNKNOWN),
    "no agent": (AGENT + "async () => null;", OnlineEnd.ENGINE),
    "no answer": (AGENT + "() => new Promise(() => {});", OnlineEnd.ENGINE),
    "no connection": (AGENT + "async () => ({ on() {}, connectionState: 'None' });", OnlineEnd.CONNECTION_LOST),
    "no call": ("CallAgent.prototype.join = () => null;", OnlineEnd.ENGINE),
    "a page that hangs": ("CallAgent.prototype.join = () => { while (true); };", OnlineEnd.ENGINE),
    "a browser's version of a megabyte": (LONG_VERSION, OnlineEnd.ENGINE),
    "endless loading": ("while (true);", OnlineEnd.ENGINE),
    "growing while it loads": (GROWING, OnlineEnd.ENGINE),
}
"""What the SDK does while one joins."""


def test_a_flood_of_requests_fills_no_log_and_can_be_left(
    make: Callable[..., TeamsWeb], room: RoomServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "carlendar")
    adapter = make(IN_THE_MEETING % REQUESTS)
    watch = OnlineWatch(adapter)
    adapter.join(MEETING, muted=False)
    watch.phase(OnlinePhase.CONNECTED)
    room.act(lambda each: each.set_others(6))
    watch.until(lambda state: state.people == 7 or not state.up)
    adapter.command(OnlineCommand.LEAVE)
    assert watch.ended() in {OnlineEnd.LEFT, *LOST}
    assert len(caplog.records) < 40


@pytest.mark.parametrize(("script", "end"), REFUSALS.values(), ids=REFUSALS.keys())
def test_what_the_sdk_answers_to_joining_is_an_end(make: Callable[..., TeamsWeb], script: str, end: OnlineEnd) -> None:
    adapter = make(script, TeamsWebLimits(CallLimits(register=2.0, command=2.0)))
    watch = OnlineWatch(adapter)
    adapter.join(MEETING, muted=False)
    assert watch.ended() is end
    adapter.stop()
    assert not adapter.pid


@pytest.mark.parametrize(
    "ended", [{"code": "x"}, {"code": 1e300, "subCode": 1}, {"code": {}, "subCode": []}, {"subCode": 5}, "x", 7]
)
def test_an_end_with_codes_that_are_none_is_an_unknown_end(
    make: Callable[..., TeamsWeb], room: RoomServer, ended: object
) -> None:
    adapter = make("")
    watch = OnlineWatch(adapter)
    join(adapter, watch)
    room.act(lambda each: each.send({"ended": ended}))
    state = watch.phase(OnlinePhase.ENDED)
    assert (state.end, state.code) == (OnlineEnd.UNKNOWN, "-1/-1")


def test_an_engine_that_grows_without_a_call_is_ended_too(make: Callable[..., TeamsWeb]) -> None:
    grow = "const held = []; setInterval(() => held.push(new Uint8Array(4e7).fill(1)), 30);"
    permission = "askDevicePermission: async () => ({ audio: true })"
    # the last step of loading; the engine has started soon after it
    adapter = make(
        "CallClient.prototype.getDeviceManager = async () => {"
        f" setTimeout(() => {{ {grow} }}, 3000); return {{ {permission} }}; }};"
    )
    adapter.prepare()
    wait_until(lambda: adapter.pid)
    browser = adapter.pid
    nothing_is_left(adapter, {browser})
