"""D-Bus messages to the telephone: malformed signals and replies of oFono, and whatever a stranger on the bus sends.

The bus, the owner of `org.ofono` and the stranger are real; the phone behind it is played.
"""

from __future__ import annotations

from functools import cache
from random import Random
from typing import Any

from dbus_fast import Message, MessageType, Variant

from carlendar.domain.call import PhoneState
from carlendar.platform.clock import BoottimeClock
from tests.fakes.telephone import Watch
from tests.fuzz import values
from tests.fuzz.finding import require, watched
from tests.fuzz.stand import STARTED
from tests.telephony.test_signals import CALL, FORGED, MODEM, PLACES, VALUES, Scene, alive, names_on

SUFFIX = ".txt"
MEMBERS = ("GetModems", "GetCalls", "GetProperties", "Dial", "SendTones", "SetProperty", "Hangup", "HangupAll")
KEYS = ("State", "LineIdentification", "Emergency", "Muted", "MicrophoneVolume", "Powered", "Interfaces", "Online",
        "EmergencyNumbers", "Multiparty", "StartTime", "RemoteHeld", "Name", "")  # fmt: skip
Body = tuple[str, list[Any]]


@cache
def _stand() -> tuple[Scene, Watch]:
    scene = Scene(BoottimeClock())
    STARTED.callback(scene.close)
    watch = Watch(scene.telephony)
    watch.until(_usable)
    return scene, watch


def _usable(state: PhoneState) -> bool:
    return state.connected and not state.muted


def target(random: Random) -> None:
    """A storm of messages of one sender; a call is then made and followed as ever."""
    scene, watch = _stand()
    forged = random.random() < 0.4
    storm = [_message(random) for _ in range(random.randrange(1, 60))]
    replies = {} if forged else {name: _body(random) for name in random.sample(MEMBERS, random.randrange(3))}
    data = repr((forged, replies, storm)).encode("utf-8", "replace")
    with watched(data, SUFFIX):
        before = len(watch.states)
        scene.ofono.replies.update(replies)
        scene.run(_send(scene, storm, forged=forged))
        scene.ofono.replies.clear()
        if forged:
            require(len(watch.states) == before, "a stranger's message changed what is known", data, SUFFIX)
        alive(scene, watch)
        del watch.states[:-1]
        watch._seen = 0


async def _send(scene: Scene, storm: list[Message], *, forged: bool) -> None:
    bus = scene.stranger.bus if forged else scene.ofono.bus
    names = [name for name in await names_on(bus) if name != bus.unique_name]
    for number, message in enumerate(storm):
        message.destination = names[number % len(names)] if forged and number % 2 else None
        bus.send(message)
        if number % 10 == 9:
            await names_on(bus)  # what was sent has left
    await names_on(bus)


def _message(random: Random) -> Message:
    if random.random() < 0.2:
        path, interface, member, signature, body = random.choice(FORGED)
    else:
        path, interface, member = random.choice(PLACES)
        path = random.choice((path, "/", CALL, MODEM, f"{MODEM}/voicecall02"))
        signature, body = _body(random)
    return Message(
        message_type=MessageType.SIGNAL, path=path, interface=f"org.ofono.{interface}", member=member,
        signature=signature, body=body,
    )  # fmt: skip


def _body(random: Random) -> Body:
    if random.random() < 0.4:
        return random.choice(VALUES)
    makers = (
        ("sv", lambda: [random.choice(KEYS), variant(random)]),
        ("oa{sv}", lambda: [random.choice((CALL, MODEM, "/", "/other")), _properties(random)]),
        ("a(oa{sv})", lambda: [[[random.choice((CALL, MODEM, "/x")), _properties(random)] for _ in range(3)]]),
        ("a{sv}", lambda: [_properties(random)]),
        ("o", lambda: [random.choice((CALL, MODEM, "/"))]),
        ("s", lambda: [text_for_bus(random)]),
    )
    signature, make = random.choice(makers)
    return signature, make()


def _properties(random: Random) -> dict[str, Variant]:
    return {name: variant(random) for name in random.sample(KEYS, random.randrange(6))}


def variant(random: Random) -> Variant:
    makers = (
        lambda: Variant("s", random.choice(("active", "held", "dialing", "incoming", "waiting", "disconnected"))),
        lambda: Variant("s", text_for_bus(random)),
        lambda: Variant("s", random.choice(values.NUMBERS)),
        lambda: Variant("b", random.random() < 0.5),
        lambda: Variant("y", random.randrange(256)),
        lambda: Variant("d", random.choice((float("nan"), float("inf"), -0.0, 1e308))),
        lambda: Variant("x", random.choice((-(2**63), 2**63 - 1, 0))),
        lambda: Variant("as", [text_for_bus(random) for _ in range(random.randrange(4))]),
        lambda: Variant("a{sv}", {"x": Variant("i", 1)}),
        lambda: Variant("ay", b"\x00\xff"),
        lambda: Variant("v", Variant("v", Variant("s", ""))),
    )
    return random.choice(makers)()


def text_for_bus(random: Random) -> str:
    """A text that D-Bus can carry: neither NUL nor halves of characters."""
    text = values.text(random)[:5000]
    return "".join(char for char in text if char != "\x00" and not "\ud800" <= char <= "\udfff")
