"""`carlendar telemetry`: what waits for the fleet, the car's certificate, and the aggregating module of IoT Edge."""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from pathlib import Path

from carlendar.errors import RefusedError, UsageError
from carlendar.settings import Settings, load
from carlendar.telemetry.identity import VehicleIdentity
from carlendar.telemetry.publisher import DataBudget
from carlendar.telemetry.queue import FILE, EventQueue
from carlendar.wiring import host
from carlendar.wiring import telemetry as wiring


def run(
    *, what: str, file: str, local: str, ca_file: str, certificate: str, folder: str, as_json: bool
) -> int:  # fmt: skip
    """Carry out one of the four; returns 0. Raises UsageError, RefusedError, StoreError."""
    if (what == "install") is not bool(file):
        raise UsageError("install needs the file of the certificate, and nothing else takes one")
    if (what == "module") is not bool(local):
        raise UsageError("module needs --local, and nothing else takes it")
    if what == "module":
        return _module(local, Path(ca_file), Path(certificate), Path(folder or "."))
    settings = load()
    if not settings.text("fleet.vehicle"):
        raise UsageError("fleet.vehicle is not set in the platform file")
    if what == "status":
        return _status(settings, as_json=as_json)
    identity = VehicleIdentity(
        wiring.folder(settings), settings.text("fleet.vehicle"), wiring.brand(settings), wiring.model(settings)
    )
    if what == "request":
        sys.stdout.write(identity.request())
        return 0
    return _install(settings, identity, Path(file))


def _install(settings: Settings, identity: VehicleIdentity, file: Path) -> int:
    authority = settings.path("fleet.ca_file")
    try:
        chain = file.read_text("ascii")
        trusted = authority.read_bytes() if authority is not None else None
    except (OSError, UnicodeDecodeError) as error:
        raise RefusedError(f"{file} cannot be read as a certificate.") from error
    identity.install(chain, host.wall_clock(host.elapsed_clock()).now(), trusted)
    print("The certificate is installed. The service uses it with its next connection.")
    return 0


def _status(settings: Settings, *, as_json: bool) -> int:
    """Print what waits, what this month cost, and until when the certificate is valid."""
    folder = wiring.folder(settings)
    wall = host.wall_clock(host.elapsed_clock())
    limit = int(settings.number("telemetry.monthly_kilobytes")) * 1000
    held: dict[str, int] = {}
    spent = 0
    if (folder / FILE).exists():
        queue = EventQueue(folder, str, str)
        held, spent = queue.held(), DataBudget(queue, wall, limit).spent()
        queue.close()
    identity = VehicleIdentity(folder, settings.text("fleet.vehicle"), wiring.brand(settings), wiring.model(settings))
    expires = identity.expires()
    found = {
        "vehicle": settings.text("fleet.vehicle"), "brand": wiring.brand(settings),
        "broker": settings.text("fleet.broker"), "waiting": held, "bytes_this_month": spent, "bytes_allowed": limit,
        "certificate_expires": expires.isoformat() if expires is not None else None,
    }  # fmt: skip
    if as_json:
        print(json.dumps(found))
        return 0
    waiting = ", ".join(f"{count} {topic}" for topic, count in held.items()) or "none"
    print(f"Vehicle: {found['vehicle']} ({found['brand']}), broker {found['broker'] or 'none'}")
    print(f"Events waiting: {waiting}")
    print(f"This month: {spent / 1000:.0f} kB of {limit / 1000:.0f} kB")
    print(f"Certificate: {'none' if expires is None else f'valid until {expires:%Y-%m-%d}'}")
    return 0


def _module(local: str, ca_file: Path, certificate: Path, folder: Path) -> int:
    """Run the aggregating module until SIGTERM, with the identity that IoT Edge gives it."""
    from carlendar.telemetry.aggregator import Aggregator
    from carlendar.telemetry.edge import EdgeEnvironment, module_endpoint
    from carlendar.telemetry.link import Endpoint
    from carlendar.telemetry.spool import Spool
    from carlendar.telemetry.topics import ModuleTopics

    environment, elapsed = EdgeEnvironment.read(os.environ), host.elapsed_clock()
    folder.mkdir(parents=True, exist_ok=True)
    upstream, topics = module_endpoint(environment, folder, host.wall_clock(elapsed))
    inner = ModuleTopics(environment.device, environment.module)
    endpoint = Endpoint(*wiring.host_and_port(local), ca_file, certificate)
    spool = Spool(folder)
    ended = threading.Event()
    aggregator = Aggregator(
        environment.device,
        spool,
        wiring.connector(endpoint, inner),
        inner,
        wiring.connector(upstream, topics),
        topics,
        elapsed,
    )
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    aggregator.start()
    ended.wait()
    aggregator.stop()
    spool.close()
    return 0
