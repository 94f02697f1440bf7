"""Controls of the other end of the simulated data call: lobby, recording, what the organiser and the network do."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from carlendar.domain.online_call import MANY_PEOPLE, OnlineEnd, Quality
from carlendar_devtools.emulator.panel.command import Arguments, Order
from carlendar_devtools.emulator.panel.journal import Journal
from carlendar_devtools.emulator.phone.online_link import SOCKET, OnlineLink

SWITCHES = {
    "lobby": ("callers wait to be let in", "callers are let in"),
    "consent": ("recording needs consent", "recording needs no consent"),
    "record": ("recording begins", "recording ends"),
    "transcribe": ("transcription begins", "transcription ends"),
    "connects": ("answers", "does not answer"),
    "cut": ("is cut", "is back"),
}
"""What is on or off, and the words for the log."""
EVENTS = {
    "admit": "the driver is let in",
    "refuse": "the driver is not let in",
    "remove": "the driver is removed",
    "end": "the meeting ends for all",
    "mute": "the organiser mutes the driver",
}


class DataLineControl:
    """Controls the simulated data call of the display's service, which connects to `folder`."""

    def __init__(self, folder: Path, journal: Journal, changed: Callable[[], None]) -> None:
        self._journal, self._changed = journal, changed
        self._on = dict.fromkeys(SWITCHES, False) | {"connects": True}
        self._quality, self._fails = Quality.GOOD, ""
        self._reported: dict[str, Any] = {}
        self._link = OnlineLink(folder / SOCKET, self._settings, self._report)

    async def start(self) -> None:
        """Listen for the display's service."""
        await self._link.start()

    async def stop(self) -> None:
        """Let it go."""
        await self._link.stop()

    def state(self) -> dict[str, Any]:
        """The switches, and what the call reports; `phase` is empty before the first call."""
        return {
            **self._on,
            "quality": self._quality.value,
            "fails": self._fails,
            "ends": [end.value for end in OnlineEnd],
            "phase": "",
            **self._reported,
        }

    def orders(self) -> Mapping[str, Order]:
        """The switches, what the organiser does once, quality, people, and how joining fails."""
        orders: dict[str, Order] = {name: self._switch(name) for name in SWITCHES}
        orders |= {name: self._event(name) for name in EVENTS}
        return orders | {"quality": self._set_quality, "people": self._set_people, "fails": self._set_fails}

    def in_call(self) -> bool:
        """Whether a data call is up."""
        return str(self._reported.get("phase", "ended")) != "ended"

    def switch(self, name: str, *, on: bool) -> None:
        """Turn a switch."""
        if self._on[name] is not on:
            self._on[name] = on
            self._link.order(name, on)
            self._journal.add("data line", SWITCHES[name][0 if on else 1])
            self._changed()

    def event(self, name: str) -> None:
        """Let something happen once."""
        self._link.order(name)
        self._journal.add("data line", EVENTS[name])

    def _switch(self, name: str) -> Order:
        return lambda given: self.switch(name, on=given.switch("value"))

    def _event(self, name: str) -> Order:
        return lambda _given: self.event(name)

    def _set_quality(self, given: Arguments) -> None:
        self._quality = Quality(given.choice("value", tuple(Quality)))
        self._link.order("quality", self._quality.value)
        self._journal.add("data line", f"{self._quality.value} quality")
        self._changed()

    def _set_people(self, given: Arguments) -> None:
        self._link.order("people", int(given.number("value", 1, MANY_PEOPLE)))

    def _set_fails(self, given: Arguments) -> None:
        self._fails = given.choice("value", ("", *OnlineEnd))
        self._link.order("fails", self._fails)
        self._journal.add("data line", f"joining ends: {self._fails.replace('_', ' ') or 'it connects'}")
        self._changed()

    def _settings(self) -> dict[str, object]:
        """What a service that connects has to know before the first join."""
        return {name: on for name, on in self._on.items() if name != "cut"} | {"fails": self._fails}

    def _report(self, state: dict[str, Any]) -> None:
        before, self._reported = self._reported.get("phase"), state
        phase = state.get("phase")
        if phase != before and phase is not None:
            ended = f" ({state['end'].replace('_', ' ')})" if state.get("end") else ""
            self._journal.add("data line", f"{phase}{ended}")
        self._changed()
