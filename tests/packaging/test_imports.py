"""No module imports itself through others, not even for type checking."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

APP = Path(__file__).parents[2] / "app"
NOT_YET = "carlendar.presentation"
"""Its modules still import each other in a cycle; imports between them are left out."""


def _module(path: Path, root: Path) -> str:
    parts = path.relative_to(root).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _imported(tree: ast.AST, modules: frozenset[str]) -> Iterator[str]:
    """Modules that are imported anywhere: at the top, in functions, and under TYPE_CHECKING."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names if name.name in modules)
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
    counted = {
        name: {each for each in imports if not (name.startswith(NOT_YET) and each.startswith(NOT_YET))}
        for name, imports in graph.items()
    }
    assert cycle(counted) == []


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
