"""Finds the included scenarios by name."""

from __future__ import annotations

from pathlib import Path

from carlendar.errors import UsageError
from carlendar_devtools.resources import asset


def scenario_folder() -> Path:
    """Return the folder of the scenarios: next to the package in the tree, bundled in a wheel."""
    return asset("scenarios")


def scenario_names() -> list[str]:
    """Return the names of all scenarios."""
    return sorted(path.stem for path in scenario_folder().glob("*.toml"))


def scenario_file(name: str) -> Path:
    """Return the file of a scenario by name, or the user's own by path. Raises UsageError, which lists the names."""
    if name.endswith(".toml"):
        return Path(name)
    if name not in scenario_names():
        raise UsageError(f"there is no scenario {name}; there are: {', '.join(scenario_names())}")
    return scenario_folder() / f"{name}.toml"
