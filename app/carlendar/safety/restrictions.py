"""The restrictions for the driver, as one immutable value.

Flags have the names and bits of AOSP's `CarUxRestrictions`, so that a platform's own can be combined
with ours by taking the tighter of each. Limits are those of the restriction profile, "Limits per state".
"""

from __future__ import annotations

from enum import IntFlag, StrEnum

from carlendar.domain.base import Value


class DrivingState(StrEnum):
    """The state of motion of the car."""

    UNKNOWN = "unknown"
    PARKED = "parked"
    IDLING = "idling"
    MOVING = "moving"


def tightness(state: DrivingState) -> int:
    """Return how restrictive a state is: 0 for PARKED, 1 for IDLING, 2 for MOVING and UNKNOWN."""
    return _TIGHTNESS[state]


_TIGHTNESS = {DrivingState.PARKED: 0, DrivingState.IDLING: 1, DrivingState.MOVING: 2, DrivingState.UNKNOWN: 2}


class Flag(IntFlag):
    """AOSP `CarUxRestrictions` bits."""

    BASELINE = 0x000
    NO_DIALPAD = 0x001
    NO_FILTERING = 0x002
    LIMIT_STRING_LENGTH = 0x004
    NO_KEYBOARD = 0x008
    NO_VIDEO = 0x010
    LIMIT_CONTENT = 0x020
    NO_SETUP = 0x040
    NO_TEXT_MESSAGE = 0x080
    NO_VOICE_TRANSCRIPTION = 0x100
    FULLY_RESTRICTED = 0x1FF

    def names(self) -> tuple[str, ...]:
        """Return the lower-case names of the flags that are set, in the order of their bits."""
        return tuple(str(flag.name).lower() for flag in self)


class ContentLimits(Value, frozen=True):
    """How much may be shown on the screen; None is unlimited. Lengths are in graphemes."""

    rows: int | None
    items: int | None
    depth: int | None
    title: int | None
    title_cjk: int | None
    string: int | None
    page: int | None
    groups: int | None


class Restrictions(Value, frozen=True):
    """The restrictions in force. `sequence` grows with each published value and is acknowledged by a drawn frame."""

    state: DrivingState
    flags: Flag
    limits: ContentLimits
    cause: str
    sequence: int = 0
    passenger: bool = False
    """Whether the display is a declared passenger display, which always has the parked column."""

    @property
    def restricted(self) -> bool:
        """Whether any restriction applies: true unless parked."""
        return self.flags != Flag.BASELINE

    @property
    def moving(self) -> bool:
        """Whether the tightest column applies: moving, unknown, or a passenger display restricted by the platform."""
        return self.restricted and (self.passenger or self.state is not DrivingState.IDLING)
