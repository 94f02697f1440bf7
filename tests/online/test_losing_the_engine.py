"""The browser, its page, the room and the service are killed or hang in every phase of a call."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
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
from tests.fakes.hidden_browser import FakeTokens, SystemClock, engine_parts, teams_web
from tests.fakes.waiting import wait_until
from tests.online.watching import join

pytestmark = pytest.mark.engine

QUICK = EngineLimits(beat=0.3, silence=1.0)


@pytest.fixture
def adapter(program: str, sdk: Path, room: RoomServer) -> Iterator[TeamsWeb]:
    adapter = teams_web(engine_parts(program, sdk, room, limits=QUICK))
    yield adapter
    adapter.stop()


def processes(session: int) -> dict[int, str]:
    """The processes of a session with their command lines."""
    found: dict[int, str] = {}
    for each in Path("/proc").iterdir():
        if each.name.isdecimal():
            try:
                if int((each / "stat").read_text().rpartition(")")[2].split()[3]) == session:
                    found[int(each.name)] = (each / "cmdline").read_text().replace("\0", " ")
            except OSError:
                continue
    return found


def of_kind(adapter: TeamsWeb, kind: str) -> int:
    """A process of the browser: `browser` itself, or one of a `--type`."""
    if kind == "browser":
        return adapter.pid
    found = [pid for pid, line in processes(adapter.pid).items() if f"--type={kind}" in line]
    assert found, processes(adapter.pid)
    return max(found)


def to_connecting(adapter: TeamsWeb, watch: OnlineWatch, room: RoomServer) -> None:
    room.room.answers = False
    adapter.join(MEETING, muted=False)
    wait_until(lambda: adapter.pid and watch.now is not None and watch.now.identity == "user")


def to_lobby(adapter: TeamsWeb, watch: OnlineWatch, room: RoomServer) -> None:
    room.room.lobby = True
    adapter.join(MEETING, muted=False)
    watch.phase(OnlinePhase.LOBBY)


def to_connected(adapter: TeamsWeb, watch: OnlineWatch, room: RoomServer) -> None:
    join(adapter, watch)


def to_reconnecting(adapter: TeamsWeb, watch: OnlineWatch, room: RoomServer) -> None:
    join(adapter, watch)
    room.act(lambda each: each.cut(True))
    watch.phase(OnlinePhase.RECONNECTING)


Reach = Callable[[TeamsWeb, OnlineWatch, RoomServer], None]
PHASES = {"connecting": to_connecting, "lobby": to_lobby, "connected": to_connected, "reconnecting": to_reconnecting}


def open_room(room: RoomServer) -> None:
    """Let everyone in from now on."""
    room.room.answers, room.room.lobby = True, False
    room.act(lambda each: each.cut(False))


@pytest.mark.parametrize("kind", ["browser", "renderer"])
@pytest.mark.parametrize("reach", PHASES.values(), ids=PHASES.keys())
def test_after_one_kill_the_call_is_joined_again(adapter: TeamsWeb, room: RoomServer, reach: Reach, kind: str) -> None:
    watch = OnlineWatch(adapter)
    reach(adapter, watch, room)
    first = adapter.pid
    open_room(room)
    os.kill(of_kind(adapter, kind), signal.SIGKILL)
    wait_until(lambda: adapter.pid not in (0, first))
    state = watch.phase(OnlinePhase.CONNECTED)
    assert not state.muted
    assert processes(first) == {}
    assert OnlinePhase.ENDED not in {each.phase for each in watch.states if each is not None}


@pytest.mark.parametrize("reach", PHASES.values(), ids=PHASES.keys())
def test_a_second_kill_ends_the_call(adapter: TeamsWeb, room: RoomServer, reach: Reach) -> None:
    watch = OnlineWatch(adapter)
    reach(adapter, watch, room)
    joined = watch.now is not None and watch.now.joined is not None
    first = adapter.pid
    os.kill(first, signal.SIGKILL)
    wait_until(lambda: adapter.pid not in (0, first))
    second = adapter.pid
    os.kill(second, signal.SIGKILL)
    assert watch.ended() is (OnlineEnd.CONNECTION_LOST if joined else OnlineEnd.ENGINE)
    wait_until(lambda: not processes(second))
    open_room(room)
    assert join(adapter, watch).joined is not None, "and the next call works"


def test_a_muted_driver_is_muted_after_a_kill_too(adapter: TeamsWeb, room: RoomServer) -> None:
    watch = OnlineWatch(adapter)
    join(adapter, watch)
    adapter.command(OnlineCommand.MUTE)
    watch.until(lambda state: state.muted)
    count = len(watch.states)
    os.kill(adapter.pid, signal.SIGKILL)
    watch.phase(OnlinePhase.RECONNECTING)
    watch.phase(OnlinePhase.CONNECTED)
    assert all(state is not None and state.muted for state in watch.states[count:])


@pytest.mark.parametrize("kind", ["browser", "renderer"])
def test_a_hung_process_counts_as_lost_without_a_heartbeat(adapter: TeamsWeb, room: RoomServer, kind: str) -> None:
    watch = OnlineWatch(adapter)
    join(adapter, watch)
    first = adapter.pid
    os.kill(of_kind(adapter, kind), signal.SIGSTOP)
    watch.phase(OnlinePhase.RECONNECTING)
    watch.phase(OnlinePhase.CONNECTED)
    assert processes(first) == {}


def test_a_page_that_hangs_counts_as_lost(adapter: TeamsWeb, room: RoomServer) -> None:
    watch = OnlineWatch(adapter)
    join(adapter, watch)
    room.act(lambda each: each.send({"hang": True}))
    watch.phase(OnlinePhase.RECONNECTING)
    watch.phase(OnlinePhase.CONNECTED)


def test_a_page_that_hangs_can_be_left_at_once(adapter: TeamsWeb, room: RoomServer) -> None:
    watch = OnlineWatch(adapter)
    join(adapter, watch)
    browsers: list[tuple[bool, int]] = []
    room.act(lambda each: each.send({"people": 6, "hang": True}))
    watch.until(lambda state: state.people == 7)  # the last report before it hangs
    adapter.subscribe(lambda state: browsers.append((state is not None and state.up, adapter.pid)))
    adapter.command(OnlineCommand.LEAVE)
    assert watch.ended() is OnlineEnd.LEFT
    assert (False, 0) in browsers, "the call is over once it is: with the browser gone"


def test_too_much_memory_ends_the_browser(program: str, sdk: Path, room: RoomServer) -> None:
    limits = EngineLimits(memory=20, memory_interval=0.2)
    adapter = teams_web(engine_parts(program, sdk, room, limits=limits))
    watch = OnlineWatch(adapter)
    adapter.join(MEETING, muted=False)
    assert watch.ended() in (OnlineEnd.ENGINE, OnlineEnd.CONNECTION_LOST)
    wait_until(lambda: not adapter.pid)
    adapter.stop()


@pytest.mark.parametrize("phase", ["lobby", "connected"])
def test_when_the_room_is_gone_the_call_reconnects_and_can_be_left(
    adapter: TeamsWeb, room: RoomServer, phase: str
) -> None:
    watch = OnlineWatch(adapter)
    PHASES[phase](adapter, watch, room)
    room.act(lambda each: each.cut(True))
    if phase == "connected":
        watch.phase(OnlinePhase.RECONNECTING)
    adapter.command(OnlineCommand.LEAVE)
    assert watch.ended() is OnlineEnd.LEFT


class WokenClock(SystemClock):
    """A clock that counts the time of a suspend, which the event loop's does not."""

    suspended = 0.0

    def seconds(self) -> float:
        return super().seconds() + self.suspended


