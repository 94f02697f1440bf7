"""The project's files, checked by Microsoft's JSON schemas, by pbir-utils, and by two readers of TMDL."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from jsonschema import Draft7Validator
from pbip_compiler.semantic_model.tmdl import TmdlParser
from pbipinspect.inspect import create_inspect
from pbir_utils.rule_engine import validate_report
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT7

from carlendar_fleet.powerbi.dax_measures import DAX_MEASURES
from carlendar_fleet.powerbi.exported import DIMENSIONS, TMDL_TYPES, all_columns
from carlendar_fleet.powerbi.project import write_project
from carlendar_fleet.powerbi.report import PAGES, fields_used
from carlendar_fleet.powerbi.semantic_model import dimension_of, relationships
from tests.fleet.powerbi.golden import PERIOD, results

SCHEMAS = Path(__file__).parents[4] / "shared" / "data" / "powerbi-schemas"
"""A copy of microsoft/json-schemas beside the project."""
ADDRESS = "https://developer.microsoft.com/json-schemas/"
JSON_SUFFIXES = {".json", ".pbip", ".pbir", ".pbism"}
MEASURES = {(each.table, each.name, each.calculation.dax) for each in DAX_MEASURES}
COLUMNS = {(table, each.name, each.name) for table, columns in all_columns().items() for each in columns}


def json_files(project: Path) -> list[Path]:
    return [path for path in project.rglob("*") if path.suffix in JSON_SUFFIXES or path.name == ".platform"]


def test_every_file_fits_microsofts_schema(project: Path) -> None:
    if not SCHEMAS.is_dir():
        pytest.skip("Microsoft's JSON schemas are not beside the project: skipped")
    found = {ADDRESS + str(path.relative_to(SCHEMAS)): path for path in SCHEMAS.rglob("*.json")}
    registry: Registry[object] = Registry().with_resources(
        (name, Resource.from_contents(json.loads(path.read_text("utf-8-sig")), DRAFT7)) for name, path in found.items()
    )
    checked = 0
    for path in json_files(project):
        content = json.loads(path.read_text(encoding="utf-8"))
        if "StaticResources" not in path.parts:  # themes have no versioned schema
            validator = Draft7Validator({"$ref": content["$schema"]}, registry=registry)
            assert [each.message for each in validator.iter_errors(content)] == [], path.name
            checked += 1
    assert checked > 50


def test_pbir_utils_finds_nothing(project: Path) -> None:
    found = validate_report(str(project / "Carlendar.Report"), strict=False)
    assert (found.failed, found.violations) == (0, [])
    assert found.passed >= 16


def test_pbipinspect_reads_what_was_written(project: Path) -> None:
    found = create_inspect(project / "Carlendar.pbip").pbip
    assert {table["name"] for table in found.tables} == set(all_columns())
    assert {(each["table"], each["name"], each["sourceColumn"]) for each in found.columns} == COLUMNS
    types = {(each["table"], each["name"]): each["dataType"] for each in found.columns}
    assert types == {(table, each.name): TMDL_TYPES[each.kind] for table, own in all_columns().items() for each in own}
    assert {(each["table"], each["name"].strip("'"), each["expression"]) for each in found.measures} == MEASURES
    links = {(each["fromTable"], each["fromColumn"], each["toTable"], each["toColumn"]) for each in found.relationships}
    assert links == {(table, column, dimension_of(column), column) for table, column in relationships()}
    assert [each["name"] for each in found.expressions] == ["DataFolder"]


def test_pbip_compiler_reads_what_was_written(project: Path) -> None:
    """But for relationships, which it expects in a form that TMDL does not have."""
    found = TmdlParser().parse_folder(project / "Carlendar.SemanticModel" / "definition")
    assert {each.name for each in found.tables} == set(all_columns())
    columns = {(table.name, each.name, each.source_column) for table in found.tables for each in table.columns}
    assert columns == COLUMNS
    measures = {(table.name, each.name, each.expression) for table in found.tables for each in table.measures}
    assert measures == MEASURES
    for table in found.tables:
        assert f'File.Contents(DataFolder & "/{table.name}.csv")' in table.m_expression


def test_the_readers_notice_a_changed_measure(project: Path, tmp_path: Path) -> None:
    write_project(tmp_path, results(), PERIOD)
    path = tmp_path / "Carlendar.SemanticModel" / "definition" / "tables" / "joins_by_day.tmdl"
    path.write_text(path.read_text(encoding="utf-8").replace("joins_by_day[connected]", "joins_by_day[attempts]"))
    first = {each["expression"] for each in create_inspect(tmp_path / "Carlendar.pbip").pbip.measures}
    second = TmdlParser().parse_folder(tmp_path / "Carlendar.SemanticModel" / "definition")
    changed = "DIVIDE(SUM(joins_by_day[attempts]), SUM(joins_by_day[decided]))"
    assert changed in first
    assert changed in {each.expression for table in second.tables for each in table.measures}


def test_columns_of_the_model_are_those_of_the_files(project: Path) -> None:
    for table, columns in all_columns().items():
        with (project / "data" / f"{table}.csv").open(encoding="utf-8", newline="") as file:
            assert next(csv.reader(file)) == [each.name for each in columns], table


def test_the_report_shows_fields_of_the_model_only() -> None:
    known = {f"{table}.{each.name}" for table, columns in all_columns().items() for each in columns}
    assert fields_used() <= known | {each.name for each in DAX_MEASURES}
    assert {each.name for each in PAGES} == {"overview", "joining", "reliability", "safety", "brands"}


def test_visuals_lie_on_their_page_and_apart(project: Path) -> None:
    for page in PAGES:
        folder = project / "Carlendar.Report" / "definition" / "pages" / page.name
        size = json.loads((folder / "page.json").read_text(encoding="utf-8"))
        boxes = [
            json.loads(path.read_text(encoding="utf-8"))["position"] for path in folder.glob("visuals/*/visual.json")
        ]
        for one in boxes:
            assert one["x"] >= 0
            assert one["x"] + one["width"] <= size["width"]
            assert one["y"] + one["height"] <= size["height"]
            for other in boxes:
                apart = (
                    one["x"] + one["width"] <= other["x"] or other["x"] + other["width"] <= one["x"]
                    or one["y"] + one["height"] <= other["y"] or other["y"] + other["height"] <= one["y"]
                )  # fmt: skip
                assert apart or one is other, page.name


def test_files_are_utf8_without_byte_order_mark(project: Path) -> None:
    for path in project.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert not content.startswith(b"\xef\xbb\xbf"), path.name
            assert b"\r" not in content
            content.decode("utf-8")


def test_the_same_results_give_the_same_project(project: Path, tmp_path: Path) -> None:
    write_project(tmp_path, results(), PERIOD)
    first = {path.relative_to(project): path for path in project.rglob("*.*") if path.is_file()}
    for name, path in first.items():
        if name.name != "expressions.tmdl":  # has the folder's own path
            assert (tmp_path / name).read_bytes() == path.read_bytes(), name


def test_no_row_of_fewer_than_20_cars_and_no_car_is_exported(project: Path) -> None:
    for table, columns in all_columns().items():
        if table in DIMENSIONS:
            continue
        assert not {"vehicle_id", "subject", "model"} & {each.name for each in columns}
        with (project / "data" / f"{table}.csv").open(encoding="utf-8", newline="") as file:
            assert all(int(row["cars"]) >= 20 for row in csv.DictReader(file))
