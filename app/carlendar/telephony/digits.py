"""Progress of the DTMF digits of one call, and how it continues after an interruption.

The digits between two pauses form one entry, such as a conference ID. An entry that has not been started can
wait until the call is active again; the state of a partly sent entry at the far end is unknown.
"""

from __future__ import annotations

from carlendar.domain.call import TonesPhase

PAUSE = "p"


class Digits:
    """Digits with pauses (`p`) and the position reached. `phase` is the progress to report."""

    def __init__(self, tones: str) -> None:
        self.phase = TonesPhase.WAITING if tones else TonesPhase.NONE
        self._tones = tones
        self._entry = self._next = 0
        self._typing = False

    def pending(self) -> bool:
        """Whether anything is left to send."""
        return self.phase in (TonesPhase.WAITING, TonesPhase.SENDING)

    def begin(self) -> str:
        """Return the next step: a pause, or a tone, which counts as sent from here on unless `refuse` is called."""
        self.phase = TonesPhase.SENDING
        step = self._tones[self._next]
        self._typing = step != PAUSE
        return step

    def done(self) -> None:
        """Complete the step: the tone was sent or the pause has passed."""
        self._typing = False
        self._next += 1
        if self._next >= len(self._tones):
            self.phase = TonesPhase.SENT
        elif self._tones[self._next] == PAUSE and self._tones[self._next - 1] != PAUSE:
            self._entry = self._next

    def refuse(self) -> None:
        """Record that the phone did not accept the tone."""
        self._typing = False

    def interrupt(self) -> None:
        """Stop sending because the call is no longer the only active one."""
        if not self.pending():
            return
        if self._typing or self._typed:
            self.phase = TonesPhase.PARTIAL
        else:
            self.phase, self._next = TonesPhase.WAITING, self._entry

    def fail(self) -> None:
        """Give up the remaining digits."""
        if self.pending():
            typed = self._typing or any(each != PAUSE for each in self._tones[: self._next])
            self.phase = TonesPhase.PARTIAL if typed else TonesPhase.FAILED

    @property
    def _typed(self) -> bool:
        return any(each != PAUSE for each in self._tones[self._entry : self._next])
