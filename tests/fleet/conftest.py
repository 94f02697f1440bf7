"""A broker with its authority, and cars that connect to it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import pytest

from carlendar_fleet.broker.connection import Address
from carlendar_fleet.broker.mosquitto import Mosquitto, QueueLimit
from carlendar_fleet.broker.topics import CONTROL, INGEST
from carlendar_fleet.control.keys import create
from carlendar_fleet.control.mqtt import MqttControl
from carlendar_fleet.control.service import ControlService
from carlendar_fleet.folder import DataFolder
from carlendar_fleet.ingest.batch import Batch
from carlendar_fleet.ingest.mqtt import MqttIngestion
from carlendar_fleet.registry.authority import Authority, pem, write_private
from carlendar_fleet.registry.database import Database
from carlendar_fleet.registry.enrolment import Enrolment
from carlendar_fleet.registry.vehicles import Vehicles
from tests.fakes.waiting import wait_until
from tests.fleet.clients import Client, key_and_request

COMMIT_SECONDS = 0.05


class Stand:
    """A back end on the loopback interface: registry, authority, broker, and ingestion in a thread."""

    def __init__(self, data: DataFolder, limit: QueueLimit | None = None) -> None:
        self.data = data.prepare()
        self.authority = Authority(data.authority, self.now())
        self.broker = Mosquitto(data.broker, self.authority, self.now(), limit=limit)
        self.broker.start()
        self._ends = ExitStack()
        self._ends.callback(self.broker.kill)
        self._ingestion: tuple[MqttIngestion, Batch, threading.Thread] | None = None

    @staticmethod
    def now() -> datetime:
        return datetime.now(UTC)

    @property
    def address(self) -> Address:
        return Address(self.broker.host, self.broker.port)

    def credentials(self, vehicle: str, brand: str = "neutral") -> tuple[Path, Path]:
        """Enrol a vehicle, and certify a key that was made for it."""
        database = Database(self.data.registry)
        vehicles = Vehicles(database)
        vehicles.enrol(vehicle, brand, "m1", self.now())
        key, request = key_and_request(vehicle)
        certificate = self.authority.certify(request, vehicle, brand, self.now())
        vehicles.certified(
            vehicle, certificate.serial_number, certificate.not_valid_before_utc, certificate.not_valid_after_utc
        )
        database.close()
        folder = self.data.root / "cars"
        folder.mkdir(exist_ok=True)
        write_private(folder / f"{vehicle}.key", key)
        write_private(folder / f"{vehicle}.pem", pem(certificate))
        return folder / f"{vehicle}.pem", folder / f"{vehicle}.key"

    def client(self, vehicle: str, *, client_id: str = "", brand: str = "neutral", qos: int = 1) -> Client:
        """A connected client of a new vehicle."""
        files = self.credentials(vehicle, brand)
        made = Client(vehicle, self.address, files, self.authority.certificate_file, client_id or vehicle, qos)
        self._ends.callback(made.close)
        return made

    def revoke(self, vehicle: str) -> None:
        """Revoke a vehicle; the broker refuses it after its restart."""
        database = Database(self.data.registry)
        vehicles = Vehicles(database)
        vehicles.revoke(vehicle, self.now())
        self.authority.list_revoked(vehicles.revoked_serials(), self.now())
        database.close()

    def start_ingestion(self, now: Callable[[], datetime] | None = None) -> MqttIngestion:
        """Ingest in a thread, with a commit soon after each message."""
        batch = Batch(self.data)
        ingestion = MqttIngestion(
            batch, self.address, self.broker.credentials(INGEST), now or self.now, commit_seconds=COMMIT_SECONDS
        )
        thread = threading.Thread(target=ingestion.run)
        thread.start()
        self._ingestion = ingestion, batch, thread
        wait_until(lambda: ingestion.connected, what="the subscription")
        return ingestion

    def stop_ingestion(self) -> None:
        """End ingestion with a last commit."""
        if self._ingestion is not None:
            ingestion, batch, thread = self._ingestion
            ingestion.stop()
            thread.join(30)
            batch.close()
            self._ingestion = None

    def run_control(self, service: ControlService) -> None:
        """Connect a control service in a thread, until this is closed."""
        running = MqttControl(service, self.address, self.broker.credentials(CONTROL))
        connected = threading.Event()
        running.on_connected = connected.set
        thread = threading.Thread(target=running.run)
        thread.start()
        self._ends.callback(thread.join, 20)
        self._ends.callback(running.stop)
        assert connected.wait(15)

    def close(self) -> None:
        """End everything."""
        self.stop_ingestion()
        self._ends.close()


@pytest.fixture
def stand(tmp_path: Path) -> Iterator[Stand]:
    made = Stand(DataFolder(tmp_path / "fleet"))
    yield made
    made.close()


@pytest.fixture
def service(stand: Stand) -> ControlService:
    """The stand's control service, connected, with a key of its own."""
    database = Database(stand.data.registry)
    made = ControlService(database, Enrolment(database, stand.authority), create(stand.data.root / "key"), stand.now)
    stand.run_control(made)
    return made
