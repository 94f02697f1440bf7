"""A telephone with its other end in hand, simulated and with oFono."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from carlendar.platform.clock import BoottimeClock
from tests.fakes.telephone import Bench, OfonoBench, SimulatedBench, Watch, wait_until_heard


@pytest.fixture
def ofono() -> Iterator[OfonoBench]:
    bench = OfonoBench()
    yield bench
    bench.close()


@pytest.fixture(params=["simulated", "ofono"])
def bench(request: pytest.FixtureRequest) -> Iterator[Bench]:
    if request.param == "ofono":
        yield request.getfixturevalue("ofono")
        return
    simulated = SimulatedBench()
    yield simulated
    simulated.telephony.stop()


@pytest.fixture
def watch(bench: Bench) -> Watch:
    watch = Watch(bench.telephony)
    watch.until(lambda state: state.connected and not state.muted)  # the gain is known a moment later
    return watch


@pytest.fixture
def new_watch() -> type[Watch]:
    """Watches another telephone than that of the bench."""
    return Watch


@pytest.fixture
def elapsed() -> BoottimeClock:
    """The elapsed clock."""
    return BoottimeClock()


@pytest.fixture
def until_heard() -> Callable[[Bench, str], None]:
    """Waits until these tones were heard by anyone."""
    return wait_until_heard
