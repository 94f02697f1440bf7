"""Locates the `kv/` and `assets/` files, in the source tree or inside the installed package."""

from __future__ import annotations

from functools import cache
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


@cache
def root_of(package: Path) -> Path:
    """Return the folder with `kv/` and `assets/` of an import package: bundled in a wheel, next to `app/` in the
    tree."""
    bundled = package / "_bundled"
    return bundled if bundled.is_dir() else package.parents[1]


def kv(name: str) -> Path:
    """Return the path of a kv file, by its name under `kv/`. Raises FileNotFoundError."""
    return existing(root_of(_PACKAGE) / "kv" / name)


def asset(name: str) -> Path:
    """Return the path of a file or folder, by its name under `assets/`. Raises FileNotFoundError."""
    return existing(root_of(_PACKAGE) / "assets" / name)


def existing(path: Path) -> Path:
    """Return the path. Raises FileNotFoundError if it does not exist."""
    if not path.exists():
        raise FileNotFoundError(f"{path.name} is missing from the installation")
    return path
