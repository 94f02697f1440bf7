"""What is known over one connection to a databroker, and when something has to be read."""

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
"""Seconds of silence after which the speed is read, and between two reads while the silence lasts (at most 0.5)."""
READ_SELDOM = 2.0
"""Seconds between two reads where nothing depends on them any more."""
UNUSED_AFTER = 5.0
"""Seconds from the beginning after which a speed that never came is read seldom."""
ASLEEP_AFTER = 65.0
"""Seconds of silence after which the speed is read seldom: nothing holds PARKED for longer by itself."""
STANDSTILL_READS = 2
"""Times that selector, brake and ignition are read at a standstill: the second for what the first missed."""


class Connection:
    """Not thread-safe: its owner's lock guards `take` and `repeat`; reads are for one thread."""

    def __init__(self, stub: Any, broker: Broker, sources: Sequence[SignalSource], heartbeat: str, now: float) -> None:
        self.began = self.heard = now
        self.answered = False
        """Whether anything has come over it."""
        self.reads = Reads(stub, broker)
        self.speed = SpeedChoice([source for source in sources if source.signal == SPEED])
        self.others = SignalChoice([source for source in sources if source.signal != SPEED])
        self.repetition: Repetition | None = None
        """How the stream would repeat the last speed."""
        self.standstill = 0
        """How many times what secures a standing car is still to be read."""
        self.read_at: float | None = None
        self._heartbeat = heartbeat
        self._confirmed: float | None = None
        self._standing = False
        self._repeated = ""
        self._speeds = frozenset(self.speed.paths)
        beat = (heartbeat,) if heartbeat else ()
        self.paths = tuple(dict.fromkeys((*(source.path for source in sources), *beat)))
        self.speed_paths = tuple(dict.fromkeys((*beat, *self.speed.paths)))
        """The heartbeat first: no speed that is read after it is older."""
        self.standstill_paths = self.others.paths(SELECTOR, PARKING_BRAKE, IGNITION)
        self._own = frozenset(source.path for source in sources)

    def read_due(self, now: float) -> float:
        """Seconds until the speed has to be read; 0 or less at once."""
        if not self.speed_paths:
            return READ_SELDOM
        silent_since = self.began if self._confirmed is None else self._confirmed
        quiet_limit = UNUSED_AFTER if self._confirmed is None else ASLEEP_AFTER
        pause = READ_AFTER if now - silent_since < quiet_limit else READ_SELDOM
        last = silent_since if self.read_at is None else max(silent_since, self.read_at)
        return last + pause - now

    def out_of_step(self, now: float, limit: float) -> bool:
        """Whether values come, but their timestamps fell behind: only a new connection compares them anew."""
        silent_since = self.began if self._confirmed is None else self._confirmed
        return self.speed.set_back and now - silent_since > limit

    def take(self, now: float, points: Iterable[tuple[str, types_pb2.Datapoint]], *, read: bool) -> list[Reading]:
        """Values of the stream, or of a read; the readings that come of them, of each other signal only the last."""
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
        """The stream repeats the last speed with this timestamp."""
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
        """A standstill begins, or is known again after a gap in which anything may have happened."""
        after_gap = self._confirmed is None or now - self._confirmed > LIVE
        if standing and (after_gap or not self._standing):
            self.standstill = STANDSTILL_READS
        self._confirmed, self._standing = now, standing
