"""Ends the process if a tightening is not drawn in time (S10). A black screen is safe; an outdated frame is not.

It does not depend on the UI thread, nor ultimately on the interpreter: a dedicated thread ends the process with a
message on standard error, and a kernel alarm ends it shortly afterwards even if no Python thread can run because a
call into a driver holds the GIL. If the GIL is already held when the restriction arrives, the service manager ends
the process: see `notify`.
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
"""Maximum seconds from a tightening to its acknowledgement by a drawn frame."""
ALARM_AFTER = 0.15
"""Seconds by which the kernel alarm is later than the thread, so that the thread can report the reason."""
LATENCIES = 1_000
"""Number of latencies that are kept until they are asked for."""
EXIT_UNDRAWN = 70
"""Exit code of a process ended by the thread; the alarm ends it with SIGALRM."""


def end_process(text: str) -> None:
    """Write one line to standard error and exit immediately: a clean-up could block on the UI thread."""
    os.write(2, f"carlendar: {text}\n".encode())
    os._exit(EXIT_UNDRAWN)


def kernel_alarm(seconds: float) -> None:
    """Schedule the kernel to end the process after `seconds`; 0 cancels. Replaces a previous alarm."""
    signal.setitimer(signal.ITIMER_REAL, seconds)


class Watchdog:
    """Listens to the engine with `on_restrictions`; the UI calls `acknowledge` with the sequence of a drawn frame.

    Nothing is required before the first acknowledgement, because nothing is shown before the first frame.
    In production, `end` does not return; `alarm` is `kernel_alarm`, or a recorder in tests. SIGALRM must have its
    default action.
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
        self._latencies: deque[float] = deque(maxlen=LATENCIES)
        self._owed: deque[tuple[int, float]] = deque()
        """Tightenings not drawn yet: sequence and deadline (elapsed seconds)."""
        self._wake = threading.Condition()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Start the thread, which sleeps while no frame is pending."""
        self._thread = threading.Thread(target=self._watch, name="watchdog", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop watching, for a deliberate shutdown."""
        with self._wake:
            thread, self._thread = self._thread, None
            self._owed.clear()
            self._alarm(0.0)
            self._wake.notify()
        if thread is not None:
            thread.join()

    def on_restrictions(self, restrictions: Restrictions) -> None:
        """Process new restrictions from the engine: a tightening starts a deadline."""
        with self._wake:
            before, self._latest = self._latest, restrictions
            if before is not None and is_tightening(before, restrictions):
                self._owed.append((restrictions.sequence, self._clock.seconds() + DRAWN_WITHIN))
                self._rearm()

    def acknowledge(self, sequence: int) -> None:
        """Record that a frame that complies with the restrictions of `sequence` is on the screen."""
        with self._wake:
            first = self._acknowledged is None
            self._acknowledged = sequence if first else max(sequence, self._acknowledged or 0)
            if not self._owed:
                return
            while self._owed and self._owed[0][0] <= self._acknowledged:
                _, deadline = self._owed.popleft()
                self._latencies.append(self._clock.seconds() - (deadline - DRAWN_WITHIN))
            if first:
                deadline = self._clock.seconds() + DRAWN_WITHIN
                self._owed = deque((owed, deadline) for owed, _ in self._owed)
            self._rearm()

    def latencies(self) -> tuple[float, ...]:
        """Return the seconds from each tightening to its frame since the last call, at most the last `LATENCIES`."""
        with self._wake:
            found = tuple(self._latencies)
            self._latencies.clear()
            return found

    def overdue(self) -> bool:
        """End the process if a frame is overdue; return whether one was."""
        with self._wake:
            late = self._acknowledged is not None and bool(self._owed) and self._clock.seconds() >= self._owed[0][1]
        if late:
            self._end("the screen did not draw a restriction in time and was terminated")
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
