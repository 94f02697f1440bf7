"""What the car knows of a telephone call, and what it can ask of the telephone."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class CallPhase(StrEnum):
    """What the car knows of a call."""

    DIALING = "dialing"
    RINGING = "ringing"
    ACTIVE = "active"
    HELD = "held"
    INCOMING = "incoming"
    WAITING = "waiting"
    ENDED = "ended"


class EndedBy(StrEnum):
    """Who ended a call, or why it never was one."""

    HERE = "here"
    THERE = "there"
    NETWORK = "network"
    REFUSED = "refused"
    NO_PHONE = "no_phone"
    UNKNOWN = "unknown"


class TonesPhase(StrEnum):
    """Where the digits of a meeting are."""

    NONE = "none"
    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, repr=False)
class Call:
    """One call. `id` is the telephone's; `since` is elapsed seconds of the present phase."""

    id: str
    number: str
    phase: CallPhase
    since: float
    ended_by: EndedBy | None = None
    tones: TonesPhase = TonesPhase.NONE
    emergency: bool = False


@dataclass(frozen=True, slots=True, repr=False)
class PhoneState:
    """All that the telephone says: `connected` whether a phone is there; ended calls leave `calls`."""

    connected: bool
    name: str = ""
    calls: tuple[Call, ...] = ()
    muted: bool = False
    last_ended: Call | None = None


class CallCommand(StrEnum):
    """What can be asked of the telephone beside dialling."""

    HANG_UP = "hang_up"
    ANSWER = "answer"
    HOLD_AND_ANSWER = "hold_and_answer"
    MUTE = "mute"
    UNMUTE = "unmute"
    SEND_TONES = "send_tones"
