"""Ends a screen that does not draw a tightening (S10). Black is safe; the last parked frame is not.

It depends neither on the UI thread nor, in the end, on the interpreter: a thread of its own ends the
process with a word on standard error, and an alarm of the kernel ends it shortly after even when no
Python thread can run, because a call into a driver keeps the interpreter to itself. An interpreter
that is kept already when the tightening comes is the service manager's to end: see `notify`.
"""

from __future__ import annotations

import os
import signal
import threading
from collections import deque
from typing import TYPE_CHECKING

from carlendar.safety.policy import is_tightening

if TYPE_CHECKING:
    from collections.abc import Callable

    from carlendar.domain.ports import ElapsedClock
    from carlendar.safety.restrictions import Restrictions

DRAWN_WITHIN = 0.5
"""Seconds from a tightening to the acknowledgement by a drawn frame."""
ALARM_AFTER = 0.15
"""Seconds that the kernel's alarm leaves to the thread, for it to say why."""
EXIT_UNDRAWN = 70
"""Exit code of a process that was ended here; one ended by the alarm has died of SIGALRM."""


def end_process(text: str) -> None:
    """Write one line to standard error and end at once: no clean-up that could wait for the UI thread."""
    os.write(2, f"carlendar: {text}\n".encode())
    os._exit(EXIT_UNDRAWN)


def kernel_alarm(seconds: float) -> None:
    """Let the kernel end the process after `seconds`, or, with 0, not any more. Replaces the one set before."""
    signal.setitimer(signal.ITIMER_REAL, seconds)


class Watchdog:
    """Listens to the engine by `told`; the UI calls `acknowledge` with the sequence that a frame showed.

    Nothing is demanded before the first acknowledgement, for what has drawn nothing shows nothing.
    `end` must not return in earnest; `alarm` is `kernel_alarm` or, in tests, a recorder. SIGALRM must
    have its default action.
    """

    def __init__(
        self,
        clock: ElapsedClock,
        *,
        end: Callable[[str], None] = end_process,
        alarm: Callable[[float], None] = kernel_alarm,
    ) -> None:
        self._clock = clock
        self._end = end
        self._alarm = alarm
        self._latest: Restrictions | None = None
        self._acknowledged: int | None = None
        self._owed: deque[tuple[int, float]] = deque()
        """Tightenings that no frame has shown: sequence and the elapsed second by which one must."""
        self._wake = threading.Condition()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin to watch, on a thread of its own that sleeps while nothing is owed."""
        self._thread = threading.Thread(target=self._watch, name="watchdog", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Watch no more: the screen goes away on purpose."""
        with self._wake:
            thread, self._thread = self._thread, None
            self._owed.clear()
            self._alarm(0.0)
            self._wake.notify()
        if thread is not None:
            thread.join()

    def told(self, restrictions: Restrictions) -> None:
        """The engine's listener: a tightening is owed a frame from now on."""
        with self._wake:
            before, self._latest = self._latest, restrictions
            if before is not None and is_tightening(before, restrictions):
                self._owed.append((restrictions.sequence, self._clock.seconds() + DRAWN_WITHIN))
                self._rearm()

    def acknowledge(self, sequence: int) -> None:
        """A frame that obeys the restrictions of `sequence` is on the screen."""
        with self._wake:
            first = self._acknowledged is None
            self._acknowledged = sequence if first else max(sequence, self._acknowledged or 0)
            if not self._owed:
                return
            while self._owed and self._owed[0][0] <= self._acknowledged:
                self._owed.popleft()
            if first:
                deadline = self._clock.seconds() + DRAWN_WITHIN
                self._owed = deque((owed, deadline) for owed, _ in self._owed)
            self._rearm()

    def overdue(self) -> bool:
        """End the process if a frame is overdue; whether it was."""
        with self._wake:
            late = self._acknowledged is not None and bool(self._owed) and self._clock.seconds() >= self._owed[0][1]
        if late:
            self._end("the screen did not draw a restriction in time and was ended")
        return late

    def _rearm(self) -> None:
        if self._acknowledged is not None:
            left = self._owed[0][1] - self._clock.seconds() + ALARM_AFTER if self._owed else 0.0
            self._alarm(max(0.001, left) if self._owed else 0.0)
            self._wake.notify()

    def _watch(self) -> None:
        while not self.overdue():
            with self._wake:
                if self._thread is None:
                    return
                watching = self._acknowledged is not None and bool(self._owed)
                self._wake.wait(max(0.0, self._owed[0][1] - self._clock.seconds()) if watching else None)
