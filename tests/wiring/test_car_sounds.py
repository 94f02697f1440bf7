"""What is heard in the car, by streams and switches together, and what doctor says of it and of the keys."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from carlendar.domain.audio_order import CarSound
from carlendar.domain.call_key import CallKey
from carlendar.domain.ports import Reading, Unsubscribe
from carlendar.errors import SettingsError
from carlendar.platform.probes import Check
from carlendar.root_file import RootFile
from carlendar.settings import Settings, load
from carlendar.wiring import call_keys, car_sounds, speech
from carlendar.wiring.call_keys import CallKeys
from carlendar.wiring.car_sounds import CarSounds, SoundWatch, sources
from carlendar.wiring.deferred import LateSpeech, LateWatch
from tests.fakes.speech import EmulatedSpeech

SPEAKS = "Vehicle.Cabin.Infotainment.Navigation.IsSpeaking"
LANE = "Vehicle.ADAS.LaneDepartureDetection.IsWarning"
NAMES = {SPEAKS: CarSound.GUIDANCE, LANE: CarSound.WARNING}
NOTHING: frozenset[CarSound] = frozenset()
GUIDANCE = frozenset({CarSound.GUIDANCE})
Load = Callable[[str], Settings]


@pytest.fixture
def platform(tmp_path: Path) -> Load:
    """Loads settings with this platform file."""

    def make(text: str) -> Settings:
        (tmp_path / "platform.toml").write_text(text)
        return load(environ={}, platform=RootFile(tmp_path / "platform.toml", os.getuid(), tmp_path), managed=None)

    return make


class Streams:
    """Streams in the hand of the test."""

    def __init__(self) -> None:
        self.listeners: list[Callable[[frozenset[CarSound]], None]] = []

    def subscribe(self, listener: Callable[[frozenset[CarSound]], None]) -> Unsubscribe:
        self.listeners.append(listener)
        return lambda: self.listeners.remove(listener)


def reading(path: str, value: float | bool | str | None, at: float = 0.0) -> Reading:
    """A reading of a switch."""
    return Reading(at, path, value)


def test_switches_alone_are_heard_at_once() -> None:
    sounds, heard = CarSounds(NAMES), list[frozenset[CarSound]]()
    sounds.take([reading(LANE, True)])
    unsubscribe = sounds.subscribe(heard.append)
    sounds.take([reading(SPEAKS, True), reading("Vehicle.Speed", 50.0)])
    sounds.take([reading(LANE, False)])
    sounds.take([reading(SPEAKS, None)])
    sounds.take([reading(SPEAKS, 1)])
    unsubscribe()
    sounds.take([reading(SPEAKS, True)])
    assert heard == [{CarSound.WARNING}, {CarSound.WARNING, CarSound.GUIDANCE}, GUIDANCE, NOTHING]


def test_nothing_is_known_before_the_streams_are_and_then_both_count() -> None:
    streams, heard = Streams(), list[frozenset[CarSound]]()
    sounds = CarSounds(NAMES, streams)
    sounds.take([reading(LANE, True)])
    unsubscribe = sounds.subscribe(heard.append)
    assert heard == []
    streams.listeners[0](GUIDANCE)
    assert heard == [{CarSound.WARNING, CarSound.GUIDANCE}]
    unsubscribe()
    assert streams.listeners == []
    sounds.subscribe(heard.append)
    assert len(heard) == 1, "what was heard before is not known any more"


def test_a_second_listener_hears_what_is_known() -> None:
    sounds, first, second = CarSounds(NAMES), list[frozenset[CarSound]](), list[frozenset[CarSound]]()
    sounds.subscribe(first.append)
    sounds.take([reading(SPEAKS, True)])
    sounds.subscribe(second.append)()
    assert (first, second) == ([NOTHING, GUIDANCE], [GUIDANCE])


def test_a_watch_that_is_wanted_early_begins_once_it_can() -> None:
    streams, late = Streams(), LateWatch()
    late.watch(True)
    late.attach(SoundWatch(streams, lambda _sounds: None).watch)
    assert len(streams.listeners) == 1
    late.watch(True)
    assert len(streams.listeners) == 1
    late.watch(False)
    assert streams.listeners == []


def test_speech_is_made_when_something_is_spoken() -> None:
    made: list[None] = []
    silent = LateSpeech(lambda: made.append(None))
    silent.cancel()
    assert made == []
    silent.say("x", "en")
    silent.say("y", "en")
    silent.cancel()
    assert made == [None]


# --- settings --------------------------------------------------------------------------------------


def test_the_settings_name_roles_and_switches(platform: Load) -> None:
    settings = platform(f'[audio]\nguidance = ["role:Navigation", "{SPEAKS}"]\nwarnings = ["role:alert"]')
    named = sources(settings)
    assert named == {
        "role:Navigation": CarSound.GUIDANCE, SPEAKS: CarSound.GUIDANCE, "role:alert": CarSound.WARNING
    }  # fmt: skip
    assert CarSounds(named).switches == (SPEAKS,)


@pytest.mark.parametrize("text", ['guidance = ["navigation"]', 'warnings = ["role:"]', 'warnings = ["Vehicle"]'])
def test_what_names_neither_is_refused(text: str, platform: Load) -> None:
    with pytest.raises(SettingsError, match="audio"):
        platform(f"[audio]\n{text}")


def test_a_user_cannot_name_input_devices_or_sounds(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text('[keys]\ndevices = ["/dev/input/event0"]\n[audio]\nspeech_socket = "/x"\n')
    settings = load(environ={"CARLENDAR_CONFIG": str(tmp_path / "settings.toml")}, platform=None, managed=None)
    assert (settings.names("keys.devices"), settings.text("audio.speech_socket")) == ((), "")
    assert len(settings.notices) == 2


# --- keys ------------------------------------------------------------------------------------------

BUTTON = "Vehicle.Cabin.SteeringWheel.PhoneButton"


def test_a_switch_of_vss_is_a_key_with_short_and_long_presses(platform: Load) -> None:
    pressed: list[CallKey] = []
    settings = platform(f'[keys]\nmute = ["{BUTTON}"]\nleave = ["{BUTTON}:long"]')
    keys = CallKeys(settings, pressed.append)
    assert keys.switches == (BUTTON,)
    for value, at in (
        (False, 0.5),
        (True, 1.0),
        (True, 1.2),
        (False, 1.3),
        (True, 5.0),
        (False, 6.0),
        (True, 7.0),
        (None, 7.1),
    ):
        keys.take([reading(BUTTON, value, at), reading("Vehicle.Speed", 3.0, at)])
    keys.take([reading(BUTTON, False, 9.0)])
    assert pressed == [CallKey.MUTE, CallKey.LEAVE]


def test_a_switch_that_is_on_from_the_start_was_not_pressed(platform: Load) -> None:
    pressed: list[CallKey] = []
    keys = CallKeys(platform(f'[keys]\nleave = ["{BUTTON}"]'), pressed.append)
    keys.take([reading(BUTTON, True, 1.0)])
    keys.take([reading(BUTTON, False, 1.2), reading(BUTTON, True, 3.0)])
    assert pressed == [CallKey.LEAVE]


def test_an_unknown_key_is_reported(platform: Load) -> None:
    settings = platform('[keys]\nmute = ["KEY_UNHEARD_OF"]')
    with pytest.raises(SettingsError, match="KEY_UNHEARD_OF is not known"):
        CallKeys(settings, lambda _key: None)
    found = call_keys.check(settings)
    assert not found.ok
    assert found.fix


# --- doctor ----------------------------------------------------------------------------------------


def brief(check: Check) -> tuple[bool, str]:
    """Outcome and detail; a failure has a fix."""
    assert check.ok is (check.fix is None)
    return check.ok, check.detail


def test_doctor_says_what_guidance_is_recognised_by(platform: Load, monkeypatch: pytest.MonkeyPatch) -> None:
    assert brief(car_sounds.check(platform("")))[0]
    assert brief(car_sounds.check(platform(f'[audio]\nguidance = ["{SPEAKS}"]'))) == (True, f"by {SPEAKS}")
    monkeypatch.setenv("PATH", "")
    assert not brief(car_sounds.check(platform('[audio]\nwarnings = ["role:alert"]')))[0]


def test_doctor_says_whether_the_keys_can_be_read(platform: Load, tmp_path: Path) -> None:
    assert brief(call_keys.check(platform(""))) == (True, "no keys of the car are named")
    device = tmp_path / "event0"
    settings = platform(f'[keys]\ndevices = ["{device}"]')
    assert brief(call_keys.check(settings)) == (False, f"{device} cannot be read")
    device.touch()
    assert brief(call_keys.check(settings)) == (True, str(device))


def test_doctor_says_whether_notices_can_be_spoken(
    platform: Load, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)
    assert brief(speech.check(platform(""))) == (True, "notices are not spoken: no speech-dispatcher runs")
    socket = tmp_path / "speechd.sock"
    settings = platform(f'[audio]\nspeech_socket = "{socket}"')
    assert not brief(speech.check(settings))[0]
    socket.touch()
    assert brief(speech.check(settings)) == (False, f"nothing answers at {socket}")
    socket.unlink()
    daemon = EmulatedSpeech(tmp_path)
    try:
        assert brief(speech.check(settings)) == (True, "speech-dispatcher, voice en-gb")
    finally:
        daemon.close()
