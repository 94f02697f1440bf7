"""The semantic model in TMDL: tables over the exported files, relationships, measures.

TMDL is kept simple: names without spaces but for measures, one expression on a line, tabs for indentation.
"""

from __future__ import annotations

from uuid import NAMESPACE_URL, uuid5

from carlendar_fleet.powerbi.dax_measures import DAX_MEASURES, DaxMeasure
from carlendar_fleet.powerbi.exported import DIMENSIONS, EXPORTED, TMDL_TYPES, ExportedColumn, all_columns

M_TYPES = {"string": "type text", "date": "type date", "int64": "Int64.Type", "boolean": "type logical",
           "float64": "type number"}  # fmt: skip
CULTURE = "en-GB"
COMPATIBILITY = 1567
"""The level of the tabular model that Power BI Desktop needs for PBIP."""


def model_files(data_folder: str) -> dict[str, str]:
    """The files of the model's `definition` folder. `data_folder` is the value of the parameter `DataFolder`."""
    tables = all_columns()
    return {
        "database.tmdl": f"database\n\tcompatibilityLevel: {COMPATIBILITY}\n",
        "model.tmdl": _model(list(tables)),
        "expressions.tmdl": _parameter(data_folder),
        "relationships.tmdl": "\n".join(_relationship(*each) for each in relationships()),
    } | {f"tables/{name}.tmdl": _table(name, columns) for name, columns in tables.items()}


def relationships() -> list[tuple[str, str]]:
    """The fact tables and the dimension's column that each is related by."""
    dimension_columns = [columns[0].name for columns in DIMENSIONS.values()]
    return [(table.name, column) for table in EXPORTED for column in dimension_columns if column in table.level]


def dimension_of(column: str) -> str:
    """The dimension's table that has a column."""
    return next(name for name, columns in DIMENSIONS.items() if columns[0].name == column)


def _model(tables: list[str]) -> str:
    lines = [
        "model Model", f"\tculture: {CULTURE}", "\tdefaultPowerBIDataSourceVersion: powerBI_V3",
        f"\tsourceQueryCulture: {CULTURE}", "\tdataAccessOptions", "\t\tlegacyRedirects", "\t\treturnErrorValuesAsNull",
        "", *(f"ref table {each}" for each in tables), "",
    ]  # fmt: skip
    return "\n".join(lines)


def _parameter(folder: str) -> str:
    text = folder.replace('"', '""')
    return (
        "/// The folder with the exported tables; change it where the project is opened.\n"
        f'expression DataFolder = "{text}" meta [IsParameterQuery=true, Type="Text", IsParameterQueryRequired=true]\n'
        f"\tlineageTag: {_tag('expression', 'DataFolder')}\n"
    )


def _relationship(table: str, column: str) -> str:
    return (
        f"relationship {_tag('link', table, column)}\n\tfromColumn: {table}.{column}\n"
        f"\ttoColumn: {dimension_of(column)}.{column}\n"
    )


def _table(name: str, columns: tuple[ExportedColumn, ...]) -> str:
    measures = "".join(_measure(each) for each in DAX_MEASURES if each.table == name)
    body = "".join(_column(name, each, key=name in DIMENSIONS) for each in columns)
    return f"table {name}\n\tlineageTag: {_tag(name)}\n\n{measures}{body}{_partition(name, columns)}"


def _measure(measure: DaxMeasure) -> str:
    return (
        f"\t/// {measure.meaning}\n\tmeasure '{measure.name}' = {measure.calculation.dax}\n"
        f"\t\tformatString: {measure.format}\n\t\tlineageTag: {_tag(measure.table, 'measure', measure.name)}\n\n"
        f"\t\tannotation DuckDB = {measure.calculation.sql()}\n\n"
    )


def _column(table: str, column: ExportedColumn, *, key: bool) -> str:
    lines = [f"\t/// {column.meaning}", f"\tcolumn {column.name}", f"\t\tdataType: {TMDL_TYPES[column.kind]}"]
    if key:
        lines.append("\t\tisKey")
    elif column.name in ("brand", "day"):  # the dimension's is to be used
        lines.append("\t\tisHidden")
    if column.kind == "date":
        lines.append("\t\tformatString: yyyy-mm-dd")
    lines += [f"\t\tlineageTag: {_tag(table, column.name)}", "\t\tsummarizeBy: none"]
    return "\n".join([*lines, f"\t\tsourceColumn: {column.name}", "", ""])


def _partition(table: str, columns: tuple[ExportedColumn, ...]) -> str:
    types = ", ".join(f'{{"{each.name}", {M_TYPES[each.kind]}}}' for each in columns)
    options = f'[Delimiter = ",", Columns = {len(columns)}, Encoding = 65001, QuoteStyle = QuoteStyle.Csv]'
    lines = [
        "let",
        f'    Source = Csv.Document(File.Contents(DataFolder & "/{table}.csv"), {options}),',
        "    Promoted = Table.PromoteHeaders(Source, [PromoteAllScalars = true]),",
        f'    Typed = Table.TransformColumnTypes(Promoted, {{{types}}}, "en-US")',
        "in",
        "    Typed",
    ]
    text = "\n".join(f"\t\t\t{line}" for line in lines)
    return f"\tpartition {table} = m\n\t\tmode: import\n\t\tsource =\n{text}\n"


def _tag(*parts: str) -> str:
    """A stable identifier, so that the same project is written again for the same tables."""
    return str(uuid5(NAMESPACE_URL, "/".join(("carlendar-fleet", *parts))))
