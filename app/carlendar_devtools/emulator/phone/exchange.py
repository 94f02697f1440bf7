"""The calls of the emulated phone, and the reports of a hands-free audio gateway about them.

States and indicators are those of the Bluetooth Hands-Free Profile 1.7 (`+CIEV`, `+CLCC`, `+CHLD`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum


class State(IntEnum):
    """A call's state as `+CLCC` numbers it."""

    ACTIVE = 0
    HELD = 1
    DIALING = 2
    ALERTING = 3
    INCOMING = 4
    WAITING = 5


class Indicator(IntEnum):
    """Indicators in the order in which the phone lists them in `+CIND`."""

    SERVICE = 1
    CALL = 2
    CALL_SETUP = 3
    CALL_HELD = 4
    SIGNAL = 5
    ROAM = 6
    BATTERY = 7


@dataclass(frozen=True, slots=True)
class PhoneEvent:
    """Something that happened on the line, for the log of the panel and for tests.

    Names: `connected`, `gone`, `dialled`, `ringing`, `answered`, `held`, `ended`, `incoming`, `tones`.
    """

    name: str
    detail: str = ""


@dataclass(slots=True)
class PhoneCall:
    """One call of the phone; `outgoing` from the phone's side."""

    index: int
    number: str
    state: State
    outgoing: bool
    multiparty: bool = False


