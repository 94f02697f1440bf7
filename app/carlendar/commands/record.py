"""`carlendar record FILE`: records the car's signals, for `carlendar safety` and the emulator to replay."""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from carlendar.domain.vss import SPEED
from carlendar.errors import ServiceError, SettingsError, UsageError
from carlendar.settings import load
from carlendar.wiring import host
from carlendar.wiring.databroker import broker as cars_broker
from carlendar.wiring.databroker import developers_broker

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from carlendar.domain.ports import Reading
    from carlendar.vehicle.recording import RecordedSignals

    Clock = Callable[[], float]

_log = logging.getLogger(__name__)
FLUSH_SECONDS = 1.0
"""Seconds between two flushes: at most this much is lost in a power failure."""
SILENT_AFTER = 2.5
"""Seconds after which missing signals are reported."""


def run(
    *,
    file: str,
    position: bool = False,
    seconds: float = 0.0,
    databroker: str = "",
    ca_file: str = "",
    token_file: str = "",
    server_name: str = "",
) -> int:
    """Record until interrupted, or for `seconds`; returns 0.

    Listens to the databroker in root's settings, or to `databroker`, given by a developer.

    Raises UsageError for a file that exists or cannot be written, SettingsError, and ServiceError if no signal arrived.
    The car's position is left out unless `position`, the driver's identity always.
    """
    try:
        from carlendar.vehicle.kuksa import KuksaSignals
        from carlendar.vehicle.recording import RecordedSignals
    except ImportError as error:
        raise UsageError("recording needs Carlendar's extra `vehicle`") from error
    settings, clock = load(), host.elapsed_clock()
    named = (databroker, ca_file, token_file, server_name)
    try:
        broker = developers_broker(*named) if databroker else cars_broker(settings)
    except SettingsError as error:
        raise SettingsError(f"no signals arrive: {error}") from error
    heartbeat = settings.text("vehicle.heartbeat")
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: ended.set())
    kuksa = KuksaSignals(broker, clock, heartbeat=heartbeat)
    with _sink(file) as sink:
        recorded = RecordedSignals(kuksa, sink, clock, position=position)
        silence = SilenceMonitor(broker.address, clock.seconds() + SILENT_AFTER)
        recorded.start(silence.on_readings)
        _log.info("recording from the databroker at %s", broker.address)
        try:
            until = clock.seconds() + seconds if seconds else float("inf")
            while _keep(recorded, sink, ended, until, clock.seconds):
                silence.look(clock.seconds(), kuksa.problem)
            problem = kuksa.problem
        finally:
            recorded.stop()
            _log.info("%d readings recorded", recorded.lines)
        _show_count(recorded, end="\n")
    if recorded.failed is not None:
        raise UsageError(f"{file} cannot be written any more: {recorded.failed.strerror}") from recorded.failed
    if not recorded.lines:
        raise ServiceError(f"the databroker at {broker.address} sent nothing{': ' if problem else ''}{problem}")
    return 0


class SilenceMonitor:
    """Reports once on standard error, at `notice` (elapsed seconds), that no signals or no speed have arrived."""

    def __init__(self, address: str, notice: float) -> None:
        self._address = address
        self._notice = notice
        self._heard = self._speed = False

    def on_readings(self, readings: Sequence[Reading]) -> None:
        """Accept readings; called from any thread."""
        self._heard = self._heard or any(reading.value is not None for reading in readings)
        self._speed = self._speed or any(reading.signal == SPEED for reading in readings)

    def look(self, now: float, problem: str) -> None:
        """Report if due; `problem` is why the databroker sends nothing, empty while it does."""
        if now < self._notice or self._speed:
            return
        self._notice = float("inf")
        if problem or not self._heard:
            why = problem or "it has no values"
            sys.stderr.write(f"no signals arrive from the databroker at {self._address}: {why}\n")
        else:
            sys.stderr.write(f"no speed arrives from the databroker at {self._address}; see `carlendar doctor`\n")
        sys.stderr.flush()


def _keep(recorded: RecordedSignals, sink: TextIO, ended: threading.Event, until: float, now: Clock) -> bool:
    """Wait briefly, flush, and show the amount recorded; False at the end."""
    if recorded.failed is not None or (left := until - now()) <= 0 or ended.wait(min(FLUSH_SECONDS, left)):
        return False
    try:
        sink.flush()
    except OSError as error:
        recorded.failed = error
    _show_count(recorded, end="\r")
    return True


def _show_count(recorded: RecordedSignals, end: str) -> None:
    if sys.stderr.isatty():
        sys.stderr.write(f"{recorded.lines} readings{end}")
        sys.stderr.flush()


@contextmanager
def _sink(file: str) -> Iterator[TextIO]:
    """Open a new file, readable by its owner only; standard output for `-`. A failed flush at the end was reported
    before.
    """
    if file == "-":
        yield sys.stdout
        return
    try:
        descriptor = os.open(Path(file), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise UsageError(f"{file} already exists") from error
    except OSError as error:
        raise UsageError(f"{file} cannot be written: {error.strerror}") from error
    sink = open(descriptor, "w", encoding="utf-8")  # noqa: SIM115, PTH123 — closed below, whatever its last flush says
    try:
        yield sink
    finally:
        with suppress(OSError):
            sink.close()
