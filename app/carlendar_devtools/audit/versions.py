"""Versions of the program, the system and the packages, for reproducible reports."""

from __future__ import annotations

import platform
import re
from importlib.metadata import PackageNotFoundError, requires, version

from carlendar import __version__

ALWAYS = ("kivy", "pillow", "pytest", "hypothesis")
"""Packages that are listed even if the program's own requirements cannot be read."""


def versions() -> dict[str, str]:
    """Return name and version of the program, interpreter, system and installed packages."""
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
    """Return the names of all declared dependencies, extras included; empty if the program is not installed."""
    try:
        lines = requires("carlendar") or []
    except PackageNotFoundError:
        return set()
    return {found.group().lower() for line in lines if (found := re.match(r"[A-Za-z0-9._-]+", line))}
