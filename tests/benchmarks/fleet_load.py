"""Publishes events of many cars as fast as a broker takes them: prepared MQTT 5 packets over TLS.

Started as a process: a JSON object on standard input says what to publish; `go` on a second line begins.
"""

from __future__ import annotations

import json
import socket
import ssl
import sys
import threading
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from carlendar.telemetry.envelope import message

WINDOW = 10_000
"""Messages of one connection that are under way without the broker's acknowledgement."""
ACKNOWLEDGED = 1_800.0
"""Seconds to wait for acknowledgements: messages that are cut off before are lost, and never reach ingestion."""
CHUNK = 200
"""Packets that are sent at once."""


@dataclass
class Load:
    """What one process publishes."""

    host: str
    port: int
    authority: str
    cars: list[dict[str, str]]
    messages: int
    events: int
    """In each message."""
    run: int
    first: int = 1
    """The first sequence number."""


def envelope(car: dict[str, str], number: int, run: int, at: str) -> bytes:
    """An event of a car, as the car encodes it."""
    return (
        f'{{"id":"{run:08x}-{number >> 32 & 0xFFFF:04x}-4000-8000-{int(car["number"]):04x}{number & 0xFFFFFFFF:08x}",'
        f'"source":"/vehicles/{car["id"]}","type":"carlendar.join.v1","time":"{at}","brand":"{car["brand"]}",'
        f'"model":"m1","softwareversion":"0.1.0","sequence":{number},'
        '"data":{"service":"teams","way":"dial_in","outcome":"connected","connected_ms":4200},'
        f'"specversion":"1.0","subject":"{car["subject"]}","consentversion":1}}'
    ).encode()


def packets(load: Load, car: dict[str, str]) -> Iterator[bytes]:
    """The car's share of the messages as PUBLISH packets with quality of service 1."""
    at = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    topic = f"vehicles/{car['id']}/telemetry/usage".encode()
    number = load.first
    for each in range(load.messages // len(load.cars)):
        parts = [envelope(car, number + one, load.run, at) for one in range(load.events)]
        number += load.events
        yield publish(topic, message(parts, f"/vehicles/{car['id']}", str(uuid.uuid4())), each % 65_535 + 1)


def publish(topic: bytes, payload: bytes, identifier: int) -> bytes:
    """A PUBLISH packet (MQTT 5, section 3.3)."""
    body = len(topic).to_bytes(2) + topic + identifier.to_bytes(2) + b"\x00" + payload
    return b"\x32" + variable(len(body)) + body


def variable(number: int) -> bytes:
    """A variable byte integer (MQTT 5, section 1.5.5)."""
    out = bytearray()
    while True:
        number, digit = divmod(number, 128)
        out.append(digit | (128 if number else 0))
        if not number:
            return bytes(out)


def connected(load: Load, car: dict[str, str]) -> ssl.SSLSocket:
    """A connection of a car, after CONNACK."""
    context = ssl.create_default_context(cafile=load.authority)
    context.load_cert_chain(car["certificate"], car["key"])
    raw = socket.create_connection((load.host, load.port))
    made = context.wrap_socket(raw, server_hostname=load.host)
    name = car["id"].encode()
    body = b"\x00\x04MQTT\x05\x02\x00\x00\x00" + len(name).to_bytes(2) + name
    made.sendall(b"\x10" + variable(len(body)) + body)
    if made.recv(4096)[0] != 0x20:
        raise SystemExit("the broker refused a car of the benchmark")
    return made


def blast(made: ssl.SSLSocket, prepared: Iterator[bytes]) -> None:
    """Send all packets, and wait for all acknowledgements."""
    acknowledged, sent = [0], 0
    changed = threading.Condition()

    def read() -> None:
        while chunk := made.recv(65_536):
            with changed:
                acknowledged[0] += len(chunk)
                changed.notify()

    threading.Thread(target=read, daemon=True).start()
    chunk: list[bytes] = []

    def flush() -> None:
        nonlocal sent
        made.sendall(b"".join(chunk))
        sent += len(chunk)
        chunk.clear()
        with changed:
            changed.wait_for(lambda: sent - acknowledged[0] // 4 < WINDOW, ACKNOWLEDGED)  # a PUBACK has four bytes

    for packet in prepared:
        chunk.append(packet)
        if len(chunk) >= CHUNK:
            flush()
    flush()
    with changed:
        changed.wait_for(lambda: acknowledged[0] // 4 >= sent, ACKNOWLEDGED)


def main() -> int:
    """Publish, in a thread for each car."""
    load = Load(**json.loads(sys.stdin.readline()))
    connections = [connected(load, car) for car in load.cars]
    lazy = load.messages * load.events > 400_000
    prepared = [packets(load, car) if lazy else iter(list(packets(load, car))) for car in load.cars]
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    threads = [
        threading.Thread(target=blast, args=each) for each in zip(connections, prepared, strict=True)
    ]  # fmt: skip
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    sys.stdout.write("done\n")
    sys.stdout.flush()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
