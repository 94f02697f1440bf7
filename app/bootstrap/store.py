"""The store for commands on a terminal."""

from __future__ import annotations

from datetime import datetime, tzinfo

from app.bootstrap.clearing import resume
from app.bootstrap.machine import occasion
from app.domain.timespan import Timespan
from app.errors import StoreError
from app.settings import Settings
from app.store.records import Snapshot
from app.store.snapshot import StoreReader
from app.store.user import UserStore

_MENDED = "It is mended when Carlendar starts, or by carlendar sync."


def snapshot(settings: Settings, start: datetime, end: datetime, zone: tzinfo) -> Snapshot:
    """What is stored of the driver in the seat between two moments; whole days in `zone`.

    StoreError for what cannot be read: it is not to be taken for an empty day.
    """
    resume(settings)
    reader = StoreReader(settings.data_folder)
    try:
        read = reader.read(Timespan(start, end), zone, occasion=occasion())
        if reader.failed:
            raise StoreError(f"The stored calendar is damaged. {_MENDED}")
        if reader.unread:
            UserStore(settings.data_folder).close()  # knows better why
            raise StoreError(f"The stored calendar cannot be read. {_MENDED}", detail=reader.unread)
        return read
    finally:
        reader.close()
