"""Every DAX measure: the value worked out by hand, what DuckDB computes, and what an engine of DAX computes."""

from __future__ import annotations

from pathlib import Path

import pytest
from pbix_mcp.dax.engine import evaluate_measure

from carlendar_fleet.powerbi.dax_measures import DAX_MEASURES
from carlendar_fleet.powerbi.exported import all_columns
from carlendar_fleet.powerbi.project import expected_values, load_tables
from carlendar_fleet.powerbi.semantic_model import dimension_of, relationships
from tests.fleet.powerbi.golden import CORVIA, EVERYTHING

RELATIONSHIPS = [
    {"FromTable": table, "FromColumn": column, "ToTable": dimension_of(column), "ToColumn": column, "IsActive": True}
    for table, column in relationships()
]
TEXTS = {each.name: each.calculation.dax for each in DAX_MEASURES}


@pytest.fixture(scope="module")
def tables(project: Path) -> dict[str, dict[str, object]]:
    """The exported tables as the engine of DAX takes them."""
    with load_tables(project) as connection:
        return {
            name: {
                "columns": [each.name for each in columns],
                "rows": [list(row) for row in connection.execute(f"FROM {name}").fetchall()],
            }
            for name, columns in all_columns().items()
        }


def test_every_measure_has_a_golden_value() -> None:
    assert set(EVERYTHING) == set(CORVIA) == set(TEXTS)


@pytest.mark.parametrize("name", TEXTS)
def test_dax_over_everything_is_the_golden_value(tables: dict[str, dict[str, object]], name: str) -> None:
    found = evaluate_measure(name, tables, TEXTS, relationships=RELATIONSHIPS)
    assert found == pytest.approx(EVERYTHING[name])


@pytest.mark.parametrize("name", TEXTS)
def test_dax_of_one_brand_is_the_golden_value(tables: dict[str, dict[str, object]], name: str) -> None:
    found = evaluate_measure(name, tables, TEXTS, {"brands.brand": ["corvia"]}, relationships=RELATIONSHIPS)
    assert found == (None if CORVIA[name] is None else pytest.approx(CORVIA[name]))


def test_duckdb_computes_the_golden_values(project: Path) -> None:
    assert expected_values(project) == pytest.approx(EVERYTHING)
    with load_tables(project) as connection:
        for each in DAX_MEASURES:
            row = connection.execute("SELECT " + each.calculation.sql("brand = 'corvia'")).fetchone()
            assert row == (None if CORVIA[each.name] is None else pytest.approx(CORVIA[each.name]),), each.name


def test_the_values_to_expect_are_written_beside_the_project(project: Path) -> None:
    lines = (project / "expected_values.csv").read_text(encoding="utf-8").splitlines()
    assert "Hours,200.0" in lines
    assert len(lines) == len(DAX_MEASURES) + 1
