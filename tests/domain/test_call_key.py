"""Short and long presses of keys."""

from __future__ import annotations

import pytest

from carlendar.domain.call_key import LONG_SECONDS, CallKey, PressDetector, Presses, bindings

PRESSES = {
    "mute": Presses(CallKey.MUTE),
    "phone": Presses(CallKey.MUTE, CallKey.LEAVE),
    "agree": Presses(None, CallKey.CONSENT),
}


@pytest.fixture
def keys() -> PressDetector:
    """A detector for one key of each kind."""
    return PressDetector(PRESSES)


def test_names_with_long_are_presses_that_are_held() -> None:
    given = {
        CallKey.MUTE: ("KEY_MICMUTE", "KEY_PHONE"), CallKey.LEAVE: ("KEY_HANGUP_PHONE", "KEY_PHONE:long"),
        CallKey.CONSENT: ("KEY_PICKUP_PHONE:long", "KEY_MICMUTE"),
    }  # fmt: skip
    assert bindings(given) == {
        "KEY_MICMUTE": Presses(CallKey.MUTE),
        "KEY_PHONE": Presses(CallKey.MUTE, CallKey.LEAVE),
        "KEY_HANGUP_PHONE": Presses(CallKey.LEAVE),
        "KEY_PICKUP_PHONE": Presses(None, CallKey.CONSENT),
    }


def test_a_key_without_a_long_press_acts_when_it_goes_down(keys: PressDetector) -> None:
    assert keys.down("mute", 1.0) is CallKey.MUTE
    assert keys.down("mute", 1.1) is None, "a repetition"
    assert keys.up("mute", 9.0) is None
    assert keys.down("mute", 9.1) is CallKey.MUTE


def test_a_key_with_a_long_press_acts_when_it_is_released_or_was_held(keys: PressDetector) -> None:
    assert keys.down("phone", 1.0) is None
    assert keys.up("phone", 1.5) is CallKey.MUTE
    keys.down("phone", 2.0)
    assert keys.next_due() == pytest.approx(2.0 + LONG_SECONDS)
    assert keys.held(2.7) == []
    assert keys.held(2.8) == [CallKey.LEAVE]
    assert keys.held(9.0) == []
    assert keys.up("phone", 9.0) is None
    assert keys.next_due() is None


def test_a_release_that_is_seen_late_counts_by_its_time(keys: PressDetector) -> None:
    keys.down("phone", 1.0)
    assert keys.up("phone", 1.0 + LONG_SECONDS) is CallKey.LEAVE


def test_a_short_press_of_a_key_that_is_only_to_be_held_does_nothing(keys: PressDetector) -> None:
    keys.down("agree", 1.0)
    assert keys.up("agree", 1.3) is None
    keys.down("agree", 2.0)
    assert keys.held(2.8) == [CallKey.CONSENT]


def test_what_is_not_down_or_not_known_does_nothing(keys: PressDetector) -> None:
    assert keys.up("phone", 1.0) is None
    assert keys.down("other", 1.0) is None
    assert keys.up("other", 5.0) is None


def test_lost_events_release_every_key_without_effect(keys: PressDetector) -> None:
    keys.down("phone", 1.0)
    keys.forget()
    assert keys.held(9.0) == []
    assert keys.up("phone", 9.0) is None
