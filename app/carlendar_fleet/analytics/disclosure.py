"""The one place where results are made safe to show: no figure of fewer than 20 cars.

A group of fewer cars is hidden. A hidden group must not follow from the others either: where a total is shown, what
remains after subtracting its shown parts must again concern 20 cars, or further parts are hidden (complementary
suppression, as in official statistics). A number of cars below 20 within a larger group is left out as well.

It does not protect against the comparison of two reports of different periods.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from carlendar.domain.base import Value

SMALLEST_GROUP = 20
"""Smallest number of cars that a figure may be about."""
PRIME = 2**31 - 1
ONE_PER_CAR = frozenset({"brand"})
"""Dimensions of which a car has one value only, so that the numbers of cars of the parts add up."""

Key = tuple[object, ...]
Row = dict[str, object]


class _Equation(Value, frozen=True):
    """A total and the parts that add up to it."""

    total: Key
    parts: tuple[Key, ...]
    disjoint: bool

    @property
    def cells(self) -> tuple[Key, ...]:
        return (self.total, *self.parts)


def publishable(rows: Sequence[Row], dimensions: Sequence[str], car_figures: Sequence[str] = ()) -> list[Row]:
    """Return the rows that may be shown, in order of their dimensions.

    Every row has the number of `cars` it is about. A dimension that is None stands for all its values. Of
    `car_figures`, which are numbers of cars too, those of fewer than 20 cars become None.
    """
    cells = {tuple(row[each] for each in dimensions): row for row in rows}
    cars = {key: _number(row["cars"]) for key, row in cells.items()}
    hidden = _hidden(cars, _equations(cars, dimensions))
    shown = [row for key, row in cells.items() if key not in hidden]
    return sorted((_without_few(row, car_figures) for row in shown), key=lambda row: _order(row, dimensions))


def _hidden(cars: Mapping[Key, int], equations: Sequence[_Equation]) -> set[Key]:
    hidden = {key for key, number in cars.items() if number < SMALLEST_GROUP}
    while (more := _next_to_hide(cars, equations, hidden)) is not None:
        hidden.add(more)
    return hidden


def _next_to_hide(cars: Mapping[Key, int], equations: Sequence[_Equation], hidden: set[Key]) -> Key | None:
    """The next cell to hide so that nothing hidden can be computed from what is shown; None if nothing can be."""
    unsafe = [each for each in equations if _remainder_is_small(each, cars, hidden)]
    if not unsafe:
        exposed = _computable(equations, hidden)
        unsafe = [each for each in equations if exposed & set(each.cells)]
    parts = [key for each in unsafe for key in each.parts if key not in hidden]
    totals = [each.total for each in unsafe if each.total not in hidden]
    # the finest first, then that of the fewest cars: it costs least
    return min(
        parts or totals, key=lambda key: (sum(value is None for value in key), cars[key], str(key)), default=None
    )


def _remainder_is_small(equation: _Equation, cars: Mapping[Key, int], hidden: set[Key]) -> bool:
    """Whether the total less its shown parts gives a figure that may concern fewer than 20 cars."""
    missing = [cars[each] for each in equation.parts if each in hidden]
    if equation.total in hidden or not missing:
        return False
    if equation.disjoint:
        return sum(missing) < SMALLEST_GROUP
    # at least so many cars are in the missing parts, whichever parts have cars in common
    shown = sum(cars[each] for each in equation.parts if each not in hidden)
    return max(*missing, cars[equation.total] - shown) < SMALLEST_GROUP


def _equations(cars: Mapping[Key, int], dimensions: Sequence[str]) -> list[_Equation]:
    parts: dict[tuple[Key, int], list[Key]] = {}
    for key in cars:
        for place, value in enumerate(key):
            total = (*key[:place], None, *key[place + 1 :])
            if value is not None and total in cars:
                parts.setdefault((total, place), []).append(key)
    return [_Equation(total, tuple(found), dimensions[place] in ONE_PER_CAR) for (total, place), found in parts.items()]


def _computable(equations: Sequence[_Equation], hidden: set[Key]) -> set[Key]:
    """The hidden cells that the shown ones determine: those alone in a row of the reduced equations, modulo a prime."""
    solved: dict[Key, dict[Key, int]] = {}
    for equation in equations:
        row = {each: 1 for each in equation.parts if each in hidden}
        if equation.total in hidden:
            row[equation.total] = PRIME - 1
        for pivot, known in solved.items():
            row = _minus(row, known, row.get(pivot, 0))
        if not row:
            continue
        pivot = min(row, key=str)
        inverse = pow(row[pivot], -1, PRIME)
        row = {each: factor * inverse % PRIME for each, factor in row.items()}
        solved = {each: _minus(known, row, known.get(pivot, 0)) for each, known in solved.items()}
        solved[pivot] = row
    return {pivot for pivot, row in solved.items() if len(row) == 1}


def _minus(row: Mapping[Key, int], other: Mapping[Key, int], times: int) -> dict[Key, int]:
    if not times:
        return dict(row)
    keys = row.keys() | other.keys()
    result = {each: (row.get(each, 0) - times * other.get(each, 0)) % PRIME for each in keys}
    return {each: factor for each, factor in result.items() if factor}


def _without_few(row: Row, car_figures: Sequence[str]) -> Row:
    few = {each: None for each in car_figures if 0 < _number(row[each]) < SMALLEST_GROUP}
    return {**row, **few}


def _order(row: Row, dimensions: Sequence[str]) -> tuple[tuple[bool, int, str], ...]:
    return tuple((row[each] is not None, _number(row[each]), str(row[each])) for each in dimensions)


def _number(value: object) -> int:
    return value if isinstance(value, int) else 0
