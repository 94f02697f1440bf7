"""Messages in a mailbox's folders, and how an address is recognised as the owner's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from carlendar_devtools.emulator.world.entry import Contact

FOLDERS = ("inbox", "drafts", "sentitems", "deleteditems")
"""Well-known names of Graph's mail folders, as far as they are served."""


@dataclass(frozen=True, slots=True)
class Sent:
    """Something that left the mailbox. `kind` is `mail`, `response`, `forward`, `invitation`, `cancellation`.

    `marks` are ids and values of a message's extended properties.
    """

    kind: str
    to: tuple[str, ...]
    subject: str
    text: str
    at: datetime
    detail: str = ""
    marks: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class MailMessage:
    """One message in one folder. `marks` are ids and values of its extended properties, `of` is what was sent."""

    key: str
    folder: str
    sender: Contact
    to: tuple[str, ...]
    subject: str
    text: str
    at: datetime
    marks: tuple[tuple[str, str], ...] = ()
    of: Sent | None = None


def is_of(address: str, own: str) -> bool:
    """Whether mail to `address` arrives at `own`: the address itself, or a plus address of it (`ana+x@…`)."""
    name, _, domain = address.strip().casefold().rpartition("@")
    return f"{name.partition('+')[0]}@{domain}" == own.strip().casefold()
