"""Finds files that are not code: `kv/` and `assets/`, in the source tree or inside the installed package."""

from __future__ import annotations

from functools import cache
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


@cache
def root_of(package: Path) -> Path:
    """The folder that holds `kv/` and `assets/` of an import package: bundled in a wheel, beside `app/` in the tree."""
    bundled = package / "_bundled"
    return bundled if bundled.is_dir() else package.parents[1]


def kv(name: str) -> Path:
    """The path of a kv file, by its name under `kv/`; FileNotFoundError when there is none."""
    return existing(root_of(_PACKAGE) / "kv" / name)


def asset(name: str) -> Path:
    """The path of a file or folder, by its name under `assets/`; FileNotFoundError when there is none."""
    return existing(root_of(_PACKAGE) / "assets" / name)


def existing(path: Path) -> Path:
    """The path itself; FileNotFoundError when nothing is there."""
    if not path.exists():
        raise FileNotFoundError(f"{path.name} is missing from the installation")
    return path
