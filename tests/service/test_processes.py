"""Two real processes: whichever is killed, frozen or replaced, the other works and the pair heals."""

from __future__ import annotations

import os
import random
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, timedelta
from pathlib import Path

import psutil
import pytest
from msgspec.structs import replace

from carlendar import __version__
from carlendar.domain.timespan import Timespan
from carlendar.ipc.messages import Hello, encode
from carlendar.service.main import EXIT_BUSY, Paths, hello
from carlendar.service.supervisor import ServiceState, Supervisor, SupervisorPolicy, probe
from carlendar.settings import load
from carlendar.store.database import open_database
from carlendar.store.outbox import Outbox
from carlendar.store.records import OutboxItem, OutboxState
from carlendar.store.schema import EVENTS
from carlendar.store.snapshot import StoreReader
from carlendar.store.user import UserStore
from tests.fakes.stores import read_snapshot
from tests.fakes.waiting import wait_until
from tests.service import service_program
from tests.service.conftest import Screen

POLICY = SupervisorPolicy(watch=0.3, answer=0.7, start=10, first_pause=0.05, longest_pause=0.5, steady=5, end=3)

Supervise = Callable[..., tuple[Supervisor, list[str]]]
Alone = Callable[..., subprocess.Popen[bytes]]


@pytest.fixture
def supervise(
    paths: Paths, argv: Callable[..., list[str]], environment: dict[str, str]
) -> Iterator[Callable[..., tuple[Supervisor, list[str]]]]:
    """Start supervisors; all are stopped, and with them their services."""
    started: list[Supervisor] = []

    def start(
        code: str = "test", command: list[str] | None = None, policy: SupervisorPolicy = POLICY
    ) -> tuple[Supervisor, list[str]]:
        events: list[str] = []
        supervisor = Supervisor(
            argv(code) if command is None else command, paths.socket, hello(code), service_program.Clock(),
            environment=environment, policy=policy, on_event=events.append,
        )  # fmt: skip
        supervisor.start()
        started.append(supervisor)
        return supervisor, events

    yield start
    for supervisor in started:
        supervisor.stop()


@pytest.fixture
def alone(
    argv: Callable[..., list[str]], environment: dict[str, str]
) -> Iterator[Callable[..., subprocess.Popen[bytes]]]:
    """Start services that no supervisor has started; those that still run are ended."""
    started: list[subprocess.Popen[bytes]] = []

    def start(code: str = "test") -> subprocess.Popen[bytes]:
        started.append(subprocess.Popen(argv(code), env=environment))
        return started[-1]

    yield start
    for process in started:
        if process.poll() is None:
            process.kill()
        process.wait()


def service_pid(screen: Screen) -> int:
    """The process id in the last Hello."""
    found = screen.last(Hello)
    return int(found.pid) if found else 0


def answers(paths: Paths, code: str = "test") -> bool:
    return probe(paths.socket, hello(code), 1.0)[0] is ServiceState.ANSWERS


def test_where_no_service_answers_one_is_started_and_ends_with_the_screen(
    supervise: Supervise, screen: Screen, paths: Paths
) -> None:
    supervisor, events = supervise()
    wait_until(lambda: screen.client.connected)
    pid = service_pid(screen)
    wait_until(lambda: events == ["started", "answers"])
    supervisor.stop()
    assert not psutil.pid_exists(pid)
    assert not paths.socket.exists()


def test_a_service_that_comes_up_slowly_is_given_longer_each_time(
    supervise: Supervise, screen: Screen, argv: Callable[..., list[str]]
) -> None:
    slowly = ["/bin/sh", "-c", 'sleep 0.5 && exec "$@"', "sh", *argv("test")]
    _, events = supervise(command=slowly, policy=replace(POLICY, start=0.4))
    wait_until(lambda: screen.client.connected)
    wait_until(lambda: events[-1] == "answers")
    assert events[:2] == ["started", "frozen"]


