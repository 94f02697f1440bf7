"""`carlendar fleet forget`: erases everything that is stored of a subject."""

from __future__ import annotations

from carlendar_fleet.commands.data import existing_folder


def run(*, subject: str, data: str) -> int:
    """Erase and search. Raises UsageError while ingestion runs, StoreError if a trace is left."""
    from carlendar_fleet.privacy.erasure import forget

    erased = forget(existing_folder(data), subject)
    print(
        f"erased: {erased.events:,} events, {erased.dead_letters:,} dead letters, {erased.registry:,} rows of the "
        f"registry; {erased.searched:,} files were searched, none has the subject"
    )
    return 0
