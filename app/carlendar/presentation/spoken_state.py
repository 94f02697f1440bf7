"""What is to be spoken, and what is known of other sounds; see `spoken`."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from carlendar.domain.audio_order import CarSound
from carlendar.domain.base import Value

if TYPE_CHECKING:
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


@dataclass(slots=True)
class SpokenState:
    """What waits, what is being spoken, and what is heard in the car. `sounds` is None while that is not watched."""

    waiting: list[Announcement] = field(default_factory=list)
    known: deque[str] = field(default_factory=lambda: deque(maxlen=KNOWN))
    speaking: Announcement | None = None
    ends: float = 0.0
    """When what is being spoken has ended for certain (elapsed seconds)."""
    sounds: frozenset[CarSound] | None = None
    watching: bool = False
    limits: tuple[float, bool] = (1.0, True)
    """Loudness of the meeting over data and whether its microphone may be open, as last asked for."""
