"""Ingestion from mosquitto to committed Parquet, beside a paho subscriber that only counts, over the same TLS."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median

from confluent_kafka import Producer
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from carlendar.telemetry.schema import Topic
from carlendar_fleet.broker.mosquitto import Mosquitto, mortal
from carlendar_fleet.broker.topics import INGEST
from carlendar_fleet.folder import DataFolder
from carlendar_fleet.ingest.batch import Batch
from carlendar_fleet.ingest.kafka import KafkaIngestion
from carlendar_fleet.registry.authority import Authority, write_private
from carlendar_fleet.registry.consents import Consent, Consents
from carlendar_fleet.registry.database import Database
from carlendar_fleet.registry.enrolment import Enrolment
from carlendar_fleet.simulate.fleet import BRANDS
from fleet_load import envelope

CARS = 10
MESSAGES = {1: 60_000, 4: 60_000, 20: 30_000}
"""By the number of events in each. A car with the default times publishes four on average (`fleet_messages`), and 20 or
more after days without a connection; the figure for four is what ingestion reaches in the field.
"""
RECORDS = 8_000
"""The mock cluster keeps 5 MB of a partition."""
WANTED = 0.4
TIMEOUT = 300.0
"""Seconds without a commit after which ingestion counts as stuck."""
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

    def next_sequence(self, events: int) -> int:
        """The first of that many sequence numbers, which no car has used."""
        first, self._sequence = self._sequence, self._sequence + events
        return first

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

    def bare(self, messages: int, events: int) -> tuple[float, float]:
        """Messages per second of a subscriber that only counts, and its processor time in microseconds a message."""
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
        spent = _await(counting, "done")
        taken = time.monotonic() - begin
        _await(load, "done")
        counting.wait()
        load.wait()
        return messages / taken, float(spent) / messages * 1e6

    def ingest(self, messages: int, events: int) -> tuple[float, float, list[int]]:
        """From the broker to committed Parquet: messages per second, microseconds of processor time a message, and
        the largest memory in MiB of each quarter of the events.
        """
        log = self.data.root / "ingest.log"
        log.unlink(missing_ok=True)
        with log.open("wb") as output:
            command = [sys.executable, "-I", "-m", "carlendar", "fleet", "ingest", "--data", str(self.data.root)]
            command += ["--broker", f"{self.broker.host}:{self.broker.port}"]
            ingesting = subprocess.Popen(mortal(command), stdout=output, stderr=output)
        time.sleep(4)  # until it has subscribed; nothing says so
        load = self.load(messages, events)
        begin, before = time.monotonic(), _processor(ingesting.pid)
        _say(load, "go")
        memory, reached, progress = [0] * 4, 0, begin
        while (done := _accepted(log)) < messages * events:
            time.sleep(0.02)
            quarter = done * 4 // (messages * events)
            memory[quarter] = max(memory[quarter], _memory(ingesting.pid))
            if done > reached:
                reached, progress = done, time.monotonic()
            if time.monotonic() - progress > TIMEOUT or ingesting.poll() is not None:
                raise SystemExit(f"ingestion is stuck at {done}: {log.read_text()[-500:]}")
        taken, spent = time.monotonic() - begin, _processor(ingesting.pid) - before
        _await(load, "done")
        load.wait()
        ingesting.terminate()
        ingesting.wait()
        return messages / taken, spent / messages * 1e6, memory


def run(scratch: Path, rounds: int, say: Callable[[str], None]) -> None:
    """Measure single events and batches."""
    bench = Bench(scratch / "fleet")
    bench.broker.start()
    try:
        for events, messages in MESSAGES.items():
            pairs = []
            for _ in range(max(rounds // 3, 1)):
                floor, least = bench.bare(messages, events)
                rate, spent, memory = bench.ingest(messages, events)
                pairs.append((rate / floor, rate, floor, max(memory), spent, least))
            ratio, rate, floor, spent, least = (median(each[at] for each in pairs) for at in (0, 1, 2, 4, 5))
            say(
                f"ingestion, {events:2} event{'s' if events > 1 else ' '} a message  {rate:7,.0f} messages/s "
                f"({rate * events:,.0f} events/s) committed; paho that only counts {floor:,.0f}/s: "
                f"{ratio:.2f} x (wanted {WANTED} x); processor {spent:.0f} and {least:.0f} us a message: "
                f"{least / spent:.2f} x; memory {max(each[3] for each in pairs)} MiB"
            )
        kafka(bench, say)
    finally:
        bench.broker.kill()


def kafka(bench: Bench, say: Callable[[str], None]) -> None:
    """Ingest from librdkafka's mock cluster, whose records are there before it begins."""
    producer = Producer({"bootstrap.servers": "mock:9092", "test.mock.num.brokers": 1, "linger.ms": 50})
    car, first = bench.cars[0], bench.next_sequence(RECORDS)
    at = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    routing = f'"clientname":"{car["id"]}","mqtttopic":"vehicles/{car["id"]}/telemetry/usage"}}'.encode()
    for number in range(RECORDS):
        producer.produce("bench", envelope(car, first + number, 99, at)[:-1] + b"," + routing, key=b"car")
        producer.poll(0)
    producer.flush(60)
    servers = ",".join(str(each).split("/")[0] for each in producer.list_topics(timeout=10).brokers.values())
    batch = Batch(bench.data)
    source = KafkaIngestion(batch, servers, "bench", "bench", {}, lambda: datetime.now(UTC), commit_seconds=0.5)
    started: list[float] = []

    def committed(counts: dict[str, int]) -> None:
        if counts.get("accepted", 0) >= RECORDS:
            source.stop()

    source.on_commit = committed
    source.on_first = lambda: started.append(time.monotonic())
    source.run()
    taken = time.monotonic() - started[0]
    batch.close()
    say(f"ingestion, Kafka,  1 event  a message  {RECORDS / taken:7,.0f} messages/s committed (mock cluster)")


def memory(scratch: Path, events: int, say: Callable[[str], None]) -> None:
    """Ingest many events, and watch the memory."""
    bench = Bench(scratch / "fleet")
    bench.broker.start()
    try:
        each = 50
        rate, _, used = bench.ingest(events // each // CARS * CARS, each)
        size = sum(path.stat().st_size for path in bench.data.events.rglob("*.parquet"))
        say(
            f"ingestion, memory      {events:,} events: at most {', '.join(map(str, used))} MiB in each quarter; "
            f"{rate * each:,.0f} events/s; tables {size >> 20} MiB, "
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


def _await(process: subprocess.Popen[str], word: str) -> str:
    """Wait for a line that begins with a word; returns the rest of it."""
    assert process.stdout is not None
    found, _, rest = process.stdout.readline().strip().partition(" ")
    if found != word:
        raise SystemExit(f"a part of the benchmark ended early: {found or process.poll()}")
    return rest


def _processor(process: int) -> float:
    """Processor time in seconds (proc(5), fields utime and stime)."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
