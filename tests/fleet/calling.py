"""A back end that gives tokens, over TLS on the loopback interface, and cars with certificates."""

from __future__ import annotations

import asyncio
import ssl
import threading
from collections.abc import Coroutine
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

import requests

from carlendar_devtools.emulator.cloud.running import RunningCloud
from carlendar_fleet.calling.budget import MinuteBudget
from carlendar_fleet.calling.communication_services import CommunicationServices, resource_of
from carlendar_fleet.calling.server import CallingServer, server_context
from carlendar_fleet.calling.service import CallingService
from carlendar_fleet.calling.teams_token import TeamsTokenCheck
from carlendar_fleet.folder import DataFolder
from carlendar_fleet.registry.authority import Authority, pem, write_private
from carlendar_fleet.registry.database import Database
from carlendar_fleet.registry.enrolment import Enrolment
from tests.fleet.clients import key_and_request

MINUTES = 1_000
T = TypeVar("T")


class Clock:
    """The back end's time: the machine's, moved by a test."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def now(self) -> datetime:
        """Return the time."""
        return datetime.now(UTC) + self.ahead

    def seconds(self) -> float:
        """Return seconds of a monotonic clock."""
        return self.now().timestamp()


class CallingBackEnd:
    """`carlendar fleet tokens` in a thread, with the emulated cloud as Azure."""

    def __init__(
        self, path: Path, cloud: RunningCloud, *, minutes: int = MINUTES, guests: bool = True,
        connection: str = "", tenants: tuple[str, ...] = (), clock: Clock | None = None,
    ) -> None:  # fmt: skip
        self.path, self.clock = path, clock or Clock()
        self.data = DataFolder(path / "fleet").prepare()
        self.authority = Authority(self.data.authority, self.clock.now())
        self.database = Database(self.data.registry)
        self.enrolment = Enrolment(self.database, self.authority)
        numbers = count(1)
        self.budget = MinuteBudget(self.database, minutes, self.clock.now, lambda: f"lease-{next(numbers)}")
        self.azure = CommunicationServices(
            resource_of(connection or cloud.communication.connection), lambda: datetime.now(UTC),
            ssl.create_default_context(cafile=str(cloud.ca_file)),
        )  # fmt: skip
        check = TeamsTokenCheck(cloud.client_id, self.clock.now, login=cloud.origin, tenants=tenants)
        self.service = CallingService(
            self.enrolment.vehicles, self.budget, self.azure, check, guests=guests, now=self.clock.now,
            seconds=self.clock.seconds,
        )  # fmt: skip
        certificate, key = self.authority.certify_server(["localhost", "127.0.0.1"], self.clock.now())
        (path / "server.pem").write_bytes(certificate)
        (path / "server.key").write_bytes(key)
        context = server_context(path / "server.pem", path / "server.key", self.authority.certificate_file)
        self._server = CallingServer(self.service, context)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="calling", daemon=True)
        self.url = ""

    def __enter__(self) -> Self:
        self._thread.start()
        self.url = f"https://localhost:{self.run(self._server.start('127.0.0.1', 0))}"
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.run(self._server.stop())
        self.run(self.azure.close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()
        self.database.close()

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Run a coroutine on the server's event loop."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(20)

    def car(self, vehicle: str = "car-0001") -> Path:
        """Enrol a car; return the file of its certificate and key."""
        self.enrolment.vehicles.enrol(vehicle, "aurelle", "estate", self.clock.now())
        key, request = key_and_request(vehicle)
        file = self.path / f"{vehicle}.pem"
        write_private(file, self.enrolment.certify(vehicle, request, self.clock.now()) + key)
        return file

    def stranger(self, name: str = "backend-ingest") -> Path:
        """A client of the fleet's authority that is no vehicle."""
        certificate, key = self.authority.certify_client(name, self.clock.now())
        file = self.path / f"{name}.pem"
        write_private(file, certificate + key)
        return file

    def post(self, certificate: Path | None, path: str, body: bytes) -> requests.Response:
        """Send a request as a car."""
        with requests.Session() as session:
            session.trust_env = False
            return session.post(
                self.url + path, data=body, timeout=20, verify=str(self.authority.certificate_file),
                cert=str(certificate) if certificate is not None else None,
            )  # fmt: skip


def foreign_certificate(path: Path, vehicle: str) -> Path:
    """A certificate of another fleet's authority for a car of the same name."""
    authority = Authority(path / "other", datetime.now(UTC))
    key, request = key_and_request(vehicle)
    file = path / f"foreign-{vehicle}.pem"
    write_private(file, pem(authority.certify(request, vehicle, "aurelle", datetime.now(UTC))) + key)
    return file
