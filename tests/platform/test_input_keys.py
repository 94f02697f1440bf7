"""Keys of input devices: a stream of the kernel's events through a pipe, and a real device where uinput is there."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from evdev import UInput, ecodes

from carlendar.domain.call_key import LONG_SECONDS, CallKey, Presses
from carlendar.platform import input_keys
from carlendar.platform.input_keys import CODES, EV_KEY, EV_SYN, EVENT, SYN_DROPPED, SYN_REPORT, InputKeys, code_of
from tests.fakes.input_device import MICMUTE, PHONE, PICKUP, Wheel
from tests.fakes.waiting import wait_until

PRESSES = {
    MICMUTE: Presses(CallKey.MUTE), PHONE: Presses(CallKey.MUTE, CallKey.LEAVE),
    PICKUP: Presses(None, CallKey.CONSENT),
}  # fmt: skip


@pytest.fixture
def wheel(tmp_path: Path) -> Iterator[Wheel]:
    """A device."""
    made = Wheel(tmp_path / "event0")
    yield made
    if made.path.exists():
        made.close()


class Reader:
    """Reads devices, and remembers the presses."""

    def __init__(self, *devices: Path) -> None:
        self.pressed: list[CallKey] = []
        self.keys = InputKeys([str(path) for path in devices], PRESSES, self.pressed.append)
        self.keys.start()

    def until(self, *keys: CallKey) -> None:
        """Wait until exactly these were pressed."""
        wait_until(lambda: self.pressed == list(keys), what=lambda: self.pressed)


@pytest.fixture
def reader(wheel: Wheel) -> Iterator[Reader]:
    """Reads the device."""
    made = Reader(wheel.path)
    yield made
    made.keys.stop()


def test_presses_are_reported_once(wheel: Wheel, reader: Reader) -> None:
    wheel.key(MICMUTE, 1, 1.0)
    for repeat in range(5):
        wheel.key(MICMUTE, 2, 1.5 + repeat)
    wheel.key(MICMUTE, 0, 9.0)
    wheel.press(MICMUTE)
    reader.until(CallKey.MUTE, CallKey.MUTE)


def test_a_long_press_is_another_than_a_short_one(wheel: Wheel, reader: Reader) -> None:
    wheel.press(PHONE, 0.2)
    wheel.press(PHONE, LONG_SECONDS + 0.1)
    wheel.press(PICKUP, 0.2)
    wheel.press(PICKUP, 2.0)
    reader.until(CallKey.MUTE, CallKey.LEAVE, CallKey.CONSENT)


def test_a_key_that_is_held_acts_before_it_is_released(wheel: Wheel, reader: Reader) -> None:
    wheel.key(PHONE, 1, 1.0)
    reader.until(CallKey.LEAVE)
    wheel.key(PHONE, 0, 9.0)
    wheel.press(MICMUTE)
    reader.until(CallKey.LEAVE, CallKey.MUTE)


def test_other_keys_and_events_do_nothing(wheel: Wheel, reader: Reader) -> None:
    wheel.press(30)
    wheel.send(2, 0, 5)
    wheel.send(4, 4, MICMUTE)
    wheel.send(EV_KEY, MICMUTE, 7)
    wheel.press(MICMUTE)
    reader.until(CallKey.MUTE)


def test_after_lost_events_a_key_that_seemed_to_be_down_does_nothing(wheel: Wheel, reader: Reader) -> None:
    wheel.key(PHONE, 1, 1.0)
    wheel.send(EV_SYN, SYN_DROPPED, 0)
    wheel.send(EV_KEY, MICMUTE, 1, 1.1)
    wheel.send(EV_SYN, SYN_REPORT, 0)
    wheel.key(PHONE, 0, 1.2)
    wheel.press(MICMUTE)
    reader.until(CallKey.MUTE)


def test_an_event_that_arrives_in_pieces_is_put_together(wheel: Wheel, reader: Reader) -> None:
    data = EVENT.pack(1, 0, EV_KEY, MICMUTE, 1)
    for piece in (data[:1], data[1:17], data[17:]):
        wheel.write(piece)
    reader.until(CallKey.MUTE)


def test_a_device_that_appears_and_vanishes_is_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(input_keys, "wait_before", lambda _attempt: 0.01)
    path = tmp_path / "event1"
    reader = Reader(path)
    for count in (1, 2):
        wheel = Wheel(path)
        wheel.press(MICMUTE)
        reader.until(*[CallKey.MUTE] * count)
        wheel.close()
    reader.keys.stop()
    assert "keys" not in {thread.name for thread in threading.enumerate()}


def test_several_devices_are_read(tmp_path: Path) -> None:
    wheels = [Wheel(tmp_path / f"event{number}") for number in range(3)]
    reader = Reader(*(wheel.path for wheel in wheels))
    for wheel in wheels:
        wheel.press(MICMUTE)
    reader.until(*[CallKey.MUTE] * 3)
    reader.keys.stop()
    for wheel in wheels:
        wheel.close()


@pytest.mark.parametrize("name", sorted(CODES))
def test_every_name_is_the_kernels(name: str) -> None:
    assert getattr(ecodes, name) == CODES[name]


def test_a_key_is_named_by_its_number_too() -> None:
    assert code_of("248") == code_of("KEY_MICMUTE") == MICMUTE
    assert [code_of(text) for text in ("0", "768", "KEY_NONE", "²", "-1", "")] == [None] * 6


@pytest.mark.skipif(not os.access("/dev/uinput", os.W_OK), reason="there is no uinput")
def test_a_real_device_is_read() -> None:
    with UInput({ecodes.EV_KEY: [MICMUTE, PHONE]}, name="steering wheel") as device:
        reader = Reader(Path(str(device.device.path)))
        for value in (1, 0):
            device.write(ecodes.EV_KEY, MICMUTE, value)
            device.syn()
        reader.until(CallKey.MUTE)
        reader.keys.stop()
