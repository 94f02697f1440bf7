"""Navit while its bus, its answers or itself fail: at every call the outcome is an expected one, and it recovers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from itertools import count
from typing import Any

import pytest

from carlendar.domain.guidance import navigation_outcome
from carlendar.domain.place import Position
from carlendar.domain.travel import Destination, NavigationPhase
from carlendar.errors import ServiceError
from carlendar.navigation.navit import NavitNavigation
from carlendar.navigation.navit_bus import Found, NavitBus, NavitGoneError
from carlendar.navigation.navit_search import SECONDS, NavitSearch
from tests.fakes.navit import RunningNavit

HERE = Position(54.6, 7.1)
WORKS, HARBOUR = Destination(Position(54.61, 7.14), "Works"), Destination(Position(54.59, 7.06), "Harbour")
OUTCOMES = {"set", "changed", "guiding_there", "refused", "perhaps", "failed", "ask"}
GARBAGE: tuple[tuple[Any, ...], ...] = (
    (), (None,), ("text",), (1, 2, 3), ([1, 2, 3],), ({"a": ("s", "b")},), (-1,), (float("nan"),),
)  # fmt: skip


class FailingBus(NavitBus):
    """A bus of which one message fails, by number: `cut` the connection, or `garbage` in place of the answer."""

    def __init__(self, address: str) -> None:
        super().__init__(address)
        self.garbage: tuple[Any, ...] | None = None
        self.at, self._sent = 0, 0

    def fail(self, at: int, garbage: tuple[Any, ...] | None = None) -> None:
        """Let the message number `at` from now fail."""
        self.at, self.garbage, self._sent = at, garbage, 0

    @property
    def failed(self) -> bool:
        return self._sent >= self.at

    def _send(self, message: Any) -> Any:
        self._sent += 1
        if self._sent == self.at and self.garbage is None:
            self.close()
            raise NavitGoneError(asked=True)
        reply = super()._send(message)
        if self._sent == self.at:
            reply.body = self.garbage
        return reply


@pytest.fixture
def bus(navit: RunningNavit) -> Iterator[FailingBus]:
    with closing(FailingBus(navit.address)) as bus:
        navit.ensure_running(bus)
        bus.set_position(HERE)
        bus.clear_destination()
        yield bus


@pytest.mark.parametrize("garbage", [None, *GARBAGE])
def test_at_every_message_that_fails_the_outcome_is_expected_and_the_next_attempt_works(
    bus: FailingBus, garbage: tuple[Any, ...] | None
) -> None:
    navigation = NavitNavigation(bus)
    for at in count(1):
        bus.fail(at, garbage)
        assert navigation_outcome(navigation, WORKS, HERE, replace=True) in OUTCOMES
        reached = bus.failed
        bus.fail(0)
        navigation.refresh()  # a garbled owner of the name is read again
        assert navigation_outcome(navigation, HARBOUR, HERE, replace=True) in {"set", "changed", "guiding_there"}
        assert navigation.refresh().phase is NavigationPhase.GUIDING
        if not reached:
            break
    assert at > 4


@pytest.mark.parametrize(
    "to", [Position(-33.9, 151.2), Position(0.1, 0.1), Position(89.9, 179.9), Position(-90.0, -180.0)]
)
def test_a_destination_beyond_the_map_is_set_or_refused_and_has_no_travel_time(bus: FailingBus, to: Position) -> None:
    navigation = NavitNavigation(bus)
    assert navigation_outcome(navigation, Destination(to), HERE, replace=True) in {"set", "failed"}
    assert navigation.refresh().remaining_seconds is None
    assert navigation_outcome(navigation, WORKS, HERE, replace=True) in {"set", "changed"}


class SlowBus(NavitBus):
    """A Navit that finds everything, and takes three seconds for each answer."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0

    def new_search(self) -> str:
        return "/search"

    def search(self, path: str, level: str, text: str, *, prefix: bool = False) -> Iterator[Found]:  # noqa: ARG002 - Navit's
        names = {"town_name": "town", "street_name": "street", "house_number": "housenumber"}
        for number in range(50):
            self.now += 3.0
            yield Found(number, {names.get(level, "country"): text}, HERE)

    def select(self, path: str, level: str, number: int) -> None:
        """Nothing is to be selected."""

    def end_search(self, path: str) -> None:
        """Nothing is to be released."""


def test_a_search_whose_every_answer_is_slow_ends() -> None:
    slow = SlowBus()
    with pytest.raises(ServiceError, match="too long"):
        NavitSearch(slow, "DE", lambda: slow.now).find(("Sanddornstraße 3", "Quellhaven"), None)
    assert slow.now < SECONDS + 4
