"""What the car knows of a telephone call, and what it can ask of the telephone."""

from __future__ import annotations

from enum import StrEnum

from carlendar.domain.base import Value

SIGNIFICANT = 7
"""Last figures that two forms of one number have in common at least."""


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
    BUSY = "busy"
    """Never dialled: the phone has as many calls as it can take, or one that rings."""
    NOT_DIALLED = "not_dialled"
    """Never dialled: the phone said no, without saying why."""
    NO_PHONE = "no_phone"
    NO_PROGRESS = "no_progress"
    """The phone accepted the number and made no call, as where it asks which SIM card to use."""
    NO_ANSWER = "no_answer"
    """It rang for too long."""
    UNKNOWN = "unknown"


class TonesPhase(StrEnum):
    """Where the digits of a meeting are."""

    NONE = "none"
    WAITING = "waiting"
    """For the call to be the only active one."""
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    PARTIAL = "partial"
    """Interrupted in the middle: what the other end made of it is not known."""


class Call(Value, frozen=True):
    """One call. `id` is the telephone's; `since` is elapsed seconds of the present phase."""

    id: str
    number: str
    phase: CallPhase
    since: float
    ended_by: EndedBy | None = None
    tones: TonesPhase = TonesPhase.NONE
    emergency: bool = False
    answered: bool = False
    """Whether it ever was active: an ended call that was not had nobody at the other end."""
    placed: float | None = None
    """Elapsed seconds when Carlendar asked for it; None for calls of others and those from before a restart."""


class Phone(Value, frozen=True):
    """A phone in the car. `id` is the same at every drive; `name` is what its owner calls it."""

    id: str
    name: str


class CallCommand(StrEnum):
    """What can be asked of the telephone beside dialling."""

    HANG_UP = "hang_up"
    ANSWER = "answer"
    HOLD_AND_ANSWER = "hold_and_answer"
    """Take the call that waits, or rings while no other is up; the one that is up is put on hold."""
    RESUME = "resume"
    """Take the call on hold back; one that is up is put on hold instead."""
    MUTE = "mute"
    UNMUTE = "unmute"
    SEND_TONES = "send_tones"
    PREFER_PHONE = "prefer_phone"
    """Use the phone of that id (in place of a call's) whenever it is there, from the next call on; empty for any."""


class Refusal(Value, frozen=True):
    """A command that the phone did not carry out, and when that was known (elapsed seconds)."""

    command: CallCommand
    since: float


class PhoneState(Value, frozen=True):
    """All that the telephone says: `connected` whether a phone is there; ended calls leave `calls`.

    `phones` are all that are there and can call, in order of name; `phone` is the id of the one in use.
    `refusal` is the last command that was not carried out; `calls` and `muted` show what is.
    """

    connected: bool
    name: str = ""
    calls: tuple[Call, ...] = ()
    muted: bool = False
    last_ended: Call | None = None
    phones: tuple[Phone, ...] = ()
    phone: str = ""
    refusal: Refusal | None = None


def same_number(one: str, other: str) -> bool:
    """Whether two numbers are most likely the same: phones tell them in national form too, or with `00`."""
    short, long = sorted((one.lstrip("+0"), other.lstrip("+0")), key=len)
    return one == other or short == long or (len(short) >= SIGNIFICANT and long.endswith(short))
