"""Controls of the fleet's back end: consent, what was published, the broker, the car's certificate, commands."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from carlendar_devtools.emulator.fleet.back_end import COMMANDS, FleetBackEnd
from carlendar_devtools.emulator.fleet.broker import FleetBroker
from carlendar_devtools.emulator.panel.command import Arguments, Order
from carlendar_devtools.emulator.panel.journal import Journal

BROKER = ("on", "off")


class FleetControl:
    """The back end's controls. A certificate is revoked by restarting the broker with its revocation list."""

    def __init__(self, broker: FleetBroker, back_end: FleetBackEnd, journal: Journal) -> None:
        self._broker, self._back_end, self._journal = broker, back_end, journal

    def state(self) -> dict[str, Any]:
        """Consents, the latest events and results, and whether broker and certificate are good."""
        back_end = self._back_end
        return {
            "broker": "on" if self._broker.running else "off",
            "revoked": self._broker.revoked,
            "consents": [[topic, given] for topic, given in back_end.consents.items()],
            "published": back_end.published,
            "events": [list(each) for each in tuple(back_end.events)],
            "results": [list(each) for each in tuple(back_end.results)],
        }

    def orders(self) -> Mapping[str, Order]:
        """Broker on or off, revoke the certificate, give a command."""
        return {"broker": self._switch_broker, "revoked": self._revoke, "command": self._command}

    def _switch_broker(self, given: Arguments) -> None:
        wanted = given.choice("value", BROKER)
        self._broker.stop()
        if wanted == "on":
            self._broker.start()
        self._journal.add("fleet", f"the broker is {wanted}")

    def _revoke(self, given: Arguments) -> None:
        self._broker.revoked = given.switch("value")
        if self._broker.running:
            self._broker.stop()
            self._broker.start()
        self._journal.add("fleet", "the car's certificate is revoked" if self._broker.revoked else "the car is trusted")

    def _command(self, given: Arguments) -> None:
        name = given.choice("value", COMMANDS)
        self._back_end.command(name)
        self._journal.add("fleet", f"command {name.replace('_', ' ')}")
