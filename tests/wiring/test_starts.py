"""Starts that end before their first frame are counted, and the third shows no texts of the calendar."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from carlendar.domain.account import Account, AccountState, Calendar, Profile
from carlendar.domain.event import Event
from carlendar.domain.timespan import Timespan
from carlendar.store.events import EventStore, EventUpsert, StoredSyncToken
from carlendar.store.user import UserStore
from carlendar.wiring.failed_starts import FILE, TOO_MANY, FailedStarts


def failed(folder: Path, times: int) -> None:
    for _ in range(times):
        FailedStarts(folder).begin()


def test_starts_without_a_first_frame_are_counted_until_there_is_one(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "cache"
    assert [FailedStarts(folder).begin() for _ in range(4)] == [0, 1, 2, 2]
    starts = FailedStarts(folder)
    starts.begin()
    starts.succeeded()
    assert FailedStarts(folder).begin() == 0


def test_a_start_that_said_why_it_ended_does_not_count(tmp_path: Path) -> None:
    failed(tmp_path, 1)
    starts = FailedStarts(tmp_path)
    assert starts.begin() == 1
    starts.withdraw()
    assert FailedStarts(tmp_path).begin() == 1


def test_an_end_after_the_first_frame_does_not_count(tmp_path: Path) -> None:
    failed(tmp_path, 2)
    starts = FailedStarts(tmp_path)
    starts.begin()
    starts.succeeded()
    starts.withdraw()
    assert FailedStarts(tmp_path).begin() == 0


@pytest.mark.parametrize("what", ["folder", "pipe", "link", "file in place of the folder", "huge"])
def test_whatever_stands_in_the_place_of_the_count_no_start_fails(tmp_path: Path, what: str) -> None:
    folder = tmp_path / "cache"
    path = folder / FILE
    if what != "file in place of the folder":
        folder.mkdir()
    match what:
        case "folder":
            path.mkdir()
        case "pipe":
            os.mkfifo(path)
        case "link":
            path.symlink_to(tmp_path / "elsewhere")
        case "huge":
            path.touch()
            os.truncate(path, 10**12)
        case _:
            folder.write_text("")
    starts = FailedStarts(folder)
    assert starts.begin() == (TOO_MANY if what == "huge" else 0)
    starts.succeeded()
    starts.withdraw()
    assert not (tmp_path / "elsewhere").exists()


@pytest.mark.parametrize("number", [errno.EROFS, errno.ENOSPC, errno.EACCES, errno.EIO])
def test_a_disk_that_takes_nothing_fails_no_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    def refused(*_: object, **__: object) -> int:
        raise OSError(number, os.strerror(number))

    failed(tmp_path, 2)
    monkeypatch.setattr(os, "ftruncate", refused)
    assert FailedStarts(tmp_path).begin() == 2
    FailedStarts(tmp_path).succeeded()
    monkeypatch.setattr(os, "open", refused)
    assert FailedStarts(tmp_path).begin() == 0


# --- the real process ----------------------------------------------------------------------------

PROGRAM = """
import os, sys
from carlendar.commands.drive import dependencies
from carlendar.wiring.screen import ScreenProcess
from carlendar.settings import load
from carlendar.ui import app as display
from carlendar.ui.app import stop_display
from carlendar.ui.window import prepare

prepare(load().cache_folder, offscreen=True)
from carlendar.ui import root_view as module

real = module.compose

def compose(frame, *rest):
    if "Budget" in str([getattr(frame.body, "title", "")]):
        if sys.argv[1] == "kill":
            os.abort()
        raise MemoryError
    return real(frame, *rest)

module.compose = compose
screen = ScreenProcess(dependencies(load()))
first = screen._first_frame

def shown():
    first()
    body = display._running[0]._root.frame.body
    print([body.title, *(line.text for line in body.lines)], flush=True)
    screen.bridge.post(stop_display)

screen._first_frame = shown
sys.exit(screen.run())
"""


def stored(folder: Path, *titles: str) -> Path:
    """A store with meetings of these titles, the next in twenty minutes."""
    now = datetime.now(UTC)
    user = UserStore(folder)
    user.save_profile(Profile("ana", "Ana"))
    user.save_account(Account("a1", "ana", "ana@contoso.example", "Ana", "global", AccountState.SIGNED_IN, now))
    events = EventStore(folder, known=lambda _: True)
    calendar = Calendar("c1", "a1", "Calendar", is_default=True)
    events.save_calendars("a1", [calendar])
    for number, title in enumerate(titles, start=1):
        span = Timespan(now + timedelta(minutes=20 * number), now + timedelta(minutes=20 * number + 10))
        events.save(calendar, [EventUpsert(Event(f"e{number}", "c1", title, span, "1"))], [], StoredSyncToken(), now)
    events.close()
    user.close()
    return folder


def start(data: Path, how: str) -> subprocess.CompletedProcess[str]:
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("KIVY", "SDL", "DISPLAY", "WAYLAND", "XDG", "CARLENDAR", "NOTIFY", "LC_", "LANG"))
    }
    env = {**kept, "HOME": str(data.parent), "SDL_VIDEODRIVER": "offscreen", "CARLENDAR_DATA_FOLDER": str(data),
           "CARLENDAR_SERVICE_STANDING": "true", "DBUS_SYSTEM_BUS_ADDRESS": "unix:path=/nonexistent"}  # fmt: skip
    return subprocess.run(
        [sys.executable, "-c", PROGRAM, how], env=env, capture_output=True, text=True, timeout=90, check=False,
        cwd=Path(__file__).parents[2],
    )  # fmt: skip


@pytest.mark.parametrize("how", ["kill", "raise"])
def test_after_two_crashes_the_screen_starts_without_texts_and_says_so(tmp_path: Path, how: str) -> None:
    data = stored(tmp_path / "data", "Budget")
    assert start(data, how).returncode != 0
    assert start(data, how).returncode != 0
    third = start(data, how)
    assert third.returncode == 0, third.stderr
    assert "Meeting without text" in third.stdout
    assert "Texts are hidden until the next start" in third.stdout
    assert (data / "cache" / FILE).stat().st_size == 0
    assert start(data, how).returncode != 0  # the next start shows texts again, and tries


@pytest.mark.parametrize("first", ["\u200d\u0644\u0627", "\ud800\x00", "a" + "\u0301" * 9_000, "\u2067" * 900])
def test_a_hostile_title_ends_no_screen(tmp_path: Path, first: str) -> None:
    data = stored(tmp_path / "data", first, "Lunch", "\u0644" * 5_000, "[b]&bl;")
    done = start(data, "nothing")
    said = [line for line in done.stderr.splitlines() if not line.startswith("no car: no databroker is configured")]
    assert (done.returncode, said) == (0, [])
    assert (data / "cache" / FILE).stat().st_size == 0
