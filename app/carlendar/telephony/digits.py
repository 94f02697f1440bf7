"""The digits of one call: what is typed next, and what an interruption leaves of them.

Digits between two pauses are one entry, such as a conference ID. An entry that was not begun can wait for
the call to be active again; what the other end made of one that was typed in part is not known.
"""

from __future__ import annotations

from carlendar.domain.call import TonesPhase

PAUSE = "p"


class Digits:
    """Digits with pauses (`p`), as far as they were typed. `phase` is what can be said of them."""

    def __init__(self, tones: str) -> None:
        self.phase = TonesPhase.WAITING if tones else TonesPhase.NONE
        self._tones = tones
        self._entry = self._next = 0
        self._typing = False

    def pending(self) -> bool:
        """Whether there is something left to type."""
        return self.phase in (TonesPhase.WAITING, TonesPhase.SENDING)

    def begin(self) -> str:
        """What comes next: a tone, which counts as typed from here on unless `refuse` says otherwise, or a pause."""
        self.phase = TonesPhase.SENDING
        step = self._tones[self._next]
        self._typing = step != PAUSE
        return step

    def done(self) -> None:
        """The step was typed or waited for in full."""
        self._typing = False
        self._next += 1
        if self._next >= len(self._tones):
            self.phase = TonesPhase.SENT
        elif self._tones[self._next] == PAUSE and self._tones[self._next - 1] != PAUSE:
            self._entry = self._next

    def refuse(self) -> None:
        """The tone was not taken."""
        self._typing = False

    def interrupt(self) -> None:
        """The call is not the only active one any more."""
        if not self.pending():
            return
        if self._typing or self._typed:
            self.phase = TonesPhase.PARTIAL
        else:
            self.phase, self._next = TonesPhase.WAITING, self._entry

    def fail(self) -> None:
        """Nothing more is typed."""
        if self.pending():
            typed = self._typing or any(each != PAUSE for each in self._tones[: self._next])
            self.phase = TonesPhase.PARTIAL if typed else TonesPhase.FAILED

    @property
    def _typed(self) -> bool:
        return any(each != PAUSE for each in self._tones[self._entry : self._next])
