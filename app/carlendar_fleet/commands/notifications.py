"""`carlendar fleet notifications`: the webhook for Graph's change notifications, until it is interrupted."""

from __future__ import annotations

import signal
import threading
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType

from carlendar.errors import UsageError
from carlendar_fleet.commands.data import data_folder
from carlendar_fleet.control.keys import load_or_create
from carlendar_fleet.control.service import ControlService
from carlendar_fleet.notifications.forwarder import Forwarder
from carlendar_fleet.notifications.webhook import webhook
from carlendar_fleet.registry.authority import Authority
from carlendar_fleet.registry.database import Database
from carlendar_fleet.registry.enrolment import Enrolment


def run(*, port: int, host: str, secret_file: str, data: str) -> int:
    """Forward until SIGINT or SIGTERM; returns 0. Raises UsageError."""
    folder = data_folder(data)
    database = Database(folder.registry)
    enrolment = Enrolment(database, Authority(folder.authority, _now()))
    service = ControlService(database, enrolment, load_or_create(folder.command_key), _now)
    try:
        secret = Path(secret_file).read_text("ascii").strip()
        server = webhook(host, port, secret, Forwarder(service, enrolment.vehicles, _now))
    except ValueError as error:
        raise UsageError(f"{secret_file}: {error}") from error
    except OSError as error:
        raise UsageError(f"the webhook cannot be served: {error.strerror or error}") from error

    def stop(_number: int, _frame: FrameType | None) -> None:
        threading.Thread(target=server.shutdown).start()  # not in the handler, which would wait for itself

    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)
    print(f"Listening on {host}:{server.server_address[1]}", flush=True)
    server.serve_forever()
    server.server_close()
    database.close()
    return 0


def _now() -> datetime:
    return datetime.now(UTC)
