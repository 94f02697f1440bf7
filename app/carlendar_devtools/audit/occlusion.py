"""Task time under occlusion: a keystroke-level model of reading, searching and pointing.

A shutter is open for 1.5 s and closed for 1.5 s (NHTSA's occlusion test, secondary text). The method is that of
Pettitt, Burnett and Stevens (2007): elements that need vision only proceed while the shutter is open. This is a model,
not a measurement: it bounds the demand of a design and does not prove the time of any person.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

OPEN = CLOSED = 1.5
"""Seconds (NHTSA test procedure 2019; S)."""
GLANCE = 2.0
"""Maximum seconds of a single glance (NHTSA VI.E; S)."""
EYES_OFF = 12.0
"""Maximum total glance time of a task in seconds (NHTSA VI.E; S)."""

LOOK = 0.23
"""Seconds for one fixation with its saccade (Card, Moran and Newell 1983, model human processor; M)."""
WORD = 0.24
"""Seconds per word: 250 words a minute, a common figure for silent reading (M)."""
DECIDE = 0.24
"""Seconds for a learnt decision: four cognitive cycles (Card, Moran and Newell 1983; M)."""
REACH = 0.45
"""Seconds from the wheel to the display, without vision (SAE J2365 "reach far"; M)."""
FITTS_A, FITTS_B = 0.23, 0.17
"""Seconds, and seconds per bit, for a finger on a touch screen (Fitts' law; order of published fits; M)."""
MODEL = (
    "A model, not a measurement: extended keystroke-level model for occlusion (Pettitt, Burnett and Stevens 2007), with"
    " 0.23 s a fixation, 0.24 s a word and 0.24 s a decision (after Card, Moran and Newell 1983), 0.45 s to reach"
    " (after SAE J2365) and Fitts' law with 0.23 s + 0.17 s a bit; shutter 1.5 s open, 1.5 s closed. Figures are cited"
    " from memory. A driver is taken to look at every reading group before the target and to read its words."
)


@dataclass(frozen=True, slots=True)
class Step:
    """A touch of the task: number of groups scanned and words read until the target is found, distance of the hand, and
    size of the target (mm)."""

    groups: int
    words: int
    distance_mm: float
    width_mm: float


@dataclass(frozen=True, slots=True)
class TaskTime:
    """Model result in seconds: `longest` glance, `shutter_open` total open time (TSOT), `total` including closed."""

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
        """Return whether both limits are met."""
        kept = self.longest <= GLANCE and self.shutter_open <= EYES_OFF
        return "within both" if kept else "beyond"

    def to_json(self) -> dict[str, Any]:
        """Return the JSON for the report."""
        return {
            "name": self.name, "state": self.state, "display": self.display, "steps": self.steps,
            "glances": self.glances, "longest_glance": round(self.longest, 2),
            "tsot": round(self.shutter_open, 2), "total": round(self.total, 2),
        }  # fmt: skip


def pointing(distance_mm: float, width_mm: float) -> float:
    """Return the seconds by Fitts' law in Shannon's form (ISO 9241-411)."""
    return FITTS_A + FITTS_B * math.log2(distance_mm / width_mm + 1)


def walked(name: str, state: str, display: str, steps: tuple[Step, ...], last: Step) -> TaskTime:
    """Return the time of a task. `last` is the final look that verifies its completion.

    An element that does not fit into the rest of an open phase is deferred to the next one. The reach to the first
    target needs no vision and starts before the shutter opens.
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
