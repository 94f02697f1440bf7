"""The store for commands on a terminal."""

from __future__ import annotations

from datetime import datetime, tzinfo

from app.bootstrap.machine import occasion
from app.domain.timespan import Timespan
from app.settings import Settings
from app.store.records import Snapshot
from app.store.snapshot import StoreReader


def snapshot(settings: Settings, start: datetime, end: datetime, zone: tzinfo) -> Snapshot:
    """What is stored of the driver in the seat between two moments; whole days in `zone`."""
    reader = StoreReader(settings.data_folder)
    try:
        return reader.read(Timespan(start, end), zone, occasion=occasion())
    finally:
        reader.close()
