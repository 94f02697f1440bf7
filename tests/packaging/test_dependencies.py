"""What the distributions require is what their code imports."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
OWN = {"carlendar", "carlendar_devtools", "carlendar_fleet"}
NOT_IMPORTED = {"tzdata"}
"""Read by `zoneinfo` as data."""
SEPARATE = {"pyspark"}
"""What an extra of the back end installs for an environment of its own."""


def _imported(package: str) -> Iterator[str]:
    for path in (ROOT / "app" / package).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                yield from (name.name for name in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                yield node.module


def _distributions(package: str) -> set[str]:
    """The third-party distributions that the package imports anywhere."""
    providers = packages_distributions()
    tops = (
        {name.partition(".")[0] for name in _imported(package)}
        - OWN
        - SEPARATE
        - {"_typeshed"}
        - set(sys.stdlib_module_names)
    )
    # `google` is a namespace of several distributions; its part that is imported is protobuf's
    return {_normal("protobuf" if top == "google" else providers[top][0]) for top in tops}


def _required(pyproject: str, *extras: str) -> set[str]:
    project = tomllib.loads((ROOT / pyproject).read_text("utf-8"))["project"]
    listed = list(project["dependencies"])
    for extra in extras:
        listed += project["optional-dependencies"][extra]
    return {_normal(re.split(r"[^A-Za-z0-9_.-]", each, maxsplit=1)[0]) for each in listed}


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).casefold()


def test_the_car_requires_what_it_imports_and_no_more() -> None:
    assert _required("pyproject.toml", "vehicle") - NOT_IMPORTED == _distributions("carlendar")


def test_the_developer_tools_require_what_they_import_and_no_more() -> None:
    car, own = _required("pyproject.toml", "vehicle"), _required("packaging/devtools/pyproject.toml") - {"carlendar"}
    imported = _distributions("carlendar_devtools")
    assert own == imported - car
    assert imported <= own | car


def test_the_back_end_requires_what_it_imports_and_no_more() -> None:
    car, own = _required("pyproject.toml"), _required("packaging/fleet/pyproject.toml") - {"carlendar"}
    imported = _distributions("carlendar_fleet")
    assert own == imported - car
    assert imported <= own | car


def test_kivy_stays_at_the_release_whose_private_hooks_are_used() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert "kivy~=2.3.1" in project["dependencies"]


def test_private_parts_of_kivy_are_used_in_one_module_each() -> None:
    using = {
        path.relative_to(ROOT / "app").as_posix()
        for folder in ("carlendar/ui", "carlendar_devtools")
        for path in (ROOT / "app" / folder).rglob("*.py")
        if "noqa: SLF001" in path.read_text("utf-8")
    }
    assert using == {"carlendar/ui/kivy_hooks.py", "carlendar_devtools/audit/kivy_hooks.py"}


@pytest.mark.parametrize(
    ("file", "extras", "distributions"),
    [
        ("requirements.txt", ("vehicle", "build"), ("devtools",)),
        ("requirements-fleet.txt", ("vehicle", "build"), ("devtools", "fleet")),
        ("requirements-test.txt", ("vehicle", "build", "dev"), ("devtools", "fleet")),
    ],
)
def test_everything_that_is_required_is_locked(
    file: str, extras: tuple[str, ...], distributions: tuple[str, ...]
) -> None:
    text = (ROOT / "packaging" / file).read_text("utf-8")
    locked = {_normal(name) for name in re.findall(r"^([A-Za-z0-9_.-]+)==", text, re.MULTILINE)}
    others = {name for each in distributions for name in _required(f"packaging/{each}/pyproject.toml")}
    assert _required("pyproject.toml", *extras) | others - {"carlendar"} <= locked


def test_the_lock_files_agree_on_every_version() -> None:
    locked: dict[str, set[frozenset[str]]] = {}
    for part in ("", "-fleet", "-test"):
        text = (ROOT / "packaging" / f"requirements{part}.txt").read_text("utf-8")
        found: dict[str, set[str]] = {}  # several versions of one, each for some versions of Python
        for name, version in re.findall(r"^([A-Za-z0-9_.-]+)==([^ ;]+)", text, re.MULTILINE):
            found.setdefault(name, set()).add(version)
        for name, versions in found.items():
            locked.setdefault(name, set()).add(frozenset(versions))
    assert {name: versions for name, versions in locked.items() if len(versions) > 1} == {}