def test_a_killed_service_is_started_again_and_sends_what_was_on_its_way(
    supervise: Supervise, screen: Screen, paths: Paths
) -> None:
    supervise()
    world = service_program.World(paths.folder.parent / "world")
    world.say("approve", "Ana")
    world.say("events", "Review")
    screen.send("sign_in", profile="p1", way="device")
    reader = StoreReader(paths.folder)
    user = UserStore(paths.folder)
    wait_until(lambda: user.accounts())
    first = service_pid(screen)
    now = service_program.Clock().now()
    outbox = Outbox(user.database)
    outbox.put(OutboxItem("k", "ana", "e1", "accept", {}, now, now))
    outbox.claim("k")  # as it would be while it is being sent
    os.kill(first, signal.SIGKILL)
    wait_until(lambda: screen.client.connected and service_pid(screen) not in (0, first))
    wait_until(lambda: [item.state for item in outbox.items()] == [OutboxState.SENT])
    assert world.says("done").count("accept e1") == 1
    user.close()
    reader.close()


def test_killed_again_and_again_at_any_moment_it_comes_back_with_everything(
    supervise: Supervise, screen: Screen, paths: Paths
) -> None:
    world = service_program.World(paths.folder.parent / "world")
    world.say("approve", "Ana")
    world.say("events", "\n".join(f"Meeting {number}" for number in range(20)))
    supervise()
    screen.send("sign_in", profile="p1", way="device")
    user = UserStore(paths.folder)
    wait_until(lambda: user.accounts())
    chance = random.Random(7)
    for _ in range(5):
        wait_until(lambda: screen.client.connected)
        pid = service_pid(screen)
        screen.send("refresh")
        pause = service_program.Clock().seconds() + chance.random() * 0.05
        wait_until(lambda: service_program.Clock().seconds() >= pause)  # noqa: B023  # called at once
        os.kill(pid, signal.SIGKILL)
        wait_until(lambda: service_pid(screen) != pid)  # noqa: B023  # called at once
    now = service_program.Clock().now()
    day = Timespan(now - timedelta(days=1), now + timedelta(days=3))
    wait_until(lambda: len(read_snapshot(paths.folder, day, UTC).events) == 20)
    assert not list(paths.folder.glob("*.damaged-*"))
    user.close()


def test_a_frozen_service_is_replaced(supervise: Supervise, screen: Screen) -> None:
    _, events = supervise()
    wait_until(lambda: screen.client.connected)
    first = service_pid(screen)
    os.kill(first, signal.SIGSTOP)
    wait_until(lambda: screen.client.connected and service_pid(screen) != first)
    assert "frozen" in events
    assert not psutil.pid_exists(first)


def test_a_frozen_service_costs_no_process_that_has_the_id_of_an_earlier_one(paths: Paths) -> None:
    serve = (
        "import socket, sys; s = socket.socket(socket.AF_UNIX); s.bind(sys.argv[1]); s.listen();"
        "c, _ = s.accept(); c.recv(9000); c.sendall(bytes.fromhex(sys.argv[2])); s.close(); c.close();"
        "print('closed', flush=True); sys.stdin.read()"
    )
    paths.socket.parent.mkdir(mode=0o700, parents=True)
    command = [sys.executable, "-I", "-c", serve, str(paths.socket), encode(hello("test")).hex()]
    supervisor = Supervisor(
        [], paths.socket, hello("test"), service_program.Clock(), policy=replace(POLICY, answer=0.2, end=0.2)
    )
    with ExitStack() as stack:
        earlier = stack.enter_context(subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd="/"))
        stack.callback(earlier.kill)
        assert earlier.stdout is not None
        wait_until(paths.socket.exists)
        wait_until(lambda: supervisor._probe_and_react() == POLICY.watch)
        assert earlier.stdout.readline() == b"closed\n"
        supervisor._probe_and_react()  # it is absent
        paths.socket.unlink()
        frozen = stack.enter_context(socket.socket(socket.AF_UNIX))
        frozen.bind(str(paths.socket))
        frozen.listen(0)
        waiting = stack.enter_context(socket.socket(socket.AF_UNIX))
        waiting.connect(str(paths.socket))
        assert probe(paths.socket, hello("test"), 0.1) == (ServiceState.FROZEN, 0)
        supervisor._probe_and_react()
        assert earlier.poll() is None
        supervisor.start()
        supervisor.stop()
        assert earlier.poll() is None


