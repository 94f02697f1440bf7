"""`carlendar fleet export`: everything that is stored of a subject, for the driver."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from carlendar.errors import UsageError
from carlendar_fleet.commands.data import existing_folder


def run(*, subject: str, out: str, file_format: str, data: str) -> int:
    """Write the files. Raises UsageError if nothing is stored, StoreError if something cannot be read."""
    from carlendar_fleet.privacy.export import Format, write_export
    from carlendar_fleet.privacy.subject_data import collect

    found = collect(existing_folder(data), subject)
    if found.empty:
        raise UsageError("nothing is stored of this subject")
    formats = [Format(file_format)] if file_format else list(Format)
    written = write_export(Path(out), found, formats, datetime.now(UTC))
    events = sum(map(len, found.events.values()))
    print(f"{out}: {events:,} events, {len(found.consents)} consents, {len(written)} files")
    return 0
