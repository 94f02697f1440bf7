"""What the car is doing, from its signals and the passage of time. Pure: no clock, no thread.

The rules are those of the restriction profile, "Driving state". The first that holds, of:

    1  speed not confirmed for more than 1.0 s, or never     UNKNOWN; but PARKED with the ignition off holds
    2  speed not zero, whatever the selector says            MOVING, at once
    3  zero for 1.0 s, and in P (manual: brake engaged)      PARKED
    4  zero for 2.0 s                                        IDLING
    5  otherwise                                             as before, but IDLING after PARKED

Moments are kept in whole microseconds, so that limits are met exactly and never by rounding.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.domain.value import value
from app.safety.restrictions import DrivingState

if TYPE_CHECKING:
    from collections.abc import Callable

SPEED = "Vehicle.Speed"
SELECTOR = "Vehicle.Powertrain.Transmission.SelectedGear"
GEARBOX = "Vehicle.Powertrain.Transmission.Type"
PARKING_BRAKE = "Vehicle.Chassis.ParkingBrake.IsEngaged"
IGNITION = "Vehicle.LowVoltageSystemState"

SECOND = 1_000_000
LIVENESS = 1 * SECOND
"""A speed is trusted for so long after its confirmation."""
PARKING_DELAY = 1 * SECOND
IDLING_DELAY = 2 * SECOND
ZERO_BELOW = 0.36
"""km/h: slower than 0.1 m/s is standing."""
HIGHEST = 540.0
"""km/h: beyond 150 m/s no sensor of a car is believed."""
PARK = 126
"""VSS value of the selector in P."""
MANUAL_GEARBOXES = frozenset({"H", "MANUAL"})
IGNITION_OFF = frozenset({"OFF", "ACC", "LOCK"})
NO_SIGNAL_YET = "no signal yet"

_TIGHTNESS = {DrivingState.PARKED: 0, DrivingState.IDLING: 1, DrivingState.MOVING: 2, DrivingState.UNKNOWN: 2}

Value = float | bool | str | None


@value
class Change:
    """The state changed at `at` (elapsed seconds), by the signal or the passage of time in `cause`."""

    at: float
    state: DrivingState
    cause: str


def tightness(state: DrivingState) -> int:
    """How much a state restricts: 0 for PARKED, 1 for IDLING, 2 for MOVING and UNKNOWN."""
    return _TIGHTNESS[state]


def microseconds(seconds: float) -> int:
    """Elapsed seconds as the whole microseconds that the machine counts in."""
    return round(seconds * SECOND)


class DrivingStateMachine:
    """Takes signals and time, tells changes of the state to `changed`. Starts UNKNOWN.

    Time never falls: an earlier moment counts as the latest one seen, but a speed is confirmed only
    from when it was read. What is equal to before changes nothing and tells nothing.
    """

    __slots__ = (
        "_brake",
        "_changed",
        "_confirmed",
        "_held",
        "_ignition",
        "_manual",
        "_now",
        "_park",
        "_speed",
        "_zero",
        "state",
    )

    def __init__(self, changed: Callable[[Change], None]) -> None:
        self.state = DrivingState.UNKNOWN
        self._changed = changed
        self._now: int | None = None
        self._confirmed: int | None = None
        self._speed: float | None = None
        self._zero: int | None = None
        """Since when the speed has been confirmed as zero; None while it is not."""
        self._held = False
        """PARKED outlasted a loss of the speed because the ignition was off (rule 1)."""
        self._park = self._manual = self._brake = False
        self._ignition = ""

    def take(self, at: float, signal: str, value: Value) -> bool:
        """A reading at elapsed second `at`; what became due before it is told first.

        At one moment the reading goes before what time alone would bring. Other signals only pass time.
        Returns whether it was an equal speed that only confirms: then nothing but its loss, `LIVENESS` later, is due.
        """
        moment = microseconds(at)
        if signal == SPEED and self._only_confirms(moment, value):
            self._confirmed = self._now = moment
            return True
        self._advance(moment, inclusive=False)
        if signal == SPEED:
            self._take_speed(moment, value)
        elif signal == SELECTOR:
            self._park = not isinstance(value, bool) and value == PARK
            self._judge("in P" if self._park else "not in P")
        elif signal == GEARBOX:
            self._manual = isinstance(value, str) and value.upper() in MANUAL_GEARBOXES
            self._judge("manual gearbox" if self._manual else "gearbox not known to be manual")
        elif signal == PARKING_BRAKE:
            self._brake = value is True
            self._judge("parking brake engaged" if self._brake else "parking brake not engaged")
        elif signal == IGNITION:
            self._ignition = value.upper() if isinstance(value, str) else ""
            self._judge("ignition off" if self._ignition in IGNITION_OFF else "ignition not off")
        return False

    def advance(self, at: float) -> None:
        """Let time pass until elapsed second `at`; each change that comes of it bears its own due time."""
        self._advance(microseconds(at), inclusive=True)

    def resume(self, at: float, cause: str = "resumed from suspend") -> None:
        """The computer slept until `at`: nothing that was known about the speed is trusted any more."""
        self._now = max(self._now or 0, microseconds(at))
        self._distrust(cause)

    def due(self) -> float | None:
        """The elapsed second of the next change that time alone will bring; None where there is none."""
        due = self._next_due()
        return None if due is None else due[0] / SECOND

    # --- signals ---

    def _only_confirms(self, moment: int, value: Value) -> bool:
        """Whether an equal speed, in time, in a state that it cannot change: nearly every reading there is."""
        return (
            self._confirmed is not None
            and value == self._speed
            and not isinstance(value, bool)
            and (self._now or 0) <= moment < self._confirmed + LIVENESS
            and not self._held
            and self._settled()
        )

    def _take_speed(self, moment: int, value: Value) -> None:
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            self._distrust("speed is not a number")
        elif not -HIGHEST <= value <= HIGHEST:
            self._distrust("speed beyond 150 m/s" if abs(value) > HIGHEST else "speed is not a number")
        else:
            if self._confirmed is None or moment > self._confirmed:
                self._confirmed = moment
            self._speed = value
            if -ZERO_BELOW < value < ZERO_BELOW:
                if self._zero is None:
                    self._zero = self._confirmed
                self._judge("speed is zero")
            else:
                self._zero = None
                self._judge("speed is not zero")

    def _distrust(self, cause: str) -> None:
        self._confirmed = self._zero = None
        self._become(DrivingState.UNKNOWN, self._now or 0, cause)

    # --- rules ---

    def _judge(self, cause: str) -> None:
        """Apply the rules at the present moment."""
        now = self._now or 0
        if self._confirmed is None or now - self._confirmed > LIVENESS:
            self._lose(now, cause)
            return
        if self._zero is None:
            self._become(DrivingState.MOVING, now, cause)
            return
        state, why = self._standing(now)
        if now - self._confirmed == LIVENESS and tightness(state) < tightness(self.state):
            return  # at the last moment of its trust a speed loosens nothing
        self._become(state, now, why or cause)

    def _lose(self, now: int, cause: str) -> None:
        """Rule 1."""
        if self.state is DrivingState.PARKED and self._ignition in IGNITION_OFF:
            self._held = True
            self._zero = None
        else:
            self._confirmed = self._zero = None
            self._become(DrivingState.UNKNOWN, now, cause)

    def _standing(self, now: int) -> tuple[DrivingState, str]:
        """Rules 3 to 5, for a confirmed zero; the reason is empty where the latest signal is the reason."""
        zero_for = 0 if self._zero is None else now - self._zero
        if self._secured():
            if zero_for >= PARKING_DELAY:
                return DrivingState.PARKED, self._parked_because()
            if self._held and self._ignition in IGNITION_OFF:
                return DrivingState.PARKED, ""
        if zero_for >= IDLING_DELAY:
            return DrivingState.IDLING, "" if self.state is DrivingState.PARKED else "speed zero for 2.0 s"
        return (DrivingState.IDLING, "") if self.state is DrivingState.PARKED else (self.state, "")

    def _secured(self) -> bool:
        return self._park or (self._manual and self._brake)

    def _parked_because(self) -> str:
        return "speed zero for 1.0 s and " + ("in P" if self._park else "manual gearbox with parking brake engaged")

    def _become(self, state: DrivingState, at: int, cause: str) -> None:
        if state is not DrivingState.PARKED:
            self._held = False
        if state is not self.state:
            self.state = state
            self._changed(Change(at / SECOND, state, cause))

    # --- time ---

    def _advance(self, moment: int, *, inclusive: bool) -> None:
        """A delay is over at its limit, if `inclusive`; a loss comes only after it ("more than")."""
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
        """Whether nothing but a loss of the speed can come of time: most signals find it so."""
        state = self.state
        return (
            self._zero is None or state is DrivingState.PARKED or (state is DrivingState.IDLING and not self._secured())
        )

    def _next_due(self) -> tuple[int, bool] | None:
        """The moment of the next change by time, and whether it is the loss of the speed (rule 1)."""
        if self._confirmed is None:
            return None
        lost = self._confirmed + LIVENESS
        loosening = self._loosening_due()
        if loosening is not None and loosening < lost:
            return loosening, False
        return None if self._held and self._zero is None else (lost, True)

    def _loosening_due(self) -> int | None:
        """When rule 3 or 4 will bring a looser state if nothing else comes."""
        if self._zero is None or self.state is DrivingState.PARKED:
            return None
        if self._secured():
            return self._zero + PARKING_DELAY
        return None if self.state is DrivingState.IDLING else self._zero + IDLING_DELAY

    def _fall_due(self, moment: int, lost: bool) -> None:
        if lost:
            self._lose(moment, "speed not confirmed for 1.0 s")
        elif self._secured():
            self._become(DrivingState.PARKED, moment, self._parked_because())
        else:
            self._become(DrivingState.IDLING, moment, "speed zero for 2.0 s")
