"""Controls of the emulated Microsoft cloud: sign-ins, revocation, faults."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from carlendar_devtools.emulator.cloud.event_log import CloudEvent
from carlendar_devtools.emulator.cloud.faults import Fault
from carlendar_devtools.emulator.cloud.server import CloudServer
from carlendar_devtools.emulator.panel.command import Arguments, Order
from carlendar_devtools.emulator.panel.journal import Journal

FAULTS: dict[str, Fault | None] = {
    "ok": None,
    "429": Fault("status", status=429, code="TooManyRequests", retry_after="10"),
    "503": Fault("status", status=503, code="ServiceUnavailable"),
    "lost_token": Fault("lost_token", status=410, code="SyncStateNotFound"),
    "garbage": Fault("garbage"),
    "cut": Fault("cut"),
}
"""How the cloud answers every request, by the values of the page."""

NETWORKS: dict[str, Fault | None] = {"on": None, "slow": Fault("delay", seconds=2.5), "none": Fault("cut")}
"""The network's effect on every request."""

REFUSALS = {
    "declined": "Declined by the person",
    "blocked_by_policy": "Conditional Access",
    "second_factor": "Second factor needed",
    "device_not_compliant": "Device not compliant",
    "app_not_approved": "Application not approved",
    "disabled": "Account disabled",
    "expired_password": "Password expired",
    "locked": "Account locked",
    "admin_consent_needed": "Administrator's consent needed",
    "not_assigned": "Not assigned to the application",
    "wrong_tenant": "Another organisation's account",
    "expired_code": "Code expired",
}
"""The refusals of the cloud that the page offers, with labels."""


DELIVERIES = ("/calendarView", "/calendarView/delta", "/$batch")
"""Suffixes of the paths from which events are delivered."""

IN_CALL = "InACall"
"""The activity of a person who is in a call (presence resource)."""
LONG_WORD = re.compile(r"\b([A-Za-z0-9_=-]{6})[A-Za-z0-9_=-]{24,}")


class CloudControl:
    """People, sign-ins and faults. Problems of the network take precedence over the cloud's.

    `fetch` makes the display ask the cloud: the next regular synchronisation may be five minutes away, and until then
    nothing on the display would show what was chosen here.
    """

    def __init__(self, cloud: CloudServer, journal: Journal, fetch: Callable[[], None] = lambda: None) -> None:
        self._cloud = cloud
        self._journal = journal
        self._fetch = fetch
        self._network = "on"
        self._fault = "ok"
        self._in_call = False
        self.signed_in = False
        """Whether a sign-in has completed since the start."""
        self.delivered = False
        """Whether calendar data has been delivered since the start."""
        self.mails = 0
        """How many messages were sent since the start."""
        cloud.subscribe(self._heard)

    def state(self) -> dict[str, Any]:
        """People, pending codes (newest last), and the fault."""
        return {
            "people": [[person.name, person.address] for person in self._cloud.people],
            "pending": [code.user_code for code in self._cloud.pending_codes()],
            "fault": self._fault,
            "refusals": [[name, words] for name, words in REFUSALS.items()],
            "in_call": self._in_call,
        }

    def orders(self) -> Mapping[str, Order]:
        """Answer a sign-in, revoke, choose the fault, begin and end a call of Teams."""
        return {
            "approve": self._approve, "refuse": self._refuse, "revoke": self._revoke, "fault": self._choose,
            "in_call": self._call,
        }  # fmt: skip

    def network(self, mode: str) -> None:
        """Set the network to `on`, `slow` or `none`."""
        self._network = mode
        self._trouble()

    def approve(self, user_code: str = "", address: str = "") -> None:
        """Approve the newest pending code as the first person, unless specified. LookupError if none is pending."""
        self._cloud.approve(user_code or self._newest(), address or self._cloud.people[0].address)

    def pending(self) -> bool:
        """Whether a sign-in is pending."""
        return bool(self._cloud.pending_codes())

    def _approve(self, given: Arguments) -> None:
        self.approve(given.text("code"), given.text("address"))

    def _refuse(self, given: Arguments) -> None:
        self._cloud.refuse(given.text("code") or self._newest(), given.choice("reason", tuple(REFUSALS)))

    def _revoke(self, given: Arguments) -> None:
        self._cloud.revoke(given.text("address"))
        self._fetch()

    def _call(self, given: Arguments) -> None:
        """Put all people into a Teams call on another device, or out of it."""
        self._in_call = given.switch("value")
        for person in self._cloud.people:
            self._cloud.set_activity(person.address, IN_CALL if self._in_call else "")

    def _choose(self, given: Arguments) -> None:
        self._fault = given.choice("value", tuple(FAULTS))
        self._trouble()
        self._journal.add("cloud", "answers as it should" if self._fault == "ok" else f"fault: {self._fault}")
        self._fetch()

    def _trouble(self) -> None:
        self._cloud.clear_faults()
        for fault in (NETWORKS[self._network], FAULTS[self._fault]):
            if fault is not None:
                self._cloud.faults.inject(fault)
        if self._fault == "lost_token":
            self._cloud.lose_sync_state()

    def _newest(self) -> str:
        codes = self._cloud.pending_codes()
        if not codes:
            raise LookupError("no sign-in waits")
        return codes[-1].user_code

    def _heard(self, event: CloudEvent) -> None:
        self.signed_in = self.signed_in or (event.kind, event.text) == ("sign_in", "approved")
        if (event.kind, event.status) == ("graph", 200):
            self.delivered = self.delivered or event.text.endswith(DELIVERIES)
        if (event.kind, event.status) == ("graph", 202):
            self.mails += event.text.endswith("/sendMail")
        status = f" · {event.status}" if event.status else ""
        self._journal.add(event.kind.replace("_", "-"), f"{_shortened(event.text)}{status}", merge=True)


def _shortened(text: str) -> str:
    """Abbreviate the identifiers in a path, which mean nothing to the user."""
    return LONG_WORD.sub(r"\1…", text)
