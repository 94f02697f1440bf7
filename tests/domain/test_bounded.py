"""Numbers and JSON from outside are read within bounds, and what is out of them costs only itself."""

from __future__ import annotations

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carlendar.domain.bounded import DEPTH, LARGEST, from_json, integer, number, whole

json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-LARGEST, LARGEST) | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(), lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "value"),
    [("0", 0), (" +12 ", 12), ("-0", 0),
     ("-7", -7), ("0012", 12), ("²", None), ("٣", None), ("1_0", None), ("", None), ("-", None),
     ("9" * 5000, None), ("1" + "0" * 400, None), ("0" * 5000, None), ("1.0", None), ("1e3", None), ("0x1", None)],
)  # fmt: skip
def test_an_integer_is_written_in_ascii_digits_and_not_too_many(text: str, value: int | None) -> None:
    assert integer(text) == value


@pytest.mark.parametrize("value", [True, None, "1", [], 10**400, -(10**400), math.inf, -math.inf, math.nan, 10**16])
def test_a_number_is_finite_and_within_bounds(value: object) -> None:
    assert number(value) is None
    assert whole(value) is None


def test_a_whole_number_has_no_fraction() -> None:
    assert [whole(value) for value in (3, 3.0, 3.5, -2)] == [3, 3, None, -2]


@given(json_values)
def test_what_is_within_bounds_is_read_as_it_is(value: object) -> None:
    assert from_json(json.dumps(value)) == value
    assert from_json(json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass")) == value


@pytest.mark.parametrize(
    "bad",
    ["9" * 5000, "1" + "0" * 400, "-" + "9" * 400, "1e999", "-1e999", "NaN", "Infinity", "-Infinity",
     "[" * 100_000 + "]" * 100_000, '{"x":' * 50_000 + "1" + "}" * 50_000, '["]", "[' + "[" * 20_000 + '"]'],
    ids=lambda text: text[:12],
)  # fmt: skip
def test_one_value_costs_no_other(bad: str) -> None:
    read = from_json(f'{{"before": "kept", "bad": {bad}, "after": [1, {{"a": "b"}}]}}')
    assert (read["before"], read["after"]) == ("kept", [1, {"a": "b"}])


@pytest.mark.parametrize("levels", [DEPTH - 1, DEPTH, DEPTH + 1, 600, 990, 5000, 100_000])
@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ('{"x":', "}")])
def test_the_depth_that_is_kept_does_not_depend_on_the_parser(levels: int, opening: str, closing: str) -> None:
    value = from_json(opening * levels + "1" + closing * levels)
    kept = 0
    while isinstance(value, list | dict):
        value, kept = (value[0] if isinstance(value, list) else value["x"]), kept + 1
    assert (kept, value) == ((levels, 1) if levels <= DEPTH else (DEPTH, None))


def test_broken_characters_cost_no_other_text() -> None:
    read = from_json(b'{"a": "x\xff\xfey", "b": "line\nend\x00", "c": "\\ud800", "d": "fine"}')
    assert (read["b"], read["d"]) == ("line\nend\x00", "fine")
    assert read["a"].startswith("x")


@pytest.mark.parametrize("text", ["", "{", "[1,", "nonsense", '{"a": 1} 2', "[" * 100_000, "\x00"])
def test_what_is_no_json_is_a_value_error(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - json's own texts
        from_json(text)
