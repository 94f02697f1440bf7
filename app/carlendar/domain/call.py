"""Telephone calls and the commands to control them."""

from __future__ import annotations

import re
from enum import StrEnum

from carlendar.domain.base import Value

SIGNIFICANT = 7
"""Minimum number of trailing digits that two forms of the same number share."""


class CallPhase(StrEnum):
    """The phase of a call."""

    DIALING = "dialing"
    RINGING = "ringing"
    ACTIVE = "active"
    HELD = "held"
    INCOMING = "incoming"
    WAITING = "waiting"
    ENDED = "ended"


UNANSWERED = frozenset({CallPhase.INCOMING, CallPhase.WAITING})
"""Phases of a call from outside that has not been answered."""


class EndedBy(StrEnum):
    """Who ended a call, or why it was not set up."""

    HERE = "here"
    THERE = "there"
    NETWORK = "network"
    REFUSED = "refused"
    BUSY = "busy"
    """Not dialled: the phone has the maximum number of calls, or one that is ringing."""
    NOT_DIALLED = "not_dialled"
    """Not dialled: the phone rejected the request without a reason."""
    NO_PHONE = "no_phone"
    NO_PROGRESS = "no_progress"
    """The phone accepted the number but did not dial, for example because it asks which SIM card to use."""
    NO_ANSWER = "no_answer"
    """Not answered in time."""
    UNKNOWN = "unknown"


class TonesPhase(StrEnum):
    """Progress of sending the digits of a meeting."""

    NONE = "none"
    WAITING = "waiting"
    """Waiting for the call to be the only active one."""
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    PARTIAL = "partial"
    """Interrupted in the middle: the result at the far end is unknown."""


class Call(Value, frozen=True):
    """One call. `id` is assigned by the telephony adapter; `since` is the start of the phase in elapsed seconds."""

    id: str
    number: str
    phase: CallPhase
    since: float
    ended_by: EndedBy | None = None
    tones: TonesPhase = TonesPhase.NONE
    emergency: bool = False
    answered: bool = False
    """Whether it was ever active; an ended call that was not had not been answered."""
    placed: float | None = None
    """When Carlendar requested it (elapsed seconds); None for other calls and those from before a restart."""
    name: str = ""
    """Of the caller, where the phone or the network reports it."""


class Phone(Value, frozen=True):
    """A connected phone. `id` is stable across drives; `name` is set by its owner."""

    id: str
    name: str


class CallCommand(StrEnum):
    """Commands other than dialling."""

    HANG_UP = "hang_up"
    ANSWER = "answer"
    HOLD_AND_ANSWER = "hold_and_answer"
    """Answer the waiting or incoming call; the active one is put on hold."""
    RESUME = "resume"
    """Resume the call on hold; an active one is put on hold instead."""
    MUTE = "mute"
    UNMUTE = "unmute"
    SEND_TONES = "send_tones"
    PREFER_PHONE = "prefer_phone"
    """Prefer the phone whose id is passed as the call id, from the next call on; empty for any."""


class RejectedCommand(Value, frozen=True):
    """A command that the phone did not carry out, and when that was detected (elapsed seconds)."""

    command: CallCommand
    since: float


class PhoneState(Value, frozen=True):
    """The state of telephony. `connected` is whether a phone is connected; ended calls are removed from `calls`.

    `phones` are all connected phones that can call, sorted by name; `phone` is the id of the one in use. `refusal` is
    the last command that was not carried out; `calls` and `muted` are the actual state.
    """

    connected: bool
    name: str = ""
    calls: tuple[Call, ...] = ()
    muted: bool = False
    last_ended: Call | None = None
    phones: tuple[Phone, ...] = ()
    phone: str = ""
    refusal: RejectedCommand | None = None

    @property
    def emergency(self) -> bool:
        """Whether there is an emergency call."""
        return any(call.emergency for call in self.calls)

    @property
    def idle(self) -> bool:
        """Whether there is no call, of whatever phase."""
        return all(call.phase is CallPhase.ENDED for call in self.calls)

    @property
    def in_use(self) -> bool:
        """Whether there is a call that is not only ringing."""
        return any(call.phase not in UNANSWERED and call.phase is not CallPhase.ENDED for call in self.calls)


_SEPARATORS = str.maketrans("", "", " -./()\u00a0\u2010\u2011")
_DIGITS_FOLLOW = re.compile(r"[^\d+].*", re.DOTALL)
"""What a phone types after the connection: a pause (`,`, `p`, `w`, `;`) or the digits of a meeting (`*`, `#`)."""


def same_number(one: str, other: str) -> bool:
    """Whether two numbers are probably the same.

    Phones also report them in national form, with `00`, with separators, or with the digits that are typed afterwards.
    """
    if one == other:
        return True
    short, long = sorted((_significant(one), _significant(other)), key=len)
    return bool(short) and (short == long or (len(short) >= SIGNIFICANT and long.endswith(short)))


def _significant(number: str) -> str:
    plain = number.removeprefix("tel:").translate(_SEPARATORS)
    return _DIGITS_FOLLOW.sub("", plain).lstrip("+0")
