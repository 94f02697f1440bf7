"""What telemetry costs a car: bytes on the wire over real TLS, and processor time while connected."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from carlendar.telemetry.publisher import Pace, Publisher
from carlendar.telemetry.schema import (
    ErrorKind,
    JoinEvent,
    JoinOutcome,
    JoinWay,
    MeetingService,
    Process,
    ReminderEvent,
    ReminderOutcome,
    ScreenEvent,
    ScreenKind,
    SourceKind,
    StartUpEvent,
    SyncEvent,
    TelemetryEvent,
    TighteningEvent,
    TripEvent,
    UptimeEvent,
)
from tests.fakes.back_end import BackEnd
from tests.fakes.waiting import wait_until
from tests.telemetry.conftest import ANA, Car

TRIPS = 90
"""Trips in a month: three a day."""
MONTH = 1_000_000
"""Bytes."""


def trip_events() -> list[TelemetryEvent]:
    """What a trip of half an hour with one meeting causes, as the service and the screen record it."""
    return [
        *(StartUpEvent(process=each, duration_ms=900, major=0, minor=1, patch=0) for each in Process),
        *(UptimeEvent(process=each, minutes=35, crashed=False) for each in Process),
        *6 * [SyncEvent(source=SourceKind.MICROSOFT, error=ErrorKind.NONE, age_minutes=30, duration_ms=640)],
        SyncEvent(source=SourceKind.MICROSOFT, error=ErrorKind.OFFLINE, age_minutes=9, duration_ms=90),
        *(TighteningEvent(latency_ms=latency) for latency in (20, 30, 30, 30, 40, 20, 30, 60)),
        JoinEvent(service=MeetingService.TEAMS, way=JoinWay.DIAL_IN, outcome=JoinOutcome.CONNECTED, connected_ms=9_200),
        ReminderEvent(outcome=ReminderOutcome.SHOWN, moving=True),
        ReminderEvent(outcome=ReminderOutcome.JOINED, moving=True),
        *(
            ScreenEvent(screen=each, seconds=900, frames=40, touches=3, glances=5, glance_ms=6_500)
            for each in (ScreenKind.NOW, ScreenKind.AGENDA, ScreenKind.CALL)
        ),
        TripEvent(hour=8, minutes=35, distance_km=25, range_km=270, charge_percent=70, cell=63_722),
    ]  # fmt: skip


def test_a_month_with_handshakes_stays_below_one_megabyte(
    car: Car, back_end: BackEnd, running: Callable[[], Publisher]
) -> None:
    car.pace = Pace(settle=0.0)
    first = running()
    wait_until(lambda: not car.queue.held())  # consent, once
    first.stop(10)
    costs = []
    for _ in range(2):
        for event in trip_events():  # of the trip before
            car.queue.record(event, car.clocks.now(), ANA)
        car.clocks.advance(8 * 3_600)
        car.context.session = None  # hours pass between two trips: each makes a full handshake
        before = car.budget.spent()
        publisher = running()
        wait_until(lambda: not car.queue.held(), what=lambda: str(car.queue.held()))
        publisher.stop(10)
        costs.append(car.budget.spent() - before)
    month = TRIPS * max(costs)
    assert month < MONTH, costs


def test_a_reconnection_in_a_trip_resumes_the_session(
    car: Car, back_end: BackEnd, running: Callable[[], Publisher]
) -> None:
    spent = []
    for _ in range(2):
        before = car.budget.spent()
        publisher = running()
        wait_until(lambda: not car.queue.held())
        publisher.stop(10)
        spent.append(car.budget.spent() - before)
    assert spent[1] < 0.6 * spent[0], spent
    assert car.context.session is not None


def test_while_connected_it_takes_less_than_a_thousandth_of_a_core(
    car: Car, back_end: BackEnd, running: Callable[[], Publisher]
) -> None:
    car.pace = Pace(settle=0.0, every=600.0)
    before = set(threading.enumerate())
    publisher = running()
    wait_until(lambda: not car.queue.held())
    time.sleep(0.5)  # what the receipts cause belongs to the events
    threads = [each.ident for each in set(threading.enumerate()) - before if each.ident is not None]
    assert len(threads) == 2
    clocks = [time.pthread_getcpuclockid(each) for each in threads]
    used, since = sum(map(time.clock_gettime, clocks)), time.monotonic()
    time.sleep(4)
    share = (sum(map(time.clock_gettime, clocks)) - used) / (time.monotonic() - since)
    publisher.stop(10)
    assert share < 0.001, f"{share:.3%} of a core"
