"""Stopping telemetry while a connection is being made: the queue stays usable until that has ended."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from carlendar.errors import OfflineError, StoreError
from carlendar.platform.clock import BoottimeClock
from carlendar.telemetry.agent import AgentPorts, TelemetryAgent
from carlendar.telemetry.commands import VerificationKeys
from carlendar.telemetry.publisher import Pace, VehicleInfo
from carlendar.telemetry.topics import Incoming, VehicleTopics
from tests.fakes.car_actions import RecordedActions
from tests.fakes.clocks import ManualClocks
from tests.fakes.waiting import wait_until
from tests.telemetry.conftest import CAR, NOW


class SlowLink:
    """A connection that takes as long as `go_on` is not set, and fails then."""

    up = False

    def __init__(self, began: threading.Event, go_on: threading.Event) -> None:
        self._began, self._go_on = began, go_on

    def open(self) -> None:
        self._began.set()
        self._go_on.wait(20)
        raise OfflineError("the broker does not answer")

    def publish(self, _message: object) -> bool:
        return False

    def traffic(self) -> int:
        return 500

    def close(self) -> None:
        """Nothing is open."""


@pytest.fixture
def began() -> threading.Event:
    return threading.Event()


@pytest.fixture
def go_on() -> threading.Event:
    return threading.Event()


def agent(
    folder: Path, connect: Callable[[Callable[[Incoming], None], Callable[[], None]], SlowLink]
) -> TelemetryAgent:
    clocks = ManualClocks(NOW)
    ports = AgentPorts(
        connect, VehicleTopics(CAR), BoottimeClock(), clocks, lambda: 0.5, lambda: "0" * 36, lambda: "0" * 32,
        lambda _text, _document: None, "boot",
    )  # fmt: skip
    return TelemetryAgent(
        folder, VehicleInfo(CAR, "aurora", "A1", "0.1.0"), ports, VerificationKeys({}, {}, {}), monthly_bytes=1_000_000,
        pace=Pace(settle=0.0),
    )  # fmt: skip


def test_a_connection_that_outlasts_stopping_finds_the_queue_open_and_closes_it(
    tmp_path: Path, began: threading.Event, go_on: threading.Event, caplog: pytest.LogCaptureFixture
) -> None:
    made = agent(tmp_path, lambda _received, _lost: SlowLink(began, go_on))
    made.start(RecordedActions())
    made.network(True)
    assert began.wait(10)
    made.running(7)
    made.stop(0.0)
    assert made.budget.spent() == 0  # the queue is open: the thread may still note what it has used
    go_on.set()
    wait_until(lambda: _closed(made), what="the end of the thread")
    assert "telemetry failed" not in caplog.text
    again = agent(tmp_path, lambda _received, _lost: SlowLink(began, go_on))
    assert again.previous_run() == (7, False)
    assert again.budget.spent() == 500
    again.stop()


def test_telemetry_that_was_never_started_is_closed_by_stopping(
    tmp_path: Path, began: threading.Event, go_on: threading.Event
) -> None:
    made = agent(tmp_path, lambda _received, _lost: SlowLink(began, go_on))
    made.stop()
    assert _closed(made)


def _closed(made: TelemetryAgent) -> bool:
    try:
        made.budget.spent()
    except StoreError:
        return True
    return False
