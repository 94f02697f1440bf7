"""Finds files that are not code: `kv/` and `assets/`, in the source tree or inside the installed package."""

from __future__ import annotations

from functools import cache
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


@cache
def _root() -> Path:
    bundled = _PACKAGE / "_bundled"
    return bundled if (bundled / "kv").is_dir() else _PACKAGE.parent


def kv(name: str) -> Path:
    """The path of a kv file, by its name under `kv/`; FileNotFoundError when there is none."""
    return _existing(_root() / "kv" / name)


def asset(name: str) -> Path:
    """The path of a file or folder, by its name under `assets/`; FileNotFoundError when there is none."""
    return _existing(_root() / "assets" / name)


def _existing(path: Path) -> Path:
    if not path.exists():
        raise FileNotFoundError(f"{path.name} is missing from the installation")
    return path
