"""What is to be spoken, and what is known of other sounds; see `spoken`."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING

from carlendar.domain.base import Value

if TYPE_CHECKING:
    from carlendar.domain.audio_order import CarSound
    from carlendar.presentation.view_context import ViewContext

KNOWN = 200
"""Keys that are remembered, so that nothing is spoken twice."""
TextMaker = Callable[["ViewContext"], str]


class Announcement(Value, frozen=True):
    """What is to be spoken until `until` (elapsed seconds); the text is made at that moment, so that it is masked then.

    `in_call` is what belongs to the meeting over data that is up.
    """

    key: str
    text: TextMaker
    until: float
    in_call: bool = False


class SpokenState:
    """What waits, what is being spoken, and what is heard in the car. `sounds` is None while that is not watched."""

    def __init__(self) -> None:
        self.waiting: list[Announcement] = []
        self.known: deque[str] = deque(maxlen=KNOWN)
        self.speaking: Announcement | None = None
        self.ends = 0.0
        """When what is being spoken has ended for certain (elapsed seconds)."""
        self.sounds: frozenset[CarSound] | None = None
        self.watching = False
        self.limits = (1.0, True)
        """Loudness of the meeting over data and whether its microphone may be open, as last asked for."""

    @property
    def active(self) -> bool:
        """Whether anything is or will be spoken, or the car's sounds are still watched."""
        return self.watching or bool(self.waiting) or self.speaking is not None

    def next_due(self) -> float | None:
        """Return when `spoken.follow` has to be called at the latest (elapsed seconds); None for no need."""
        times = [each.until for each in self.waiting]
        return min([*times, *([self.ends] if self.speaking is not None else [])], default=None)
