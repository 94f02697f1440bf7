"""`carlendar service`: the background process alone."""

from __future__ import annotations

from carlendar.wiring import service


def run() -> int:
    """Serve until it is ended; returns the exit code. Raises ServiceError, SettingsError."""
    return service.run()
