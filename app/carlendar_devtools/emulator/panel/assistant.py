"""Control of the emulated voice assistant: what a person says to it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from carlendar.domain.voice_command import VoiceCommand
from carlendar.errors import CarlendarError
from carlendar_devtools.emulator.assistant import EmulatedAssistant
from carlendar_devtools.emulator.panel.command import Arguments, Order
from carlendar_devtools.emulator.panel.journal import Journal

SENTENCES = {
    VoiceCommand.CONSENT: "I agree",
    VoiceCommand.MUTE: "Mute me",
    VoiceCommand.UNMUTE: "Unmute me",
    VoiceCommand.LEAVE: "Leave the meeting",
    VoiceCommand.JOIN: "Join my meeting",
}
"""What a person says for each command."""


class AssistantControl:
    """Says sentences to the assistant of the emulated car."""

    def __init__(self, assistant: EmulatedAssistant, journal: Journal) -> None:
        self._assistant, self._journal = assistant, journal

    def state(self) -> dict[str, Any]:
        """The sentences, by command."""
        return {"sentences": {command.value: text for command, text in SENTENCES.items()}}

    def orders(self) -> Mapping[str, Order]:
        """Saying one."""
        return {"say": self._say}

    async def _say(self, given: Arguments) -> None:
        command = VoiceCommand(given.choice("value", tuple(VoiceCommand)))
        try:
            outcome = "" if await self._assistant.say(command) else ": not offered now"
        except CarlendarError as error:
            outcome = f": {error}"
        self._journal.add("assistant", f"“{SENTENCES[command]}”{outcome}")
