"""A back end on this machine: broker, ingestion in a process of its own, simulated cars, and the report's page."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from contextlib import ExitStack
from datetime import datetime, timedelta
from importlib.util import find_spec
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from carlendar.domain.base import Value
from carlendar.errors import ServiceError
from carlendar.isolated import program
from carlendar.telemetry.commands import VerificationKeys
from carlendar.telemetry.signing import key_name, public_bytes
from carlendar_fleet.broker.mosquitto import Mosquitto, mortal
from carlendar_fleet.control.keys import load_or_create
from carlendar_fleet.folder import DataFolder, temporary
from carlendar_fleet.registry.authority import Authority
from carlendar_fleet.registry.database import Database
from carlendar_fleet.registry.enrolment import Enrolment
from carlendar_fleet.simulate.car import CarEnvironment
from carlendar_fleet.simulate.fleet import simulated_fleet
from carlendar_fleet.simulate.live import LiveFleet
from carlendar_fleet.simulate.offline import write_history

HISTORY_DAYS = 30
STOP_SECONDS = 15.0
LAST_BYTES = 4_096
"""Of the log, which end with the last line."""
LITTLE_BYTES = 65_536
"""Free space with which nothing can be stored any more."""
REPORT = "carlendar_fleet.commands.report"


class FleetSize(Value, frozen=True):
    """How many cars are simulated: those that drive now, and those whose last days are in the tables already."""

    cars: int
    history: int
    seed: int
    port: int = 0


class LocalBackEnd:
    """Everything, from `start` to `stop`."""

    def __init__(self, data: DataFolder, size: FleetSize, now: Callable[[], datetime]) -> None:
        self._data, self._size, self._now = data, size, now
        self._ends = ExitStack()
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        """Those that must not end by themselves; each has a log of its name."""
        self.broker: Mosquitto | None = None
        self.cars: LiveFleet | None = None
        self.status = data.root / "ingestion.log"
        self._read_from = 0
        """Where the log of this start begins."""

    def start(self) -> None:
        """Start everything in order. Raises ServiceError (mosquitto is missing or does not start) and UsageError."""
        try:
            self._start()
        except BaseException:
            self.stop()
            raise

    def _start(self) -> None:
        now = self._now()
        authority = Authority(self._data.prepare().authority, now)
        self._renew_list(authority, now)
        self.broker = Mosquitto(self._data.broker, authority, now, port=self._size.port)
        if self._size.history:
            begin = now.date() - timedelta(days=HISTORY_DAYS)
            past = simulated_fleet(self._size.history, HISTORY_DAYS, self._size.seed, begin, prefix="past")
            if not self._registered(past.ids[0]):
                write_history(self._data, past)
        self.broker.start()
        self._ends.callback(self.broker.stop)
        where = f"{self.broker.host}:{self.broker.port}"
        key = load_or_create(self._data.command_key)
        self._read_from = self.status.stat().st_size if self.status.exists() else 0
        self._start_process("ingestion", "ingest", "--broker", where)
        self._start_process("control", "control", "--broker", where)
        self._start_cars(self.broker, authority, key)

    def _renew_list(self, authority: Authority, now: datetime) -> None:
        database = Database(self._data.registry)
        Enrolment(database, authority).renew_list(now)
        database.close()

    def _registered(self, vehicle: str) -> bool:
        database = Database(self._data.registry)
        found = database.rows("SELECT 1 FROM vehicles WHERE id = ?", [vehicle])
        database.close()
        return bool(found)

    def _start_process(self, name: str, *arguments: str) -> None:
        """Start a command of `carlendar fleet` on this data folder."""
        log = self._data.root / f"{name}.log"
        command = program("carlendar", "fleet", *arguments, "--data", str(self._data.root))
        with log.open("ab") as output:
            process = subprocess.Popen(
                mortal(command), stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True
            )
        self._ends.callback(self._end, process)
        self._processes[name] = process

    def _start_cars(self, broker: Mosquitto, authority: Authority, key: Ed25519PrivateKey) -> None:
        public = public_bytes(key)
        keys = VerificationKeys({key_name(public): public}, {}, {})
        environment = CarEnvironment(broker.host, broker.port, authority.certificate_file, keys)
        now = self._now()
        seed = self._size.seed * 10**6 + int(now.timestamp()) % 10**6  # other cars at each start on the same data
        fleet = simulated_fleet(self._size.cars, HISTORY_DAYS, seed, now.date(), prefix="live")
        # what a car holds is not the back end's, and `forget` would find its subjects there
        folder = self._ends.enter_context(temporary()).root
        self.cars = LiveFleet(fleet, folder, environment, self._now)
        database = Database(self._data.registry)
        self.cars.enrol(Enrolment(database, authority), now)
        database.close()
        self.cars.start()
        self._ends.callback(self.cars.stop)

    @property
    def example(self) -> str:
        """The id of one of the cars."""
        return self.cars.cars[0].vehicle.id if self.cars is not None else ""

    def check(self) -> None:
        """Have the broker obey revocations. Raises ServiceError if a process has ended by itself."""
        if self.broker is not None:
            if self.broker.pid is None:
                raise ServiceError("mosquitto has ended: see mosquitto.log in the data folder")
            self.broker.reload_revocations()
        for name, process in self._processes.items():
            if process.poll() is not None:
                raise ServiceError(f"{name} has ended: see {name}.log in the data folder")

    def last_count(self) -> str:
        """What ingestion has counted so far, in words, or that the disk is full; empty before its first commit."""
        if shutil.disk_usage(self._data.root).free < LITTLE_BYTES:  # its log cannot report that
            return f"the disk is full: make room for {self._data.root}; ingestion then goes on by itself"
        try:
            with self.status.open("rb") as file:
                file.seek(max(self.status.stat().st_size - LAST_BYTES, self._read_from))
                lines = file.read().decode("utf-8", "replace").splitlines()
        except OSError:
            return ""
        return lines[-1] if lines else ""

    def stop(self) -> None:
        """End everything in reverse order: cars, ingestion with a last commit, broker."""
        self._ends.close()

    @staticmethod
    def _end(process: subprocess.Popen[bytes]) -> None:
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


class ReportPage:
    """The report's page, renewed in a process of its own now and then."""

    def __init__(self, data: DataFolder) -> None:
        self.file: Path = data.root / "report.html"
        self._data = data
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def available(self) -> bool:
        """Whether this installation can make it."""
        return find_spec(REPORT) is not None

    def renew(self) -> None:
        """Begin to make it, unless that is under way."""
        if self._process is not None and self._process.poll() is None:
            return
        command = program("carlendar", "fleet", "report", "--html", str(self.file), "--data", str(self._data.root))
        with (self._data.root / "report.log").open("ab") as output:
            self._process = subprocess.Popen(
                mortal(command), stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True
            )

    def stop(self) -> None:
        """Give up what is under way."""
        if self._process is not None and self._process.poll() is None:
            self._process.kill()
            self._process.wait()
