"""Signals count from oFono alone, and no signal or reply ends the telephone: another owner of its name is played."""

from __future__ import annotations

import asyncio
import random
import threading
from collections.abc import Callable, Coroutine, Iterator, Sequence
from functools import partial
from typing import Any, TypeVar

import pytest
from dbus_fast import BusType, Message, MessageType, Variant
from dbus_fast.aio import MessageBus

from carlendar.domain.call import CallCommand, CallPhase, EndedBy, PhoneState, TonesPhase
from carlendar.platform.clock import BoottimeClock
from carlendar.telephony.ofono import OfonoTelephony
from carlendar_devtools.emulator.phone.stack import CallStack
from tests.fakes.telephone import Watch
from tests.fakes.waiting import wait_until

T = TypeVar("T")

NUMBER = "+496912345678"
WAIT = 20.0
MODEM, CALL = "/phone", "/phone/voicecall01"
INTERFACES = ["org.ofono.Handsfree", "org.ofono.CallVolume", "org.ofono.VoiceCallManager"]


class FakeOfono:
    """An owner of `org.ofono` that has one phone, one call after `Dial`, and says whatever it is made to say."""

    def __init__(self, address: str) -> None:
        self._address = address
        self.calls: dict[str, dict[str, Variant]] = {}
        self.heard = ""
        self.asked: list[str] = []
        self.replies: dict[str, tuple[str, list[object]]] = {}
        """By member: signature and body of a reply in place of the right one."""

    async def start(self) -> None:
        self.bus = MessageBus(bus_address=self._address, bus_type=BusType.SYSTEM)
        await self.bus.connect()
        self.bus.add_message_handler(self._called)
        await self.bus.request_name("org.ofono")

    async def stop(self) -> None:
        self.bus.disconnect()
        await self.bus.wait_for_disconnect()  # type: ignore[no-untyped-call]  # not annotated in dbus-fast

    def _called(self, message: Message) -> Message | None:
        if message.message_type is not MessageType.METHOD_CALL or not (message.interface or "").startswith("org.ofono"):
            return None
        member = message.member or ""
        self.asked.append(member)
        if member == "SendTones":
            self.heard += message.body[0]
        answers: dict[str, tuple[str, list[object]]] = {
            "GetModems": ("a(oa{sv})", [[[MODEM, self.modem()]]]),
            "GetCalls": ("a(oa{sv})", [[[path, call] for path, call in self.calls.items()]]),
            "GetProperties": ("a{sv}", [{"Muted": Variant("b", False), "MicrophoneVolume": Variant("y", 50)}]),
            "Dial": ("o", [CALL]),
        }
        signature, body = self.replies.get(member, answers.get(member, ("", [])))
        return Message.new_method_return(message, signature, body)

    def modem(self) -> dict[str, Variant]:
        return {"Powered": Variant("b", True), "Interfaces": Variant("as", INTERFACES)}

    def signal(
        self, path: str, interface: str, member: str, signature: str, body: Sequence[object]
    ) -> asyncio.Future[Any]:
        return self.bus.send(
            Message(
                message_type=MessageType.SIGNAL, path=path, interface=f"org.ofono.{interface}", member=member,
                signature=signature, body=list(body),
            )
        )  # fmt: skip

    def call(self, state: str, number: str = NUMBER) -> None:
        call = {"State": Variant("s", state), "LineIdentification": Variant("s", number)}
        known = CALL in self.calls
        self.calls[CALL] = call
        if known:
            self.signal(CALL, "VoiceCall", "PropertyChanged", "sv", ["State", call["State"]])
        else:
            self.signal(MODEM, "VoiceCallManager", "CallAdded", "oa{sv}", [CALL, call])


