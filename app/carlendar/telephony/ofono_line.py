"""State of one phone, built from oFono's signals. No D-Bus here: signals in, state out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from msgspec.structs import replace

from carlendar.domain.call import (
    UNANSWERED,
    Call,
    CallCommand,
    CallPhase,
    EndedBy,
    Phone,
    PhoneState,
    RejectedCommand,
    TonesPhase,
    same_number,
)
from carlendar.telephony import ofono_properties as properties_of
from carlendar.telephony.dial_string import EMERGENCY_NUMBERS

PENDING = "pending"
"""Prefix of the id of a requested call that has no oFono path yet."""

FIND_AGAIN_SECONDS = 180.0
"""A call of ours that was lost with the link, or did not appear, is recognised again within this time."""

LISTED_SECONDS = 10.0
"""How long a phone may take to list its calls after it reconnects."""

CANCEL_SECONDS = 20.0
"""A call cancelled before it appeared is hung up if it appears within this time."""

MOST_CALLS = 16
"""Maximum number of calls tracked per phone; the hands-free profile allows fewer than ten."""

OUTGOING = (CallPhase.DIALING, CallPhase.RINGING)
KEPT = (EndedBy.NO_PHONE, EndedBy.NO_PROGRESS)
"""Reported ends after which the same call may reappear."""

_REASONS = {"local": EndedBy.HERE, "remote": EndedBy.THERE, "network": EndedBy.NETWORK}


@dataclass(slots=True)
class OfonoLine:
    """The phone in use. `path` is its modem's, empty if there is none. `now` returns elapsed seconds,
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
    multiparty: set[str] = field(default_factory=set)
    pending: Call | None = None
    last_ended: Call | None = None
    refusal: RejectedCommand | None = None
    phones: tuple[Phone, ...] = ()
    phone: str = ""
    elsewhere: dict[str, Call] = field(default_factory=dict)
    """Emergency calls on phones that are not in use, by path: they take precedence as well."""
    given_up: dict[str, EndedBy] = field(default_factory=dict)
    """Calls that are being hung up by Carlendar, and why."""
    named: dict[str, str] = field(default_factory=dict)
    """Paths of our calls, by the provisional ids that they had before."""
    on_found: Callable[[Call, str], None] = lambda _call, _path: None
    """Called with a call of ours as it was, and its oFono path."""
    on_over: Callable[[Call], TonesPhase] = lambda call: call.tones
    """Called with a call that ended; returns the final phase of its digits."""
    on_unwanted: Callable[[str], None] = lambda _path: None
    """Called with the path of a call that was cancelled before it appeared."""
    _count: int = 0
    _lost: list[Call] = field(default_factory=list)
    _cancelled: Call | None = None
    _reasons: dict[str, str] = field(default_factory=dict)

    def state(self) -> PhoneState:
        """Return the state as one immutable value."""
        calls = tuple(self.calls.values())
        if self.pending:
            calls = (*calls, self.pending)
        calls = (*self.elsewhere.values(), *calls)
        return PhoneState(
            bool(self.path), self.name, calls, self.muted, self.last_ended, self.phones, self.phone, self.refusal
        )

    def take(self, path: str, phone: Phone) -> None:
        """Switch to the phone of this modem. Calls lost with the link either reappear soon or have ended."""
        self.path, self.name, self.phone = path, phone.name, phone.id
        latest = self.now() - FIND_AGAIN_SECONDS + LISTED_SECONDS
        self._lost = [
            replace(lost, since=min(lost.since, latest)) if lost.ended_by is EndedBy.NO_PHONE else lost
            for lost in self._lost
        ]

    def lose(self) -> None:
        """The phone or oFono has disappeared, and its calls with it as far as the car can see."""
        for call_id in list(self.calls):
            self._end(call_id, EndedBy.NO_PHONE)
        self.fail_pending(EndedBy.NO_PHONE)
        self.path = self.name = self.phone = ""
        self.muted = self.muted_by_phone = False
        self.emergency_numbers = frozenset()
        self._reasons.clear()

    def listed(self, calls: list[tuple[str, dict[str, Any]]]) -> None:
        """Replace the list of calls."""
        for path in set(self.calls) - {path for path, _ in calls}:
            self.removed(path)
        for path, properties in calls:
            if path in self.calls:
                for name, value in properties.items():
                    self.changed(path, name, value)
            else:
                self.added(path, properties)

    def added(self, path: str, properties: dict[str, Any]) -> None:
        """oFono reported a call, new or already in progress."""
        phase = properties_of.phase(properties)
        if phase is None or path in self.calls or not path.startswith(f"{self.path}/") or len(self.calls) >= MOST_CALLS:
            return
        number = properties_of.text(properties, "LineIdentification")
        since = self.now() - properties_of.age(properties, self.system_time())
        emergency = properties_of.flag(properties, "Emergency") or self._is_emergency(number)
        up = phase in (CallPhase.ACTIVE, CallPhase.HELD)
        self._reasons.pop(path, None)
        name = properties_of.text(properties, "Name")
        self.calls[path] = call = Call(path, number, phase, since, emergency=emergency, answered=up, name=name)
        if properties_of.flag(properties, "Multiparty"):
            self.multiparty.add(path)
        if phase in UNANSWERED or emergency:
            return
        if self.pending and phase in OUTGOING and (not number or same_number(number, self.pending.number)):
            self.adopt(path)
        elif self._was_cancelled(call):
            self.given_up[path] = EndedBy.HERE
            self.on_unwanted(path)
        else:
            self._find_again(call)

    def adopt(self, path: str) -> None:
        """The call at `path` is the requested one."""
        if self.pending:
            self._ours(path, self.pending)
            self.pending = None

    def changed(self, path: str, name: str, value: object) -> bool:
        """Apply a changed property of a call; return False if it cannot be interpreted."""
        call = self.calls.get(path)
        given = {name: value}
        if call is None or (name == "State" and value != "disconnected" and not properties_of.phase(given)):
            return False
        phase = properties_of.phase(given)
        if phase and phase is not call.phase:
            answered = call.answered or phase is CallPhase.ACTIVE
            self.calls[path] = replace(call, phase=phase, since=self.now(), answered=answered)
        elif name == "Emergency":
            self.calls[path] = replace(call, emergency=value is True or self._is_emergency(call.number))
        elif name == "Multiparty":
            (self.multiparty.add if value is True else self.multiparty.discard)(path)
        elif name == "Name":
            self.calls[path] = replace(call, name=properties_of.text(given, "Name"))
        elif number := properties_of.text(given, "LineIdentification"):
            emergency = call.emergency or self._is_emergency(number)
            # A call to another number is not the requested one.
            placed = call.placed if not call.number or same_number(number, call.number) else None
            self.calls[path] = replace(call, number=number, emergency=emergency, placed=placed)
        return True

    def reason(self, path: str, reason: str) -> None:
        """Record why a call is about to be removed."""
        if path in self.calls:
            self._reasons[path] = reason

    def removed(self, path: str) -> None:
        """A call has ended."""
        call = self.calls.get(path)
        ended_by = _REASONS.get(self._reasons.pop(path, ""), EndedBy.UNKNOWN)
        if call and ended_by is EndedBy.THERE and call.phase in OUTGOING:
            ended_by = EndedBy.REFUSED
        self._end(path, self.given_up.get(path, ended_by))

    def tones(self, path: str, phase: TonesPhase) -> None:
        """Record the progress of a call's digits."""
        if path in self.calls:
            self.calls[path] = replace(self.calls[path], tones=phase)

    def ask(self, number: str, tones: str) -> Call:
        """A call was requested: show it as dialling until oFono reports it."""
        waiting = TonesPhase.WAITING if tones else TonesPhase.NONE
        now = self.now()
        self._lost = [call for call in self._lost if not same_number(call.number, number)]
        self._cancelled = None
        self.pending = Call(self._new_id(), number, CallPhase.DIALING, now, tones=waiting, placed=now)
        return self.pending

    def fail_pending(self, by: EndedBy) -> None:
        """The requested call was not set up."""
        if self.pending:
            self._over(self.pending, by)
            if by is EndedBy.HERE:
                self._cancelled = self.last_ended
            self.pending = None

    def busy(self, number: str) -> None:
        """A call was requested while the phone cannot dial another one."""
        now = self.now()
        self._over(Call(self._new_id(), number, CallPhase.DIALING, now, placed=now), EndedBy.BUSY)

    def refused(self, command: CallCommand) -> None:
        """Record that a command had no effect."""
        self.refusal = RejectedCommand(command, self.now())

    def volume(self, name: str, value: object) -> None:
        """Apply a property of the call volume."""
        if name == "Muted" and isinstance(value, bool):
            self.muted_by_phone = value
        elif name == "MicrophoneVolume":
            found = properties_of.percent(value)
            self.microphone = self.microphone if found is None else found
        self.muted = self.muted_by_phone or self.microphone == 0

    def _new_id(self) -> str:
        self._count += 1
        return f"{PENDING}{self._count}"

    def _is_emergency(self, number: str) -> bool:
        return number in EMERGENCY_NUMBERS | self.emergency_numbers

    def _was_cancelled(self, call: Call) -> bool:
        cancelled = self._cancelled
        if cancelled is None or call.phase not in OUTGOING or self.now() - cancelled.since > CANCEL_SECONDS:
            return False
        return not call.number or same_number(call.number, cancelled.number)

    def _find_again(self, call: Call) -> None:
        now = self.now()
        self._lost = [lost for lost in self._lost if now - lost.since <= FIND_AGAIN_SECONDS]
        lost = next((lost for lost in self._lost if same_number(lost.number, call.number)), None)
        if lost is not None:
            self._lost.remove(lost)
            self._ours(call.id, lost)

    def _ours(self, path: str, asked: Call) -> None:
        call = self.calls[path]
        number = call.number or asked.number
        answered = call.answered or asked.answered
        self.calls[path] = replace(call, number=number, tones=asked.tones, placed=asked.placed, answered=answered)
        self.named[asked.id] = path
        self.on_found(asked, path)

    def _end(self, path: str, by: EndedBy) -> None:
        call = self.calls.pop(path, None)
        self.given_up.pop(path, None)
        self.named = {old: new for old, new in self.named.items() if new != path}
        self.multiparty.discard(path)
        if call:
            self._over(call, by)

    def _over(self, call: Call, by: EndedBy) -> None:
        ended = replace(call, phase=CallPhase.ENDED, ended_by=by, since=self.now())
        self.last_ended = replace(ended, tones=self.on_over(ended))
        if by in KEPT and call.placed is not None:
            self._lost = [*self._lost[-MOST_CALLS:], self.last_ended]
