"""The safety engine: takes readings on the signal thread and publishes what holds.

It fails closed: it starts in UNKNOWN, and what nobody confirms is not trusted. One thread waits for
the moments at which time alone changes the state; nothing else wakes it, and an unchanged signal
wakes nobody.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from msgspec.structs import replace

from carlendar.safety.policy import NO_REPORT, PlatformReport, restrictions_for
from carlendar.safety.restrictions import DrivingState, Restrictions
from carlendar.safety.state import NO_SIGNAL_YET, Change, DrivingStateMachine

if TYPE_CHECKING:
    from carlendar.domain.ports import ElapsedClock, Reading, Unsubscribe
    from carlendar.safety.hold import IgnitionLine

SUSPEND_NOTICED = 1.0
"""While anything is trusted, a resume from suspend is noticed within so many seconds awake."""
FRESH = 0.5
"""Seconds: a confirmation of no older moment, in a state that it cannot change, brings nothing due any nearer."""
LINE_ASKED = 1.0
"""Seconds between two questions to the ignition line while PARKED is held."""
SUSPEND_LEAST = 0.1
"""Seconds: a shorter sleep cannot be told from two clocks read one after the other."""

Listener = Callable[[Restrictions], None]

_log = logging.getLogger(__name__)


def slept() -> float:
    """Seconds that this computer has been suspended since boot."""
    return time.clock_gettime(time.CLOCK_BOOTTIME) - time.clock_gettime(time.CLOCK_MONOTONIC)


class SafetyEngine:
    """Thread-safe. `take` from the signal thread, `current` from anywhere without a lock.

    `passenger` is true only for a display that the platform file declares as one that the driver
    cannot see (S9). `slept` returns the seconds of suspend since boot; when it grows, the state is UNKNOWN.
    `ignition_line` is an ignition source independent of the databroker: asked once a second while PARKED is held with
    the ignition off, it alone makes that last longer than a minute.
    """

    def __init__(
        self,
        clock: ElapsedClock,
        *,
        passenger: bool = False,
        slept: Callable[[], float] = slept,
        ignition_line: IgnitionLine | None = None,
    ) -> None:
        self._clock = clock
        self._ignition_line = ignition_line
        self._slept = slept
        self._asleep = slept()
        self._passenger = passenger
        self._platform = NO_REPORT
        self._change = Change(clock.seconds(), DrivingState.UNKNOWN, NO_SIGNAL_YET)
        self._machine = DrivingStateMachine(self._changed)
        self._current = restrictions_for(DrivingState.UNKNOWN, NO_SIGNAL_YET, passenger=passenger)
        self._listeners: list[Listener] = []
        self._lock = threading.RLock()
        self._wake = threading.Condition(self._lock)
        self._alarm: float | None = None
        """The elapsed second until which the timer sleeps; None while it waits for a signal."""
        self._thread: threading.Thread | None = None
        self._stopped = threading.Event()

    def start(self) -> None:
        """Begin to keep due times. Without it, time passes only with readings and by `elapse`."""
        self._thread = threading.Thread(target=self._keep_time, name="safety", daemon=True)
        self._thread.start()
        if self._ignition_line is not None:
            threading.Thread(target=self._keep_asking, name="ignition", daemon=True).start()

    def stop(self) -> None:
        """End the threads; what was published last stays. One that waits for the ignition line is not waited for."""
        self._stopped.set()
        with self._lock:
            thread, self._thread = self._thread, None
            self._wake.notify_all()
        if thread is not None and thread is not threading.current_thread():
            thread.join()

    def take(self, readings: Sequence[Reading]) -> None:
        """Readings in order of time, none of the future: a later moment than now counts as now."""
        with self._lock:
            now, machine = self._notice_suspend(), self._machine
            confirmed = True
            for reading in readings:
                took = machine.take(min(reading.at, now), reading.signal, reading.value, reading.reported)
                confirmed = took and confirmed
            if not (confirmed and readings) or now - readings[-1].at > FRESH:
                machine.advance(now)
                self._rearm()

    def elapse(self) -> float | None:
        """Let the changes happen that are due; the elapsed second of the next one, None for none."""
        with self._lock:
            self._machine.advance(self._notice_suspend())
            return self._machine.due()

    def report(self, platform: PlatformReport) -> None:
        """What the platform's own restriction manager says now; the tighter of each holds."""
        with self._lock:
            self._platform = platform
            self._publish("reported by the platform")

    def revoke_passenger(self) -> None:
        """The declared display is lost: from here on this one counts as the driver's (S9)."""
        with self._lock:
            self._passenger = False
            self._publish("passenger's display lost")

    def current(self) -> Restrictions:
        """What holds now; never waits. Each value published has a greater sequence than the one before."""
        return self._current

    def subscribe(self, listener: Listener) -> Unsubscribe:
        """Call `listener` at once and at every change, in order, on the thread that brings it.

        It must be quick and must not wait for another thread that uses the engine.
        """
        with self._lock:
            self._listeners.append(listener)
            self._tell(listener)

        def unsubscribe() -> None:
            with self._lock:
                if listener in self._listeners:
                    self._listeners.remove(listener)

        return unsubscribe

    # --- under the lock ---

    def _notice_suspend(self) -> float:
        """The present moment; after a suspend nothing of before it is trusted."""
        asleep, now = self._slept(), self._clock.seconds()
        if (lasted := asleep - self._asleep) > SUSPEND_LEAST:
            self._machine.resume(now, lasted=lasted)
        self._asleep = max(self._asleep, asleep)
        return now

    def _changed(self, change: Change) -> None:
        self._change = change
        self._publish(change.cause)

    def _publish(self, cause: str) -> None:
        new = restrictions_for(
            self._change.state,
            cause,
            sequence=self._current.sequence,
            passenger=self._passenger,
            platform=self._platform,
        )
        if new == replace(self._current, cause=cause):
            return
        self._current = replace(new, sequence=new.sequence + 1)
        for listener in tuple(self._listeners):
            self._tell(listener)

    def _tell(self, listener: Listener) -> None:
        try:
            listener(self._current)
        except Exception:  # noqa: BLE001 — a listener's fault must not keep the state from the others
            _log.exception("a listener of the restrictions failed")

    # --- time ---

    def _rearm(self) -> None:
        """Wake the timer only when something is due before it wakes of itself."""
        if self._thread is not None:
            due = self._machine.due()
            if due is not None and (self._alarm is None or due < self._alarm):
                self._wake.notify()

    def ask_ignition_line(self) -> None:
        """Ask the independent ignition source, if there is one and a hold depends on it. Not under the lock."""
        if self._ignition_line is None or not self._machine.held:
            return
        asked = self._clock.seconds()
        off = self._ignition_line.off()
        with self._lock:
            self._machine.ignition_line(self._notice_suspend(), off=off, asked=asked)

    def _keep_asking(self) -> None:
        """On a thread of its own: an input line that does not answer must not hold up what is due."""
        while not self._stopped.wait(LINE_ASKED):
            self.ask_ignition_line()

    def _keep_time(self) -> None:
        while True:
            with self._lock:
                if self._thread is None:
                    return
                due = self.elapse()
                self._alarm = due
                wait = None if due is None else max(0.0, due - self._clock.seconds())
                if self._machine.state is not DrivingState.UNKNOWN:
                    wait = SUSPEND_NOTICED if wait is None else min(wait, SUSPEND_NOTICED)
                # A loss of the speed comes just after its moment, not at it: a millisecond later it has come.
                self._wake.wait(None if wait is None else wait + 0.001)
