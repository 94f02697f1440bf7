"""`carlendar fleet up`: a whole back end with simulated cars on this machine, until it is interrupted."""

from __future__ import annotations

import signal
import threading
import time
from contextlib import ExitStack
from datetime import UTC, datetime
from types import FrameType

from carlendar_fleet.broker.mosquitto import program
from carlendar_fleet.commands.data import data_folder
from carlendar_fleet.folder import DataFolder, temporary
from carlendar_fleet.stack.local import FleetSize, LocalBackEnd, ReportPage

CHECK_SECONDS = 1.0
COUNT_SECONDS = 10.0
REPORT_SECONDS = 60.0


def run(*, cars: int, history: int, seed: int, port: int, data: str) -> int:
    """Run until SIGINT or SIGTERM; returns 0. Raises ServiceError if mosquitto is missing or a process ends."""
    program()  # before anything is made
    stopped = threading.Event()

    def stop(_number: int, _frame: FrameType | None) -> None:
        stopped.set()

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, stop)
    with ExitStack() as ends:
        folder = data_folder(data) if data else ends.enter_context(temporary())
        back_end, page = LocalBackEnd(folder, FleetSize(cars, history, seed, port), _now), ReportPage(folder)
        past = f", with the last 30 days of {history} cars, which takes a minute" if history else ""
        print(f"Starting{past} …", flush=True)
        ends.callback(page.stop)
        ends.callback(back_end.stop)
        back_end.start()
        _introduce(folder, back_end, page, cars, kept=bool(data))
        _watch(back_end, page, stopped)
        print("Stopping …", flush=True)
    return 0


def _now() -> datetime:
    return datetime.now(UTC)


def _introduce(folder: DataFolder, back_end: LocalBackEnd, page: ReportPage, cars: int, *, kept: bool) -> None:
    broker = back_end.broker
    where = f"{broker.host}:{broker.port}" if broker is not None else ""
    lines = [
        f"Report       {page.file.as_uri()}, renewed every minute" if page.available else "",
        f"Broker       mqtts://{where}, authority {folder.authority / 'ca.pem'}",
        f"Cars         {cars} of five brands drive and publish",
        f"Tables       {folder.events}",
        f"Dead letters {folder.dead_letters}",
        f"Registry     carlendar fleet registry list --data {folder.root}",
        f"Commands     carlendar fleet command {back_end.example} show_stored --data {folder.root}",
        f"Ctrl-C ends everything{'' if kept else ' and deletes the data'}.",
    ]
    print("\n".join(filter(None, lines)), flush=True)


def _watch(back_end: LocalBackEnd, page: ReportPage, stopped: threading.Event) -> None:
    counted = reported = time.monotonic() - REPORT_SECONDS
    while not stopped.wait(CHECK_SECONDS):
        back_end.check()
        now = time.monotonic()
        if page.available and now - reported >= REPORT_SECONDS:
            reported = now
            page.renew()
        if now - counted >= COUNT_SECONDS and (count := back_end.last_count()):
            counted = now
            print(f"{datetime.now(UTC):%H:%M:%S} UTC  {count}", flush=True)