def test_a_frozen_service_of_someone_else_is_replaced_too(
    alone: Alone, supervise: Supervise, screen: Screen, paths: Paths
) -> None:
    other = alone()
    wait_until(lambda: answers(paths))
    other.send_signal(signal.SIGSTOP)
    supervise()
    wait_until(lambda: other.poll() is not None)
    wait_until(lambda: screen.client.connected and service_pid(screen) != other.pid)


def test_a_service_that_already_runs_is_used_and_outlives_the_screen(
    alone: Alone, supervise: Supervise, screen: Screen, paths: Paths
) -> None:
    other = alone()
    wait_until(lambda: answers(paths))
    supervisor, events = supervise()
    wait_until(lambda: events == ["answers"])
    assert service_pid(screen) in (0, other.pid)
    supervisor.stop()
    assert answers(paths)
    other.terminate()
    assert other.wait(10) == 0
    assert not paths.socket.exists()


def test_a_service_of_another_version_makes_room(alone: Alone, supervise: Supervise, paths: Paths) -> None:
    old = alone("old")
    wait_until(lambda: answers(paths, "old"))
    _, events = supervise("test", policy=replace(POLICY, answer=20, end=30, start=60))  # a slow one is not a frozen one
    wait_until(lambda: {"replaced", "started"} <= set(events), 60)
    assert old.wait(30) == 0
    wait_until(lambda: answers(paths), 60)
    assert "frozen" not in events


def test_a_service_that_makes_room_for_the_screens_hello_is_started_by_the_supervisor(
    alone: Alone, supervise: Supervise, screen: Screen
) -> None:
    assert alone("old").wait(30) == 0, "the screen's Hello ended it before the supervisor could notice it"
    _, events = supervise("test", policy=replace(POLICY, answer=20, end=30, start=60))
    wait_until(lambda: screen.client.connected, 60)
    assert {"replaced", "frozen"}.isdisjoint(events)


def test_a_service_that_keeps_dying_is_started_less_and_less_often(supervise: Supervise) -> None:
    clock = service_program.Clock()
    began = clock.seconds()
    _, events = supervise(command=[sys.executable, "-I", "-S", "-c", "raise SystemExit(1)"])
    wait_until(lambda: events.count("started") == 5)
    assert clock.seconds() - began >= 0.05 + 0.1 + 0.2 + 0.4


def test_a_service_that_cannot_be_started_ends_nothing(supervise: Supervise) -> None:
    supervisor, events = supervise(command=["/nonexistent/program"])
    supervisor.probe_now()
    wait_until(lambda: events)
    supervisor.stop()
    assert set(events) == {"died"}, "it is reported, and tried again"


def test_one_of_two_services_goes_and_the_other_serves(alone: Alone, paths: Paths) -> None:
    first = alone()
    wait_until(lambda: answers(paths))
    second = alone()
    assert second.wait(15) == EXIT_BUSY
    assert first.poll() is None
    assert answers(paths)


def test_a_screen_that_is_killed_or_frozen_leaves_the_service_working(
    alone: Alone, screen: Screen, paths: Paths, environment: dict[str, str]
) -> None:
    alone()
    wait_until(lambda: screen.client.connected)
    talk = (
        "import sys, socket, time; s = socket.socket(socket.AF_UNIX); s.connect(sys.argv[1]);"
        "s.sendall(bytes.fromhex(sys.argv[2])); s.recv(1); print('there', flush=True); time.sleep(60)"
    )
    for number in (signal.SIGKILL, signal.SIGSTOP):
        command = [sys.executable, "-c", talk, str(paths.socket), encode(hello("test")).hex()]
        other = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE)
        assert other.stdout is not None
        assert other.stdout.readline() == b"there\n"
        other.send_signal(number)
        before = len(screen.heard)
        screen.send("fly")
        wait_until(lambda: len(screen.heard) > before)  # noqa: B023  # called at once
        other.kill()
        other.wait()
        other.stdout.close()


