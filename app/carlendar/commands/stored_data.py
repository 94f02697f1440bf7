"""The store for commands on a terminal."""

from __future__ import annotations

from datetime import datetime, tzinfo

from carlendar.domain.timespan import Timespan
from carlendar.errors import StoreError
from carlendar.settings import Settings
from carlendar.store.records import Snapshot
from carlendar.store.snapshot import StoreReader
from carlendar.store.user import UserStore
from carlendar.wiring.erasing import resume
from carlendar.wiring.host import boot_id

_REPAIR = "It is repaired when Carlendar starts, or by carlendar sync."


def snapshot(settings: Settings, start: datetime, end: datetime, zone: tzinfo) -> Snapshot:
    """What is stored of the driver in the seat between two moments; whole days in `zone`.

    Raises StoreError when the store cannot be read, which must not look like an empty day.
    """
    resume(settings)
    reader = StoreReader(settings.data_folder)
    try:
        read = reader.read(Timespan(start, end), zone, boot_id=boot_id())
        if reader.failed:
            raise StoreError(f"The stored calendar is damaged. {_REPAIR}")
        if reader.unread:
            UserStore(settings.data_folder).close()  # knows better why
            raise StoreError(f"The stored calendar cannot be read. {_REPAIR}", detail=reader.unread)
        return read
    finally:
        reader.close()
