"""What is never imported in a car that does not speak, hear or have keys or an assistant: it costs nothing there."""

from __future__ import annotations

import subprocess
import sys

UNUSED = (
    "carlendar.platform.speech", "carlendar.platform.ssip", "carlendar.platform.streams",
    "carlendar.platform.input_keys", "carlendar.wiring.speech", "carlendar.wiring.car_sounds",
    "carlendar.wiring.call_keys", "carlendar.presentation.spoken", "carlendar.domain.audio_order",
    "carlendar.platform.assistant", "carlendar.domain.voice_command", "carlendar.presentation.call.voice",
)  # fmt: skip
PROGRAM = """
import sys
import carlendar.wiring.screen, carlendar.wiring.connections, carlendar.commands.drive
print(*sorted(set(sys.modules) & set(sys.argv[1:])))
"""


def test_speech_sounds_and_keys_are_imported_when_they_are_needed() -> None:
    done = subprocess.run(
        [sys.executable, "-I", "-c", PROGRAM, *UNUSED], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.strip() == ""
