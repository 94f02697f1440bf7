"""`carlendar fleet share`: a third party's access to data of a subject, and the data that it may have."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from carlendar_fleet.commands.data import existing_folder


def run(
    *, action: str, subject: str, data: str, recipient: str = "", topics: str = "", out: str = "", file_format: str = ""
) -> int:  # fmt: skip
    """Do one action. Raises UsageError for what is not granted, StoreError if something cannot be read."""
    from carlendar_fleet.privacy.export import Format, write
    from carlendar_fleet.privacy.sharing import recipient_of, shared_data, topics_of
    from carlendar_fleet.privacy.subject_data import checked
    from carlendar_fleet.registry.database import Database
    from carlendar_fleet.registry.shares import Access, Shares

    folder, now = existing_folder(data), datetime.now(UTC)
    if action == "write":
        found = shared_data(folder, subject, recipient_of(recipient), now)
        about = {"recipient": recipient, "shared_at": now.isoformat(timespec="seconds")}
        write(Path(out), about, found, [Format(file_format)] if file_format else list(Format))
        print(f"{out}: {sum(map(len, found.values())):,} events for {recipient}")
        return 0
    database = Database(folder.registry)
    try:
        shares = Shares(database)
        if action != "list":
            answers = {"request": Access.REQUESTED, "grant": Access.GRANTED, "deny": Access.DENIED,
                       "revoke": Access.REVOKED}  # fmt: skip
            shares.set(checked(subject), recipient_of(recipient), topics_of(topics), answers[action], now)
        for each in shares.of(checked(subject), recipient):
            print(f"{each.recipient}: {each.topic} {each.at(now)} since {each.changed_at:%Y-%m-%d}")
    finally:
        database.close()
    return 0
