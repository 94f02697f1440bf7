"""The town's data, and a real Navit where one is installed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from carlendar_devtools.emulator.town.engines import missing, prepare
from carlendar_devtools.emulator.town.network import Network
from carlendar_devtools.emulator.town.plan import town
from tests.fakes.navit import RunningNavit

CACHE = Path(__file__).parents[2] / "build" / "town"


@pytest.fixture(scope="session")
def network() -> Network:
    """The town's roads."""
    return Network(town())


@pytest.fixture(scope="session")
def data(network: Network) -> Path:
    """The folder of the town's data for Navit and Routino, made once for all runs."""
    if absent := missing():
        pytest.skip(f"not installed: {absent}")
    return prepare(network, CACHE)


@pytest.fixture(scope="session")
def navit(data: Path, network: Network, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningNavit]:
    """A bus and a display for Navit, which each test starts."""
    running = RunningNavit(tmp_path_factory.mktemp("navit"), data, network)
    try:
        yield running
    finally:
        running.stop()
