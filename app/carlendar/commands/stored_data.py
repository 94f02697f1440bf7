"""Reads the store for terminal commands."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, tzinfo

from carlendar.domain.account import Profile
from carlendar.domain.timespan import Timespan
from carlendar.errors import StoreError, UsageError
from carlendar.settings import Settings
from carlendar.store.records import Snapshot
from carlendar.store.snapshot import StoreReader
from carlendar.store.user import UserStore
from carlendar.wiring.erasing import resume
from carlendar.wiring.host import boot_id

_REPAIR = "It is repaired when Carlendar starts, or by carlendar sync."


def snapshot(settings: Settings, start: datetime, end: datetime, zone: tzinfo, profile: str = "") -> Snapshot:
    """Return the stored data of a driver between two times; whole days in `zone`.

    The driver is the one of that name, else the only one, else the current one. Raises UsageError if the name is
    unknown or the choice ambiguous, and StoreError if the store cannot be read: neither may look like an empty day.
    """
    resume(settings)
    reader = StoreReader(settings.data_folder)
    try:
        chosen = _id_of(profile, reader.profiles()) if profile else None
        read = reader.read(Timespan(start, end), zone, profile_id=chosen, boot_id=boot_id())
        if reader.failed:
            raise StoreError(f"The stored calendar is damaged. {_REPAIR}")
        if reader.unread:
            UserStore(settings.data_folder).close()  # its message is more specific
            raise StoreError(f"The stored calendar cannot be read. {_REPAIR}", detail=reader.unread)
        if read.profile is None and read.profiles:
            several = _named(read.profiles)
            raise UsageError(f"no driver is in the seat, and there are several ({several}): add --profile NAME")
        return read
    finally:
        reader.close()


def _id_of(name: str, profiles: Sequence[Profile]) -> str | None:
    """Return the id of the driver of that name, None for a store without drivers. Raises UsageError."""
    found = next((profile.id for profile in profiles if profile.name == name), None)
    if found is None and profiles:
        raise UsageError(f"no driver has the name {name}; there are: {_named(profiles)}")
    return found


def _named(profiles: Sequence[Profile]) -> str:
    return ", ".join(profile.name for profile in profiles)
