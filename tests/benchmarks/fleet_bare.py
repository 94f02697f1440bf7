"""The floor of ingestion: a paho subscriber over TLS that only counts. HOST PORT CERTIFICATE KEY CA NUMBER."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import paho.mqtt.client as mqtt

from carlendar_fleet.broker.connection import client
from carlendar_fleet.broker.mosquitto import Credentials
from carlendar_fleet.broker.topics import INGEST, TELEMETRY


def main() -> int:
    """Count until the wanted number has come; `ready`, then `done` with the processor time on standard output."""
    host, port, certificate, key, authority, wanted = sys.argv[1:]
    made = client(INGEST, Credentials(Path(certificate), Path(key), Path(authority)))
    count = 0

    def on_message(*_values: object) -> None:
        nonlocal count
        count += 1
        if count == int(wanted):
            sys.stdout.write(f"done {time.process_time():.3f}\n")
            sys.stdout.flush()
            made.disconnect()

    def on_connect(*_values: object) -> None:
        made.subscribe(TELEMETRY, qos=1)

    def on_subscribe(*_values: object) -> None:
        sys.stdout.write("ready\n")
        sys.stdout.flush()

    made.on_message, made.on_connect, made.on_subscribe = on_message, on_connect, on_subscribe
    made.connect(host, int(port), clean_start=True)  # a session of its own: it counts what is published from now on
    return 0 if made.loop_forever() == mqtt.MQTT_ERR_SUCCESS else 1


if __name__ == "__main__":
    raise SystemExit(main())
