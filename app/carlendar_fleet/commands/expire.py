"""`carlendar fleet expire`: deletes what is older than its retention; to be run daily."""

from __future__ import annotations

from datetime import UTC, datetime

from carlendar_fleet.commands.data import existing_folder


def run(*, data: str) -> int:
    """Delete. Raises StoreError if a file cannot be deleted."""
    from carlendar_fleet.privacy.retention import expire

    deleted = expire(existing_folder(data), datetime.now(UTC).date())
    parts = ", ".join(f"{name} {count:,}" for name, count in deleted.items()) or "nothing"
    print(f"files deleted because their retention is over: {parts}")
    return 0
