"""What oFono has said of one phone, as the telephone's state. No D-Bus: signals in, state out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from app.calls.dialstring import EMERGENCY_NUMBERS
from app.domain.call import Call, CallPhase, EndedBy, Phone, PhoneState, TonesPhase

PENDING = "pending"
"""Id of a call that has been asked for and that oFono has not named yet."""

LONGEST_CALL = 86_400.0
"""Seconds; a start time longer ago than this is none (oFono gives 1970 where it does not know)."""

PHASES = {
    "active": CallPhase.ACTIVE,
    "held": CallPhase.HELD,
    "dialing": CallPhase.DIALING,
    "alerting": CallPhase.RINGING,
    "incoming": CallPhase.INCOMING,
    "waiting": CallPhase.WAITING,
}
OUTGOING = (CallPhase.DIALING, CallPhase.RINGING)
_REASONS = {"local": EndedBy.HERE, "remote": EndedBy.THERE, "network": EndedBy.NETWORK}


@dataclass(slots=True)
class OfonoLine:
    """The phone in use: `path` of its modem, empty for none. `now` gives elapsed seconds,
    `system_time` seconds since 1970 by the clock that oFono uses for start times."""

    now: Callable[[], float]
    system_time: Callable[[], float]
    path: str = ""
    name: str = ""
    muted: bool = False
    microphone: int = 50
    muted_by_phone: bool = False
    emergency_numbers: frozenset[str] = frozenset()
    calls: dict[str, Call] = field(default_factory=dict)
    pending: Call | None = None
    last_ended: Call | None = None
    phones: tuple[Phone, ...] = ()
    phone: str = ""
    elsewhere: dict[str, Call] = field(default_factory=dict)
    """Emergency calls on phones that are not in use, by path: they count in the car all the same."""
    _tones: dict[str, TonesPhase] = field(default_factory=dict)
    _reasons: dict[str, str] = field(default_factory=dict)

    def state(self) -> PhoneState:
        """All of it as one value."""
        calls = tuple(self.calls.values())
        if self.pending and not any(call.phase in OUTGOING for call in calls):
            calls = (*calls, self.pending)
        calls = (*self.elsewhere.values(), *calls)
        return PhoneState(
            bool(self.path), self.name, calls, self.muted, self.last_ended, phones=self.phones, phone=self.phone
        )

    def take(self, path: str, phone: Phone) -> None:
        """Use the phone of this modem from now on."""
        self.path, self.name, self.phone = path, phone.name, phone.id

    def lose(self) -> None:
        """The phone or oFono is gone, and with it the calls, as far as the car can tell."""
        for call_id in list(self.calls):
            self._end(call_id, EndedBy.NO_PHONE)
        if self.pending:
            self.fail_pending(EndedBy.NO_PHONE)
        self.path = self.name = self.phone = ""
        self.muted = self.muted_by_phone = False
        self.emergency_numbers = frozenset()

    def added(self, path: str, properties: dict[str, Any]) -> None:
        """oFono named a call, new or found."""
        phase = PHASES.get(str(properties.get("State")))
        if phase is None or path in self.calls:
            return
        number = str(properties.get("LineIdentification", ""))
        emergency = bool(properties.get("Emergency")) or number in EMERGENCY_NUMBERS | self.emergency_numbers
        since = self.now() - self._age(str(properties.get("StartTime", "")))
        tones = self._tones.get(path, TonesPhase.NONE)
        if self.pending and phase in OUTGOING:
            tones = self.pending.tones
        up = phase in (CallPhase.ACTIVE, CallPhase.HELD)
        self.calls[path] = Call(path, number, phase, since, tones=tones, emergency=emergency, answered=up)

    def changed(self, path: str, name: str, value: object) -> None:
        """One property of a call changed."""
        call = self.calls.get(path)
        if call is None:
            return
        if name == "State" and value in PHASES and PHASES[str(value)] is not call.phase:
            phase = PHASES[str(value)]
            answered = call.answered or phase is CallPhase.ACTIVE
            self.calls[path] = replace(call, phase=phase, since=self.now(), answered=answered)
        elif name == "Emergency":
            self.calls[path] = replace(call, emergency=bool(value))

    def reason(self, path: str, reason: str) -> None:
        """Why a call is about to be removed."""
        self._reasons[path] = reason

    def removed(self, path: str) -> None:
        """A call is over."""
        call = self.calls.get(path)
        ended_by = _REASONS.get(self._reasons.pop(path, ""), EndedBy.UNKNOWN)
        if call and ended_by is EndedBy.THERE and call.phase in OUTGOING:
            ended_by = EndedBy.REFUSED
        self._end(path, ended_by)

    def tones(self, path: str, phase: TonesPhase) -> None:
        """Where the digits of a call are."""
        self._tones[path] = phase
        if path in self.calls:
            self.calls[path] = replace(self.calls[path], tones=phase)

    def ask(self, number: str, tones: str) -> Call:
        """A call has been asked for; shown as dialling until oFono names it."""
        waiting = TonesPhase.WAITING if tones else TonesPhase.NONE
        self.pending = Call(PENDING, number, CallPhase.DIALING, self.now(), tones=waiting)
        return self.pending

    def fail_pending(self, by: EndedBy) -> None:
        """The call that was asked for never was one."""
        if self.pending:
            self.last_ended = replace(self.pending, phase=CallPhase.ENDED, ended_by=by, since=self.now())
            self.pending = None

    def volume(self, name: str, value: Any) -> None:
        """One property of the call volume, as read from the phone."""
        if name == "Muted":
            self.muted_by_phone = bool(value)
        elif name == "MicrophoneVolume":
            self.microphone = int(value)
        self.muted = self.muted_by_phone or self.microphone == 0

    def _end(self, path: str, by: EndedBy) -> None:
        call = self.calls.pop(path, None)
        self._tones.pop(path, None)
        if call:
            self.last_ended = replace(call, phase=CallPhase.ENDED, ended_by=by, since=self.now())

    def _age(self, start: str) -> float:
        try:
            age = self.system_time() - datetime.strptime(start, "%Y-%m-%dT%H:%M:%S%z").timestamp()
        except ValueError:
            return 0.0
        return age if 0.0 <= age <= LONGEST_CALL else 0.0


def emergency_call(path: str, properties: dict[str, Any], now: float) -> Call | None:
    """The call of those properties if it is one to the emergency services."""
    phase, number = PHASES.get(str(properties.get("State"))), str(properties.get("LineIdentification", ""))
    if phase is None or not (properties.get("Emergency") or number in EMERGENCY_NUMBERS):
        return None
    return Call(path, number, phase, now, emergency=True)
