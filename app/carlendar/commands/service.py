"""`carlendar service`: the background process alone."""

from __future__ import annotations

from carlendar.wiring.charset_detection import without_charset_detection


def run() -> int:
    """Serve until it is ended; returns the exit code. Raises ServiceError, SettingsError."""
    with without_charset_detection():
        from carlendar.wiring import service
    return service.run()
