"""The driving state, from the car's signals and the passage of time. Pure: no clock, no thread.

The rules are those of the restriction profile, "Driving state". The first match applies:

    1  speed not confirmed for more than 1.0 s, or never     UNKNOWN; PARKED with the ignition off holds for 60 s
    2  speed not zero, whatever the selector reports         MOVING, at once
    3  zero for 1.0 s, and in P (manual: brake engaged)      PARKED
    4  zero for 2.0 s                                        IDLING
    5  otherwise                                             as before, but IDLING after PARKED

P, or the brake of a manual gearbox, counts only if it was reported after the car last moved faster than 1.5 m/s.

Times are whole microseconds, so that limits are exact. Source timestamps (`reported`) are nanoseconds of the
source's clock and are only compared with each other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from carlendar.domain.base import Value
from carlendar.domain.vss import DATABROKER, GEARBOX, IGNITION, PARKING_BRAKE, REMEMBERED_SPEED, SELECTOR, SPEED
from carlendar.safety.hold import SECOND, Hold
from carlendar.safety.restrictions import DrivingState, tightness
from carlendar.safety.securing import Securing

if TYPE_CHECKING:
    from collections.abc import Callable

LIVENESS = 1 * SECOND
"""Microseconds for which a speed is trusted after its confirmation."""
PARKING_DELAY, IDLING_DELAY = 1 * SECOND, 2 * SECOND
ZERO_BELOW = 0.36
"""km/h; below 0.1 m/s the car is stationary."""
HIGHEST = 540.0  # km/h: a value beyond 150 m/s is a sensor fault
NO_SPEED = float("nan")  # compares unequal to every speed
NO_SIGNAL_YET = "no signal yet"

Scalar = float | bool | str | None


class Change(Value, frozen=True):
    """A change of state at `at` (elapsed seconds); `cause` is the signal or the passage of time."""

    at: float
    state: DrivingState
    cause: str


def microseconds(seconds: float) -> int:
    """Convert elapsed seconds to whole microseconds, the unit of the state machine."""
    return round(seconds * SECOND)


class DrivingStateMachine:
    """Processes signals and time, and reports changes of state to `changed`. Starts in UNKNOWN.

    Time never falls: an earlier moment counts as the latest one seen, but a speed is confirmed only
    from when it was read. What is equal to before changes nothing and reports nothing.
    """

    __slots__ = (
        "_changed", "_confirmed", "_hold", "_now", "_reported", "_resumed", "_securing", "_speed", "_zero", "state",
    )  # fmt: skip

    def __init__(self, changed: Callable[[Change], None]) -> None:
        self.state = DrivingState.UNKNOWN
        self._changed = changed
        self._now: int | None = None
        self._confirmed: int | None = None
        self._reported: int | None = None
        """Source timestamp of the last confirmation; None if it had none."""
        self._resumed: int | None = None
        """The end of the last suspend at the earliest: what was read before it confirms nothing. None before any."""
        self._speed = NO_SPEED
        self._zero: int | None = None
        """Since when the speed has been confirmed as zero; None while it is not."""
        self._securing = Securing()
        self._hold = Hold()

    @property
    def held(self) -> bool:
        """Whether PARKED is held without a second of confirmed zero, because the ignition is off."""
        return self._hold.on and (self._zero is None or (self._now or 0) - self._zero < PARKING_DELAY)

    def take(self, at: float, signal: str, value: Scalar, reported: int | None = None) -> bool:
        """Process a reading at `at` (elapsed seconds) after the changes that were due before it.

        `reported` is the source's timestamp. A speed without one is a confirmation; one with a timestamp must be newer
        than the last confirmation. Of simultaneous events, a reading precedes a change caused by time. Unknown signals
        only pass time. Returns whether the reading merely confirmed an equal speed, so that only its loss is due.
        """
        moment = microseconds(at)
        if signal == SPEED and self._only_confirms(moment, value, reported):
            self._confirmed = self._now = moment
            if reported is not None:
                self._reported = reported
            if self._securing.fast:
                self._securing.move_on(moment, reported)
            return True
        self._advance(moment, inclusive=False)
        if signal == SPEED:
            self._take_speed(moment, value, reported)
        elif signal == SELECTOR:
            self._judge(self._securing.take_selector(self._now or 0, value, reported))
            self._end_unsecured_hold("not in P")
        elif signal == GEARBOX:
            self._judge(self._securing.take_gearbox(value))
        elif signal == PARKING_BRAKE:
            self._judge(self._securing.take_brake(self._now or 0, value, reported))
            self._end_unsecured_hold("parking brake not engaged")
        elif signal == IGNITION:
            self._judge(self._hold.take_ignition(value))
        elif signal == REMEMBERED_SPEED:
            self._securing.remember(value, reported)
        elif signal == DATABROKER and value is False:
            self._lose_databroker()
        return False

    def advance(self, at: float) -> None:
        """Let time pass until `at` (elapsed seconds); each change caused by it carries its due time."""
        self._advance(microseconds(at), inclusive=True)

    def ignition_line(self, at: float, *, off: bool, asked: float | None = None) -> None:
        """Process the independent ignition source: off extends a hold, on ends it.

        `asked` is when it was polled (elapsed seconds), if the answer was delayed.
        """
        self._advance(microseconds(at), inclusive=True)
        if self.held and off:
            self._hold.prolong(microseconds(at if asked is None else asked))
        elif self.held:
            self._distrust("ignition on, by its own line")

    def resume(self, at: float, *, lasted: float = 0.0) -> None:
        """Resume at `at` from a suspend that lasted so many seconds: nothing known about the speed is trusted any more.

        A speed that was read before the suspend confirms nothing either, even if it is taken after it.
        """
        self._now = max(self._now or 0, microseconds(at))
        self._resumed = microseconds(at - lasted)
        self._distrust("resumed from suspend")

    def due(self) -> float | None:
        """Return the elapsed seconds of the next change caused by time alone; None if there is none."""
        due = self._next_due()
        return None if due is None else due[0] / SECOND

    # --- signals ---

    def _only_confirms(self, moment: int, value: Scalar, reported: int | None) -> bool:
        """Whether this is a timely, equal speed in a state that it cannot change, like nearly all readings."""
        return (
            self._confirmed is not None
            and value == self._speed
            and not isinstance(value, bool)
            and (self._now or 0) <= moment < self._confirmed + LIVENESS
            and (reported is None or self._reported is None or reported > self._reported)
            and not self._hold.on
            and self._settled()
        )

    def _take_speed(self, moment: int, value: Scalar, reported: int | None) -> None:
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            self._distrust("speed is not a number")
        elif not -HIGHEST <= value <= HIGHEST:
            self._distrust("speed beyond 150 m/s" if abs(value) > HIGHEST else "speed is not a number")
        elif self._is_newer(moment, reported):
            if self._confirmed is None or moment > self._confirmed:
                self._confirmed = moment
            if reported is not None:
                self._reported = reported
            self._hold.online = True
            self._know_speed(moment, value, reported)
        elif not -ZERO_BELOW < value < ZERO_BELOW:  # an old report is no confirmation, but motion is never ignored
            if self._hold.on:
                self._confirmed = None
            self._know_speed(moment, value, self._reported)

    def _is_newer(self, moment: int, reported: int | None) -> bool:
        """Whether a speed is a new report, and none of before a suspend."""
        if self._resumed is not None and moment < self._resumed:
            return False
        return reported is None or self._reported is None or reported > self._reported

    def _know_speed(self, moment: int, value: float, reported: int | None) -> None:
        self._speed = value
        self._securing.take_speed(moment, value, reported)
        if -ZERO_BELOW < value < ZERO_BELOW:
            if self._zero is None:
                self._zero = self._confirmed
            self._judge("speed is zero")
        else:
            self._zero = None
            self._judge("speed is not zero")

    def _lose_databroker(self) -> None:
        """End a hold and prevent the next one; the timestamps of the next connection are compared from the start."""
        if self._reported is not None:
            self._securing.latest = self._reported
        self._hold.online, self._reported, self._speed = False, None, NO_SPEED
        if self.held:
            self._distrust("databroker lost")

    def _end_unsecured_hold(self, cause: str) -> None:
        """End the hold: the supposedly sleeping bus has just reported that the car is no longer secured."""
        if self._hold.on and not self._securing.secured(self._reported):
            self._distrust(cause)

    def _distrust(self, cause: str) -> None:
        self._confirmed = self._zero = None
        self._become(DrivingState.UNKNOWN, self._now or 0, cause)

    # --- rules ---

    def _judge(self, cause: str) -> None:
        """Apply the rules at the current time."""
        now = self._now or 0
        if self._confirmed is None or now - self._confirmed > LIVENESS:
            self._lose(now, cause)
            return
        if self._zero is None:
            self._become(DrivingState.MOVING, now, cause)
            return
        state, why = self._standing(now)
        if now - self._confirmed == LIVENESS and tightness(state) < tightness(self.state):
            return  # a speed that is about to expire must not relax the state
        self._become(state, now, why or cause)

    def _lose(self, now: int, cause: str) -> None:
        """Rule 1."""
        parked = self.state is DrivingState.PARKED
        if parked and self._confirmed is not None and self._hold.begin(now, self._confirmed):
            self._zero = None
        else:
            self._confirmed = self._zero = None
            self._become(DrivingState.UNKNOWN, now, cause)

    def _standing(self, now: int) -> tuple[DrivingState, str]:
        """Apply rules 3 to 5 to a confirmed zero; the reason is empty if it is the latest signal."""
        zero_for = 0 if self._zero is None else now - self._zero
        if self._securing.secured(self._reported):
            if zero_for >= PARKING_DELAY:
                self._hold.on = False
                return DrivingState.PARKED, f"speed zero for 1.0 s and {self._securing.reason(self._reported)}"
            if self._hold.on and self._hold.ignition_off:
                return DrivingState.PARKED, ""
        if zero_for >= IDLING_DELAY:
            return DrivingState.IDLING, "" if self.state is DrivingState.PARKED else "speed zero for 2.0 s"
        return (DrivingState.IDLING, "") if self.state is DrivingState.PARKED else (self.state, "")

    def _become(self, state: DrivingState, at: int, cause: str) -> None:
        if state is not DrivingState.PARKED:
            self._hold.on = False
        if state is not self.state:
            self.state = state
            self._changed(Change(at / SECOND, state, cause))

    # --- time ---

    def _advance(self, moment: int, *, inclusive: bool) -> None:
        """Apply what is due. A delay ends at its limit if `inclusive`; a loss happens only after it ("more than")."""
        if self._now is None:
            self._now = moment
        if self._confirmed is not None and moment < self._confirmed + LIVENESS and self._settled():
            self._now = max(self._now, moment)
            return
        while (due := self._next_due()) is not None:
            at, lost = due
            if at > moment or (at == moment and (lost or not inclusive)):
                break
            self._now = max(self._now, at)
            self._fall_due(at, lost)
        self._now = max(self._now, moment)

    def _settled(self) -> bool:
        """Whether the only change that time can cause is the loss of the speed; the most frequent case."""
        state = self.state
        return (
            self._zero is None
            or state is DrivingState.PARKED
            or (state is DrivingState.IDLING and not self._securing.secured(self._reported))
        )

    def _next_due(self) -> tuple[int, bool] | None:
        """Return the time of the next change caused by time, and whether it is the loss of the speed (rule 1)."""
        if self._confirmed is None:
            return None
        lost = self._confirmed + LIVENESS
        loosening = self._loosening_due()
        if loosening is not None and max(loosening, self._now or 0) < lost:
            return loosening, False
        return (self._hold.until, True) if self._hold.on and self._zero is None else (lost, True)

    def _loosening_due(self) -> int | None:
        """Return when rule 3 or 4 will relax the state without further signals."""
        if self._zero is None or self.state is DrivingState.PARKED:
            return None
        if self._securing.secured(self._reported):
            return self._zero + PARKING_DELAY
        return None if self.state is DrivingState.IDLING else self._zero + IDLING_DELAY

    def _fall_due(self, moment: int, lost: bool) -> None:
        if lost and self._hold.on and self._zero is None:
            self._distrust("ignition off, but speed not confirmed for 60 s")
        elif lost:
            self._lose(moment, "speed not confirmed for 1.0 s")
        elif self._securing.secured(self._reported):
            self._become(
                DrivingState.PARKED, moment, f"speed zero for 1.0 s and {self._securing.reason(self._reported)}"
            )
        else:
            self._become(DrivingState.IDLING, moment, "speed zero for 2.0 s")
