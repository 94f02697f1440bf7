"""Figures at several levels of detail in one table, and percentiles that every engine computes alike."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

import ibis
import ibis.expr.types as ir

Level = tuple[str, ...]
"""The dimensions that a row of a result is broken down by; the other dimensions are null, which means all."""
Figures = Callable[[ir.Table], Mapping[str, ir.Value]]
"""Returns the aggregates of a table by name."""


def roll_up(dimensions: Mapping[str, str], levels: Sequence[Level], at: Callable[[Level], ir.Table]) -> ir.Table:
    """Return the rows of `at(level)` for all levels, with null in the dimensions that a level leaves out.

    `dimensions` has the Ibis type of each dimension. Every table of `at` has the same further columns.
    """
    parts = []
    for level in sorted(levels, key=len, reverse=True):
        table = at(level)
        keys = [table[each] if each in level else ibis.null(kind).name(each) for each, kind in dimensions.items()]
        parts.append(table.select(*keys, *(each for each in table.columns if each not in dimensions)))
    return parts[0] if len(parts) == 1 else ibis.union(*parts)


def aggregated(table: ir.Table, level: Level, figures: Figures) -> ir.Table:
    """Return the figures of each group of `level`."""
    return table.group_by(list(level)).aggregate(**figures(table)) if level else table.aggregate(**figures(table))


class Cars:
    """Figures of groups at several levels of detail, with the number of cars in each group as `cars`.

    Each level has a table with one row for each car of a group, made from the nearest finer one, so that the events are
    grouped once.
    """

    def __init__(
        self, by_car: ir.Table, dimensions: Iterable[str], sums: Sequence[str], more: Figures = lambda _table: {}
    ) -> None:
        """`by_car` has one row for each car (`vehicle_id`) of a group by all dimensions, with the columns `sums`.

        `more` returns figures besides the sums, from a table with one row for each car of a group.
        """
        self._tables = {frozenset(dimensions): by_car}
        self._sums, self._more = sums, more

    def at(self, level: Level) -> ir.Table:
        """The figures of each group of a level. Ask for finer levels first."""
        return aggregated(self._by_car(level), level, self._figures)

    def _by_car(self, level: Level) -> ir.Table:
        wanted = frozenset(level)
        if wanted not in self._tables:
            nearest = min((each for each in self._tables if wanted <= each), key=len)
            self._tables[wanted] = aggregated(self._tables[nearest], (*level, "vehicle_id"), self._added_up)
        return self._tables[wanted]

    def _added_up(self, table: ir.Table) -> dict[str, ir.Value]:
        return {each: table[each].sum() for each in self._sums}

    def _figures(self, table: ir.Table) -> dict[str, ir.Value]:
        return self._added_up(table) | dict(self._more(table)) | {"cars": table.count()}


def percentiles(counts: ir.Table, level: Level, value: str, shares: Mapping[str, int]) -> ir.Table:
    """Return the smallest values that at least so many thousandths of all occurrences do not exceed.

    `counts` has the column `value` (whole numbers) and the column `occurrences`. Nearest rank over cumulative counts:
    whole numbers only, so that all engines agree, and no engine has to sort or to hold every occurrence.
    """
    merged = counts.group_by([*level, value]).aggregate(occurrences=counts.occurrences.sum())
    so_far = ibis.cumulative_window(group_by=list(level) or None, order_by=merged[value])
    everything = ibis.window(group_by=list(level) or None)
    ranked = merged.mutate(
        so_far=merged.occurrences.sum().over(so_far), everything=merged.occurrences.sum().over(everything)
    )

    def at_shares(table: ir.Table) -> dict[str, ir.Value]:
        return {
            name: table[value].min(where=table.so_far * 1000 >= table.everything * share)
            for name, share in shares.items()
        }

    return aggregated(ranked, level, at_shares)


def beside(left: ir.Table, right: ir.Table, level: Level) -> ir.Table:
    """Return two tables of the same groups as one."""
    if not level:
        return left.cross_join(right)
    return left.join(right, list(level))
