"""The order of sounds: what each situation leaves of a meeting, of speech and of notification sounds."""

from __future__ import annotations

from itertools import chain, combinations

import pytest

from carlendar.domain.audio_order import LOWERED, AudioOrder, CarSound, audio_order
from carlendar.domain.call import Call, CallPhase


def call(phase: CallPhase, *, emergency: bool = False) -> Call:
    """A call of the phone."""
    return Call("1", "+4930901820", phase, 0.0, emergency=emergency)


ACTIVE = call(CallPhase.ACTIVE)
EMERGENCY = call(CallPhase.DIALING, emergency=True)


def test_a_quiet_car_limits_nothing() -> None:
    assert audio_order((), (), meeting=False) == AudioOrder()
    assert audio_order((), (), meeting=False).notices


@pytest.mark.parametrize(
    ("calls", "sounds"),
    [((EMERGENCY,), ()), ((), (CarSound.EMERGENCY,)), ((call(CallPhase.ACTIVE, emergency=True),), ())],
)
def test_an_emergency_call_silences_a_meeting_in_both_directions(
    calls: tuple[Call, ...], sounds: tuple[CarSound, ...]
) -> None:
    order = audio_order(calls, sounds, meeting=True)
    assert (order.meeting, order.microphone, order.speech, order.notification) == (0.0, False, False, False)


def test_a_warning_silences_the_meeting_and_leaves_the_microphone_to_the_driver() -> None:
    order = audio_order((), (CarSound.WARNING, CarSound.GUIDANCE), meeting=True)
    assert (order.meeting, order.microphone, order.speech) == (0.0, True, False)


def test_guidance_lowers_the_meeting() -> None:
    order = audio_order((), (CarSound.GUIDANCE,), meeting=True)
    assert (order.meeting, order.microphone, order.speech) == (LOWERED, True, False)


@pytest.mark.parametrize("phase", [CallPhase.ACTIVE, CallPhase.DIALING, CallPhase.RINGING])
def test_a_call_of_the_phone_is_never_mixed_with_a_meeting_over_data(phase: CallPhase) -> None:
    order = audio_order((call(phase),), (), meeting=True)
    assert (order.meeting, order.microphone) == (0.0, False)


@pytest.mark.parametrize("phase", [CallPhase.INCOMING, CallPhase.WAITING])
def test_a_ringing_phone_lowers_the_meeting_and_does_not_interrupt_what_the_driver_says(phase: CallPhase) -> None:
    order = audio_order((call(phase),), (), meeting=True)
    assert (order.meeting, order.microphone, order.speech) == (LOWERED, True, False)


def test_a_call_on_hold_leaves_the_meeting_as_it_is() -> None:
    order = audio_order((call(CallPhase.HELD),), (), meeting=True)
    assert (order.meeting, order.microphone) == (1.0, True)


@pytest.mark.parametrize("phase", [phase for phase in CallPhase if phase is not CallPhase.ENDED])
def test_nothing_is_spoken_during_a_call_of_the_phone(phase: CallPhase) -> None:
    order = audio_order((call(phase),), (), meeting=False)
    assert (order.speech, order.notices, order.notification) == (False, False, False)


def test_a_call_that_has_ended_counts_for_nothing() -> None:
    assert audio_order((call(CallPhase.ENDED),), (), meeting=False) == AudioOrder()


def test_in_a_meeting_over_data_only_what_belongs_to_it_is_spoken() -> None:
    order = audio_order((), (), meeting=True)
    assert (order.speech, order.notices, order.notification) == (True, False, False)


def test_another_sound_never_makes_the_meeting_louder_or_opens_the_microphone() -> None:
    kinds = tuple(CarSound)
    heard = [frozenset(each) for each in chain.from_iterable(combinations(kinds, n) for n in range(len(kinds) + 1))]
    phases = [call(phase, emergency=emergency) for phase in CallPhase for emergency in (False, True)]
    for calls in [(), *((one,) for one in phases), *combinations(phases, 2)]:
        for sounds in heard:
            order = audio_order(calls, sounds, meeting=True)
            for more in kinds:
                louder = audio_order(calls, sounds | {more}, meeting=True)
                assert louder.meeting <= order.meeting
                assert louder.microphone <= order.microphone
                assert louder.speech <= order.speech
