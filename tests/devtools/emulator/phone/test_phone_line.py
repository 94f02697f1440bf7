"""The emulated phone: what it says on a hands-free link, and the stack it is paired with."""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from carlendar_devtools.emulator.phone import PhoneEvent, PhoneLine, available
from carlendar_devtools.emulator.phone.exchange import State
from carlendar_devtools.emulator.phone.peer import HandsFreePeer
from carlendar_devtools.emulator.phone.stack import missing

WAIT = 10.0


class Car:
    """A car's end of the link."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    async def say(self, command: str) -> list[str]:
        """Send a command; returns the lines up to its OK or ERROR."""
        self._writer.write(f"{command}\r".encode())
        lines: list[str] = []
        while not lines or lines[-1] not in ("OK", "ERROR"):
            lines.append(await self.line())
        return lines

    async def line(self) -> str:
        while True:
            raw = await asyncio.wait_for(self._reader.readline(), WAIT)
            assert raw, "the phone closed the link"
            if raw.strip():
                return raw.decode().strip()

    def close(self) -> None:
        self._writer.close()


def on_link(story: Callable[[HandsFreePeer, Car, list[PhoneEvent]], Awaitable[None]]) -> None:
    """Run a story with a phone and a car that are connected."""

    async def run() -> None:
        events: list[PhoneEvent] = []
        phone = HandsFreePeer(events.append)
        phone.dial_delay = 0.0
        phone.answer_delay = None
        await phone.listen()
        car = Car(*await asyncio.open_connection("127.0.0.1", phone.port))
        try:
            await story(phone, car, events)
        finally:
            car.close()
            await phone.close()

    asyncio.run(run())


def test_a_call_is_dialled_rings_is_answered_and_ended_by_the_car() -> None:
    async def story(phone: HandsFreePeer, car: Car, events: list[PhoneEvent]) -> None:
        assert await car.say("ATD+496912345678;") == ["OK"]
        assert [await car.line(), await car.line()] == ["+CIEV: 3,2", "+CIEV: 3,3"]
        phone.exchange.connect(phone.exchange.calls[0])
        assert [await car.line(), await car.line()] == ["+CIEV: 2,1", "+CIEV: 3,0"]
        assert await car.say("AT+CLCC") == ['+CLCC: 1,0,0,0,0,"+496912345678",145', "OK"]
        assert await car.say("AT+VTS=1;+VTS=2;+VTS=#") == ["OK"]
        assert await car.say("AT+CHUP") == ["OK"]
        assert await car.line() == "+CIEV: 2,0"
        assert phone.heard == "12#"
        assert [event.name for event in events] == ["connected", "dialled", "ringing", "answered", "tones", "ended"]

    on_link(story)


def test_tones_without_a_call_are_an_error() -> None:
    async def story(phone: HandsFreePeer, car: Car, events: list[PhoneEvent]) -> None:
        assert await car.say("AT+VTS=1") == ["ERROR"]
        assert phone.heard == ""

    on_link(story)


def test_a_second_call_waits_and_is_taken() -> None:
    async def story(phone: HandsFreePeer, car: Car, events: list[PhoneEvent]) -> None:
        first = phone.exchange.incoming("+49301234567")
        phone.exchange.answer()
        second = phone.exchange.incoming("+49301234568")
        assert second.state is State.WAITING
        await car.say("AT+CHLD=2")
        assert (first.state, second.state) == (State.HELD, State.ACTIVE)
        await car.say("AT+CHLD=1")
        assert phone.exchange.calls == [first]
        assert first.state is State.ACTIVE

    on_link(story)


def test_an_endless_line_ends_the_link_and_not_the_phone() -> None:
    async def story(phone: HandsFreePeer, car: Car, events: list[PhoneEvent]) -> None:
        car._writer.write(b"A" * 100_000)
        with contextlib.suppress(ConnectionError):
            await asyncio.wait_for(car._reader.read(), WAIT)
        again = Car(*await asyncio.open_connection("127.0.0.1", phone.port))
        assert await again.say("AT+BRSF=0") == ["+BRSF: 511", "OK"]
        again.close()

    on_link(story)


def test_the_stack_is_named_where_it_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("carlendar_devtools.emulator.phone.stack.SEARCH", "/nonexistent")
    assert missing() == "dbus-daemon and ofonod not installed"


def test_nothing_is_left_behind() -> None:
    assert available() == "", "packaging/setup.sh installs what this test needs"

    async def run() -> None:
        line = PhoneLine()
        await line.start()
        folder = Path(line.address.removeprefix("unix:path=")).parent
        assert (folder / "bus").is_socket()
        processes = [process.pid for process in (line._stack._bus, line._stack._daemon) if process]
        await line.stop()
        assert not folder.exists()
        for pid in processes:
            with pytest.raises(ProcessLookupError):
                os.kill(pid, 0)
        assert line.address == ""

    asyncio.run(run())


def test_a_phone_that_asks_which_sim_accepts_and_calls_once_it_is_chosen() -> None:
    async def story(phone: HandsFreePeer, car: Car, events: list[PhoneEvent]) -> None:
        phone.faults.asks_which_sim = True
        assert await car.say("ATD+496912345678;") == ["OK"]
        assert await car.say("AT+CLCC") == ["OK"]
        phone.choose_sim()
        assert await car.line() == "+CIEV: 3,2"
        assert [event.name for event in events][:2] == ["connected", "dialled"]

    on_link(story)


def test_a_phone_answers_an_error_and_calls_all_the_same() -> None:
    async def story(phone: HandsFreePeer, car: Car, _events: list[PhoneEvent]) -> None:
        phone.faults.dials_despite_error = True
        assert await car.say("ATD+496912345678;") == ["ERROR"]
        assert await car.line() == "+CIEV: 3,2"

    on_link(story)


def test_commands_can_be_refused_ignored_and_left_unanswered() -> None:
    async def story(phone: HandsFreePeer, car: Car, _events: list[PhoneEvent]) -> None:
        phone.faults.refused.add("AT+CHLD=2")
        phone.faults.ignored.add("AT+CHUP")
        phone.faults.unanswered.add("AT+VGM")
        phone.exchange.connect(phone.exchange.incoming("+49301234567"))
        assert (await car.say("AT+CHLD=2"))[-1] == "ERROR"
        assert await car.say("AT+CHUP") == ["OK"]
        assert [call.state for call in phone.exchange.calls] == [State.ACTIVE]
        assert await car.say("AT+VGM=3\rAT+CIND?") == ["+CIND: 1,1,0,0,5,0,5", "OK"]

    on_link(story)


def test_each_number_hears_its_own_tones_and_a_conference_hears_all() -> None:
    async def story(phone: HandsFreePeer, car: Car, _events: list[PhoneEvent]) -> None:
        phone.exchange.connect(phone.exchange.incoming("+49301234567"))
        phone.exchange.connect(phone.exchange.dial("+496912345678") or phone.exchange.calls[0])
        await car.say("AT+VTS=1")
        phone.exchange.three_way("2")
        await car.say("AT+VTS=2")
        phone.exchange.three_way("3")
        await car.say("AT+VTS=3")
        assert phone.heard_by == {"+496912345678": "13", "+49301234567": "23"}

    on_link(story)