class Exchange:
    """The calls of one phone. `send` writes a line to the link, `notify` receives events."""

    def __init__(self, send: Callable[[str], None], notify: Callable[[PhoneEvent], None]) -> None:
        self.calls: list[PhoneCall] = []
        self._send, self._notify = send, notify
        self._shown = self._indicators()

    def indicator_values(self) -> str:
        """The values of all indicators, for `+CIND:`."""
        shown = self._indicators()
        values = {Indicator.SERVICE: 1, Indicator.SIGNAL: 5, Indicator.ROAM: 0, Indicator.BATTERY: 5} | shown
        return ",".join(str(values[indicator]) for indicator in Indicator)

    def listed(self) -> list[str]:
        """The lines of `+CLCC`."""
        return [
            f"+CLCC: {call.index},{int(not call.outgoing)},{int(call.state)},0,{int(call.multiparty)},"
            f'"{call.number}",{_kind(call.number)}'
            for call in self.calls
        ]

    def dial(self, number: str) -> PhoneCall | None:
        """Begin an outgoing call; None while another is being set up. An active one is put on hold."""
        if self.find(State.DIALING, State.ALERTING, State.INCOMING, State.WAITING):
            return None
        self._hold_active()
        call = self._new(number, State.DIALING, outgoing=True)
        self._notify(PhoneEvent("dialled", number))
        self.show()
        return call

    def ring(self, call: PhoneCall) -> None:
        """The other end rings."""
        if call in self.calls and call.state is State.DIALING:
            call.state = State.ALERTING
            self._notify(PhoneEvent("ringing", call.number))
            self.show()

    def connect(self, call: PhoneCall) -> None:
        """Answer the call, incoming or outgoing."""
        if call in self.calls:
            call.state = State.ACTIVE
            self._notify(PhoneEvent("answered", call.number))
            self.show()

    def end(self, call: PhoneCall, by: str) -> None:
        """End the call; `by` is `car`, `other`, `refused` or `network`."""
        if call in self.calls:
            self.calls.remove(call)
            self._notify(PhoneEvent("ended", by))
            self.show()

    def incoming(self, number: str, name: str = "") -> PhoneCall:
        """Receive a call; it is a waiting call during another one."""
        state = State.WAITING if self.calls else State.INCOMING
        call = self._new(number, state, outgoing=False)
        self._notify(PhoneEvent("incoming", name or number))
        if state is State.WAITING:
            self._send(f'+CCWA: "{number}",{_kind(number)},1')
        self.show()
        if state is State.INCOMING:
            self.announce(call)
        return call

    def announce(self, call: PhoneCall) -> None:
        """Signal one ring of an incoming call, with its number."""
        self._send("RING")
        self._send(f'+CLIP: "{call.number}",{_kind(call.number)}')

    def answer(self) -> bool:
        """The car answers what comes in (`ATA`)."""
        call = self.find(State.INCOMING)
        if call:
            self.connect(call)
        return call is not None

    def hang_up(self) -> bool:
        """The car ends what is active or being set up (`+CHUP`)."""
        order = (State.INCOMING, State.DIALING, State.ALERTING, State.ACTIVE)
        call = next((found for state in order if (found := self.find(state))), None)
        if call:
            self.end(call, "car")
        return call is not None

    def three_way(self, action: str) -> bool:
        """`+CHLD`: 0 ends held or waiting; 1 ends active and takes the other; 2 holds active and does; 3 merges."""
        if len(action) == 2 and action[0] == "1" and action[1].isdigit():
            chosen = next((call for call in self.calls if call.index == int(action[1])), None)
            if chosen:
                self.end(chosen, "car")
            return chosen is not None
        other = self.find(State.WAITING) or self.find(State.HELD)
        if action == "0" and other:
            self.end(other, "car")
            return True
        if action == "3":
            return self._merge()
        if action not in ("1", "2"):
            return False
        return self._take_other(other, ends_active=action == "1")

    def find(self, *states: State) -> PhoneCall | None:
        """The first call in one of these states."""
        return next((call for call in self.calls if call.state in states), None)

    def forget(self) -> None:
        """The link was lost; a new one starts without calls."""
        self.calls.clear()
        self._shown = self._indicators()

    def show(self) -> None:
        """Report each indicator that changed: `call` before `callsetup`, as phones do."""
        now = self._indicators()
        before, self._shown = self._shown, now
        for indicator, value in now.items():
            if before[indicator] != value:
                self._send(f"+CIEV: {int(indicator)},{value}")

    def hold(self) -> bool:
        """Put the active call on hold and take no other."""
        active = self.find(State.ACTIVE)
        self._hold_active()
        self.show()
        return active is not None

    def _merge(self) -> bool:
        joined = [call for call in self.calls if call.state in (State.ACTIVE, State.HELD)]
        for call in joined:
            call.state, call.multiparty = State.ACTIVE, len(joined) > 1
        self.show()
        return len(joined) > 1

    def _take_other(self, other: PhoneCall | None, *, ends_active: bool) -> bool:
        active = self.find(State.ACTIVE)
        if active is None and other is None:
            return False
        if active and ends_active:
            self.calls.remove(active)
            self._notify(PhoneEvent("ended", "car"))
        elif active:
            active.state = State.HELD
            self._notify(PhoneEvent("held", active.number))
        swapped = active is not None and other is not None and other.state is State.HELD and not ends_active
        if other:
            other.state = State.ACTIVE
            self._notify(PhoneEvent("answered", other.number))
        self.show()
        if swapped:  # the indicator is unchanged, but the car must be notified (section 4.22.2)
            self._send(f"+CIEV: {int(Indicator.CALL_HELD)},1")
        return True

    def _hold_active(self) -> None:
        active = self.find(State.ACTIVE)
        if active:
            active.state = State.HELD

    def _new(self, number: str, state: State, *, outgoing: bool) -> PhoneCall:
        taken = {call.index for call in self.calls}
        index = next(index for index in range(1, 10) if index not in taken)
        call = PhoneCall(index, number, state, outgoing)
        self.calls.append(call)
        return call

    def _indicators(self) -> dict[Indicator, int]:
        setup = {State.INCOMING: 1, State.WAITING: 1, State.DIALING: 2, State.ALERTING: 3}
        held = self.find(State.HELD) is not None
        active = self.find(State.ACTIVE) is not None
        return {
            Indicator.CALL: int(active or held),
            Indicator.CALL_SETUP: next((setup[call.state] for call in self.calls if call.state in setup), 0),
            Indicator.CALL_HELD: (1 if active else 2) if held else 0,
        }


def _kind(number: str) -> int:
    """Type of address (3GPP TS 24.008): 145 international, 129 unknown."""
    return 145 if number.startswith("+") else 129
