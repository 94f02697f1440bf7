"""Controls of the emulated phone and of the other end of its calls."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from carlendar.errors import UsageError
from carlendar_devtools.emulator.panel.command import Arguments, Order
from carlendar_devtools.emulator.panel.journal import Journal
from carlendar_devtools.emulator.phone import PhoneEvent, PhoneLine

LONGEST_RING = 120.0
"""Seconds."""

NUMBER = re.compile(r"\+?[0-9]{3,15}")


class SimulatedPhone:
    """Used if the phone cannot be emulated: the display simulates one, which the panel cannot control."""

    def __init__(self, why: str) -> None:
        self._why = why

    def state(self) -> dict[str, Any]:
        """Why it is simulated."""
        return {"simulated": self._why}

    def orders(self) -> Mapping[str, Order]:
        """None: the simulated phone rings for two seconds and answers."""
        return {}


class PhoneControl:
    """Controls the phone. By default it rings for two seconds and answers."""

    def __init__(self, phone: PhoneLine, journal: Journal) -> None:
        self._phone = phone
        self._journal = journal
        self._rings: float | None = 2.0
        self._paired = True
        self._other = False
        self._dialled = ""
        phone.answers(self._rings)
        phone.subscribe(self._heard)

    def state(self) -> dict[str, Any]:
        """`rings` is null while calls are refused.

        The number dialled last and the digits are displayed only, and never logged.
        """
        return {
            "simulated": "",
            "paired": self._paired,
            "connected": self._phone.connected,
            "rings": self._rings,
            "calls": [call.state.name.lower() for call in self._phone.calls],
            "dialled": self._dialled,
            "digits": self._phone.heard,
            "other": self._other,
        }

    def orders(self) -> Mapping[str, Order]:
        """How it answers, and what happens to it."""
        return {
            "rings": self._answers,
            "refuses": self._refuses,
            "hang_up": lambda _given: self._phone.hang_up(),
            "paired": self._pair,
            "incoming": self._incoming,
            "emergency": lambda _given: self._phone.emergency(),
            "cut": self._cut,
            "other": self._second,
        }

    def answer_calls(self) -> None:
        """Let calls ring for two seconds, then answer."""
        self._rings = 2.0
        self._phone.answers(self._rings)

    def in_call(self) -> bool:
        """Whether there is a call, or one is being set up."""
        return bool(self._phone.calls)

    def _answers(self, given: Arguments) -> None:
        self._rings = given.number("value", 0, LONGEST_RING)
        self._phone.answers(self._rings)
        self._journal.add("phone", f"rings {self._rings:g} s, then answers", merge=True)

    def _refuses(self, _given: Arguments) -> None:
        """Refuse calls from now on, and the one that is ringing."""
        self._rings = None
        self._phone.refuses()
        self._phone.refuse()
        self._journal.add("phone", "refuses calls")

    async def _pair(self, given: Arguments) -> None:
        paired = given.switch("value")
        if paired != self._paired:
            self._paired = paired
            await (self._phone.pair() if paired else self._phone.unpair())
            self._journal.add("phone", "is back" if paired else "leaves the car")

    def _cut(self, _given: Arguments) -> None:
        """Move out of range briefly: the call continues on the phone, which then reconnects."""
        self._phone.drop_link()
        self._journal.add("phone", "loses its link")

    async def _second(self, given: Arguments) -> None:
        self._other = given.switch("value")
        await self._phone.other_phone(present=self._other)
        self._journal.add("phone", "another one comes" if self._other else "the other one leaves")

    def _incoming(self, given: Arguments) -> None:
        number = given.text("number")
        if not NUMBER.fullmatch(number):
            raise UsageError("that is no telephone number")
        self._phone.incoming(number)

    def _heard(self, event: PhoneEvent) -> None:
        if event.name == "dialled":
            self._phone.forget_heard()
            self._dialled = event.detail
        # Only who ended a call is logged: other details are numbers and digits.
        detail = f" by {event.detail}" if event.name == "ended" else ""
        self._journal.add("phone", f"{event.name}{detail}", merge=event.name == "tones")
