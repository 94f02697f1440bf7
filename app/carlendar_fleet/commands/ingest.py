"""`carlendar fleet ingest`: reads events from a broker or from Kafka until it is interrupted."""

from __future__ import annotations

import gc
import signal
import tomllib
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType

from carlendar.errors import UsageError
from carlendar_fleet.broker.connection import Address
from carlendar_fleet.broker.mosquitto import Credentials
from carlendar_fleet.broker.topics import INGEST
from carlendar_fleet.commands.data import data_folder
from carlendar_fleet.folder import DataFolder
from carlendar_fleet.ingest.batch import Batch
from carlendar_fleet.ingest.kafka import KafkaIngestion
from carlendar_fleet.ingest.mqtt import MqttIngestion
from carlendar_fleet.ingest.receipt_sender import ReceiptSender


def run(
    *,
    broker: str,
    kafka: str,
    receipts: str,
    certificate: str,
    key: str,
    ca_file: str,
    topic: str,
    group: str,
    kafka_config: str,
    commit_seconds: float,
    data: str,
) -> int:
    """Ingest until SIGINT or SIGTERM; returns 0. Raises UsageError."""
    folder = data_folder(data)
    batch = Batch(folder)
    source: MqttIngestion | KafkaIngestion
    sender: ReceiptSender | None = None
    if kafka:
        settings = _settings(kafka_config)
        source = KafkaIngestion(batch, kafka, topic, group, settings, _now, commit_seconds=commit_seconds)
        if receipts:
            sender = ReceiptSender(address(receipts), credentials_of(folder, INGEST, certificate, key, ca_file))
            source.on_receipts = sender.send
            sender.start()
    else:
        credentials = credentials_of(folder, INGEST, certificate, key, ca_file)
        source = MqttIngestion(batch, address(broker), credentials, _now, commit_seconds=commit_seconds)
    source.on_commit = _show

    def stop(_number: int, _frame: FrameType | None) -> None:
        source.stop()

    gc.freeze()  # the modules: no collection needs to look through them again
    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)
    try:
        source.run()
    finally:
        batch.close()
        if sender is not None:
            sender.stop()
    return 0


def _now() -> datetime:
    return datetime.now(UTC)


def _show(counts: dict[str, int]) -> None:
    with suppress(OSError):  # the log may be on a full disk, or its reader gone: neither ends ingestion
        print("  ".join(f"{name} {number}" for name, number in counts.items()), flush=True)


def address(text: str) -> Address:
    """Host and port. Raises UsageError."""
    host, colon, port = text.rpartition(":")
    if not (colon and host and port.isascii() and port.isdigit() and 0 < int(port) < 65_536):
        raise UsageError(f"--broker takes HOST:PORT, not {text}")
    return Address(host.strip("[]"), int(port))


def credentials_of(
    folder: DataFolder, name: str, certificate: str = "", key: str = "", ca_file: str = ""
) -> Credentials:
    """The files that are given; for others, those of a broker of this data folder. Raises UsageError."""
    own = folder.broker
    found = Credentials(
        Path(certificate) if certificate else own / f"{name}.pem", Path(key) if key else own / f"{name}.key",
        Path(ca_file) if ca_file else folder.authority / "ca.pem",
    )  # fmt: skip
    for path in (found.certificate, found.key, found.authority):
        if not path.is_file():
            raise UsageError(f"{path} does not exist: it is needed to connect to the broker")
    return found


def _settings(file: str) -> dict[str, str]:
    if not file:
        return {}
    try:
        found = tomllib.loads(Path(file).read_text("utf-8"))
    except OSError as error:
        raise UsageError(f"{file} cannot be read: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{file} is no TOML: {error}") from error
    return {name: str(value) for name, value in found.items()}
