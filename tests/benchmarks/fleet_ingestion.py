"""Ingestion from mosquitto to committed Parquet, beside a paho subscriber that only counts, over the same TLS."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from carlendar.telemetry.schema import Topic
from carlendar_fleet.broker.mosquitto import Mosquitto
from carlendar_fleet.broker.topics import INGEST
from carlendar_fleet.folder import DataFolder
from carlendar_fleet.registry.authority import Authority, write_private
from carlendar_fleet.registry.consents import Consent, Consents
from carlendar_fleet.registry.database import Database
from carlendar_fleet.registry.enrolment import Enrolment
from carlendar_fleet.simulate.fleet import BRANDS

CARS = 10
MESSAGES = 60_000
WANTED = 0.4
PATIENCE = 600.0
HERE = Path(__file__).parent


class Bench:
    """A broker, and cars with certificates and consents."""

    def __init__(self, folder: Path) -> None:
        self.data = DataFolder(folder).prepare()
        now = datetime.now(UTC)
        authority = Authority(self.data.authority, now)
        self.broker = Mosquitto(self.data.broker, authority, now)
        self.authority = authority.certificate_file
        database = Database(self.data.registry)
        enrolment = Enrolment(database, authority)
        self.cars = [self._car(enrolment, number, now) for number in range(CARS)]
        Consents(database).store(
            Consent(car["subject"], Topic.USAGE, car["id"], True, 1, 0, 0, now - timedelta(days=1)) for car in self.cars
        )
        database.close()
        self._runs = 0
        self._sequence = 1

    def _car(self, enrolment: Enrolment, number: int, now: datetime) -> dict[str, str]:
        name, brand = f"bench-{number}", BRANDS[number % len(BRANDS)]
        enrolment.vehicles.enrol(name, brand, "m1", now)
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        request = x509.CertificateSigningRequestBuilder().subject_name(subject).sign(key, hashes.SHA256())
        pem = serialization.Encoding.PEM
        files = self.data.root / f"{name}.pem", self.data.root / f"{name}.key"
        files[0].write_bytes(enrolment.certify(name, request.public_bytes(pem), now))
        plain = serialization.NoEncryption()
        write_private(files[1], key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain))
        return {
            "id": name, "number": str(number), "brand": brand, "subject": f"{number:032x}",
            "certificate": str(files[0]), "key": str(files[1]),
        }  # fmt: skip

    def load(self, messages: int, events: int) -> subprocess.Popen[str]:
        """A process that publishes as soon as it is sent a line."""
        self._runs += 1
        made = subprocess.Popen(
            [sys.executable, str(HERE / "fleet_load.py")], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        wanted = {
            "host": self.broker.host, "port": self.broker.port, "authority": str(self.authority), "cars": self.cars,
            "messages": messages, "events": events, "run": self._runs, "first": self._sequence,
        }  # fmt: skip
        self._sequence += messages // CARS * events
        _say(made, json.dumps(wanted))
        _await(made, "ready")
        return made

    def bare(self, messages: int, events: int) -> float:
        """Messages per second of a subscriber that only counts."""
        credentials = self.broker.credentials(INGEST)
        counting = subprocess.Popen(
            [
                sys.executable, str(HERE / "fleet_bare.py"), self.broker.host, str(self.broker.port),
                str(credentials.certificate), str(credentials.key), str(self.authority), str(messages),
            ],
            stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        _await(counting, "ready")
        load = self.load(messages, events)
        begin = time.monotonic()
        _say(load, "go")
        _await(counting, "done")
        taken = time.monotonic() - begin
        _await(load, "done")
        counting.wait()
        load.wait()
        return messages / taken

    def ingest(self, messages: int, events: int) -> tuple[float, int]:
        """Messages per second from the broker to committed Parquet, and the largest memory in MiB."""
        log = self.data.root / "ingest.log"
        log.unlink(missing_ok=True)
        with log.open("wb") as output:
            command = [sys.executable, "-I", "-m", "carlendar", "fleet", "ingest", "--data", str(self.data.root)]
            command += ["--broker", f"{self.broker.host}:{self.broker.port}"]
            ingesting = subprocess.Popen(command, stdout=output, stderr=output)
        time.sleep(4)  # until it has subscribed; nothing says so
        load = self.load(messages, events)
        begin = time.monotonic()
        _say(load, "go")
        memory = 0
        while (done := _accepted(log)) < messages * events:
            time.sleep(0.02)
            memory = max(memory, _memory(ingesting.pid))
            if time.monotonic() - begin > PATIENCE or ingesting.poll() is not None:
                raise SystemExit(f"ingestion is stuck at {done}: {log.read_text()[-500:]}")
        taken = time.monotonic() - begin
        _await(load, "done")
        load.wait()
        ingesting.terminate()
        ingesting.wait()
        return messages / taken, memory


def run(scratch: Path, rounds: int, say: Callable[[str], None]) -> None:
    """Measure single events and batches."""
    bench = Bench(scratch / "fleet")
    bench.broker.start()
    try:
        for events in (1, 20):
            messages = MESSAGES if events == 1 else MESSAGES // 4
            pairs = []
            for _ in range(max(rounds // 3, 1)):
                floor = bench.bare(messages, events)
                rate, memory = bench.ingest(messages, events)
                pairs.append((rate / floor, rate, floor, memory))
            ratio = median(each[0] for each in pairs)
            rate, floor = (median(each[at] for each in pairs) for at in (1, 2))
            say(
                f"ingestion, {events:2} event{'s' if events > 1 else ' '} a message  {rate:7,.0f} messages/s "
                f"({rate * events:,.0f} events/s) committed; paho that only counts {floor:,.0f}/s: "
                f"{ratio:.2f} x (wanted {WANTED} x), memory {max(each[3] for each in pairs)} MiB"
            )
    finally:
        bench.broker.kill()


def memory(scratch: Path, events: int, say: Callable[[str], None]) -> None:
    """Ingest many events, and watch the memory."""
    bench = Bench(scratch / "fleet")
    bench.broker.start()
    try:
        each = 50
        figures = []
        for _ in range(2):
            rate, used = bench.ingest(events // each // 2 // CARS * CARS, each)
            figures.append((rate * each, used))
        size = sum(path.stat().st_size for path in bench.data.events.rglob("*.parquet"))
        say(
            f"ingestion, memory      {events:,} events in two runs: {figures[0][1]} MiB, then {figures[1][1]} MiB; "
            f"{figures[1][0]:,.0f} events/s; tables {size >> 20} MiB, "
            f"ledger {bench.data.ledger.stat().st_size >> 20} MiB"
        )
    finally:
        bench.broker.kill()
        shutil.rmtree(bench.data.root)


def _accepted(log: Path) -> int:
    lines = log.read_text().splitlines()
    words = lines[-1].split() if lines else []
    return int(words[words.index("accepted") + 1]) if "accepted" in words else 0


def _memory(process: int) -> int:
    """Resident memory in MiB (proc(5))."""
    try:
        return int(Path(f"/proc/{process}/statm").read_text().split()[1]) * 4096 >> 20
    except (OSError, IndexError):
        return 0


def _say(process: subprocess.Popen[str], line: str) -> None:
    assert process.stdin is not None
    process.stdin.write(line + "\n")
    process.stdin.flush()


def _await(process: subprocess.Popen[str], word: str) -> None:
    assert process.stdout is not None
    line = process.stdout.readline().strip()
    if line != word:
        raise SystemExit(f"a part of the benchmark ended early: {line or process.poll()}")
