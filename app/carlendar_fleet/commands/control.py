"""`carlendar fleet control`: answers cars until it is interrupted."""

from __future__ import annotations

import signal
from datetime import UTC, datetime
from types import FrameType

from carlendar_fleet.broker.topics import CONTROL
from carlendar_fleet.commands.data import data_folder
from carlendar_fleet.commands.ingest import address, credentials_of
from carlendar_fleet.control.keys import load_or_create
from carlendar_fleet.control.mqtt import MqttControl
from carlendar_fleet.control.service import ControlService
from carlendar_fleet.registry.authority import Authority
from carlendar_fleet.registry.database import Database
from carlendar_fleet.registry.enrolment import Enrolment


def run(*, broker: str, data: str) -> int:
    """Answer cars until SIGINT or SIGTERM; returns 0. Raises UsageError."""
    folder = data_folder(data)
    now = datetime.now(UTC)
    database = Database(folder.registry)
    enrolment = Enrolment(database, Authority(folder.authority, now))
    service = ControlService(database, enrolment, load_or_create(folder.command_key), lambda: datetime.now(UTC))
    running = MqttControl(service, address(broker), credentials_of(folder, CONTROL))

    def stop(_number: int, _frame: FrameType | None) -> None:
        running.stop()

    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)
    running.run()
    database.close()
    return 0
