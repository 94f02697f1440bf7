"""Finds the scenarios that come with the program, by their names."""

from __future__ import annotations

from pathlib import Path

from carlendar.errors import UsageError


def scenario_folder() -> Path:
    """Where the scenarios are: beside the package in the tree, bundled in a wheel."""
    package = Path(__file__).resolve().parents[2]
    bundled = package / "_bundled" / "assets" / "scenarios"
    return bundled if bundled.is_dir() else package.parent / "assets" / "scenarios"


def scenario_names() -> list[str]:
    """The names of all scenarios."""
    return sorted(path.stem for path in scenario_folder().glob("*.toml"))


def scenario_file(name: str) -> Path:
    """The file of a scenario by its name, or one's own by its path. Raises UsageError, naming those there are."""
    if name.endswith(".toml"):
        return Path(name)
    if name not in scenario_names():
        raise UsageError(f"there is no scenario {name}; there are: {', '.join(scenario_names())}")
    return scenario_folder() / f"{name}.toml"
