"""Whether a stationary car is secured: selector in P, or parking brake engaged with a manual gearbox.

Both signals are sent on change only, so a lost change would leave an outdated P in force. A report therefore counts
only if its source sent it after the car last moved faster than 1.5 m/s (restriction profile, "Driving state").
"""

from __future__ import annotations

FAST = 5.4
"""km/h: 1.5 m/s."""
PARK = 126
"""VSS value of the gear selector in P."""
MANUAL_GEARBOXES = frozenset({"H", "MANUAL"})

AHEAD = 5_000_000_000
"""Nanoseconds; a report further ahead of the latest speed was sent before the source's clock was set back."""
NEVER = -1
"""The time of a motion that was not observed: before any other."""

Scalar = float | bool | str | None


class SignalReport:
    """Whether the signal is on, when that arrived (elapsed microseconds), and the source's timestamp.

    A report with an older or equal timestamp never turns it on; any report can turn it off.
    """

    __slots__ = ("_at", "_reported", "on")

    def __init__(self) -> None:
        self.on = False
        self._at = 0
        self._reported: int | None = None

    def take(self, moment: int, on: bool, reported: int | None) -> None:
        """Process a report that arrived at `moment`; `reported` is None if the source has no timestamps."""
        if on and reported is not None and self._reported is not None and reported <= self._reported:
            return
        self.on, self._at, self._reported = on, moment, reported

    def after(self, moved: int | None, moved_reported: int | None, latest: int | None) -> bool:
        """Whether this was both reported and received after the car moved (the source's clock may be set back).

        `latest` is the timestamp of the latest speed report.
        """
        if moved is None:
            return True
        if self._at <= moved:
            return False
        if self._reported is not None and latest is not None and self._reported - latest > AHEAD:
            return False
        return self._reported is None or moved_reported is None or self._reported > moved_reported


class Securing:
    """Evaluates selector, gearbox, brake and motion. Times are whole microseconds of elapsed time."""

    __slots__ = ("_brake", "_manual", "_moved", "_moved_reported", "_park", "fast", "latest")

    def __init__(self) -> None:
        self.fast = False
        """Whether the last known speed exceeds `FAST`."""
        self.latest: int | None = None
        """Timestamp of the last speed report before the connection to the databroker was last lost."""
        self._moved: int | None = None
        self._moved_reported: int | None = None
        self._park, self._brake = SignalReport(), SignalReport()
        self._manual = False

    def take_speed(self, moment: int, speed: float, reported: int | None) -> None:
        """Record the speed (km/h) at `moment`."""
        self.fast = not -FAST <= speed <= FAST
        if self.fast:
            self.move_on(moment, reported)

    def move_on(self, moment: int, reported: int | None) -> None:
        """Record that a fast speed was confirmed again."""
        self._moved = moment
        if reported is not None:
            self._moved_reported = reported

    def remember(self, speed: Scalar, reported: int | None) -> None:
        """Record a speed from the past that arrived too late to count as current."""
        if isinstance(speed, bool) or not isinstance(speed, (int, float)) or reported is None or not abs(speed) > FAST:
            return
        self._moved = NEVER if self._moved is None else self._moved
        self._moved_reported = reported if self._moved_reported is None else max(reported, self._moved_reported)

    def take_selector(self, moment: int, value: Scalar, reported: int | None) -> str:
        """Process the selector signal; return a description of it."""
        self._park.take(moment, not isinstance(value, bool) and value == PARK, reported)
        return "in P" if self._park.on else "not in P"

    def take_gearbox(self, value: Scalar) -> str:
        """Process the gearbox type; an unknown one counts as an automatic. Return a description of it."""
        self._manual = isinstance(value, str) and value.upper() in MANUAL_GEARBOXES
        return "manual gearbox" if self._manual else "gearbox not known to be manual"

    def take_brake(self, moment: int, value: Scalar, reported: int | None) -> str:
        """Process the parking brake signal; return a description of it."""
        self._brake.take(moment, value is True, reported)
        return "parking brake engaged" if self._brake.on else "parking brake not engaged"

    def secured(self, latest: int | None) -> bool:
        """Whether P, or the brake of a manual gearbox, is in force; `latest` is the timestamp of the latest speed."""
        return self._counts(self._park, latest) or (self._manual and self._counts(self._brake, latest))

    def reason(self, latest: int | None) -> str:
        """Return the reason why the car is secured."""
        return "in P" if self._counts(self._park, latest) else "manual gearbox with parking brake engaged"

    def _counts(self, report: SignalReport, latest: int | None) -> bool:
        return (
            report.on
            and not self.fast
            and report.after(self._moved, self._moved_reported, self.latest if latest is None else latest)
        )
