"""Pictures are fetched beside the calendar, kept for the signed-in person, and gone with the account."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from carlendar.domain.account import Account, Profile
from carlendar.domain.avatar import SIZE, AvatarImage
from carlendar.errors import OutageError
from carlendar.ipc.messages import SignInStatus
from carlendar.service.avatars import PAUSE, AvatarUpdater
from carlendar.service.main import Paths
from carlendar.store.avatars import AvatarFolder
from carlendar.store.erase import photo_path
from carlendar.store.records import Snapshot
from carlendar.store.user_writer import UserWriter
from tests.fakes.waiting import wait_until
from tests.service.conftest import Running, Screen

Run = Callable[..., Running]
RED = b"\xff\0\0\xff" * (SIZE // 4)


class Photos:
    """A cloud's photos; `held` keeps every answer back until it is set."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []
        self.answer: AvatarImage | Exception | None = AvatarImage('"1"', RED)
        self.held = threading.Event()
        self.held.set()

    def __call__(self, account: Account, tag: str) -> AvatarImage | None:
        self.asked.append((account.id, tag))
        self.held.wait(20)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


@pytest.fixture
def photos() -> Photos:
    return Photos()


def sign_in(running: Running, screen: Screen, name: str = "Ana", profile: str = "p1") -> None:
    running.world.say("approve", name)
    before = len(screen.heard)
    screen.send("sign_in", profile=profile, way="device")
    wait_until(lambda: any(isinstance(m, SignInStatus) and m.phase == "done" for m in screen.heard[before:]))


def files(paths: Paths) -> list[Path]:
    return [path for path in (paths.folder / "photos").rglob("*") if path.is_file()]


def test_a_photo_comes_after_the_calendar_and_goes_with_the_account(
    run: Run, screen: Screen, read: Callable[..., Snapshot], paths: Paths, photos: Photos
) -> None:
    photos.held.clear()
    running = run(fetch_avatar=photos)
    running.world.say("events", "Launch")
    sign_in(running, screen)
    wait_until(lambda: read().events and not running.service._scheduler.running)
    wait_until(lambda: photos.asked == [("ana", "")])
    assert files(paths) == [], "the calendar did not wait for it"
    photos.held.set()
    wait_until(lambda: files(paths) == [photo_path(paths.folder, "ana")])
    screen.send("sign_out", account="ana")
    wait_until(lambda: not read().accounts and not files(paths))


def test_a_photo_that_comes_after_the_sign_out_leaves_nothing(
    run: Run, screen: Screen, read: Callable[..., Snapshot], paths: Paths, photos: Photos
) -> None:
    photos.held.clear()
    running = run(fetch_avatar=photos)
    sign_in(running, screen)
    wait_until(lambda: photos.asked)
    screen.send("sign_out", account="ana")
    wait_until(lambda: not read().accounts)
    photos.held.set()
    assert running.stop() == 0
    assert files(paths) == []


def test_a_guest_has_no_photo(
    run: Run, screen: Screen, read: Callable[..., Snapshot], paths: Paths, photos: Photos
) -> None:
    running = run(fetch_avatar=photos)
    writer = UserWriter(paths.folder, boot_id=lambda: "boot 1")
    writer.create_profile(Profile("g", "Guest", is_guest=True))
    writer.close()
    sign_in(running, screen, "Gus", "g")
    sign_in(running, screen, "Ana", "p1")
    wait_until(lambda: files(paths) == [photo_path(paths.folder, "ana")])
    assert photos.asked == [("ana", "")]


def keeper(run: Run, screen: Screen, paths: Paths, photos: Photos) -> tuple[AvatarUpdater, Running]:
    """A keeper beside a service that keeps no pictures itself, with Ana signed in, whose clocks the test moves."""
    running = run()
    sign_in(running, screen)
    ports = replace(running.ports, fetch_avatar=photos)
    return AvatarUpdater(AvatarFolder(paths.folder), running.service._user, ports, lambda: None), running


def test_a_photo_is_asked_for_once_a_day_by_its_tag(run: Run, screen: Screen, paths: Paths, photos: Photos) -> None:
    kept, running = keeper(run, screen, paths, photos)
    day = timedelta(days=1)
    for answer, ahead in ((AvatarImage('"1"', RED), day * 0), (None, day * 0.9), (None, day * 1.1), (None, day * 1.2)):
        photos.answer = answer
        running.clock.ahead = ahead
        kept._update("ana", photos)
    assert photos.asked == [("ana", ""), ("ana", '"1"')]
    found = AvatarFolder(paths.folder).read("ana")
    assert found is not None
    assert found.image == AvatarImage('"1"', RED), "what is as it was stays"
    kept.clean_up(day * 7)
    assert files(paths)
    running.clock.ahead = day * 9
    kept.clean_up(day * 7)
    assert files(paths) == [], "what was not looked at for a week goes"


def test_a_failure_is_quiet_and_waits_an_hour(
    run: Run, screen: Screen, paths: Paths, photos: Photos, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept, running = keeper(run, screen, paths, photos)
    elapsed = [running.ports.elapsed.seconds()]
    monkeypatch.setattr(running.ports.elapsed, "seconds", lambda: elapsed[0])
    photos.answer = OutageError("no")
    for _ in range(3):
        kept.update_soon("ana")
    wait_until(lambda: kept._requests.empty())
    photos.answer = AvatarImage('"1"', RED)
    elapsed[0] += PAUSE + 1
    kept.update_soon("ana")
    wait_until(lambda: files(paths))
    kept.stop()
    assert photos.asked == [("ana", "")] * 2


def test_it_can_be_stopped_while_its_first_request_begins(
    run: Run, screen: Screen, paths: Paths, photos: Photos, monkeypatch: pytest.MonkeyPatch
) -> None:
    updater, _ = keeper(run, screen, paths, photos)
    begin, failures = threading.Thread.start, list[Exception]()

    def stop() -> None:
        try:
            updater.stop()
        except Exception as error:  # noqa: BLE001 - the test asks for any
            failures.append(error)

    stopping = threading.Thread(target=stop)

    def start(thread: threading.Thread) -> None:
        if thread.name == "avatars":
            begin(stopping)
            stopping.join(0.2)  # as far as it gets before the thread has begun
        begin(thread)

    monkeypatch.setattr(threading.Thread, "start", start)
    updater.update_soon("ana")
    stopping.join(10)
    assert not stopping.is_alive()
    assert failures == []
