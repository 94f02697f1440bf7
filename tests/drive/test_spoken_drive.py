"""A drive on which a meeting is moved and spoken, and whose logs at the finest level hold no content."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress

import pytest

from carlendar.domain.voice_command import VoiceCommand
from carlendar_devtools.emulator.assistant import EmulatedAssistant
from carlendar_devtools.emulator.cloud.faults import Fault
from carlendar_devtools.emulator.display import SPEECH_SOCKET
from tests.drive.conftest import SignIn, StartScreen, wait
from tests.drive.driven import Driven
from tests.drive.surroundings import Around
from tests.fakes.input_device import HANGUP, MICMUTE, Wheel
from tests.fakes.speech import EmulatedSpeech

ANA = "ana@contoso.example"
SUPPLIER = "Supplier call: battery housings"
CONTENT = (
    "Product review", "Supplier call", "Budget sync", "Priya Raman", "Raman", "Launch checklist", "Hafenstra",
    "987654321", "6900001234", "@", "%40", "Lindner", "meetup-join", "Grubenlampe", "geheimtoken",
)  # fmt: skip
"""Titles, names, a text, a place, a conference ID, a number, addresses and links of the drive."""
FEED = "http://127.0.0.1:9/geheimtoken/calendar.ics"
TOKEN = re.compile(r"eyJ[\w-]{10,}|[A-Z0-9]{4,5}-[A-Z0-9]{4,5}\b")
"""A token, or a code of a sign-in."""


@pytest.fixture(scope="module")
def speech(around: Around) -> Iterator[EmulatedSpeech]:
    """What is spoken in the car."""
    made = EmulatedSpeech(around.folder, name=SPEECH_SOCKET)
    yield made
    made.close()


@pytest.fixture(scope="module")
def wheel(around: Around) -> Iterator[Wheel]:
    """The keys of the steering wheel."""
    made = Wheel(around.folder / "wheel")
    with (around.folder / "platform.toml").open("a") as platform:
        platform.write(f'[keys]\ndevices = ["{made.path}"]\n')
    yield made
    made.close()


@pytest.fixture(scope="module")
def drive(around: Around, start: StartScreen, sign_in: SignIn, speech: EmulatedSpeech, wheel: Wheel) -> Driven:
    """Ana's car, which speaks, with a feed that cannot be had; the tests follow one another in it."""
    assert speech.path.exists()
    assert wheel.path.exists()
    settings = {"CARLENDAR_UI_SPOKEN_NOTICES": "1", "CARLENDAR_FEEDS_SUBSCRIPTIONS": FEED}
    driven = start("data", "--log-level=debug", **settings)
    sign_in(around, driven, ANA)
    driven.reads("Product review")
    wait(lambda: "account synchronised" in driven.errors(), "everything is stored")
    return driven


def update(drive: Driven) -> None:
    """Have the calendar fetched."""
    asked = drive.errors().count("command refresh")
    drive.tap("settings")
    while drive.errors().count("command refresh") == asked:  # a list that moves on under the finger is touched again
        drive.tap_in_list("Update now")
        with suppress(AssertionError):
            wait(lambda: drive.errors().count("command refresh") > asked, "a refresh", 2.0)
    drive.tap("home")


def test_a_moved_meeting_is_spoken_once_after_guidance(around: Around, drive: Driven, speech: EmulatedSpeech) -> None:
    mailbox = around.world.person(ANA)
    call = next(entry for entry in mailbox.entries.values() if entry.title == SUPPLIER)
    mailbox.move(call.key, around.world.at.replace(hour=16, minute=15, second=0))
    around.car(guidance=True)
    update(drive)
    drive.reads("moved to 16:15")
    assert speech.texts == [], "while the navigation speaks"
    around.car(guidance=False)
    wait(lambda: speech.texts, "the change is spoken")
    update(drive)
    drive.reads("moved to 16:15")
    assert speech.texts == [f"Moved to 16:15: {SUPPLIER}"]


def test_the_keys_of_the_steering_wheel_mute_and_leave(around: Around, drive: Driven, wheel: Wheel) -> None:
    around.time("8:55:01")
    drive.reads("Starts in 5 minutes")
    drive.tap("Join on the phone line")
    drive.reads("Connected · ID sent")
    wait(lambda: around.phone.microphone == 0, "joined muted")
    wheel.press(MICMUTE)
    wait(lambda: around.phone.microphone > 0, "the microphone is open")
    drive.sees(lambda seen: "Mute" in seen["texts"], "the open microphone")  # the key changes what the screen knows
    wheel.press(MICMUTE)
    wait(lambda: around.phone.microphone == 0, "muted again")
    wheel.press(HANGUP)
    wait(lambda: around.on_the_phone("ended") == ["car"], "the call has ended")
    drive.reads("You left")


def test_the_voice_assistant_joins_mutes_and_leaves(around: Around, drive: Driven) -> None:
    assistant = EmulatedAssistant(around.phone.address)

    def done(command: VoiceCommand) -> bool:
        return around.do(assistant.say(command))

    assert done(VoiceCommand.JOIN)
    drive.reads("Connected · ID sent")
    wait(lambda: around.phone.microphone == 0, "joined muted")
    assert done(VoiceCommand.UNMUTE)
    wait(lambda: around.phone.microphone > 0, "the microphone is open")
    assert not done(VoiceCommand.CONSENT), "the call asks for no consent"
    assert not done(VoiceCommand.JOIN), "the meeting is joined"
    assert done(VoiceCommand.LEAVE)
    wait(lambda: around.on_the_phone("ended") == ["car", "car"], "the call has ended")
    drive.reads("You left")
    around.call(assistant.stop)


def test_nothing_is_spoken_during_a_call(around: Around, drive: Driven, speech: EmulatedSpeech) -> None:
    drive.tap("Rejoin")
    drive.reads("Connected · ID sent")
    mailbox = around.world.person(ANA)
    call = next(entry for entry in mailbox.entries.values() if entry.title == SUPPLIER)
    mailbox.cancel(call.key)
    update(drive)
    drive.sees(lambda seen: seen["screen"] == "drive", "Now")
    assert len(speech.texts) == 1
    around.call(around.phone.hang_up)
    wait(lambda: len(speech.texts) == 2, "the change is spoken after the call")
    assert speech.texts[1] in (f"Cancelled, {time}: {SUPPLIER}" for time in ("15:30", "16:15"))


def test_no_log_has_any_content(around: Around, drive: Driven) -> None:
    """After everything that is likely to be logged: faults, a lost service, a revoked account, erasing."""
    mailbox = around.world.person(ANA)
    for kind, more in (("status", {"status": 500}), ("garbage", {"garbage": "wrong_type"}), ("cut_body", {})):
        around.cloud.inject(Fault(kind, count=2, **more))
        mailbox.add("Grubenlampe " * 30, around.world.at, around.world.at, body="<p>Grubenlampe</p>" * 10)
        update(drive)
    service = drive.service()
    assert service is not None
    service.kill()
    wait(lambda: (found := drive.service()) is not None and found.pid != service.pid, "another service")
    around.cloud.clear_faults()
    around.network(there=False)
    around.network(there=True)
    around.cloud.revoke(ANA)
    update(drive)
    drive.reads("Titles are hidden")
    drive.stop()
    log = drive.errors()
    assert log.count("level=") > 20, log
    cloud = "\n".join(f"{event.kind} {event.text}" for event in around.cloud.event_log.last)
    for text in (log, cloud):
        assert [word for word in CONTENT if word.lower() in text.lower()] == []
        assert TOKEN.findall(text) == []
