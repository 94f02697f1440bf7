"""The owner of the phone does anything at any time: our digits reach our call alone, and nothing false is claimed.

A few rounds by default; `CARLENDAR_FUZZ_ROUNDS=200 pytest tests/calls/test_handset_fuzz.py` plays more.
"""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable

import pytest

from carlendar.domain.call import CallCommand, CallPhase, TonesPhase
from tests.fakes.telephone import OfonoBench, Watch

NUMBER, CALLER, CALLED = "+496912345678", "+49301234567", "+49401234567"
TONES, DIGITS = "p12#p345#", "12#345#"
ROUNDS = int(os.environ.get("CARLENDAR_FUZZ_ROUNDS", "3"))
WAIT = 20.0


def actions(bench: OfonoBench, watch: Watch) -> dict[str, Callable[[], object]]:
    """What the owner and the driver can do. A phone has no more than two calls, one of them on hold."""

    def with_room(action: Callable[[], object]) -> Callable[[], object]:
        return lambda: action() if len(bench.line.calls) < 2 else None

    def command(name: CallCommand, *phases: CallPhase) -> None:
        call = next((call for call in watch.states[-1].calls if call.phase in phases), None)
        if call is not None:
            bench.telephony.command(name, call.id)

    coming = (CallPhase.WAITING, CallPhase.INCOMING)
    return {
        "call in": with_room(lambda: bench.incoming(CALLER)),
        "dial": with_room(lambda: bench.dial_on_handset(CALLED)),
        "answer": bench.answer_on_handset,
        "swap": bench.swap_on_handset,
        "hang up": bench.hang_up_on_handset,
        "hold and answer": lambda: command(CallCommand.HOLD_AND_ANSWER, *coming),
        "resume": lambda: command(CallCommand.RESUME, CallPhase.HELD),
        "mute": lambda: bench.telephony.command(CallCommand.MUTE),
    }


@pytest.mark.parametrize("seed", range(ROUNDS))
def test_whatever_happens_on_the_phone_digits_reach_our_call_alone(
    ofono: OfonoBench, new_watch: type[Watch], monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    monkeypatch.setattr("carlendar.telephony.ofono_tones.PAUSE_SECONDS", 0.3)
    chosen = random.Random(seed)
    watch = new_watch(ofono.telephony)
    watch.until(lambda state: state.connected and not state.muted)
    ofono.slow_tones(chosen.choice([0.0, 0.02, 0.1]))
    possible = actions(ofono, watch)
    ofono.telephony.dial(NUMBER, TONES)
    done: list[str] = []
    for _ in range(8):
        time.sleep(chosen.uniform(0.0, 0.6))  # when it happens is what is varied
        done.append(chosen.choice([*possible, "swap", "answer", "call in"]))
        possible[done[-1]]()
    time.sleep(0.3)
    assert (ofono.heard_by(CALLER), ofono.heard_by(CALLED)) == ("", ""), done
    claimed = any(call.tones is TonesPhase.SENT for state in watch.states for call in state.calls)
    assert not claimed or ofono.heard_by(NUMBER) == DIGITS, done
