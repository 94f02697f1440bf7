"""The project's files: `Carlendar.pbip`, the semantic model, the report, the exported tables."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

import duckdb

from carlendar.errors import StoreError, UsageError
from carlendar.full_disk import explained_in
from carlendar_fleet.analytics.event_tables import Period
from carlendar_fleet.analytics.published import Published
from carlendar_fleet.powerbi.dax_measures import DAX_MEASURES
from carlendar_fleet.powerbi.exported import all_columns, csv_files
from carlendar_fleet.powerbi.report import report_files
from carlendar_fleet.powerbi.semantic_model import model_files

NAME = "Carlendar"
SCHEMAS = "https://developer.microsoft.com/json-schemas/fabric"
DATA = "data"
DUCKDB_TYPES = {"string": "VARCHAR", "date": "DATE", "int64": "BIGINT", "boolean": "BOOLEAN", "float64": "DOUBLE"}


def write_project(folder: Path, results: Mapping[str, Published], period: Period) -> int:
    """Write all files and return their number. Raises UsageError if they cannot be written."""
    tables = {f"{DATA}/{name}.csv": text for name, text in csv_files(results, period).items()}
    model = model_files(str((folder / DATA).absolute()))
    files = tables | _top_files()
    files |= {f"{NAME}.SemanticModel/definition/{name}": text for name, text in model.items()}
    files |= {f"{NAME}.Report/{name}": text for name, text in report_files().items()}
    try:
        for name, text in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="\n")
        (folder / "expected_values.csv").write_text(_expected(folder), encoding="utf-8", newline="\n")
    except OSError as error:
        raise UsageError(f"the project cannot be written: {explained_in(error, folder)}") from error
    return len(files) + 1


def load_tables(folder: Path) -> duckdb.DuckDBPyConnection:
    """The exported tables of a project in DuckDB. Raises StoreError if they cannot be read."""
    connection = duckdb.connect()
    for name, columns in all_columns().items():
        types = ", ".join(f"'{each.name}': '{DUCKDB_TYPES[each.kind]}'" for each in columns)
        file = str(folder / DATA / f"{name}.csv").replace("'", "''")
        try:
            read = f"read_csv('{file}', header = true, columns = {{{types}}})"
            connection.execute(f"CREATE TABLE {name} AS FROM {read}")
        except duckdb.Error as error:
            raise StoreError(f"an exported table cannot be read: {str(error).splitlines()[0]}") from error
    return connection


def expected_values(folder: Path) -> dict[str, float | None]:
    """The value of each measure over the whole of a project's tables, computed by DuckDB."""
    with load_tables(folder) as connection:
        found = {each.name: connection.execute(f"SELECT {each.calculation.sql()}").fetchone() for each in DAX_MEASURES}
    return {name: row[0] if row else None for name, row in found.items()}


def _expected(folder: Path) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("measure", "value"))
    writer.writerows((name, "" if value is None else value) for name, value in expected_values(folder).items())
    return text.getvalue()


def _top_files() -> dict[str, str]:
    item = f"{SCHEMAS}/item"
    pbip = {
        "$schema": f"{SCHEMAS}/pbip/pbipProperties/1.0.0/schema.json", "version": "1.0",
        "artifacts": [{"report": {"path": f"{NAME}.Report"}}], "settings": {"enableAutoRecovery": True},
    }  # fmt: skip
    pbir = {
        "$schema": f"{item}/report/definitionProperties/2.0.0/schema.json", "version": "4.0",
        "datasetReference": {"byPath": {"path": f"../{NAME}.SemanticModel"}},
    }  # fmt: skip
    pbism = {
        "$schema": f"{item}/semanticModel/definitionProperties/1.0.0/schema.json",
        "version": "4.2",
        "settings": {},
    }
    contents = {
        f"{NAME}.pbip": pbip, f"{NAME}.Report/definition.pbir": pbir, f"{NAME}.SemanticModel/definition.pbism": pbism,
        f"{NAME}.Report/.platform": _platform("Report"),
        f"{NAME}.SemanticModel/.platform": _platform("SemanticModel"),
    }  # fmt: skip
    return {name: json.dumps(content, indent=2) + "\n" for name, content in contents.items()}


def _platform(kind: str) -> dict[str, object]:
    return {
        "$schema": f"{SCHEMAS}/gitIntegration/platformProperties/2.0.0/schema.json",
        "metadata": {"type": kind, "displayName": NAME},
        "config": {"version": "2.0", "logicalId": str(uuid5(NAMESPACE_URL, f"carlendar-fleet/{kind}"))},
    }
