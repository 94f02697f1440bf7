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

    def jam(self, *, on: bool) -> None:
        self.log.append(f"{'jam' if on else 'free'} at {self.metres // 100 * 100:g}")


def test_the_drive_waits_for_navigate_then_meets_a_jam_and_arrives() -> None:
    async def run() -> None:
        stage = RoadStage()
        script = Script(journey(stage), sleep=at_once)
        script.play()
        await until(lambda: script.waiting == "touch Navigate on the display")
        assert stage.log == []
        stage.goal = True
        await until(lambda: not script.running)
        assert stage.log == ["set off", f"jam at {BEFORE_JAM:g}", f"free at {IN_JAM:g}"]
        assert not stage.goes
        assert script.position == 6

    asyncio.run(run())
