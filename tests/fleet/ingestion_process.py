"""Ingestion in a process that starts at once: it is forked from a server that has imported everything already."""

from __future__ import annotations

import multiprocessing
import signal
import sys
from datetime import UTC, datetime
from multiprocessing.context import ForkServerContext, ForkServerProcess
from pathlib import Path

from carlendar_fleet.broker.connection import Address
from carlendar_fleet.broker.mosquitto import Credentials
from carlendar_fleet.folder import DataFolder
from carlendar_fleet.ingest.batch import Batch
from carlendar_fleet.ingest.mqtt import MqttIngestion


def context() -> ForkServerContext:
    """The server with this module."""
    made = multiprocessing.get_context("forkserver")
    made.set_forkserver_preload([__name__])
    return made


def start(
    made: ForkServerContext, data: Path, log: Path, port: int, credentials: tuple[Path, ...]
) -> ForkServerProcess:
    """Start it; each commit is a line in the log."""
    process = made.Process(target=_run, args=(data, log, port, credentials), daemon=True)
    process.start()
    return process


def _run(data: Path, log: Path, port: int, credentials: tuple[Path, ...]) -> None:
    with log.open("a") as output:
        sys.stderr = output
        batch = Batch(DataFolder(data))
        ingestion = MqttIngestion(
            batch, Address("127.0.0.1", port), Credentials(*credentials), lambda: datetime.now(UTC), commit_seconds=0.05
        )

        def show(counts: dict[str, int]) -> None:
            output.write(f"{counts}\n")
            output.flush()

        ingestion.on_commit = show
        signal.signal(signal.SIGTERM, lambda *_: ingestion.stop())
        ingestion.run()
        batch.close()
