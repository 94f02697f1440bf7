"""A databroker over real gRPC, and a listener for what a client reports."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from carlendar.platform.clock import BoottimeClock
from tests.fakes.databroker import Ears, Garage


@pytest.fixture
def garage() -> Iterator[Garage]:
    made = Garage()
    made.open()
    yield made
    made.close()


@pytest.fixture
def ears() -> Ears:
    return Ears()


@pytest.fixture
def clock() -> BoottimeClock:
    return BoottimeClock()
