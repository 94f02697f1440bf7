"""The scripted drive through the fictional town: it waits for Navigate, jams the road, frees it and arrives."""

from __future__ import annotations

import asyncio

from carlendar_devtools.emulator.script import BEFORE_JAM, IN_JAM, Script, journey
from tests.devtools.emulator.script.test_script import Stage, at_once, until


class RoadStage(Stage):
    """A stage with a road, on which each look drives 50 m."""

    def __init__(self) -> None:
        super().__init__()
        self.known, self.goes = True, False
        self.metres = 0.0
        self.goal = False
        self.mails = 0

    def guided(self) -> bool:
        return self.goal

    def set_off(self) -> None:
        self.log.append("set off")
        self.goes = True

    def driven(self) -> float:
        self.metres += 50 if self.goes else 0
        return self.metres

    def travelling(self) -> bool:
        self.goes = self.goes and self.driven() < 2 * IN_JAM
        return self.goes

    def messages(self) -> int:
        return self.mails

    def jam(self, *, on: bool) -> None:
        self.log.append(f"{'jam' if on else 'free'} at {self.metres // 100 * 100:g}")


def test_the_drive_waits_for_navigate_then_meets_a_jam_waits_for_the_message_and_arrives() -> None:
    async def run() -> None:
        stage = RoadStage()
        script = Script(journey(stage), sleep=at_once)
        script.play()
        await until(lambda: script.waiting == "touch Navigate on the display")
        assert stage.log == []
        stage.goal = True
        await until(lambda: script.waiting == "touch Tell … on the display")
        assert stage.log == ["set off", f"jam at {BEFORE_JAM:g}"]
        stage.mails = 1
        await until(lambda: not script.running)
        assert stage.log[-1].startswith("free at ")
        assert not stage.goes
        assert script.position == 7

    asyncio.run(run())


def test_a_message_that_was_sent_as_soon_as_the_arrival_was_late_is_not_waited_for() -> None:
    async def run() -> None:
        stage = RoadStage()
        script = Script(journey(stage), sleep=at_once)
        stage.goal = True
        script.play()
        await until(lambda: script.position == 3)
        stage.mails = 1
        await until(lambda: not script.running)
        assert f"free at {IN_JAM:g}" in stage.log

    asyncio.run(run())


def test_who_sends_no_message_arrives_too() -> None:
    async def run() -> None:
        stage = RoadStage()
        script = Script(journey(stage), sleep=at_once)
        stage.goal = True
        script.play()
        await until(lambda: not script.running)
        assert not stage.goes
        assert script.position == 7

    asyncio.run(run())