def test_a_damaged_store_ends_the_service_and_the_next_one_repairs_it(
    supervise: Supervise, screen: Screen, paths: Paths
) -> None:
    world = service_program.World(paths.folder.parent / "world")
    world.say("approve", "Ana")
    world.say("events", "Review")
    supervise()
    screen.send("sign_in", profile="p1", way="device")
    reader = StoreReader(paths.folder)

    def day() -> list[str]:
        now = service_program.Clock().now()
        window = Timespan(now - timedelta(days=1), now + timedelta(days=2))
        return [stored.event.title for stored in reader.read(window, UTC).events]

    wait_until(lambda: day() == ["Review"])
    for name in ("events.db", "events.db-wal"):
        (paths.folder / name).write_bytes(b"garbage " * 5000)
    os.kill(service_pid(screen), signal.SIGKILL)
    wait_until(lambda: list(paths.folder.glob("events.db.damaged-*")))
    wait_until(lambda: day() == ["Review"])
    database = open_database(paths.folder, EVENTS)
    assert database.rows("SELECT count(*) FROM events") == [(1,)]
    database.close()
    reader.close()


def test_a_stop_by_sigterm_is_clean_whenever_it_comes(alone: Alone, paths: Paths) -> None:
    for _ in range(2):
        process = alone()
        wait_until(lambda: answers(paths))
        process.terminate()
        assert process.wait(10) == 0
        assert not paths.socket.exists()


def test_a_service_that_systemd_keeps_is_watched_over_but_never_started(
    paths: Paths, supervise: Supervise, alone: Alone, screen: Screen
) -> None:
    _, events = supervise(command=[])
    first = alone()
    wait_until(lambda: "answers" in events)
    first.send_signal(signal.SIGSTOP)
    wait_until(lambda: "frozen" in events)
    assert first.wait(15) == -signal.SIGKILL, "its parent starts it again"
    del events[:]
    second = alone()
    wait_until(lambda: "answers" in events)
    assert service_pid(screen) in (first.pid, second.pid)
    assert "started" not in events


def test_the_service_tells_its_manager_that_it_lives_and_that_it_ends(paths: Paths, tmp_path: Path) -> None:
    environment = {
        **os.environ,
        "CARLENDAR_DATA_FOLDER": str(paths.folder),
        "HOME": str(tmp_path),
        "NOTIFY_SOCKET": str(tmp_path / "notify"),
        "WATCHDOG_USEC": "180000000",
    }
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(environment["NOTIFY_SOCKET"])
        manager.settimeout(20)
        service = subprocess.Popen([sys.executable, "-I", "-m", "carlendar", "service"], env=environment, cwd="/")
        try:
            heard = [manager.recv(100) for _ in range(2)]
            assert heard == [b"READY=1", b"WATCHDOG=1"]
            at = load(environ=environment).socket
            assert probe(at, hello(__version__), 5)[0] is ServiceState.ANSWERS, "it says so when it answers, not before"
            service.terminate()
            while heard[-1] == b"WATCHDOG=1":
                heard.append(manager.recv(100))
            assert heard[-1] == b"STOPPING=1"
            assert service.wait(20) == 0
        finally:
            service.kill()
            service.wait()


def test_a_service_that_cannot_even_be_started_is_reported_like_one_that_died(supervise: Supervise) -> None:
    _, events = supervise(command=["/nonexistent/python"])
    wait_until(lambda: events.count("died") >= 3)
    assert "started" not in events
