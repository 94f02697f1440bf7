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
SETTLED_FOR = 0.4
"""Seconds after a confirmation of the speed in which repetitions are kept and processed later, several at a time."""
STANDSTILL_READS = 2
"""How often selector, brake and ignition are read at a standstill: the second time in case the first failed."""


class Connection:
    """Not thread-safe: the owner's lock guards `take`, `repeat` and `catch_up`; reads are made by one thread."""

    def __init__(self, stub: Any, broker: Broker, sources: Sequence[SignalSource], heartbeat: str, now: float) -> None:
        self.began = self.heard = now
        self.answered = False
        """Whether anything was received."""
        self.reads = Reads(stub, broker)
        self.speed = SpeedChoice([source for source in sources if source.signal == SPEED])
        self.others = SignalChoice([source for source in sources if source.signal != SPEED])
        self.standstill = 0
        """How often selector, brake and ignition still have to be read."""
        self.read_at: float | None = None
        self._heartbeat = heartbeat
        self._confirmed: float | None = None
        self._standing = False
        self._repeated = ""
        self._repetition: Repetition | None = None
        """Detects a repetition of the last speed in the stream, which was of the path `_repeated`."""
        self._kept: list[tuple[float, bytes]] = []
        """Repetitions of the last speed that are not processed yet, and when they were received."""
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
        """Whether values arrive with outdated timestamps, so that only a new connection restarts their comparison."""
        silent_since = self.began if self._confirmed is None else self._confirmed
        return self.speed.set_back and now - silent_since > limit

    def take(self, now: float, points: Iterable[tuple[str, types_pb2.Datapoint]], *, read: bool) -> list[Reading]:
        """Process values of the stream, or of a read; return the readings, only the last one of each non-speed
        signal."""
        self.heard, self.answered = now, True
        kept = self.catch_up()
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
        return [*kept, *others.values(), *speeds]

    def repeats(self, message: bytes) -> bool:
        """Return whether an encoded `SubscribeResponse` repeats the last speed of the stream with another timestamp."""
        return self._repetition is not None and self._repetition.matches(message)

    def repeat(self, now: float, message: bytes) -> list[Reading]:
        """Process a message that `repeats` the last speed; return the readings of it and of those that were kept.

        Within `SETTLED_FOR` of the last confirmation it is kept instead, until a later one comes, or `catch_up`.
        """
        self.heard = now
        self._kept.append((now, message))
        settled = self._confirmed is not None and now - self._confirmed < SETTLED_FOR
        return [] if settled else self.catch_up()

    def catch_up(self) -> list[Reading]:
        """Process the repetitions that were kept; return their readings, each of the moment when it was received."""
        if not self._kept or self._repetition is None:
            return []
        kept, self._kept = self._kept, []
        readings: list[Reading] = []
        for at, message in kept:
            reported = self._repetition.reported_in(message)
            reading = None if reported is None else self.speed.repeat(at, self._repeated, reported)
            if reading is not None:
                self._confirm(at, standing=self._standing)
                readings.append(reading)
        return readings

    def _follow(self, now: float, path: str, point: types_pb2.Datapoint, reading: Reading | None) -> None:
        self._repetition = None
        if reading is None or reading.signal != SPEED:
            return
        if self.speed.alone(path):
            self._repeated, self._repetition = path, Repetition(path, point.value.SerializeToString())
        self._confirm(now, standing=isinstance(reading.value, (int, float)) and not moves(reading.value))

    def _confirm(self, now: float, *, standing: bool) -> None:
        """Detect a new standstill, or one confirmed again after a gap in which the car may have moved."""
        after_gap = self._confirmed is None or now - self._confirmed > LIVE
        if standing and (after_gap or not self._standing):
            self.standstill = STANDSTILL_READS
        self._confirmed, self._standing = now, standing
