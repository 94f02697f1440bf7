"""Which versions of everything are at work: for reports that must be repeatable."""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError, version

from app import __version__

PACKAGES = (
    "kivy", "pillow", "msal", "requests", "icalendar", "recurring-ical-events", "python-dateutil", "phonenumberslite",
    "cryptography", "dbus-fast", "grpcio", "kuksa-client", "protobuf", "babel", "regex", "rich", "pytest", "hypothesis",
)  # fmt: skip


def versions() -> dict[str, str]:
    """Name and version of the program, interpreter, system and packages; what is not installed is left out."""
    found = {
        "carlendar": __version__,
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
    }
    for name in PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found
