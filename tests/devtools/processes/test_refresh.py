"""The emulated car's service is asked to fetch; without one nothing happens."""

from __future__ import annotations

from pathlib import Path

from carlendar import __version__
from carlendar.ipc.messages import PROTOCOL, Command, Hello, SyncStatus
from carlendar.ipc.server import ChannelServer
from carlendar.settings import load
from carlendar.store.schema import SCHEMA
from carlendar_devtools.processes.refresh import refresh


def environment(folder: Path) -> dict[str, str]:
    return {"CARLENDAR_DATA_FOLDER": str(folder)}


def test_each_request_arrives_once(short_path: Path) -> None:
    environ, taken = environment(short_path), list[Command]()
    hello = Hello(PROTOCOL, __version__, SCHEMA, 1)
    greeting = (SyncStatus(running=False, as_of="", online=True, failing=""),)
    server = ChannelServer(load(environ=environ).socket, hello, taken.append, greeting=lambda: greeting)
    server.start()
    try:
        for count in range(1, 21):
            refresh(environ)
            assert taken == [Command("refresh", {})] * count
    finally:
        server.stop()


def test_without_a_service_nothing_happens(short_path: Path) -> None:
    refresh(environment(short_path))
