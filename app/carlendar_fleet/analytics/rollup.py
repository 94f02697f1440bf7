"""Figures at several levels of detail in one table, and percentiles that every engine computes alike."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

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
    for level in levels:
        table = at(level)
        keys = [table[each] if each in level else ibis.null(kind).name(each) for each, kind in dimensions.items()]
        parts.append(table.select(*keys, *(each for each in table.columns if each not in dimensions)))
    return parts[0] if len(parts) == 1 else ibis.union(*parts)


def aggregated(table: ir.Table, level: Level, figures: Figures) -> ir.Table:
    """Return the figures of each group of `level`."""
    return table.group_by(list(level)).aggregate(**figures(table)) if level else table.aggregate(**figures(table))


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
