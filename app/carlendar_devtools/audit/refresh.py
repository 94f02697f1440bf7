"""H6: how often texts change without interaction."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from carlendar_devtools.audit.examiner import words

if TYPE_CHECKING:
    from collections.abc import Callable

    from carlendar.presentation.states import Frame
    from carlendar_devtools.audit.finding import Judge
    from carlendar_devtools.audit.walk import Journey

NEAREST = 10.0
"""Minimum seconds between two changes (restriction profile)."""


def judge(journey: Journey, minutes: int, verdict: Judge, disturb: Callable[[int], None]) -> None:
    """Let minutes pass second by second, with changes from `disturb(second)`, and check the interval between two
    changes of each text.
    """
    changes: list[float] = []
    said: list[frozenset[str]] = []

    def drawn(frame: Frame) -> None:
        now = frozenset(words(frame))
        if not said or now != said[-1]:
            said.append(now)
            changes.append(journey.elapsed.seconds())

    journey.controller.subscribe(drawn)
    for second in range(minutes * 60):
        disturb(second)
        journey.pass_time(1.0)
    # the first entry is the initial text, not a change
    for number, (before, after) in enumerate(pairwise(changes[1:])):
        verdict.least("H6", f"change {number}", after - before, NEAREST)
