"""Where the targets of a call on the data connection stand: agreeing to a recording has a place of its own."""

from __future__ import annotations

from itertools import product

import pytest
from msgspec.structs import replace

from carlendar.presentation.states import Action, CallState, Frame, Look
from carlendar.ui.composition import compose
from carlendar.ui.fonts import RULER
from carlendar.ui.geometry import Rect
from carlendar.ui.metrics import PRESETS
from carlendar.ui.parts import ButtonPart
from tests.intents import sample
from tests.ui.conftest import AGENDA, MOVING, PARKED

MUTE = Action(sample("mute"), ("Mute",), "microphone")
CHANGE = Action(sample("change_line"), ("Call in by phone instead", "By phone"), "phone", sends=True)
ANSWER = Action(sample("answer_call"), ("Leave and answer", "Answer"), "phone-incoming", sends=True)
DECLINE = Action(sample("decline_call"), ("Decline",), "phone-hangup", sends=True)
CONSENT = Action(sample("give_consent"), ("Agree to recording", "Agree"), "check", Look.ACCENT, sends=True)


def places(frame: Frame, display: str, **fields: Action | None) -> dict[str, Rect]:
    """Where each target of the call stands, by its intent."""
    body = frame.body
    assert isinstance(body, CallState)
    state = replace(body, large=None, small=None, online=True, agenda_apart=frame.restrictions.restricted)
    composition = compose(replace(frame, body=replace(state, **fields)), PRESETS[display], RULER)
    return {
        part.action.intent.name: part.rect
        for part in composition.parts
        if isinstance(part, ButtonPart) and not part.key.startswith("rail")
    }


def meet(one: Rect, other: Rect) -> bool:
    return one.x < other.right and other.x < one.right and one.y < other.bottom and other.y < one.bottom


@pytest.mark.parametrize("display", sorted(PRESETS))
@pytest.mark.parametrize("parked", [False, True], ids=["moving", "parked"])
def test_agreeing_never_stands_where_agenda_mute_or_leave_stood(
    frames: dict[str, Frame], display: str, parked: bool
) -> None:
    frame = replace(frames["call"], restrictions=PARKED if parked else MOVING)
    agenda = None if parked else AGENDA
    consent = places(frame, display, small=CONSENT, agenda=agenda)["give_consent"]
    for large, small in product((None, MUTE), (None, CHANGE)):
        found = places(frame, display, large=large, small=small, agenda=agenda)
        for name in {"agenda", "mute", "leave"} & set(found):
            assert not meet(consent, found[name]), f"{name} with {small}"


@pytest.mark.parametrize("display", sorted(PRESETS))
def test_agenda_has_one_place_in_every_state_of_a_data_call(frames: dict[str, Frame], display: str) -> None:
    states = product((None, MUTE), (None, CHANGE, CONSENT))
    found = [
        places(frames["call"], display, large=large, small=small, agenda=AGENDA)["agenda"] for large, small in states
    ]
    assert len(set(found)) == 1


@pytest.mark.parametrize("display", sorted(PRESETS))
def test_mute_of_a_waiting_call_does_not_stand_where_agreeing_did(frames: dict[str, Frame], display: str) -> None:
    consent = places(frames["call"], display, small=CONSENT, agenda=AGENDA)["give_consent"]
    waiting = places(frames["call"], display, large=MUTE, small=ANSWER, decline=DECLINE)
    assert "mute" in waiting
    assert not meet(consent, waiting["mute"])
