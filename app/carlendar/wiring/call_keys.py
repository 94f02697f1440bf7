"""The keys of calls in this car: of input devices and switches of VSS, as set."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from carlendar.domain.call_key import CallKey, PressDetector, Presses, bindings
from carlendar.errors import SettingsError
from carlendar.platform.input_keys import InputKeys, code_of
from carlendar.platform.probes import Check

if TYPE_CHECKING:
    from carlendar.domain.ports import Reading
    from carlendar.settings import Settings

SETTINGS = {"keys.mute": CallKey.MUTE, "keys.leave": CallKey.LEAVE, "keys.consent": CallKey.CONSENT}
VSS = "Vehicle."


class CallKeys:
    """The keys as set. `pressed` is called on the thread of the source. Raises SettingsError for an unknown key."""

    def __init__(self, settings: Settings, pressed: Callable[[CallKey], None]) -> None:
        named = bindings({key: settings.names(name) for name, key in SETTINGS.items()})
        self._switches = {name: presses for name, presses in named.items() if name.startswith(VSS)}
        self._detector = PressDetector(self._switches)
        self._pressed = pressed
        self._seen_off: set[str] = set()
        """Switches that have been off: one that is on at first may be remembered by the databroker."""
        self.devices = settings.names("keys.devices")
        self.codes: dict[int, Presses] = {}
        for name, presses in named.items():
            if name in self._switches:
                continue
            if (code := code_of(name)) is None:
                raise SettingsError(f"[keys] {name} is not known: name the key by its number (evtest shows it)")
            self.codes[code] = presses
        self._input: InputKeys | None = None

    @property
    def switches(self) -> tuple[str, ...]:
        """The paths of VSS to read."""
        return tuple(self._switches)

    def start(self) -> None:
        """Read the input devices, if any are named."""
        if self.devices:
            self._input = InputKeys(self.devices, self.codes, self._pressed)
            self._input.start()

    def stop(self) -> None:
        """Read no more."""
        if self._input is not None:
            self._input.stop()

    def take(self, readings: Iterable[Reading]) -> None:
        """Take over the switches of these readings. A switch that is held acts when it is released."""
        for reading in readings:
            if reading.signal not in self._switches:
                continue
            if reading.value is None:
                self._detector.forget()
                self._seen_off.discard(reading.signal)
                continue
            if reading.value is not True:
                self._seen_off.add(reading.signal)
            elif reading.signal not in self._seen_off:
                continue
            act = self._detector.down if reading.value is True else self._detector.up
            if (key := act(reading.signal, reading.at)) is not None:
                self._pressed(key)


def check(settings: Settings) -> Check:
    """Check that the keys are known and the input devices can be read."""
    try:
        keys = CallKeys(settings, lambda _key: None)
    except SettingsError as error:
        return Check("keys", ok=False, detail=str(error), fix="correct [keys] in the platform file")
    if not keys.devices and not keys.switches:
        return Check("keys", ok=True, detail="no keys of the car are named", fix=None)
    closed = [path for path in keys.devices if not os.access(path, os.R_OK)]
    if closed:
        fix = "let this user read it, as by a udev rule (docs/sound.md)"
        return Check("keys", ok=False, detail=f"{closed[0]} cannot be read", fix=fix)
    return Check("keys", ok=True, detail=", ".join((*keys.devices, *keys.switches)), fix=None)
