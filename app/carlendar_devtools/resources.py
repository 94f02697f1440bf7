"""Finds the developer tools' files that are not code, in the source tree or inside the installed package."""

from __future__ import annotations

from pathlib import Path

from carlendar.resources import existing, root_of

_PACKAGE = Path(__file__).resolve().parent


def asset(name: str) -> Path:
    """The path of a file or folder, by its name under `assets/`; FileNotFoundError when there is none."""
    return existing(root_of(_PACKAGE) / "assets" / name)
