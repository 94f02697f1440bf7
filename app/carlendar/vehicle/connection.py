"""State of one connection to a databroker, and when values have to be read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from kuksa.val.v2 import types_pb2

from carlendar.domain.ports import Reading
from carlendar.domain.vss import IGNITION, PARKING_BRAKE, SELECTOR, SPEED
from carlendar.vehicle.broker import Broker, scalar
from carlendar.vehicle.choice import SignalChoice
from carlendar.vehicle.reads import Reads
from carlendar.vehicle.signals import SignalSource
from carlendar.vehicle.speed import LIVE, SpeedChoice, moves
from carlendar.vehicle.wire_dedup import Repetition, nanoseconds

READ_AFTER = 0.45
"""Seconds without a message after which the speed is read, and between further reads (at most 0.5)."""
READ_SELDOM = 2.0
"""Seconds between two reads when nothing depends on them any more."""
UNUSED_AFTER = 5.0
"""Seconds from the start of the connection after which a missing speed is read less often."""
ASLEEP_AFTER = 65.0
"""Seconds without a message after which the speed is read less often, because PARKED is not held for longer."""
STANDSTILL_READS = 2
"""How often selector, brake and ignition are read at a standstill: the second time in case the first failed."""


class Connection:
    """Not thread-safe: the owner's lock guards `take` and `repeat`; reads are made by one thread."""

    def __init__(self, stub: Any, broker: Broker, sources: Sequence[SignalSource], heartbeat: str, now: float) -> None:
        self.began = self.heard = now
        self.answered = False
        """Whether anything was received."""
        self.reads = Reads(stub, broker)
        self.speed = SpeedChoice([source for source in sources if source.signal == SPEED])
        self.others = SignalChoice([source for source in sources if source.signal != SPEED])
        self.repetition: Repetition | None = None
        """Detects a repetition of the last speed in the stream."""
        self.standstill = 0
        """How often selector, brake and ignition still have to be read."""
        self.read_at: float | None = None
        self._heartbeat = heartbeat
        self._confirmed: float | None = None
        self._standing = False
        self._repeated = ""
        self._speeds = frozenset(self.speed.paths)
        beat = (heartbeat,) if heartbeat else ()
        self.paths = tuple(dict.fromkeys((*(source.path for source in sources), *beat)))
        self.speed_paths = tuple(dict.fromkeys((*beat, *self.speed.paths)))
        """The heartbeat first, so that a speed read after it is not older."""
        self.standstill_paths = self.others.paths(SELECTOR, PARKING_BRAKE, IGNITION)
        self._own = frozenset(source.path for source in sources)

    def read_due(self, now: float) -> float:
        """Return the seconds until the speed has to be read; 0 or less for now."""
        if not self.speed_paths:
            return READ_SELDOM
        silent_since = self.began if self._confirmed is None else self._confirmed
        quiet_limit = UNUSED_AFTER if self._confirmed is None else ASLEEP_AFTER
        pause = READ_AFTER if now - silent_since < quiet_limit else READ_SELDOM
        last = silent_since if self.read_at is None else max(silent_since, self.read_at)
        return last + pause - now

    def out_of_step(self, now: float, limit: float) -> bool:
        """Whether values arrive with outdated timestamps, so that a new connection is needed to compare them afresh."""
        silent_since = self.began if self._confirmed is None else self._confirmed
        return self.speed.set_back and now - silent_since > limit

    def take(self, now: float, points: Iterable[tuple[str, types_pb2.Datapoint]], *, read: bool) -> list[Reading]:
        """Process values of the stream, or of a read; return the readings, only the last one of each non-speed
        signal."""
        self.heard, self.answered = now, True
        speeds: list[Reading] = []
        others: dict[str, Reading] = {}
        for path, point in points:
            reported = nanoseconds(point.timestamp) if point.HasField("timestamp") else None
            if path == self._heartbeat:
                self.speed.beat(now, reported, read=read)
            if path in self._speeds:
                reading = self.speed.take(now, path, scalar(point), reported, read=read)
                self._follow(now, path, point, reading)
                if reading is not None:
                    speeds.append(reading)
            elif path in self._own:
                reading = self.others.take(now, path, scalar(point), reported, read=read)
                if reading is not None:
                    others[reading.signal] = reading
        return [*others.values(), *speeds]

    def repeat(self, now: float, reported: int) -> Reading | None:
        """Process a repetition of the last speed with this timestamp."""
        self.heard = now
        reading = self.speed.repeat(now, self._repeated, reported)
        if reading is not None:
            self._confirm(now, standing=self._standing)
        return reading

    def _follow(self, now: float, path: str, point: types_pb2.Datapoint, reading: Reading | None) -> None:
        self.repetition = None
        if reading is None or reading.signal != SPEED:
            return
        if self.speed.alone(path):
            self._repeated, self.repetition = path, Repetition(path, point.value.SerializeToString())
        self._confirm(now, standing=isinstance(reading.value, (int, float)) and not moves(reading.value))

    def _confirm(self, now: float, *, standing: bool) -> None:
        """Detect a new standstill, or one confirmed again after a gap in which the car may have moved."""
        after_gap = self._confirmed is None or now - self._confirmed > LIVE
        if standing and (after_gap or not self._standing):
            self.standstill = STANDSTILL_READS
        self._confirmed, self._standing = now, standing
