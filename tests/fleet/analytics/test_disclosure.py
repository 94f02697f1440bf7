"""No figure of fewer than 20 cars is shown, nor can one be computed from what is shown."""

from __future__ import annotations

import random
from fractions import Fraction
from itertools import product

import pytest

from carlendar_fleet.analytics.disclosure import SMALLEST_GROUP, Key, Row, publishable
from carlendar_fleet.analytics.event_tables import WITHHELD, columns, event_names
from carlendar_fleet.analytics.measures import ALL


def row(cars: int, **dimensions: object) -> Row:
    return {**dimensions, "cars": cars}


def test_a_group_of_19_cars_is_hidden_and_one_of_20_is_shown() -> None:
    shown = publishable([row(20, brand="strada"), row(19, brand="corvia")], ["brand"])
    assert [each["brand"] for each in shown] == ["strada"]


def test_a_hidden_brand_does_not_follow_from_the_total() -> None:
    rows = [row(105, brand=None), row(60, brand="strada"), row(30, brand="voltane"), row(15, brand="corvia")]
    assert [each["brand"] for each in publishable(rows, ["brand"])] == [None, "strada"]


def test_several_hidden_brands_may_be_subtracted_when_they_have_20_cars_together() -> None:
    rows = [row(90, brand=None), row(60, brand="strada"), row(15, brand="voltane"), row(15, brand="corvia")]
    assert [each["brand"] for each in publishable(rows, ["brand"])] == [None, "strada"]


def test_cars_that_use_two_services_are_not_added_up() -> None:
    """The same 15 cars may be behind both hidden services."""
    rows = [row(60, service=None), row(60, service="teams"), row(40, service="meet"), row(15, service="zoom"),
            row(15, service="webex")]  # fmt: skip
    assert [each["service"] for each in publishable(rows, ["service"])] == [None, "teams"]


def test_a_total_is_shown_although_each_of_its_parts_is_hidden() -> None:
    rows = [row(60, day=None), *(row(15, day=day) for day in range(7))]
    assert [each["day"] for each in publishable(rows, ["day"])] == [None]


def test_of_a_table_with_totals_the_finest_cells_are_hidden_first() -> None:
    cars = {("a", 1): 40, ("a", 2): 40, ("b", 1): 40, ("b", 2): 15}
    sums = {("a", None): 60, ("b", None): 50, (None, 1): 80, (None, 2): 55, (None, None): 110}
    rows = [row(number, brand=brand, day=day) for (brand, day), number in (cars | sums).items()]
    assert {(each["brand"], each["day"]) for each in publishable(rows, ["brand", "day"])} == set(sums)


def test_a_small_number_of_cars_within_a_large_group_is_left_out() -> None:
    (shown,) = publishable([{"brand": "strada", "joining": 19, "late": 0, "cars": 500}], ["brand"], ["joining", "late"])
    assert (shown["joining"], shown["late"], shown["cars"]) == (None, 0, 500)


def table(numbers: random.Random) -> tuple[list[Row], list[list[Key]]]:
    """A table of brands and days with all totals, and its equations: total first."""
    brands, days = "abcd"[: numbers.randint(2, 4)], range(numbers.randint(2, 5))
    cells = {key: numbers.choice([3, 12, 25, 40, 200]) for key in product(brands, days) if numbers.random() < 0.9}
    keys = {(b, d) for brand, day in cells for b in (brand, None) for d in (day, None)}
    cars = {key: sum(n for cell, n in cells.items() if all(k in (None, c) for k, c in zip(key, cell, strict=True)))
            for key in keys}  # fmt: skip
    equations: list[list[Key]] = []
    for place, total in product((0, 1), keys):
        parts = [
            key
            for key in keys
            if total[place] is None and key[place] is not None and key[1 - place] == total[1 - place]
        ]
        if parts:
            equations.append([total, *parts])
    return [row(number, brand=brand, day=day) for (brand, day), number in cars.items()], equations


def determined(equations: list[list[Key]], hidden: set[Key]) -> set[Key]:
    """The hidden cells that the shown ones determine, by exact elimination."""
    matrix = [
        [Fraction(each in equation) * (-1 if each == equation[0] else 1) for each in hidden] for equation in equations
    ]
    pivots: list[int] = []
    for column in range(len(hidden)):
        pivot = next((r for r in range(len(pivots), len(matrix)) if matrix[r][column]), None)
        if pivot is None:
            continue
        at = len(pivots)
        matrix[at], matrix[pivot] = matrix[pivot], matrix[at]
        matrix[at] = [value / matrix[at][column] for value in matrix[at]]
        for other, values in enumerate(matrix):
            if other != at and values[column]:
                matrix[other] = [a - values[column] * b for a, b in zip(values, matrix[at], strict=True)]
        pivots.append(column)
    order = list(hidden)
    return {order[column] for at, column in enumerate(pivots) if sum(map(bool, matrix[at])) == 1}


@pytest.mark.parametrize("seed", range(60))
def test_no_hidden_cell_can_be_computed_from_a_two_way_table(seed: int) -> None:
    rows, equations = table(random.Random(seed))
    shown = {(each["brand"], each["day"]) for each in publishable(rows, ["brand", "day"])}
    cars = {(each["brand"], each["day"]): each["cars"] for each in rows}
    hidden: set[Key] = {key for key in cars if key not in shown}
    small = {key for key, number in cars.items() if isinstance(number, int) and number < SMALLEST_GROUP}
    assert small <= hidden
    assert not determined(equations, hidden) & small


def test_measures_see_no_column_of_a_driver_a_trip_or_a_moment() -> None:
    assert {"subject", "event_id", "time", "sequence"} <= WITHHELD
    for name in event_names():
        assert not WITHHELD & set(columns(name))


def test_no_measure_is_broken_down_by_car() -> None:
    for measure in ALL:
        assert not {"vehicle_id", "subject", "cell"} & set(measure.columns)
        assert "cars" in measure.columns