@pytest.mark.parametrize("reach", PHASES.values(), ids=PHASES.keys())
def test_after_a_long_suspend_the_call_is_over_and_no_browser_is_in_it(
    program: str, sdk: Path, room: RoomServer, reach: Reach
) -> None:
    clock = WokenClock()
    limits = TeamsWebLimits(call=CallLimits(check=0.2))
    adapter = TeamsWeb(engine_parts(program, sdk, room, limits=QUICK), FakeTokens(), clock, limits)
    watch = OnlineWatch(adapter)
    reach(adapter, watch, room)
    clock.suspended = 30.0
    state = watch.now
    assert state is not None
    assert state.up, "a short one is a tunnel"
    clock.suspended = 3600.0
    assert watch.ended() is OnlineEnd.CONNECTION_LOST
    assert not adapter.pid
    adapter.stop()


SERVICE = """
import sys, threading
from pathlib import Path
from carlendar_devtools.emulator.room.server import RoomServer
from tests.contracts.online_call import MEETING, OnlineWatch
from tests.fakes.hidden_browser import engine_parts, teams_web

room = RoomServer()
room.host = sys.argv[2]
adapter = teams_web(engine_parts(sys.argv[1], Path(sys.argv[3]), room))
watch = OnlineWatch(adapter)
if sys.argv[4] == "warm":
    adapter.prepare()
else:
    adapter.join(MEETING, muted=False)
    watch.until(lambda state: state.phase == sys.argv[4])
while not adapter.pid:
    threading.Event().wait(0.05)
print(adapter.pid, flush=True)
threading.Event().wait()
"""


@pytest.mark.parametrize("phase", ["warm", "connecting", "lobby", "connected"])
@pytest.mark.parametrize("hung", [False, True], ids=["running", "hung"])
def test_a_killed_service_leaves_no_browser(program: str, sdk: Path, room: RoomServer, phase: str, hung: bool) -> None:
    """A running browser notices that its pipe is closed; a hung one is ended by the next service."""
    room.room.lobby = phase == "lobby"
    service = subprocess.Popen(
        [sys.executable, "-c", SERVICE, program, room.host, str(sdk), phase],
        stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2],
    )  # fmt: skip
    assert service.stdout is not None
    browser = int(service.stdout.readline())
    if hung:
        os.kill(browser, signal.SIGSTOP)
    service.kill()
    service.wait()
    service.stdout.close()
    if hung:
        adapter = teams_web(engine_parts(program, sdk, room))
        adapter.prepare()
        wait_until(lambda: adapter.pid)
        adapter.stop()
        assert [*SHARED_MEMORY.glob(f"{PREFIX}{service.pid}-*")] == [], "its profile is gone too"
    wait_until(lambda: not processes(browser))
