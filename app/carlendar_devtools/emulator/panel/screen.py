"""Controls of the display process and of its input."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from carlendar.brands import library
from carlendar.errors import UsageError
from carlendar_devtools.emulator.display import Display
from carlendar_devtools.emulator.panel.command import Arguments, Order
from carlendar_devtools.emulator.presets import PRESETS, preset

WORDS = {
    "no_dialpad": "no dial pad",
    "no_filtering": "no filters",
    "limit_string_length": "short texts",
    "no_keyboard": "no keyboard",
    "no_video": "no video",
    "limit_content": "few rows",
    "no_setup": "no settings",
    "no_text_message": "no messages",
    "no_voice_transcription": "no captions",
}
"""Short descriptions of the restrictions."""


class DisplayControl:
    """The display: preset, role, process; with frames also touches, the rotary knob and keys."""

    def __init__(self, display: Display) -> None:
        self._display = display
        now = display.state.preset
        self._own = () if now.name in {one.name for one in PRESETS} else (now.with_role("driver"),)

    def state(self) -> dict[str, Any]:
        """The display's state. `shown` is whether the page receives its frames."""
        now = self._display.state
        return {
            "phase": now.phase,
            "why": now.why,
            "preset": now.preset.name,
            "role": now.preset.role,
            "width": now.preset.width,
            "height": now.preset.height,
            "screen": now.screen,
            "sequence": now.sequence,
            "driving": now.driving,
            "restrictions": [[name, WORDS.get(name, name.replace("_", " "))] for name in now.restrictions],
            "shown": self._display.tap is not None,
            "brand": now.brand,
            "brands": [[name, name.capitalize()] for name in dict.fromkeys((*library.names(), now.brand))],
            "presets": [[one.name, one.label] for one in (*PRESETS, *self._own)],
        }

    def orders(self) -> Mapping[str, Order]:
        """Process, preset and role, and input."""
        return {
            "preset": self._preset,
            "role": self._role,
            "brand": self._brand,
            "freeze": _plain(self._display.freeze),
            "continue": _plain(self._display.go_on),
            "kill": _plain(self._display.kill),
            "restart": lambda _given: self._display.restart(),
            "service": self._service,
            "touch": self._touch,
            "wheel": self._wheel,
            "key": self._key,
        }

    async def _preset(self, given: Arguments) -> None:
        name = given.text("value")
        found = next((one for one in self._own if one.name == name), None) or preset(name)
        await self._display.restart(found.with_role(self._display.state.preset.role))

    def _brand(self, given: Arguments) -> None:
        name = given.text("value")
        library.load(name)  # one that is refused is a message on the page
        self._display.rebrand(name)

    async def _role(self, given: Arguments) -> None:
        await self._display.restart(self._display.state.preset.with_role(given.text("value")))

    def _service(self, _given: Arguments) -> None:
        if not self._display.restart_service():
            raise UsageError("the background service does not run")

    def _touch(self, given: Arguments) -> None:
        if self._display.tap is not None:
            kind = given.choice("kind", ("down", "move", "up"))
            finger = int(given.number("id", 0, 1_000_000))
            self._display.tap.touch(kind, finger, given.number("x", 0, 1), given.number("y", 0, 1))

    def _wheel(self, given: Arguments) -> None:
        if self._display.tap is not None:
            self._display.tap.wheel(given.number("x", 0, 1), given.number("y", 0, 1), given.number("dy", -20, 20))

    def _key(self, given: Arguments) -> None:
        if self._display.tap is not None:
            self._display.tap.key(given.text("key"), given.choice("kind", ("down", "up")))


def _plain(act: Callable[[], None]) -> Order:
    return lambda _given: act()
