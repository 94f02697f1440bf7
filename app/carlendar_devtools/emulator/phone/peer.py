"""The phone's end of a hands-free link: an audio gateway over TCP on loopback.

Speaks as much of the Hands-Free Profile 1.7 as `ofonod`'s hands-free driver asks for.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable

from carlendar_devtools.emulator.phone.exchange import Exchange, PhoneCall, PhoneEvent, State
from carlendar_devtools.emulator.phone.faults import PhoneFaults

FEATURES = 511
"""All of the audio gateway's features that version 1.6 has (`+BRSF`)."""

LINE_LIMIT = 1024
INDICATORS = (
    '("service",(0,1)),("call",(0,1)),("callsetup",(0-3)),("callheld",(0-2)),'
    '("signal",(0-5)),("roam",(0,1)),("battchg",(0-5))'
)
RING_EVERY = 3.0

_ANSWERS = {
    "AT+CIND=?": [f"+CIND: {INDICATORS}"],
    "AT+CHLD=?": ["+CHLD: (0,1,1x,2,2x,3)"],
    "AT+COPS?": ['+COPS: 0,0,"Emulated"'],
    "AT+CNUM": ['+CNUM: ,"+491715550100",145,,4'],
    "AT+BTRH?": [],
}
_TONE = re.compile(r"VTS=([0-9*#A-D])", re.IGNORECASE)


