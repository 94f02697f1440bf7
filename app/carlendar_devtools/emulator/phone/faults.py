"""Faults of the emulated phone: what it does differently from what the hands-free profile requires."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class PhoneFaults:
    """Faults of real phones that can be switched on. Commands are given by their beginning, such as `AT+CHLD=2`."""

    refused: set[str] = field(default_factory=set)
    """Commands that are answered with ERROR and not carried out."""
    ignored: set[str] = field(default_factory=set)
    """Commands that are answered with OK and not carried out."""
    unanswered: set[str] = field(default_factory=set)
    """Commands that are never answered."""
    tone_seconds: float = 0.0
    """Seconds until the phone confirms a tone."""
    dial_seconds: float = 0.0
    """Seconds until the phone carries out `ATD`."""
    asks_which_sim: bool = False
    """`ATD` is answered with OK, and no call is made until the owner chooses a SIM card on the phone."""
    dials_despite_error: bool = False
    """`ATD` is answered with ERROR, but the call is made."""
    waiting_call_gives_up: bool = False
    """At `AT+CHLD=2` the active call is put on hold, and the waiting caller gives up before being answered."""
    keeps_calls: bool = False
    """Calls continue on the phone while the link is down, and are listed again after reconnecting."""

    def answer_to(self, command: str) -> str | None:
        """Return the faulty answer: `ERROR`, `OK`, or empty for none; None without a fault."""
        for commands, answer in ((self.refused, "ERROR"), (self.ignored, "OK"), (self.unanswered, "")):
            if any(command.startswith(each) for each in commands):
                return answer
        return None
