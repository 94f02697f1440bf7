"""The order of sounds in the car: an emergency call, then warnings and guidance, then calls, then speech.

The audio server of a car usually has such a policy as well. This one decides what Carlendar adds to the car's sound:
a meeting over the data connection, spoken notices and notification sounds. Pure; see `audio_order`.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from carlendar.domain.base import Value
from carlendar.domain.call import UNANSWERED, CallPhase

if TYPE_CHECKING:
    from collections.abc import Iterable

    from carlendar.domain.call import Call

LOWERED = 0.2
"""Loudness of a meeting while something more important is heard that it must not cover: -14 dB, as radio programmes are
lowered for announcements.
"""


class CarSound(StrEnum):
    """A sound of the car that Carlendar gives way to."""

    GUIDANCE = "guidance"
    """The navigation speaks."""
    WARNING = "warning"
    """A driver assistance system or the car itself warns."""
    EMERGENCY = "emergency"
    """The car's own emergency call (eCall), which is not one of the phone's calls."""


class AudioOrder(Value, frozen=True):
    """What may be heard now.

    `meeting` is the loudness of a meeting over data, from 0.0 (silent) to 1.0; `microphone` is whether that meeting may
    hear the driver. Both are limits beside the driver's own mute, which counts again when they are lifted. `call` is
    whether speech would be in a call, `speech` whether something that belongs to the call may be spoken.
    """

    meeting: float = 1.0
    microphone: bool = True
    speech: bool = True
    call: bool = False
    notification: bool = True

    @property
    def notices(self) -> bool:
        """Whether a spoken notice, which has nothing to do with a call, may begin."""
        return self.speech and not self.call


def audio_order(calls: Iterable[Call], sounds: Iterable[CarSound], *, meeting: bool) -> AudioOrder:
    """Return what may be heard with these calls of the phone, and these sounds of the car.

    `meeting` is whether a meeting over data is up. An active call of the phone silences it in both directions, one that
    is on hold or rings does not close the microphone: an unanswered call must not interrupt what the driver says.
    """
    up = [call for call in calls if call.phase is not CallPhase.ENDED]
    heard = frozenset(sounds)
    emergency = CarSound.EMERGENCY in heard or any(call.emergency for call in up)
    talking = any(call.phase not in UNANSWERED and call.phase is not CallPhase.HELD for call in up)
    ringing = any(call.phase in UNANSWERED for call in up)
    silent = emergency or talking or CarSound.WARNING in heard
    lowered = ringing or CarSound.GUIDANCE in heard
    return AudioOrder(
        meeting=0.0 if silent else LOWERED if lowered else 1.0,
        microphone=not (emergency or talking),
        speech=not (silent or lowered or up),
        call=meeting or bool(up),
        notification=not (meeting or up),
    )
