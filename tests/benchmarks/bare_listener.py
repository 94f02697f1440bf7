"""The floor of idling: takes a car's speed over gRPC and ignores it. Reports its first as systemd's READY=1."""

from __future__ import annotations

import os
import socket
import sys

from kuksa.val.v2 import val_pb2

from carlendar.domain.vss import SPEED
from carlendar.vehicle.broker import Broker, Stub

channel = Broker(f"127.0.0.1:{sys.argv[1]}").channel()
stream = Stub(channel).Subscribe(val_pb2.SubscribeRequest(signal_paths=[SPEED]))
for number, _ in enumerate(stream):
    if number == 0:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as notify:
            notify.sendto(b"READY=1", os.environ["NOTIFY_SOCKET"])
