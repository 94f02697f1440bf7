"""Values are immutable, equal by their fields, and keep their content out of error texts."""

from __future__ import annotations

import copy
import pickle
import pkgutil
from datetime import UTC, datetime
from functools import cached_property
from importlib import import_module

import pytest
from msgspec import field
from msgspec.structs import replace

import carlendar
from carlendar.domain.agenda import AgendaEntry
from carlendar.domain.base import Value, to_json
from carlendar.domain.event import Event
from carlendar.domain.timespan import Timespan


class Stop(Value, frozen=True):
    """A place on the way."""

    name: str
    minutes: int = 0
    tags: list[str] = field(default_factory=list)


class Halt(Stop, frozen=True, kw_only=True):
    """One with a reason."""

    reason: str

    def __post_init__(self) -> None:
        if not self.reason:
            raise ValueError("no reason")


def every_value(base: type[Value] = Value) -> list[type[Value]]:
    return [found for each in base.__subclasses__() for found in (each, *every_value(each))]


def test_a_repr_names_the_class_only() -> None:
    assert repr(Stop("Ulm")) == str(Halt("Ulm", reason="fuel")).replace("Halt", "Stop") == "Stop(...)"
    assert "Ulm" not in f"{[Stop('Ulm')]} {(Stop('Ulm'),)!r}"


def test_every_value_is_frozen_and_hides_its_content() -> None:
    for module in pkgutil.walk_packages(carlendar.__path__, "carlendar."):
        if module.name.startswith(
            ("carlendar.domain.", "carlendar.store.", "carlendar.ipc.", "carlendar.presentation.")
        ):
            import_module(module.name)
    found = every_value()
    assert len(found) > 60
    for cls in found:
        assert cls.__struct_config__.frozen, cls
        assert cls.__repr__ is Value.__repr__, cls


@pytest.mark.parametrize("stop", [Stop("Ulm"), Halt("Ulm", reason="fuel")])
def test_nothing_of_a_value_can_be_changed(stop: Stop) -> None:
    with pytest.raises(AttributeError):
        stop.name = "Bern"  # type: ignore[misc]  # frozen
    with pytest.raises(AttributeError):
        del stop.name
    with pytest.raises(AttributeError):
        stop.colour = "red"  # type: ignore[attr-defined]  # has no such field
    assert stop.name == "Ulm"


def test_values_are_equal_by_class_and_fields() -> None:
    assert Stop("Ulm", 5) == Stop("Ulm", 5) != Stop("Ulm", 6)
    assert Stop("Ulm") != Halt("Ulm", reason="fuel")
    span = Timespan(datetime(2026, 11, 23, 8, tzinfo=UTC), datetime(2026, 11, 23, 9, tzinfo=UTC))
    assert len({span, replace(span)}) == 1


def test_a_value_is_replaced_copied_and_pickled() -> None:
    halt = Halt("Ulm", 5, ["late"], reason="fuel")
    assert replace(halt, reason="queue") == Halt("Ulm", 5, ["late"], reason="queue")
    with pytest.raises(ValueError, match="no reason"):
        replace(halt, reason="")
    for again in (copy.copy(halt), copy.deepcopy(halt), pickle.loads(pickle.dumps(halt))):  # noqa: S301 - our own bytes
        assert again == halt


def test_fields_with_their_default_are_not_encoded() -> None:
    assert to_json(Stop("Ulm")) == b'{"name":"Ulm"}'


def test_half_a_surrogate_pair_is_escaped() -> None:
    assert to_json(Stop("\ud800")) == b'{"name":"\\ud800"}'


def test_a_derived_key_is_no_part_of_equality() -> None:
    span = Timespan(datetime(2026, 11, 23, 8, tzinfo=UTC), datetime(2026, 11, 23, 9, tzinfo=UTC))
    one, other = AgendaEntry(Event("e", "c", "t", span)), AgendaEntry(Event("e", "c", "t", span))
    assert one.key == "e@2026-11-23T08:00:00Z"
    assert one == other
    assert hash(one) == hash(other)
    later = Timespan(datetime(2026, 11, 23, 8, 30, tzinfo=UTC), span.end)
    assert replace(one, event=replace(one.event, span=later)).key == "e@2026-11-23T08:30:00Z"
    assert isinstance(AgendaEntry.__dict__["key"], cached_property)
