"""The scripted drive: its steps act in order, wait for the person, and stand still while paused."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from carlendar.errors import UsageError
from carlendar_devtools.emulator.script import CRUISE, Script, drive


class Stage:
    """A stage that remembers what was done to it."""

    def __init__(self) -> None:
        self.log: list[str] = []
        self.waits = False
        self.known = False
        self.fetched = True
        self.calling = False
        self.now = 0.0

    def pending(self) -> bool:
        return self.waits

    def approve(self) -> None:
        self.log.append("approve")

    def signed_in(self) -> bool:
        return self.known

    def arrived(self) -> bool:
        return self.fetched

    def drive(self, speed: float) -> None:
        self.now = speed

    def park(self) -> None:
        self.log.append(f"park at {self.now:g}")

    def speed(self) -> float:
        return self.now

    def network(self, mode: str) -> None:
        self.log.append(f"network {mode}")

    def before_next_meeting(self) -> None:
        self.log.append("before the meeting")

    def answer_calls(self) -> None:
        self.log.append("answer")

    def in_call(self) -> bool:
        return self.calling

    def lobby(self, *, on: bool) -> None:
        self.log.append("lobby" if on else "admit")

    def record(self, *, on: bool) -> None:
        self.log.append("record" if on else "record no more")


async def at_once(_seconds: float) -> None:
    await asyncio.sleep(0)


async def until(condition: Callable[[], bool]) -> None:
    for _ in range(100_000):
        if condition():
            return
        await asyncio.sleep(0)
    raise AssertionError("the condition never came true")


def test_the_whole_drive_runs_from_sign_in_to_parking() -> None:
    async def run() -> None:
        stage = Stage()
        script = Script(drive(stage), sleep=at_once)
        script.play()
        await until(lambda: script.waiting == "sign in on the display")
        assert stage.log == []
        stage.waits, stage.fetched = True, False
        await until(lambda: script.waiting == "the calendar arrives")
        assert stage.now == 0
        stage.fetched = True
        await until(lambda: script.waiting == "touch Join on the display")
        assert stage.now == CRUISE
        stage.calling = True
        await until(lambda: not script.running)
        assert stage.log == [
            "approve", "network none", "network on", "before the meeting", "answer", "lobby", "admit", "record",
            "record no more", "park at 0",
        ]  # fmt: skip
        assert script.position == 7
        with pytest.raises(UsageError):
            script.step()
        script.play()
        assert script.position == 0
        await script.stop()

    asyncio.run(run())


def test_who_has_signed_in_already_is_not_asked_again() -> None:
    async def run() -> None:
        stage = Stage()
        stage.known = True
        script = Script(drive(stage), sleep=at_once)
        script.step()
        await until(lambda: not script.running)
        assert (script.position, stage.log) == (1, [])

    asyncio.run(run())


def test_a_paused_drive_stands_still_and_a_step_finishes_the_one_that_was_paused() -> None:
    async def run() -> None:
        stage = Stage()
        stage.known = True
        script = Script(drive(stage), sleep=at_once)
        script.step()
        await until(lambda: not script.running)
        script.play()
        await until(lambda: stage.now > 0)
        script.pause()
        await at_once(0)
        held = stage.now
        for _ in range(50):
            await at_once(0)
        assert stage.now == held < CRUISE
        script.step()
        await until(lambda: not script.running)
        assert (stage.now, script.position) == (CRUISE, 2)
        await script.stop()

    asyncio.run(run())


def test_leaving_in_the_tunnel_brings_the_network_back() -> None:
    async def run() -> None:
        stage = Stage()
        stage.known = True
        script = Script(drive(stage)[2:3])
        script.play()
        await until(lambda: stage.log == ["network none"])
        await script.stop()
        assert stage.log == ["network none", "network on"]
        assert not script.running

    asyncio.run(run())


def test_a_step_that_cannot_be_done_is_reported_and_ends_the_drive() -> None:
    class NoMeeting(Stage):
        def before_next_meeting(self) -> None:
            raise UsageError("there is no meeting any more")

    async def run() -> None:
        logged: list[tuple[str, str]] = []
        steps = drive(NoMeeting())[3:4]
        script = Script(steps, sleep=at_once, log_event=lambda kind, text: logged.append((kind, text)))
        script.play()
        await until(lambda: not script.running)
        assert logged == [("drive", "reminder"), ("drive", "there is no meeting any more")]
        assert script.position == 0

    asyncio.run(run())
