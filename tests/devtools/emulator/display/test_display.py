"""The display's life: started, watched, frozen, killed and started again, and its wire."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from carlendar.errors import UsageError
from carlendar_devtools.emulator import supervision
from carlendar_devtools.emulator.display import FOLDER_OPTION, Display, processes_of
from carlendar_devtools.emulator.frame_client import ReceivedFrame, read_frame
from carlendar_devtools.emulator.presets import PRESETS, chosen, preset
from tests.fakes.waiting import wait_until_async

Argv = Callable[[str], list[str]]


class Log:
    """What the display said of itself."""

    def __init__(self) -> None:
        self.lines: list[tuple[str, str]] = []
        self.closed = 0

    def log_event(self, kind: str, text: str) -> None:
        self.lines.append((kind, text))

    def close(self) -> None:
        self.closed += 1


def starts(folder: Path) -> list[int]:
    try:
        return [int(line) for line in (folder / "starts").read_text().split()]
    except FileNotFoundError:
        return []


def display(argv: list[str], folder: Path, log: Log, frames: list[ReceivedFrame] | None = None) -> Display:
    async def take(frame: ReceivedFrame) -> None:
        assert frames is not None
        frames.append(frame)

    wanted = None if frames is None else take
    return Display(argv, folder, os.environ, frames=wanted, log_event=log.log_event, closed=log.close)


def test_frames_come_in_and_touches_wheel_and_keys_go_out(argv: Argv, folder: Path) -> None:
    async def run() -> None:
        frames: list[ReceivedFrame] = []
        shown = display(argv("ok"), folder, Log(), frames)
        await shown.start()
        await wait_until_async(lambda: len(frames) == 1 and shown.state.phase == "running")
        assert frames[0] == ReceivedFrame(4, 2, 9, "drive", "", bytes(range(24)))
        assert (shown.state.screen, shown.state.sequence) == ("drive", 9)
        assert shown.tap is not None
        shown.tap.touch("down", 1, 0.25, 0.5)
        shown.tap.wheel(0.5, 0.5, -1.0)
        shown.tap.key("Enter", "down")
        received = folder / "received"
        await wait_until_async(lambda: received.exists() and b"Enter" in received.read_bytes())
        await shown.stop()
        data = received.read_bytes()
        kinds = []
        while data:
            size = int.from_bytes(data[:4], "big")
            kinds.append((data[4:5], json.loads(data[5 : 4 + size] or b"null")))
            data = data[4 + size :]
        assert kinds == [
            (b"A", None),
            (b"T", {"kind": "down", "id": 1, "x": 0.25, "y": 0.5}),
            (b"W", {"x": 0.5, "y": 0.5, "dy": -1.0}),
            (b"K", {"key": "Enter", "kind": "down"}),
        ]

    asyncio.run(run())


def test_a_display_that_is_stopped_as_a_whole_is_killed_and_started_again(argv: Argv, folder: Path) -> None:
    async def run() -> None:
        log = Log()
        shown = display(argv("ok"), folder, log)
        await shown.start()
        await wait_until_async(lambda: shown.state.phase == "running")
        first = shown.pid
        began = asyncio.get_running_loop().time()
        shown.freeze()
        assert shown.state.phase == "frozen"
        await wait_until_async(lambda: shown.pid not in (0, first))
        assert asyncio.get_running_loop().time() - began < 5.0
        assert ("watchdog", "no sign of life for 500 ms: the screen is ended") in log.lines
        assert first not in processes_of(folder)
        await wait_until_async(lambda: shown.state.phase == "running")
        await shown.stop()

    asyncio.run(run())


def test_a_display_that_draws_no_more_though_it_runs_is_killed_too(argv: Argv, folder: Path) -> None:
    async def run() -> None:
        log = Log()
        shown = display(argv("mute"), folder, log)
        await shown.start()
        await wait_until_async(lambda: any(kind == "watchdog" for kind, _ in log.lines))
        await wait_until_async(lambda: len(starts(folder)) >= 2)
        await shown.stop()

    asyncio.run(run())


def test_a_display_that_lives_is_left_alone(argv: Argv, folder: Path) -> None:
    async def run() -> None:
        log = Log()
        shown = display(argv("ok"), folder, log)
        await shown.start()
        await wait_until_async(lambda: shown.state.phase == "running")
        end = asyncio.get_running_loop().time() + 1.5
        await wait_until_async(lambda: asyncio.get_running_loop().time() > end)
        assert len(starts(folder)) == 1
        assert [kind for kind, _ in log.lines] == ["display"]
        await shown.stop()

    asyncio.run(run())


@pytest.mark.parametrize("how", ["end", "die", "hang"])
def test_a_closed_display_does_not_come_back_however_long_and_badly_it_ends(
    argv: Argv, folder: Path, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    monkeypatch.setattr(supervision, "STOPPING_TICKS", 50)

    async def run() -> None:
        log = Log()
        shown = display(argv(how), folder, log)
        await shown.start()
        await wait_until_async(lambda: log.closed == 1 and shown.state.phase == "ended")
        assert len(starts(folder)) == 1
        assert processes_of(folder) == []
        assert log.lines[-1] == ("display", "closed")
        assert ("watchdog" in dict(log.lines)) == (how == "hang")
        await shown.stop()

    asyncio.run(run())


def test_a_killed_display_comes_back(argv: Argv, folder: Path) -> None:
    async def run() -> None:
        shown = display(argv("ok"), folder, Log())
        await shown.start()
        await wait_until_async(lambda: len(starts(folder)) == 1)
        shown.kill()
        await wait_until_async(lambda: len(starts(folder)) == 2 and shown.state.phase == "running")
        await shown.stop()
        assert shown.state.phase == "ended"
        assert processes_of(folder) == []

    asyncio.run(run())


def test_a_frozen_display_goes_on_when_continued_in_time(argv: Argv, folder: Path) -> None:
    async def run() -> None:
        shown = display(argv("ok"), folder, Log())
        await shown.start()
        await wait_until_async(lambda: shown.state.phase == "running")
        pid = shown.pid
        shown.freeze()
        shown.go_on()
        assert shown.state.phase == "running"
        assert shown.pid == pid
        await shown.stop()

    asyncio.run(run())


@pytest.mark.parametrize("frozen", [False, True])
def test_stopping_leaves_no_process_behind(argv: Argv, folder: Path, frozen: bool) -> None:
    async def run() -> None:
        shown = display(argv("ok"), folder, Log(), [])
        await shown.start()
        await wait_until_async(lambda: shown.state.phase == "running")
        if frozen:
            shown.freeze()
        await shown.stop()
        assert processes_of(folder) == []
        assert not (folder / "display.sock").exists()
        assert not (folder / "notify.sock").exists()

    asyncio.run(run())


def test_a_display_that_says_why_it_cannot_run_is_not_tried_again(argv: Argv, folder: Path) -> None:
    async def run() -> None:
        log = Log()
        shown = display(argv("refuse"), folder, log)
        await shown.start()
        await wait_until_async(lambda: shown.state.phase == "failed")
        assert shown.state.why == "there is no display"
        assert log.lines == [("display", "there is no display")]
        await shown.stop()

    asyncio.run(run())


def test_a_display_that_ends_by_a_fault_of_its_own_is_tried_again(argv: Argv, folder: Path) -> None:
    async def run() -> None:
        log = Log()
        shown = display(argv("fault"), folder, log)
        await shown.start()
        await wait_until_async(lambda: shown.state.phase == "running")
        assert log.lines[:2] == [("display", "ended (3), starts again")] * 2
        await shown.stop()

    asyncio.run(run())


def test_a_display_that_crashes_again_and_again_is_given_up(
    argv: Argv, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("carlendar_devtools.emulator.display.GIVES_UP_AFTER", 2)

    async def run() -> None:
        log = Log()
        shown = display(argv("crash"), folder, log)
        await shown.start()
        await wait_until_async(lambda: shown.state.phase == "failed")
        assert log.lines == [("display", "ended (1), starts again"), ("display", "the display ended with 1")]
        await shown.stop()

    asyncio.run(run())


def test_a_window_that_a_person_closed_stays_closed(argv: Argv, folder: Path) -> None:
    async def run() -> None:
        log = Log()
        shown = display(argv("close"), folder, log)
        await shown.start()
        await wait_until_async(lambda: shown.state.phase == "ended" and log.closed == 1)
        await shown.stop()

    asyncio.run(run())


def test_a_command_that_is_not_there_is_an_error_of_one_line(folder: Path) -> None:
    async def run() -> None:
        shown = display([str(folder / "nothing")], folder, Log())
        await shown.start()
        await wait_until_async(lambda: shown.state.phase == "failed")
        assert shown.state.why
        await shown.stop()

    asyncio.run(run())


def test_another_preset_is_written_and_the_display_started_anew(argv: Argv, folder: Path) -> None:
    async def run() -> None:
        shown = display(argv("ok"), folder, Log())
        await shown.start()
        await wait_until_async(lambda: len(starts(folder)) == 1)
        await shown.restart(preset("small-7").with_role("passenger"))
        await wait_until_async(lambda: len(starts(folder)) == 2)
        described = tomllib.loads((folder / "platform.toml").read_text())["display"]
        size = {"width": 800, "height": 480, "px_per_mm": 5.25, "distance_mm": 700.0}
        assert described == {**size, "role": "passenger", "output": "EMULATED-1"}
        await shown.stop()

    asyncio.run(run())


def test_the_background_process_is_found_by_the_folder_it_was_handed(argv: Argv, folder: Path) -> None:
    async def run() -> None:
        shown = display(argv("ok"), folder, Log())
        await shown.start()
        await wait_until_async(lambda: len(starts(folder)) == 1)
        environ = os.environ | {"CARLENDAR_EMULATOR": str(folder)}
        helper = await asyncio.create_subprocess_exec("sleep", "60", env=environ)
        await wait_until_async(lambda: shown.helpers() == (helper.pid,))
        assert shown.restart_service()
        assert await helper.wait() == -signal.SIGKILL
        assert not shown.restart_service()
        second = await asyncio.create_subprocess_exec(  # an environment may be readable for root alone
            sys.executable, "-c", "import time; time.sleep(60)", f"{FOLDER_OPTION}{folder}"
        )
        await wait_until_async(lambda: shown.helpers() == (second.pid,))
        await shown.stop()
        assert await second.wait() == -signal.SIGTERM

    asyncio.run(run())


@pytest.mark.parametrize(
    "payload",
    [b"", b"{}", b"{}\n", b'{"width": 2}\n', b'{"width":1,"height":1,"sequence":1,"screen":"","place":""}\n12'],
)
def test_what_is_no_frame_is_refused(payload: bytes) -> None:
    with pytest.raises(ValueError, match=r"not a frame|Expecting"):
        read_frame(payload)


def test_every_preset_has_the_diagonal_that_its_label_says() -> None:
    for one in PRESETS:
        inches = (one.width**2 + one.height**2) ** 0.5 / one.px_per_mm / 25.4
        assert f"{inches:.1f}″".replace(".0″", "″") == one.label
    with pytest.raises(UsageError):
        preset("none")
    with pytest.raises(UsageError):
        PRESETS[0].with_role("child")


@pytest.mark.parametrize(
    ("text", "width", "height", "density"),
    [
        ("1920x720", 1920, 720, 5.22),
        ("1920x720@12.3", 1920, 720, 6.56),
        ("1920×720", 1920, 720, 5.22),
        ("640x480", 640, 480, 4.27),
        ("480x800", 480, 800, 5.22),
        ("wide-9", 1280, 720, 6.42),
    ],
)
def test_a_display_is_chosen_by_its_size_or_by_a_name(text: str, width: int, height: int, density: float) -> None:
    one = chosen(text)
    assert (one.width, one.height, one.role) == (width, height, "driver")
    assert one.px_per_mm == pytest.approx(density, abs=0.01)
    short, long = sorted((one.width / one.px_per_mm, one.height / one.px_per_mm))
    assert (short > 89.9, long > 149.9) == (True, True)


@pytest.mark.parametrize(
    "text", ["", "x", "1920", "1920x", "1920x720@", "100x100", "9999x9999", "1920x720@3", "800x480@0", "320x240@99",
             "1920x720x2", "-5x-5", "1e3x500", "wide", "99999999x2"],
)  # fmt: skip
def test_what_is_no_display_is_refused_with_what_can_be_written(text: str) -> None:
    with pytest.raises(UsageError, match="display") as refusal:
        chosen(text)
    assert "\n" not in str(refusal.value)
