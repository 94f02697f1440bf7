"""Orders are checked where they are read; the log merges a slider's many changes."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

import pytest

from carlendar.errors import UsageError
from carlendar_devtools.emulator.panel.command import Arguments, Order
from carlendar_devtools.emulator.panel.controls import ControlRegistry
from carlendar_devtools.emulator.panel.journal import KEPT, Journal


class Lamp:
    """A control with one switch."""

    def __init__(self) -> None:
        self.on = False

    def state(self) -> dict[str, object]:
        return {"on": self.on}

    def orders(self) -> Mapping[str, Order]:
        return {"switch": self._switch, "lose": self._lose}

    async def _switch(self, given: Arguments) -> None:
        self.on = given.switch("value")

    def _lose(self, _given: Arguments) -> None:
        raise LookupError


def test_orders_go_by_subject_and_name_and_a_missing_subject_is_null() -> None:
    lamp = Lamp()
    controls = ControlRegistry({"lamp": lamp, "cloud": None})
    asyncio.run(controls.order("lamp.switch", {"value": True}))
    assert controls.state() == {"lamp": {"on": True}, "cloud": None}
    for name, arguments in (("lamp.none", {}), ("cloud.approve", {}), ("lamp.switch", {"value": 1}), ("lamp.lose", {})):
        with pytest.raises(UsageError):
            asyncio.run(controls.order(name, arguments))


@pytest.mark.parametrize("value", [None, "5", True, float("nan"), float("inf"), -1, 11, 10**400, []])
def test_a_number_is_finite_and_within_its_limits(value: object) -> None:
    assert Arguments({"value": 7}).number("value", 0, 10) == 7.0
    with pytest.raises(UsageError):
        Arguments({"value": value}).number("value", 0, 10)


@pytest.mark.parametrize("value", [None, 5, "x" * 201, []])
def test_a_text_is_short(value: object) -> None:
    with pytest.raises(UsageError):
        Arguments({"value": value}).text("value")
    with pytest.raises(UsageError):
        Arguments({"value": "P"}).choice("value", ("R", "N"))


def test_the_log_merges_what_is_reported_again_at_once_and_keeps_only_so_much() -> None:
    now = [0.0]
    journal = Journal(lambda: f"{now[0]:.0f}", lambda: now[0])
    journal.add("speed", "10 km/h", merge=True)
    journal.add("speed", "20 km/h", merge=True)
    assert [(line.number, line.text) for line in journal.since(0)] == [(1, "20 km/h")]
    now[0] += 10.0
    journal.add("speed", "30 km/h", merge=True)
    journal.add("network", "gone")
    journal.add("network", "there")
    assert [line.text for line in journal.since(2)] == ["30 km/h", "gone", "there"]
    for number in range(2 * KEPT):
        journal.add("display", str(number))
    assert len(journal.since(0)) == KEPT
