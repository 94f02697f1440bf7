"""Deletes what is older than the data dictionary states, by event and day, and old dead letters."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from pathlib import Path

from carlendar.errors import StoreError
from carlendar.telemetry.schema import EVENTS
from carlendar_fleet.folder import DataFolder

DEAD_LETTER_DAYS = 90


def expire(data: DataFolder, today: date) -> dict[str, int]:
    """Delete files; returns their number by event. Raises StoreError if one cannot be deleted.

    Ingestion may run meanwhile: folders stay, and files that are being written are left alone.
    """
    deleted: Counter[str] = Counter()
    for name, event in EVENTS.items():
        kept = timedelta(days=event.about.retention_days)
        deleted[name] = _delete(data.events / name, today - kept, "*/part-*.parquet")
    deleted["dead letters"] = _delete(data.dead_letters, today - timedelta(days=DEAD_LETTER_DAYS), "part-*.jsonl")
    return {name: count for name, count in deleted.items() if count}


def _delete(folder: Path, first_kept: date, pattern: str) -> int:
    count = 0
    for day in folder.glob("day=*"):
        if date.fromisoformat(day.name.removeprefix("day=")) >= first_kept:
            continue
        for file in day.glob(pattern):
            try:
                file.unlink()
            except OSError as error:
                raise StoreError(f"{file} cannot be deleted: {error.strerror}") from error
            count += 1
    return count
