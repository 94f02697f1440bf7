"""`carlendar record FILE`: writes down what the car says, for `carlendar safety` and the emulator to replay."""

from __future__ import annotations

import os
import signal
import sys
import threading
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from app.bootstrap import machine
from app.bootstrap.databroker import broker as cars_broker
from app.bootstrap.databroker import developers_broker
from app.errors import ServiceError, UsageError
from app.settings import load

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from app.vehicle.recording import RecordedSignals

    Clock = Callable[[], float]

FLUSHED = 1.0
"""Seconds: no more than this is lost when the power goes."""


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
    """Record until it is interrupted, or for so many seconds; returns 0.

    Listens to the car's databroker by root's settings, or to a `databroker` that a developer names.

    Raises UsageError for a file that is there already or cannot be written, SettingsError, and ServiceError when
    the car said nothing at all. Where the car was is left out unless `position`; who drove it, always.
    """
    try:
        from app.vehicle.kuksa import KuksaSignals
        from app.vehicle.recording import RecordedSignals
    except ImportError as error:
        raise UsageError("recording needs Carlendar's extra `vehicle`") from error
    settings, clock = load(), machine.elapsed_clock()
    named = (databroker, ca_file, token_file, server_name)
    broker = developers_broker(*named) if databroker else cars_broker(settings)
    heartbeat = settings.text("vehicle.heartbeat")
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: ended.set())
    with _sink(file) as sink:
        recorded = RecordedSignals(KuksaSignals(broker, clock, heartbeat=heartbeat), sink, clock, position=position)
        recorded.start(lambda _: None)
        try:
            _keep(recorded, sink, ended, clock.seconds() + seconds if seconds else float("inf"), clock.seconds)
        finally:
            recorded.stop()
        _tell(recorded, end="\n")
    if recorded.failed is not None:
        raise UsageError(f"{file} cannot be written any more: {recorded.failed.strerror}") from recorded.failed
    if not recorded.lines:
        raise ServiceError(f"the databroker at {broker.address} said nothing")
    return 0


def _keep(recorded: RecordedSignals, sink: TextIO, ended: threading.Event, until: float, now: Clock) -> None:
    """Wait for the end, flush, and say how it goes."""
    while recorded.failed is None and (left := until - now()) > 0 and not ended.wait(min(FLUSHED, left)):
        try:
            sink.flush()
        except OSError as error:
            recorded.failed = error
        _tell(recorded, end="\r")


def _tell(recorded: RecordedSignals, end: str) -> None:
    if sys.stderr.isatty():
        sys.stderr.write(f"{recorded.lines} readings{end}")
        sys.stderr.flush()


@contextmanager
def _sink(file: str) -> Iterator[TextIO]:
    """A new file, for its owner alone; standard output for `-`. What cannot be flushed at the end has been told."""
    if file == "-":
        yield sys.stdout
        return
    try:
        descriptor = os.open(Path(file), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise UsageError(f"{file} is there already") from error
    except OSError as error:
        raise UsageError(f"{file} cannot be written: {error.strerror}") from error
    sink = open(descriptor, "w", encoding="utf-8")  # noqa: SIM115, PTH123 — closed below, whatever its last flush says
    try:
        yield sink
    finally:
        with suppress(OSError):
            sink.close()
