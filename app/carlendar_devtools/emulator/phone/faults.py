"""What the emulated phone does other than its hands-free link expects."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class PhoneFaults:
    """Faults of real phones that can be switched on. Commands are given by their beginning, such as `AT+CHLD=2`."""

    refused: set[str] = field(default_factory=set)
    """Commands that are answered by ERROR and not carried out."""
    ignored: set[str] = field(default_factory=set)
    """Commands that are answered by OK and not carried out."""
    unanswered: set[str] = field(default_factory=set)
    """Commands that are never answered."""
    tone_seconds: float = 0.0
    """How long the phone takes to confirm a tone."""
    dial_seconds: float = 0.0
    """How long the phone takes to obey `ATD`."""
    asks_which_sim: bool = False
    """`ATD` is answered by OK, and no call is made until the owner chooses a SIM card on the phone."""
    dials_despite_error: bool = False
    """`ATD` is answered by ERROR, and the call is made all the same."""
    waiting_call_gives_up: bool = False
    """At `AT+CHLD=2` the active call is put on hold, and the waiting one is over before it is taken."""
    keeps_calls: bool = False
    """Calls go on at the phone while the link is lost, and are listed again when it is back."""

    def answer_to(self, command: str) -> str | None:
        """`ERROR` or `OK` in place of carrying out the command, empty for no answer; None where it is no fault."""
        for commands, answer in ((self.refused, "ERROR"), (self.ignored, "OK"), (self.unanswered, "")):
            if any(command.startswith(each) for each in commands):
                return answer
        return None
