"""The emulated voice assistant says sentences over a real bus, to what a display runs in a car."""

from __future__ import annotations

import asyncio
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from carlendar.domain.voice_command import VoiceCommand
from carlendar.errors import UsageError
from carlendar.platform.assistant import AssistantBus
from carlendar_devtools.emulator.assistant import EmulatedAssistant
from carlendar_devtools.emulator.panel.assistant import SENTENCES, AssistantControl
from carlendar_devtools.emulator.panel.controls import ControlRegistry
from carlendar_devtools.emulator.panel.journal import Journal
from carlendar_devtools.emulator.phone import available
from carlendar_devtools.emulator.phone.stack import CallStack
from carlendar_devtools.emulator.presets import ASSISTANT, PRESETS

pytestmark = pytest.mark.skipif(bool(available()), reason="no private bus")


class Display:
    """A display that offers to agree, and nothing else."""

    def __init__(self) -> None:
        self.commanded: list[VoiceCommand] = []

    def command(self, command: VoiceCommand, answer: Callable[[bool], None]) -> None:
        self.commanded.append(command)
        answer(command is VoiceCommand.CONSENT)


def said(*commands: str, display: Display | None = None) -> list[str]:
    """Say these to the assistant, with a display on the bus or none; returns the page's log."""
    journal = Journal(lambda: "9:00:00", lambda: 0.0, lambda: None)

    async def story() -> None:
        stack = CallStack()
        await stack.start_bus()
        assistant = EmulatedAssistant(stack.address)
        served = AssistantBus(ASSISTANT, display.command, stack.address) if display is not None else None
        if served is not None:
            served.start()
        try:
            controls = ControlRegistry({"assistant": AssistantControl(assistant, journal)})
            for command in commands:
                before = len(display.commanded) if display is not None else 0
                while True:  # until the display is on the bus
                    await controls.order("assistant.say", {"value": command})
                    if display is None or len(display.commanded) > before:
                        break
                    await asyncio.sleep(0.01)
        finally:
            assistant.stop()
            if served is not None:
                await asyncio.to_thread(served.stop)
            await stack.stop()

    asyncio.run(story())
    return [line.text for line in journal.since(0)]


def test_what_a_person_says_reaches_the_display() -> None:
    display = Display()
    log = said(*SENTENCES, display=display)
    assert display.commanded == [*SENTENCES]
    assert log[-1] == "“Join my meeting”: not offered now"
    assert "“I agree”" in log


def test_every_command_has_a_sentence() -> None:
    assert set(SENTENCES) == set(VoiceCommand)


def test_without_a_display_the_page_says_so() -> None:
    assert said("consent") == ["“I agree”: the display does not answer the assistant"]


def test_nothing_else_can_be_said() -> None:
    with pytest.raises(UsageError):
        said("I agree")


def test_the_platform_file_of_the_emulated_car_names_the_assistant(tmp_path: Path) -> None:
    PRESETS[0].write(tmp_path)
    platform = tomllib.loads((tmp_path / "platform.toml").read_text("utf-8"))
    assert platform["assistant"]["name"] == ASSISTANT
