"""What the first frame needs of the store, whatever its size: the days about now, and the next meetings after them.

Reading the whole window takes time that grows with the calendar; it follows once the first frame stands.
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
"""What Drive may show of the past (running, to be joined again) and of the time to come, in detail."""
COMING = 6
"""Next meetings that are read however far ahead they are."""


def read_first_snapshot(reader: StoreReader, now: datetime, zone: tzinfo, boot_id: str) -> Snapshot:
    """The snapshot of the first frame; as `StoreReader.read` returns it, with fewer events."""
    near = reader.read(Timespan(now - NEAR, now + NEAR), zone, boot_id=boot_id)
    seen = {(stored.account.id, stored.event.id) for stored in near.events}
    coming = reader.upcoming(now, COMING, boot_id=boot_id)
    return replace(
        near, events=(*near.events, *(each for each in coming if (each.account.id, each.event.id) not in seen))
    )
