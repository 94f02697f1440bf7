"""No module imports itself through others, not even for type checking, and import contracts cover every package."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

APP = Path(__file__).parents[2] / "app"
ROOTS = {"commands", "wiring"}
"""They compose everything, and may import any library."""


def _module(path: Path, root: Path) -> str:
    parts = path.relative_to(root).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _imported(tree: ast.AST, modules: frozenset[str] = frozenset()) -> Iterator[str]:
    """Modules that are imported anywhere: at the top, in functions, and under TYPE_CHECKING.

    `from package import name` imports `package.name` if that is one of `modules`, else `package`.
    """
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            for name in node.names:
                full = f"{node.module}.{name.name}"
                yield full if full in modules else node.module


def import_graph(root: Path) -> dict[str, set[str]]:
    """Every module below `root` with those below it that it imports."""
    files = {_module(path, root): path for path in sorted(root.rglob("*.py"))}
    names = frozenset(files)
    return {
        name: {each for each in _imported(ast.parse(path.read_text("utf-8")), names) if each in names}
        for name, path in files.items()
    }


def cycle(graph: Mapping[str, set[str]]) -> list[str]:
    """The modules of one cycle; empty when there is none."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def test_the_modules_import_each_other_without_a_cycle() -> None:
    graph = import_graph(APP)
    assert len(graph) > 300
    assert cycle(graph) == []


def test_imports_for_type_checking_and_in_functions_count(tmp_path: Path) -> None:
    package = tmp_path / "package"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "one.py").write_text(
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from package.two import Two\nclass One: ...\n"
    )
    (package / "two.py").write_text("def two() -> None:\n    from package import one\nclass Two: ...\n")
    assert set(cycle(import_graph(tmp_path))) == {"package.one", "package.two"}
    (package / "two.py").write_text("class Two: ...\n")
    assert cycle(import_graph(tmp_path)) == []


def _libraries(package: Path) -> set[str]:
    """What a package imports, by the first part of the name."""
    return {
        name.partition(".")[0]
        for path in package.rglob("*.py")
        for name in _imported(ast.parse(path.read_text("utf-8")))
    }


def test_a_contract_about_a_library_names_every_package_that_does_not_use_it() -> None:
    contracts = tomllib.loads((APP.parent / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]
    packages = {path.parent.name: _libraries(path.parent) for path in (APP / "carlendar").glob("*/__init__.py")}
    assert len(packages) > 20
    checked = 0
    for contract in contracts:
        libraries = set(contract.get("forbidden_modules", ()))
        named = set(contract.get("source_modules", ()))
        if not libraries or any(each.startswith("carlendar") for each in libraries) or "carlendar" in named:
            continue
        users = {name for name, imported in packages.items() if imported & libraries}
        assert packages.keys() - users - ROOTS <= {each.removeprefix("carlendar.") for each in named}, contract["name"]
        checked += 1
    assert checked >= 6
