"""The calculations of the project, each as DAX for Power BI and as SQL for DuckDB: two texts of one definition."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


class Calculation(Protocol):
    """What can be written in both languages. `condition` is an SQL condition on the table's rows, `TRUE` for all."""

    @property
    def dax(self) -> str: ...

    def sql(self, condition: str = "TRUE") -> str: ...


@dataclass(frozen=True)
class Aggregate:
    """`SUM`, `MAX` or `MIN` of a column; blank without rows."""

    function: str
    table: str
    column: str

    @property
    def dax(self) -> str:
        return f"{self.function}({self.table}[{self.column}])"

    def sql(self, condition: str = "TRUE") -> str:
        return f'(SELECT {self.function.lower()}("{self.column}") FROM {self.table} WHERE {condition})'  # noqa: S608 - names of our measures


@dataclass(frozen=True)
class Constant:
    """A constant."""

    value: int

    @property
    def dax(self) -> str:
        return str(self.value)

    def sql(self, condition: str = "TRUE") -> str:  # noqa: ARG002 - a constant has no rows
        return str(self.value)


@dataclass(frozen=True)
class CountWhere:
    """The number of rows in which a boolean column is true; blank if there is none, as DAX has it."""

    table: str
    column: str

    @property
    def dax(self) -> str:
        return f"CALCULATE(COUNTROWS({self.table}), {self.table}[{self.column}] = TRUE())"

    def sql(self, condition: str = "TRUE") -> str:
        return f'(SELECT nullif(count(*), 0) FROM {self.table} WHERE "{self.column}" AND {condition})'  # noqa: S608 - names of our measures


@dataclass(frozen=True)
class Ratio:
    """One calculation divided by another, times a factor; blank where the divisor is 0 or blank."""

    part: Calculation
    whole: Calculation
    factor: float = 1

    @property
    def dax(self) -> str:
        text = f"DIVIDE({self.part.dax}, {self.whole.dax})"
        return text if self.factor == 1 else f"{text} * {self.factor:g}"

    def sql(self, condition: str = "TRUE") -> str:
        text = f"{self.part.sql(condition)}::DOUBLE / nullif({self.whole.sql(condition)}, 0)"
        return text if self.factor == 1 else f"({text}) * {self.factor:g}"


def total(table: str, column: str) -> Aggregate:
    """The sum of a column."""
    return Aggregate("SUM", table, column)


def highest(table: str, column: str) -> Aggregate:
    """The highest value of a column."""
    return Aggregate("MAX", table, column)
