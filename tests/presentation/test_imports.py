"""The modules of the presentation import one another without a circle, for the type checker as well."""

from __future__ import annotations

import ast
from graphlib import TopologicalSorter
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[2] / "app"
PACKAGE = "carlendar.presentation"


def imported(path: Path, modules: frozenset[str]) -> set[str]:
    """The package's modules that a file imports, anywhere in it."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            names = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= (names | {node.module}) & modules
    return found


def test_no_module_of_the_presentation_is_part_of_a_circle() -> None:
    paths = {
        ".".join(path.relative_to(SOURCE).with_suffix("").parts): path
        for path in (SOURCE / PACKAGE.replace(".", "/")).rglob("*.py")
        if path.name != "__init__.py"
    }
    graph = {name: imported(path, frozenset(paths)) - {name} for name, path in paths.items()}
    assert sum(map(len, graph.values())) > 100
    TopologicalSorter(graph).prepare()  # raises CycleError, which names the circle