class Scene:
    """A private bus, a played oFono, a stranger, and the telephone."""

    def __init__(self, elapsed: BoottimeClock) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self.stack = CallStack()
        self.run(self.stack.start_bus())
        self.ofono = FakeOfono(self.stack.address)
        self.run(self.ofono.start())
        self.stranger = FakeOfono(self.stack.address)
        self.run(self._join())
        self.telephony = OfonoTelephony(elapsed, self.stack.address)

    async def _join(self) -> None:
        self.stranger.bus = MessageBus(bus_address=self.stack.address, bus_type=BusType.SYSTEM)
        await self.stranger.bus.connect()

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(WAIT)

    def do(self, action: Callable[[], object]) -> None:
        async def acted() -> None:
            action()

        self.run(acted())

    def dials(self, tones: str) -> None:
        """Dial, and wait until oFono was asked: a call that is there before that is another one."""
        before = self.ofono.asked.count("Dial")
        self.telephony.dial(NUMBER, tones)
        wait_until(lambda: self.ofono.asked.count("Dial") > before)

    def close(self) -> None:
        self.telephony.stop()
        for each in (self.stranger, self.ofono):
            self.run(each.stop())
        self.run(self.stack.stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


@pytest.fixture
def scene(elapsed: BoottimeClock) -> Iterator[Scene]:
    scene = Scene(elapsed)
    yield scene
    scene.close()


def connected(state: PhoneState) -> bool:
    return state.connected and not state.muted


def alive(scene: Scene, watch: Watch) -> None:
    """Whatever was signalled before, the telephone dials, and follows the call from its dialling to its end."""
    scene.do(scene.ofono.calls.clear)
    scene.do(lambda: scene.ofono.signal(MODEM, "VoiceCallManager", "CallRemoved", "o", [CALL]))
    scene.do(lambda: scene.ofono.signal("/", "Manager", "ModemAdded", "oa{sv}", [MODEM, scene.ofono.modem()]))
    scene.do(lambda: scene.ofono.signal("/", "Manager", "ModemAdded", "oa{sv}", ["/last", scene.ofono.modem()]))
    watch.until(lambda state: any(phone.id == "/last" for phone in state.phones))
    scene.do(lambda: scene.ofono.signal("/", "Manager", "ModemRemoved", "o", ["/last"]))
    watch.until(lambda state: state.phone == MODEM and not state.calls and len(state.phones) == 1)
    scene.dials("12#")
    scene.do(lambda: scene.ofono.call("dialing"))
    scene.do(lambda: scene.ofono.call("active"))
    watch.until(lambda state: any(call.tones is TonesPhase.SENT for call in state.calls))
    scene.ofono.calls.clear()
    scene.do(lambda: scene.ofono.signal(MODEM, "VoiceCallManager", "CallRemoved", "o", [CALL]))
    watch.until(lambda state: not state.calls)


EMERGENCY = {
    "State": Variant("s", "active"),
    "LineIdentification": Variant("s", "112"),
    "Emergency": Variant("b", True),
}
FORGED: list[tuple[str, str, str, str, list[object]]] = [
    (MODEM, "VoiceCallManager", "CallAdded", "oa{sv}", [f"{MODEM}/voicecall09", EMERGENCY]),
    (f"{MODEM}/voicecall09", "VoiceCall", "PropertyChanged", "sv", ["Emergency", Variant("b", True)]),
    (MODEM, "VoiceCallManager", "CallRemoved", "o", [CALL]),
    (CALL, "VoiceCall", "PropertyChanged", "sv", ["State", Variant("s", "held")]),
    (MODEM, "CallVolume", "PropertyChanged", "sv", ["Muted", Variant("b", True)]),
    ("/", "Manager", "ModemRemoved", "o", [MODEM]),
    (MODEM, "Modem", "PropertyChanged", "sv", ["Interfaces", Variant("as", [])]),
    ("/", "Manager", "ModemAdded", "oa{sv}", ["/other", {"Powered": Variant("b", True)}]),
]


@pytest.mark.parametrize("addressed", [False, True])
def test_what_a_stranger_on_the_bus_signals_is_ignored(scene: Scene, new_watch: type[Watch], addressed: bool) -> None:
    watch = new_watch(scene.telephony)
    watch.until(connected)
    scene.dials("")
    scene.do(lambda: scene.ofono.call("dialing"))
    scene.do(lambda: scene.ofono.call("active"))
    before = watch.until(lambda state: any(call.phase is CallPhase.ACTIVE for call in state.calls))
    names = scene.run(names_on(scene.stranger.bus)) if addressed else [None]

    def forge() -> None:
        for path, interface, member, signature, body in FORGED:
            for name in names:
                scene.stranger.bus.send(
                    Message(
                        message_type=MessageType.SIGNAL, destination=name, path=path, signature=signature, body=body,
                        interface=f"org.ofono.{interface}", member=member,
                    )
                )  # fmt: skip
        for name in names:  # a change of owner that the bus did not signal
            scene.stranger.bus.send(
                Message(
                    message_type=MessageType.SIGNAL, destination=name, path="/org/freedesktop/DBus", signature="sss",
                    interface="org.freedesktop.DBus", member="NameOwnerChanged", body=["org.ofono", ":1.1", ""],
                )
            )  # fmt: skip

    scene.do(forge)
    scene.run(names_on(scene.stranger.bus))  # the bus has handed on what came before
    scene.do(lambda: scene.ofono.signal(CALL, "VoiceCall", "PropertyChanged", "sv", ["State", Variant("s", "held")]))
    after = watch.until(lambda state: any(call.phase is CallPhase.HELD for call in state.calls))
    assert len(after.calls) == len(before.calls) == 1
    assert not any(call.emergency for state in watch.states for call in state.calls)
    assert all(state.connected and not state.muted for state in watch.states[watch.states.index(before) :])


async def names_on(bus: MessageBus) -> list[str]:
    reply = await bus.call(
        Message(
            destination="org.freedesktop.DBus", path="/org/freedesktop/DBus", interface="org.freedesktop.DBus",
            member="ListNames",
        )
    )  # fmt: skip
    assert reply is not None
    return [name for name in reply.body[0] if name.startswith(":")]


HUGE = "9" * 20_000
VALUES: list[tuple[str, list[object]]] = [
    ("", []),
    ("s", [""]),
    ("i", [-1]),
    ("ss", ["State", "active"]),
    ("o", ["/"]),
    ("oa{sv}", ["/nowhere/voicecall01", {"State": Variant("s", "active")}]),
    ("oa{sv}", [MODEM, {}]),
    ("oa{sv}", [f"{MODEM}/voicecall02", {"State": Variant("i", 4), "LineIdentification": Variant("as", [])}]),
    ("oa{sv}", [f"{MODEM}/voicecall03", {"State": Variant("s", HUGE), "LineIdentification": Variant("s", HUGE)}]),
    ("oa{sv}", ["/second", {"Powered": Variant("s", "yes"), "Interfaces": Variant("i", 7)}]),
    ("sv", ["State", Variant("i", 1)]),
    ("sv", ["State", Variant("s", "upside down")]),
    ("sv", ["Interfaces", Variant("i", 1)]),
    ("sv", ["Interfaces", Variant("a{sv}", {})]),
    ("sv", ["Powered", Variant("s", "no")]),
    ("sv", ["MicrophoneVolume", Variant("x", 2**62)]),
    ("sv", ["Muted", Variant("as", ["x"])]),
    ("sv", ["EmergencyNumbers", Variant("i", 3)]),
    ("sv", ["EmergencyNumbers", Variant("as", [NUMBER[-3:]] * 5000)]),
    ("sv", ["LineIdentification", Variant("d", float("nan"))]),
    ("sv", ["", Variant("v", Variant("v", Variant("s", "")))]),
    ("a{sv}", [{}]),
]
PLACES = [
    ("/", "Manager", "ModemAdded"),
    ("/", "Manager", "ModemRemoved"),
    (MODEM, "Modem", "PropertyChanged"),
    (MODEM, "VoiceCallManager", "CallAdded"),
    (MODEM, "VoiceCallManager", "CallRemoved"),
    (MODEM, "VoiceCallManager", "PropertyChanged"),
    (CALL, "VoiceCall", "PropertyChanged"),
    (CALL, "VoiceCall", "DisconnectReason"),
    ("/nowhere", "VoiceCall", "PropertyChanged"),
    (MODEM, "CallVolume", "PropertyChanged"),
    (MODEM, "Unheard", "Of"),
]


@pytest.mark.parametrize("place", PLACES, ids=[f"{interface}.{member}" for _, interface, member in PLACES])
def test_a_malformed_signal_of_ofono_is_survived(
    scene: Scene, new_watch: type[Watch], place: tuple[str, str, str]
) -> None:
    watch = new_watch(scene.telephony)
    watch.until(connected)
    for signature, body in VALUES:
        scene.do(lambda signature=signature, body=body: scene.ofono.signal(*place, signature, body))  # type: ignore[misc]  # mypy infers no type for such a lambda
    alive(scene, watch)


@pytest.mark.parametrize("member", ["GetModems", "GetCalls", "GetProperties"])
@pytest.mark.parametrize("reply", [("", []), ("s", ["x"]), ("as", [["x"]]), ("a{si}", [{"Muted": 1}])])
def test_a_malformed_reply_is_survived_and_asked_for_again(
    scene: Scene, new_watch: type[Watch], member: str, reply: tuple[str, list[object]]
) -> None:
    scene.ofono.replies[member] = reply
    scene.run(scene.ofono.stop())
    watch = new_watch(scene.telephony)
    watch.until(lambda state: not state.connected)
    scene.ofono.asked.clear()
    scene.run(scene.ofono.start())
    wait_until(lambda: member in scene.ofono.asked)
    scene.ofono.replies.clear()
    scene.do(lambda: scene.ofono.call("active", "+4930123456"))
    watch.until(lambda state: connected(state) and [call.number for call in state.calls] == ["+4930123456"])


@pytest.mark.parametrize("member", ["Dial", "SendTones", "SetProperty", "Hangup"])
@pytest.mark.parametrize("reply", [("s", ["x"]), ("a{sv}", [{"Muted": Variant("s", "x")}]), ("oo", ["/", "/"])])
def test_a_malformed_reply_to_a_request_is_survived(
    scene: Scene, new_watch: type[Watch], member: str, reply: tuple[str, list[object]]
) -> None:
    watch = new_watch(scene.telephony)
    watch.until(connected)
    scene.ofono.replies[member] = reply
    scene.dials("12#")
    scene.do(lambda: scene.ofono.call("dialing"))
    scene.do(lambda: scene.ofono.call("active"))
    watch.until(
        lambda state: any(
            call.tones in (TonesPhase.SENT, TonesPhase.FAILED, TonesPhase.PARTIAL) for call in state.calls
        )
    )
    scene.do(lambda: scene.telephony.command(CallCommand.MUTE))
    scene.do(lambda: scene.telephony.command(CallCommand.HANG_UP))
    wait_until(lambda: member in scene.ofono.asked)
    scene.ofono.replies.clear()
    alive(scene, watch)


def test_random_signals_of_ofono_are_survived(scene: Scene, new_watch: type[Watch]) -> None:
    watch = new_watch(scene.telephony)
    watch.until(connected)
    chosen = random.Random(20261)

    async def storm() -> None:
        for _ in range(100):
            for _ in range(10):
                path, interface, member = chosen.choice(PLACES)
                scene.ofono.signal(chosen.choice([path, "/", CALL]), interface, member, *chosen.choice(VALUES))
            await names_on(scene.ofono.bus)  # what was sent has left: dbus-fast fails where its socket is full

    scene.run(storm())
    alive(scene, watch)


def test_a_call_that_a_malformed_signal_announced_is_found_by_asking(scene: Scene, new_watch: type[Watch]) -> None:
    watch = new_watch(scene.telephony)
    watch.until(connected)
    scene.ofono.calls[CALL] = {"State": Variant("s", "active"), "LineIdentification": Variant("s", NUMBER)}
    scene.do(lambda: scene.ofono.signal(MODEM, "VoiceCallManager", "CallAdded", "oa{si}", [CALL, {"State": 1}]))
    watch.call(CallPhase.ACTIVE)


def test_another_daemon_that_takes_the_name_over_is_followed(scene: Scene, new_watch: type[Watch]) -> None:
    watch = new_watch(scene.telephony)
    watch.until(connected)
    scene.run(scene.ofono.stop())
    watch.until(lambda state: not state.connected)
    scene.run(scene.ofono.start())
    watch.until(connected)
    alive(scene, watch)


def test_an_accepted_dialling_without_any_call_is_reported_as_making_no_progress(
    scene: Scene, new_watch: type[Watch], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("carlendar.telephony.ofono_calls.APPEAR_SECONDS", 0.5)
    monkeypatch.setattr("carlendar.telephony.ofono_calls.LATE_SECONDS", 0.2)
    watch = new_watch(scene.telephony)
    watch.until(connected)
    scene.do(lambda: scene.telephony.dial(NUMBER, "12#"))
    assert watch.ended().ended_by is EndedBy.NO_PROGRESS
    scene.do(lambda: scene.ofono.call("active"))  # the driver has answered the phone's question at last
    state = watch.until(lambda state: any(call.tones is TonesPhase.SENT for call in state.calls))
    assert [call.placed is not None for call in state.calls] == [True]
    assert scene.ofono.heard == "12#"


def test_a_call_that_dialling_returned_but_that_is_to_another_number_gets_no_digits(
    scene: Scene, new_watch: type[Watch]
) -> None:
    watch = new_watch(scene.telephony)
    watch.until(connected)
    scene.dials("12#")
    scene.do(lambda: scene.ofono.call("dialing", "+4930123456"))
    scene.do(lambda: scene.ofono.call("active", "+4930123456"))
    state = watch.until(lambda state: [call.phase for call in state.calls] == [CallPhase.ACTIVE])
    assert [(call.number, call.placed) for call in state.calls] == [("+4930123456", None)]
    assert scene.ofono.heard == ""


def call_added(scene: Scene, number: str, state: str = "dialing") -> None:
    scene.do(lambda: scene.ofono.call(state, number))


def test_a_call_without_a_number_is_ours_where_dialling_returned_it(scene: Scene, new_watch: type[Watch]) -> None:
    watch = new_watch(scene.telephony)
    watch.until(connected)
    scene.dials("12#")
    call_added(scene, "")
    scene.do(lambda: scene.ofono.signal(CALL, "VoiceCall", "PropertyChanged", "sv", ["State", Variant("s", "active")]))
    state = watch.until(lambda state: any(call.tones is TonesPhase.SENT for call in state.calls))
    assert [(call.number, call.placed is not None) for call in state.calls] == [(NUMBER, True)]


def test_digits_stop_where_the_call_turns_out_to_be_to_another_number(scene: Scene, new_watch: type[Watch]) -> None:
    watch = new_watch(scene.telephony)
    watch.until(connected)
    scene.dials("p12#")
    call_added(scene, "")
    scene.do(lambda: scene.ofono.signal(CALL, "VoiceCall", "PropertyChanged", "sv", ["State", Variant("s", "active")]))
    watch.until(lambda state: any(call.tones is TonesPhase.SENDING for call in state.calls))
    number = ["LineIdentification", Variant("s", "+4930123456")]
    scene.do(lambda: scene.ofono.signal(CALL, "VoiceCall", "PropertyChanged", "sv", number))
    state = watch.until(lambda state: any(call.tones is TonesPhase.FAILED for call in state.calls))
    assert [(call.number, call.placed) for call in state.calls] == [("+4930123456", None)]
    assert scene.ofono.heard == ""


def test_an_emergency_call_elsewhere_that_ended_unnoticed_is_forgotten_by_asking(
    scene: Scene, new_watch: type[Watch]
) -> None:
    watch = new_watch(scene.telephony)
    watch.until(connected)
    scene.do(lambda: scene.ofono.signal("/", "Manager", "ModemAdded", "oa{sv}", ["/zz", scene.ofono.modem()]))
    watch.until(lambda state: len(state.phones) == 2)
    added: list[object] = ["/zz/voicecall01", EMERGENCY]
    scene.do(lambda: scene.ofono.signal("/zz", "VoiceCallManager", "CallAdded", "oa{sv}", added))
    watch.until(lambda state: any(call.emergency for call in state.calls))
    scene.do(lambda: scene.ofono.signal("/zz", "VoiceCallManager", "CallRemoved", "s", ["/zz/voicecall01"]))
    watch.until(lambda state: not state.calls)


def test_the_name_of_a_caller_is_taken_when_it_comes_and_when_it_changes(scene: Scene, new_watch: type[Watch]) -> None:
    watch = new_watch(scene.telephony)
    watch.until(connected)
    given = {"State": "incoming", "LineIdentification": "+493012345678", "Name": "Ben Okafor"}
    # the telephone asks for the calls as well, at its own time: they must be as they were signalled
    call = scene.ofono.calls[CALL] = {name: Variant("s", value) for name, value in given.items()}
    scene.do(lambda: scene.ofono.signal(MODEM, "VoiceCallManager", "CallAdded", "oa{sv}", [CALL, call]))
    state = watch.until(lambda state: bool(state.calls))
    assert [call.name for call in state.calls] == ["Ben Okafor"]
    for value in (Variant("s", "Ben"), Variant("s", HUGE)):
        call["Name"] = value
        scene.do(partial(scene.ofono.signal, CALL, "VoiceCall", "PropertyChanged", "sv", ["Name", value]))
        watch.until(partial(_named, "Ben" if value.value == "Ben" else ""))


def _named(name: str, state: PhoneState) -> bool:
    return [call.name for call in state.calls] == [name]
