"""Whatever is asked for, nothing reaches D-Bus but a plain number and plain tones."""

from __future__ import annotations

import re
import threading

import pytest
from dbus_fast import BusType, Message, MessageType
from dbus_fast.aio import MessageBus
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from carlendar.domain.call import CallCommand, CallPhase, TonesPhase
from carlendar.errors import CallError
from tests.fakes.telephone import OfonoBench, Watch

NUMBER = "+496912345678"
WAIT = 20.0  # seconds
PLAIN_NUMBER = re.compile(r"\+?[0-9]{3,15}", re.ASCII)
PLAIN_TONES = re.compile(r"[0-9*#p]{0,64}", re.ASCII)

CLOSE_TO_NUMBERS = st.text(alphabet="+0123456789*#pPwW,;: ()-./\r\n\0ABCD٣３", max_size=20)
ADORNED = st.builds(lambda before, after: before + NUMBER + after, st.text(max_size=4), st.text(min_size=1, max_size=4))
ATTEMPTS = st.one_of(st.text(max_size=30), CLOSE_TO_NUMBERS, ADORNED)


class Monitor:
    """Every request to oFono on the bus, as a monitor of the bus sees it."""

    def __init__(self, address: str) -> None:
        self.asked: list[tuple[str, list[object]]] = []
        self._address = address
        self._changed = threading.Condition()

    async def start(self) -> None:
        self._bus = MessageBus(bus_address=self._address, bus_type=BusType.SYSTEM)
        await self._bus.connect()
        body = [["type='method_call',interface='org.ofono.VoiceCallManager'"], 0]
        reply = await self._bus.call(
            Message(
                destination="org.freedesktop.DBus",
                path="/org/freedesktop/DBus",
                interface="org.freedesktop.DBus.Monitoring",
                member="BecomeMonitor",
                signature="asu",
                body=body,
            )
        )
        assert reply is not None
        assert reply.message_type is MessageType.METHOD_RETURN
        self._bus.add_message_handler(self._saw)

    def _saw(self, message: Message) -> bool:
        if message.message_type is MessageType.METHOD_CALL and message.member in ("Dial", "SendTones"):
            with self._changed:
                self.asked.append((message.member, message.body))
                self._changed.notify_all()
        return True

    def until(self, member: str, times: int) -> None:
        """Wait for it: the bus serves the monitor and the caller in no particular order."""
        with self._changed:
            assert self._changed.wait_for(lambda: [name for name, _ in self.asked].count(member) >= times, WAIT), (
                self.asked
            )

    async def stop(self) -> None:
        self._bus.disconnect()
        await self._bus.wait_for_disconnect()  # type: ignore[no-untyped-call]  # not annotated in dbus-fast


def test_nothing_else_than_plain_numbers_and_tones_reaches_the_bus(ofono: OfonoBench, new_watch: type[Watch]) -> None:
    watch = new_watch(ofono.telephony)
    watch.until(lambda state: state.connected)
    monitor = Monitor(ofono.line.address)
    ofono.run(monitor.start())

    @settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
    @given(ATTEMPTS, st.one_of(st.just(""), ATTEMPTS))
    def refused(number: str, tones: str) -> None:
        assume(not (PLAIN_NUMBER.fullmatch(number) and PLAIN_TONES.fullmatch(tones)))
        with pytest.raises(CallError):
            ofono.telephony.dial(number, tones)
        if not PLAIN_TONES.fullmatch(tones):
            with pytest.raises(CallError):
                ofono.telephony.command(CallCommand.SEND_TONES, tones=tones)

    refused()
    ofono.telephony.dial(NUMBER, "12#")
    watch.until(lambda state: any(call.tones is TonesPhase.SENT for call in state.calls))
    watch.call(CallPhase.ACTIVE)
    monitor.until("SendTones", 3)
    assert monitor.asked == [("Dial", [NUMBER, "default"]), *(("SendTones", [tone]) for tone in "12#")]
    ofono.run(monitor.stop())
