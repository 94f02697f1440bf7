"""How long a task takes when one sees in glances: a model, stated as such, of reading, searching and pointing.

A shutter is open for 1.5 s and closed for 1.5 s (NHTSA's occlusion test, secondary text). The method is that of
Pettitt, Burnett and Stevens (2007): a keystroke-level model whose elements that need sight go on only while it is
open. Nobody was measured here; the figures below bound what a design may ask for, they prove no person's time.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

OPEN = CLOSED = 1.5
"""Seconds (NHTSA test procedure 2019; S)."""
GLANCE = 2.0
"""Seconds of one look, at most (NHTSA VI.E; S)."""
EYES_OFF = 12.0
"""Seconds of all looks of a task, at most (NHTSA VI.E; S)."""

LOOK = 0.23
"""Seconds for one fixation with the jump to it (Card, Moran and Newell 1983, model human processor; M)."""
WORD = 0.24
"""Seconds a word: 250 words a minute, a common figure for silent reading (M)."""
DECIDE = 0.24
"""Seconds: three cycles of 70 ms and one to see, for a choice that was learnt (Card, Moran and Newell 1983; M)."""
REACH = 0.45
"""Seconds from the wheel to the display, which need no sight (SAE J2365 "reach far"; M)."""
FITTS_A, FITTS_B = 0.23, 0.17
"""Seconds, and seconds a bit, of a finger on a touch screen (Fitts' law; of the order of published fits; M)."""
MODEL = (
    "A model, not a measurement: extended keystroke-level model for occlusion (Pettitt, Burnett and Stevens 2007), with"
    " 0.23 s a fixation, 0.24 s a word and 0.24 s a decision (after Card, Moran and Newell 1983), 0.45 s to reach"
    " (after SAE J2365) and Fitts' law with 0.23 s + 0.17 s a bit; shutter 1.5 s open, 1.5 s closed. Figures are cited"
    " from memory. A driver is taken to look at every reading group before the target and to read its words."
)


@dataclass(frozen=True, slots=True)
class Step:
    """A touch of the task: how many groups are looked at before the target is found, the words that are read on the
    way, how far the hand goes, and how large the target is (mm)."""

    groups: int
    words: int
    distance_mm: float
    width_mm: float


@dataclass(frozen=True, slots=True)
class TaskTime:
    """What the model says of a task; `longest` look in s, `shutter_open` all looks (TSOT), `total` with the closed."""

    name: str
    state: str
    display: str
    steps: int
    glances: int
    longest: float
    shutter_open: float
    total: float

    @property
    def verdict(self) -> str:
        """Whether both bounds are kept."""
        kept = self.longest <= GLANCE and self.shutter_open <= EYES_OFF
        return "within both" if kept else "beyond"

    def to_json(self) -> dict[str, Any]:
        """As the report has it."""
        return {
            "name": self.name, "state": self.state, "display": self.display, "steps": self.steps,
            "glances": self.glances, "longest_glance": round(self.longest, 2),
            "tsot": round(self.shutter_open, 2), "total": round(self.total, 2),
        }  # fmt: skip


def pointing(distance_mm: float, width_mm: float) -> float:
    """Seconds by Fitts' law in Shannon's form (ISO 9241-411)."""
    return FITTS_A + FITTS_B * math.log2(distance_mm / width_mm + 1)


def walked(name: str, state: str, display: str, steps: tuple[Step, ...], last: Step) -> TaskTime:
    """The task in glances. `last` is what must still be seen at its end: that it is done.

    An element that does not fit the rest of an open phase is put off to the next one: nobody begins a look that the
    shutter ends. The reach to the first target needs no sight and begins before the shutter opens.
    """
    elements: list[float] = []
    for step in (*steps, last):
        elements += [LOOK] * step.groups + [WORD] * step.words
        if step is not last:
            elements += [DECIDE, pointing(step.distance_mm, step.width_mm)]
    looks, now = [0.0], 0.0
    for element in elements:
        if now + element > OPEN:
            looks.append(0.0)
            now = 0.0
        now += element
        looks[-1] = now
    seen = sum(looks)
    total = REACH + (len(looks) - 1) * (OPEN + CLOSED) + looks[-1]
    return TaskTime(name, state, display, len(steps), len(looks), max(looks), seen, total)
