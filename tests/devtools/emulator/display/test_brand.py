"""The display changes its brand while it runs: no restart, no dark frame."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from carlendar.brands import library
from carlendar.errors import SettingsError
from carlendar.platform.clock import BoottimeClock
from carlendar_devtools.emulator.emulation import Emulation, EmulationPlan
from carlendar_devtools.emulator.frame_client import ReceivedFrame
from carlendar_devtools.emulator.panel.command import Arguments
from carlendar_devtools.emulator.panel.screen import DisplayControl
from carlendar_devtools.emulator.world.library import scenario_file
from carlendar_devtools.emulator.world.scenario import load_world
from carlendar_devtools.processes.programs import WITHOUT_OFONO
from tests.fakes.waiting import wait_until_async


def corner(frame: ReceivedFrame) -> str:
    """The colour of the page."""
    return "#" + bytes(frame.pixels[:3]).hex()


def test_a_brand_is_switched_live_without_a_dark_frame_or_a_restart(tmp_path: Path) -> None:
    grounds = {
        name: {f"#{bytes(round(part * 255) for part in palette.bg[:3]).hex()}" for palette in (brand.night, brand.day)}
        for name in library.names()
        for brand in (library.load(name),)
    }
    seen: list[str] = []

    async def run() -> None:
        folder = tmp_path / "e"
        folder.mkdir(mode=0o700)
        plan = EmulationPlan(load_world(scenario_file("empty")), "empty", browser=True, brand="aurelle")
        emulation = Emulation(plan, folder, WITHOUT_OFONO, BoottimeClock())
        take = emulation.pictures.take

        async def record(frame: ReceivedFrame) -> None:
            seen.append(corner(frame))
            await take(frame)

        emulation.pictures.take = record  # type: ignore[method-assign]  # listens to the frames on their way
        await emulation.start()
        try:
            await wait_until_async(lambda: bool(seen) and seen[-1] in grounds["aurelle"], 60, "the first frame")
            control = DisplayControl(emulation.display)
            pid = emulation.display.pid
            await asyncio.sleep(0)
            await wait_until_async(lambda: emulation.display.state.phase == "running", 60, "it runs")
            for name in ("strada", "voltane", "neutral"):
                control.orders()["brand"](Arguments({"value": name}))
                await wait_until_async(lambda: seen[-1] in grounds[name], 30, name)  # noqa: B023  # awaited here
                assert control.state()["brand"] == name
            assert emulation.display.pid == pid
            with pytest.raises(SettingsError, match="no such brand"):
                control.orders()["brand"](Arguments({"value": "none"}))
        finally:
            await emulation.stop()

    asyncio.run(run())
    assert set(seen) <= set().union(*grounds.values()), json.dumps(seen)


def test_a_display_with_a_refused_brand_starts_with_the_neutral_one(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong"
    wrong.mkdir()
    (wrong / "brand.toml").write_text('[night]\nbg = "#112233"\nmute = "#39424f"\n')
    seen: list[str] = []

    async def run() -> None:
        folder = tmp_path / "e"
        folder.mkdir(mode=0o700)
        plan = EmulationPlan(load_world(scenario_file("empty")), "empty", browser=True, brand=str(wrong))
        emulation = Emulation(plan, folder, WITHOUT_OFONO, BoottimeClock())

        async def record(frame: ReceivedFrame) -> None:
            seen.append(corner(frame))

        emulation.pictures.take = record  # type: ignore[method-assign]  # listens to the frames on their way
        await emulation.start()
        try:
            await wait_until_async(lambda: bool(seen), 60, "the first frame")
            await wait_until_async(lambda: "night.mute" in (folder / "display.log").read_text(), 30, "it is logged")
        finally:
            await emulation.stop()

    asyncio.run(run())
    assert set(seen) <= {"#070b11", "#e2e7ee"}
