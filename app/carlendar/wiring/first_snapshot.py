"""The data for the first frame, of bounded size: the days around now, and the next meetings after them.

Reading the whole window takes time proportional to the calendar; it follows after the first frame.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from msgspec.structs import replace

from carlendar.domain.timespan import Timespan

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

    from carlendar.store.records import Snapshot
    from carlendar.store.snapshot import StoreReader

NEAR = timedelta(hours=26)
"""The span around now that the Now screen may show in detail (running, rejoinable and upcoming meetings)."""
COMING = 6
"""Number of next meetings to read, however far ahead they are."""


def read_first_snapshot(reader: StoreReader, now: datetime, zone: tzinfo, boot_id: str) -> Snapshot:
    """Return the snapshot for the first frame: like `StoreReader.read`, with fewer events."""
    near = reader.read(Timespan(now - NEAR, now + NEAR), zone, boot_id=boot_id)
    seen = {(stored.account.id, stored.event.id) for stored in near.events}
    coming = reader.upcoming(now, COMING, boot_id=boot_id)
    return replace(
        near, events=(*near.events, *(each for each in coming if (each.account.id, each.event.id) not in seen))
    )
