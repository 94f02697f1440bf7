"""Controls of the emulated phone: answer, refuse, drop, incoming calls, leaving the car."""

from __future__ import annotations

from collections.abc import Callable

from carlendar_devtools.emulator.phone.exchange import PhoneCall, PhoneEvent, State
from carlendar_devtools.emulator.phone.faults import PhoneFaults
from carlendar_devtools.emulator.phone.peer import HandsFreePeer
from carlendar_devtools.emulator.phone.stack import CallStack, missing

Listener = Callable[[PhoneEvent], None]
EMERGENCY = "112"
PHONE, OTHER_PHONE = "Phone", "Other_phone"
"""Names of the phones; oFono gives phones over TCP no others."""


def available() -> str:
    """Return why this machine cannot emulate a phone; empty if it can."""
    return missing()


class PhoneLine:
    """Two phones, the second not in the car at first, and the hands-free stack that both are paired with.

    Runs on the event loop that `start` was awaited on; call every method there. `address` goes
    into DBUS_SYSTEM_BUS_ADDRESS of the display's environment.
    """

    def __init__(self) -> None:
        self._listeners: list[Listener] = []
        self._peer = HandsFreePeer(self._notify)
        self._other = HandsFreePeer(lambda _event: None)
        self._stack = CallStack()

    async def start(self) -> None:
        """Start the phones, a private bus and `ofonod`; raises CallError if one cannot be started."""
        await self._peer.listen()
        await self._other.listen()  # briefly, to learn its port
        await self._other.close()
        try:
            await self._stack.start({PHONE: self._peer.port, OTHER_PHONE: self._other.port})
        except BaseException:
            await self._peer.close()
            raise

    async def stop(self) -> None:
        """End everything that `start` began."""
        await self._stack.stop()
        await self._peer.close()
        await self._other.close()

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Call `listener` on the loop with every event; return a function that unsubscribes."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    @property
    def address(self) -> str:
        """Address of the private bus; empty until started."""
        return self._stack.address

    @property
    def connected(self) -> bool:
        """Whether the car is connected to the phone."""
        return self._peer.connected

    @property
    def heard(self) -> str:
        """Tones received since the start or since `forget_heard`, without pauses."""
        return self._peer.heard

    def heard_by(self, number: str) -> str:
        """Tones that this number received since the start or since `forget_heard`."""
        return self._peer.heard_by.get(number, "")

    @property
    def faults(self) -> PhoneFaults:
        """The phone's faults; may be changed at any time."""
        return self._peer.faults

    @property
    def microphone(self) -> int:
        """Gain of the car's microphone as the car set it, 0 to 15."""
        return self._peer.microphone

    @property
    def calls(self) -> tuple[PhoneCall, ...]:
        """Calls that are active, held or being set up."""
        return tuple(self._peer.exchange.calls)

    def forget_heard(self) -> None:
        """Forget the tones received so far."""
        self._peer.heard = ""
        self._peer.heard_by.clear()

    def answers(self, after: float | None) -> None:
        """Answer calls automatically after so many seconds of ringing; None for never."""
        self._peer.answer_delay = after
        self._peer.refuses = False

    def refuses(self) -> None:
        """Refuse every call from now on, until `answers`."""
        self._peer.refuses = True

    def answer(self) -> None:
        """Answer the ringing call at the other end now."""
        call = self._peer.exchange.find(State.ALERTING, State.DIALING)
        if call:
            self._peer.exchange.connect(call)

    def refuse(self) -> None:
        """Refuse the ringing call at the other end now."""
        call = self._peer.exchange.find(State.ALERTING, State.DIALING)
        if call:
            self._peer.exchange.end(call, "refused")

    def hang_up(self) -> None:
        """The other end hangs up, or stops calling."""
        call = self._peer.exchange.find(State.ACTIVE, State.INCOMING, State.WAITING, State.HELD)
        if call:
            self._peer.exchange.end(call, "other")

    def incoming(self, number: str, name: str = "") -> None:
        """Receive a call; `name` is only for the log, because the link transmits numbers."""
        call = self._peer.exchange.incoming(number, name)
        if call.state is State.INCOMING:
            self._peer.ring_on(call)

    def choose_sim(self) -> None:
        """The owner chooses on the phone which SIM card is to make the call that it asks about."""
        self._peer.choose_sim()

    def answer_on_handset(self) -> None:
        """The owner answers the incoming call on the phone; the active call is put on hold."""
        if self._peer.exchange.find(State.WAITING):
            self._peer.exchange.three_way("2")
        else:
            self._peer.exchange.answer()

    def swap_on_handset(self) -> None:
        """The owner swaps the active call and the one on hold on the phone; holds or resumes a single one."""
        self._peer.exchange.three_way("2")

    def merge_on_handset(self) -> None:
        """The owner merges the active call and the one on hold into a conference on the phone."""
        self._peer.exchange.three_way("3")

    def dial_on_handset(self, number: str) -> None:
        """The owner dials on the phone; it is answered at once, and an active call is put on hold."""
        if call := self._peer.exchange.dial(number):
            self._peer.exchange.ring(call)
            self._peer.exchange.connect(call)

    def begin_on_handset(self, number: str) -> None:
        """The owner dials on the phone; nothing answers yet."""
        self._peer.exchange.dial(number)

    def hold_on_handset(self) -> None:
        """The owner puts the active call on hold on the phone, without answering another."""
        self._peer.exchange.hold()

    def waiting_hangs_up(self) -> None:
        """The waiting caller gives up."""
        if call := self._peer.exchange.find(State.WAITING, State.INCOMING):
            self._peer.exchange.end(call, "other")

    def hang_up_on_handset(self) -> None:
        """The owner ends the active call on the phone."""
        self._peer.exchange.hang_up()

    def emergency(self) -> None:
        """The owner dials the emergency number on the phone."""
        call = self._peer.exchange.dial(EMERGENCY)
        if call:
            self._peer.exchange.ring(call)
            self._peer.exchange.connect(call)

    def drop_link(self) -> None:
        """Drop the link as if out of range; the phone can be reached again at once."""
        self._peer.cut()

    async def other_phone(self, *, present: bool) -> None:
        """A second phone enters or leaves the car."""
        await (self._other.listen() if present else self._other.close())

    def other_emergency(self) -> None:
        """The other phone's owner dials the emergency number on it; no effect while it is not in the car."""
        if self._other.connected and (call := self._other.exchange.dial(EMERGENCY)):
            self._other.exchange.ring(call)

    @property
    def other_present(self) -> bool:
        """Whether the other phone is in the car."""
        return self._other.listening

    async def unpair(self) -> None:
        """The phone leaves the car and cannot be reached."""
        await self._peer.close()

    async def pair(self) -> None:
        """The phone is back."""
        await self._peer.listen()

    async def kill_daemon(self) -> None:
        """`ofonod` crashes."""
        await self._stack.kill_daemon()

    async def start_daemon(self) -> None:
        """`ofonod` starts again."""
        await self._stack.start_daemon()

    async def kill_bus(self) -> None:
        """The bus crashes, and `ofonod` with it."""
        await self._stack.kill_bus()

    async def start_bus(self) -> None:
        """The bus and `ofonod` start again at the same address."""
        await self._stack.restart_bus()
        await self._stack.start_daemon()

    def _notify(self, event: PhoneEvent) -> None:
        for listener in tuple(self._listeners):
            listener(event)
