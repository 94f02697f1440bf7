"""A value is a frozen dataclass to all who use it."""

from __future__ import annotations

import copy
import pickle
from dataclasses import FrozenInstanceError, asdict, dataclass, field, fields, is_dataclass, replace
from typing import Any

import pytest

from carlendar.domain.value import value


@value
class Stop:
    """A place on the way."""

    name: str
    minutes: int = 0
    tags: list[str] = field(default_factory=list)
    note: str = field(default="", compare=False)


@value(kw_only=True)
class Halt(Stop):
    """One where nobody gets off."""

    reason: str
    first: str = field(init=False, compare=False)

    def __post_init__(self) -> None:
        if not self.reason:
            raise ValueError("no reason")
        object.__setattr__(self, "first", self.reason[:1])


@value
class Nothing:
    """Without a field."""


@dataclass(frozen=True, slots=True, repr=False)
class Plain:
    """What the standard library makes of the same fields."""

    name: str
    minutes: int = 0
    tags: list[str] = field(default_factory=list)
    note: str = field(default="", compare=False)


def test_parameters_are_those_of_a_dataclass() -> None:
    assert [one.name for one in fields(Stop)] == ["name", "minutes", "tags", "note"]
    assert asdict(Stop("Ulm", 5, note="x")) == asdict(Plain("Ulm", 5, note="x"))
    assert Stop.__match_args__ == Plain.__match_args__
    too_many: tuple[object, ...] = ("Ulm", 1, [], "", "one too many")
    for wrong in ((), too_many):
        told = [_refusal(Stop, wrong), _refusal(Plain, wrong)]
        assert told[0] == told[1].replace("Plain", "Stop")
    with pytest.raises(TypeError, match="colour"):
        Stop("Ulm", colour="red")  # type: ignore[call-arg]


def _refusal(kind: Any, arguments: tuple[object, ...]) -> str:
    with pytest.raises(TypeError) as refused:
        kind(*arguments)
    return str(refused.value)


def test_each_has_a_list_of_its_own() -> None:
    one, other = Stop("Ulm"), Stop("Ulm")
    one.tags.append("late")
    assert other.tags == []


def test_equal_by_class_and_by_the_fields_that_are_compared() -> None:
    assert Stop("Ulm", 5, note="a") == Stop("Ulm", 5, note="b")
    assert Stop("Ulm") != Stop("Ulm", 1)
    assert Stop("Ulm") != Halt("Ulm", reason="fuel")
    others: list[object] = [Plain("Ulm"), Nothing(), "Ulm"]
    assert Stop("Ulm") not in others
    assert Nothing() == Nothing()


def test_equal_ones_have_one_hash() -> None:
    one = Stop("Ulm", 5, (), "a")  # type: ignore[arg-type]
    assert hash(one) == hash(replace(one, note="b"))
    assert len({Nothing(), Nothing()}) == 1
    with pytest.raises(TypeError, match="unhashable"):
        hash(Stop("Ulm"))


@pytest.mark.parametrize("stop", [Stop("Ulm"), Halt("Ulm", reason="fuel")])
def test_nothing_of_it_can_be_changed(stop: Stop) -> None:
    with pytest.raises(FrozenInstanceError, match="'name'"):
        stop.name = "Bern"  # type: ignore[misc]
    with pytest.raises(FrozenInstanceError, match="'name'"):
        del stop.name
    with pytest.raises(FrozenInstanceError):
        stop.colour = "red"  # type: ignore[attr-defined]
    assert not hasattr(stop, "__dict__")
    assert stop.name == "Ulm"


def test_it_is_replaced_copied_and_pickled() -> None:
    halt = Halt("Ulm", 5, ["late"], reason="fuel")
    assert is_dataclass(halt)
    assert replace(halt, reason="queue") == Halt("Ulm", 5, ["late"], reason="queue")
    for again in (copy.copy(halt), copy.deepcopy(halt), pickle.loads(pickle.dumps(halt))):  # noqa: S301
        assert again == halt
        assert again.first == "f"


def test_keywords_inheritance_and_what_comes_after_the_fields() -> None:
    halt = Halt("Ulm", 5, reason="fuel")
    assert (halt.name, halt.minutes, halt.reason, halt.first) == ("Ulm", 5, "fuel", "f")
    with pytest.raises(TypeError):
        Halt("Ulm", 5, [], "", "fuel")  # type: ignore[call-arg]
    with pytest.raises(ValueError, match="no reason"):
        Halt("Ulm", reason="")


def test_what_it_holds_is_not_told_by_its_repr() -> None:
    assert "Ulm" not in repr(Stop("Ulm"))


def test_a_field_may_have_any_name() -> None:
    @value
    class Odd:
        of: int
        text: str = "t"
        fields: list[int] = field(default_factory=list)
        MISSING: int = 3
        scope: tuple[int, ...] = ()

    assert (Odd(1).of, Odd(1).text, Odd(1).fields, Odd(1).MISSING, Odd(1).scope) == (1, "t", [], 3, ())