class HandsFreePeer:
    """A phone that one car can connect to. Everything runs on the loop that `start` was called on."""

    def __init__(self, notify: Callable[[PhoneEvent], None]) -> None:
        self.dial_delay = 0.05
        """Seconds from dialling to ringing."""
        self.answer_delay: float | None = 1.0
        """Seconds of ringing until the call is answered; None for never automatically."""
        self.refuses = False
        self.heard = ""
        self.heard_by: dict[str, str] = {}
        """Tones that each number received."""
        self.faults = PhoneFaults()
        self.microphone = 15
        self.port = 0
        self.exchange = Exchange(self._send, notify)
        self._notify = notify
        self._server: asyncio.Server | None = None
        self._writer: asyncio.StreamWriter | None = None
        self._timers: list[asyncio.TimerHandle] = []
        self._undecided = ""

    async def listen(self) -> None:
        """Accept a car; the port is chosen on the first call and kept."""
        if self._server is None:
            self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port, limit=LINE_LIMIT)
            self.port = self._server.sockets[0].getsockname()[1]

    async def close(self) -> None:
        """Close the link and accept no other."""
        self.cut()
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()
            self._server = None

    def cut(self) -> None:
        """Drop the link, as when the phone goes out of range."""
        if self._writer is not None:
            self._writer.transport.abort()

    @property
    def listening(self) -> bool:
        """Whether a car could connect."""
        return self._server is not None

    @property
    def connected(self) -> bool:
        """Whether a car is connected."""
        return self._writer is not None

    def outgoing(self, call: PhoneCall) -> None:
        """Play a dialled call: ringing, then answered or refused."""
        self._later(self.dial_delay, lambda: self.exchange.ring(call))
        if self.refuses:
            self._later(self.dial_delay * 2, lambda: self.exchange.end(call, "refused"))
        elif self.answer_delay is not None:
            self._later(self.dial_delay + self.answer_delay, lambda: self._answered(call))

    def choose_sim(self) -> None:
        """The owner answers the question which SIM card is to call."""
        number, self._undecided = self._undecided, ""
        if number and (call := self.exchange.dial(number)):
            self.outgoing(call)

    def ring_on(self, call: PhoneCall) -> None:
        """Ring repeatedly until an incoming call is answered or ends."""
        if call in self.exchange.calls and call.state is State.INCOMING:
            self.exchange.announce(call)
            self._later(RING_EVERY, lambda: self.ring_on(call))

    def _answered(self, call: PhoneCall) -> None:
        if call.state in (State.DIALING, State.ALERTING):
            self.exchange.connect(call)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._writer is not None:  # a phone has one hands-free link
            writer.close()
            return
        self._writer = writer
        self._notify(PhoneEvent("connected"))
        try:
            while line := await reader.readuntil(b"\r"):
                self._answer(line.decode("ascii", "replace").strip())
        except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, ConnectionError):
            pass  # the car has disconnected, which is reported below
        finally:
            self._gone()
            writer.close()

    def _gone(self) -> None:
        self._writer = None
        if not self.faults.keeps_calls:
            for handle in self._timers:
                handle.cancel()
            self._timers.clear()
            self.exchange.forget()
        self._notify(PhoneEvent("gone"))

    def _answer(self, line: str) -> None:
        """Answer one command; changes are reported after its OK, as phones do."""
        upper = line.upper()
        if (fault := self.faults.answer_to(upper)) is not None:
            if fault:
                self._send(fault)
        elif upper in _ANSWERS:
            self._reply(*_ANSWERS[upper])
        elif upper.startswith("AT+BRSF="):
            self._reply(f"+BRSF: {FEATURES}")
        elif upper == "AT+CIND?":
            self._reply(f"+CIND: {self.exchange.indicator_values()}")
        elif upper == "AT+CLCC":
            self._reply(*self.exchange.listed())
        elif upper.startswith("AT+VTS="):
            self._hear(upper)
        elif upper.startswith("AT+VGM="):
            self.microphone = int(re.sub(r"\D", "", upper) or 0)
            self._reply()
        elif not self._call_command(line, upper):
            self._reply()

    def _call_command(self, line: str, upper: str) -> bool:
        if upper.startswith("ATD"):
            number, seconds = line[3:].rstrip(";"), self.faults.dial_seconds
            if seconds:
                self._later(seconds, lambda: self._dialled(number))
            else:
                self._dialled(number)
        elif upper == "ATA":
            self._acted(self.exchange.answer)
        elif upper == "AT+CHUP":
            self._acted(self.exchange.hang_up)
        elif upper.startswith("AT+CHLD="):
            self._three_way(upper.partition("=")[2])
        else:
            return False
        return True

    def _dialled(self, number: str) -> None:
        busy = self.exchange.find(State.DIALING, State.ALERTING, State.INCOMING, State.WAITING)
        if busy:
            self._send("ERROR")
            return
        self._send("ERROR" if self.faults.dials_despite_error else "OK")
        self._undecided = number
        if not self.faults.asks_which_sim:
            self.choose_sim()

    def _three_way(self, action: str) -> None:
        waiting = self.exchange.find(State.WAITING)
        if action == "2" and waiting and self.faults.waiting_call_gives_up:
            self._acted(self.exchange.hold)
            self.exchange.end(waiting, "other")
        else:
            self._acted(lambda: self.exchange.three_way(action))

    def _acted(self, action: Callable[[], bool]) -> None:
        possible = bool(self.exchange.calls)
        self._send("OK" if possible else "ERROR")
        if possible:
            action()

    def _hear(self, upper: str) -> None:
        tones = "".join(_TONE.findall(upper))
        hearing = [call.number for call in self.exchange.calls if call.state is State.ACTIVE]
        if not hearing:
            self._send("ERROR")
            return
        self.heard += tones
        for number in hearing:
            self.heard_by[number] = self.heard_by.get(number, "") + tones
        self._notify(PhoneEvent("tones", tones))
        if self.faults.tone_seconds:
            self._later(self.faults.tone_seconds, self._reply)
        else:
            self._reply()

    def _reply(self, *lines: str) -> None:
        for line in (*lines, "OK"):
            self._send(line)

    def _send(self, line: str) -> None:
        if self._writer is not None and not self._writer.is_closing():
            self._writer.write(f"\r\n{line}\r\n".encode("ascii", "replace"))

    def _later(self, seconds: float, action: Callable[[], None]) -> None:
        self._timers = [handle for handle in self._timers if not handle.cancelled()]
        self._timers.append(asyncio.get_running_loop().call_later(seconds, action))
