"""The safety engine: receives readings on the signal thread and publishes the restrictions in force.
It fails closed: it starts in UNKNOWN, and an unconfirmed value is not trusted. One timer thread waits for the
times at which the state changes without a new signal; an unchanged signal does not wake it.
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
"""While any value is trusted, a resume from suspend is detected within this many seconds awake."""
FRESH = 0.5
"""Seconds; a confirmation this recent that cannot change the state does not bring the next due time forward."""
LINE_ASKED = 1.0
"""Polling interval of the ignition line in seconds while PARKED is held."""
SUSPEND_LEAST = 0.1
"""Seconds; a shorter suspend cannot be distinguished from the delay between reading two clocks."""

Listener = Callable[[Restrictions], None]

_log = logging.getLogger(__name__)


def slept() -> float:
    """Return the seconds that this computer has been suspended since boot."""
    return time.clock_gettime(time.CLOCK_BOOTTIME) - time.clock_gettime(time.CLOCK_MONOTONIC)


class SafetyEngine:
    """Thread-safe. Call `take` from the signal thread; `current` is lock-free.

    `passenger` is true only for a display that the platform file declares invisible to the driver (S9). `slept`
    returns the seconds of suspend since boot; when it grows, the state becomes UNKNOWN. `ignition_line` is an
    ignition source independent of the databroker, polled once a second while PARKED is held with the ignition off;
    only it can extend the hold beyond a minute.
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
        """Elapsed seconds at which the timer wakes; None while it waits for a signal."""
        self._thread: threading.Thread | None = None
        self._stopped = threading.Event()

    def start(self) -> None:
        """Start the timer. Without it, time passes only with readings and through `elapse`."""
        self._thread = threading.Thread(target=self._keep_time, name="safety", daemon=True)
        self._thread.start()
        if self._ignition_line is not None:
            threading.Thread(target=self._keep_asking, name="ignition", daemon=True).start()

    def stop(self) -> None:
        """Stop the threads; the last state stays published. A thread blocked on the ignition line is not joined."""
        self._stopped.set()
        with self._lock:
            thread, self._thread = self._thread, None
            self._wake.notify_all()
        if thread is not None and thread is not threading.current_thread():
            thread.join()

    def take(self, readings: Sequence[Reading]) -> None:
        """Process readings in chronological order; a time in the future counts as now."""
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
        """Apply the changes that are due; return the elapsed seconds of the next one, None if there is none."""
        with self._lock:
            self._machine.advance(self._notice_suspend())
            return self._machine.due()

    def report(self, platform: PlatformReport) -> None:
        """Take over the state of the platform's own restriction manager; the tighter of each limit applies."""
        with self._lock:
            self._platform = platform
            self._publish("reported by the platform")

    def revoke_passenger(self) -> None:
        """The passenger display was disconnected: from now on this display counts as the driver's (S9)."""
        with self._lock:
            self._passenger = False
            self._publish("passenger's display lost")

    def current(self) -> Restrictions:
        """Return the restrictions in force, without blocking. The sequence grows with each published value."""
        return self._current

    def subscribe(self, listener: Listener) -> Unsubscribe:
        """Call `listener` now and at every change, in order, on the thread that causes it.

        It must return quickly and must not wait for another thread that uses the engine.
        """
        with self._lock:
            self._listeners.append(listener)
            self._notify(listener)

        def unsubscribe() -> None:
            with self._lock:
                if listener in self._listeners:
                    self._listeners.remove(listener)

        return unsubscribe

    # --- under the lock ---

    def _notice_suspend(self) -> float:
        """Return the current time; after a suspend, discard everything known from before it."""
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
            self._notify(listener)

    def _notify(self, listener: Listener) -> None:
        try:
            listener(self._current)
        except Exception:  # noqa: BLE001 — a failing listener must not keep the state from the others
            _log.exception("a listener of the restrictions failed")

    # --- time ---

    def _rearm(self) -> None:
        """Wake the timer only if something is due before its next wake-up."""
        if self._thread is not None:
            due = self._machine.due()
            if due is not None and (self._alarm is None or due < self._alarm):
                self._wake.notify()

    def ask_ignition_line(self) -> None:
        """Poll the independent ignition source if a hold depends on it. Called without the lock."""
        if self._ignition_line is None or not self._machine.held:
            return
        asked = self._clock.seconds()
        off = self._ignition_line.off()
        with self._lock:
            self._machine.ignition_line(self._notice_suspend(), off=off, asked=asked)

    def _keep_asking(self) -> None:
        """Poll on a separate thread: a blocked input line must not delay changes that are due."""
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
                # The speed is lost just after its due time, not at it: wait a millisecond longer.
                self._wake.wait(None if wait is None else wait + 0.001)
