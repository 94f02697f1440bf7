"""`carlendar fleet key`: makes a signing key."""

from __future__ import annotations

from pathlib import Path

from carlendar_fleet.control.keys import create, public_text


def run(*, file: str) -> int:
    """Make the key, and print its public part; returns 0. Raises UsageError."""
    print(public_text(create(Path(file))))
    return 0
