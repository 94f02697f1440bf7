"""Which versions of everything are at work: for reports that must be repeatable."""

from __future__ import annotations

import platform
import re
from importlib.metadata import PackageNotFoundError, requires, version

from carlendar import __version__

ALWAYS = ("kivy", "pillow", "pytest", "hypothesis")
"""Packages that are named even where the program's own list of what it needs cannot be read."""


def versions() -> dict[str, str]:
    """Name and version of the program, interpreter, system and packages; what is not installed is left out."""
    found = {
        "carlendar": __version__,
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
    }
    for name in sorted({*ALWAYS, *_needed()}):
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def _needed() -> set[str]:
    """Names of all that the program says it needs, optional parts included; nothing where it is not installed."""
    try:
        lines = requires("carlendar") or []
    except PackageNotFoundError:
        return set()
    return {found.group().lower() for line in lines if (found := re.match(r"[A-Za-z0-9._-]+", line))}
