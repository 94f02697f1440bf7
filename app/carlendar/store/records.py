"""Stored values other than events, accounts and profiles."""

from __future__ import annotations

from datetime import UTC
from enum import StrEnum
from typing import TYPE_CHECKING

from carlendar.domain.base import Value

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime, tzinfo

    from carlendar.domain.account import Account, Calendar, Profile
    from carlendar.domain.event import Event
    from carlendar.meetings.join_details import JoinDetails

PERMISSION_ASKED = "permission:"
"""Prefix of a preference (with an account's id): the user has been asked for additional permissions."""

PHONE = "phone:"
"""Prefix of a preference (with a profile's id): the preferred phone, as id, `|` and name."""
AGREED = "agreed:"
"""Prefix of a preference (with a profile's id, `:` and a number): the number may be called without confirmation."""


class StoredEvent(Value, frozen=True):
    """An event with its join details, calendar and account."""

    event: Event
    join_details: JoinDetails | None
    calendar: Calendar
    account: Account
    plain: bool = False
    """Whether its texts were left out because they cannot be displayed."""


class SourceStatus(Value, frozen=True):
    """The synchronisation status of a calendar; `error` is an error's key, empty if there is none."""

    calendar_id: str
    account_id: str
    as_of: datetime | None
    error: str = ""


FETCHED = "fetched:"
"""Preference of an account of which nothing is kept after a drive: the boot in which it was last fetched."""


class OutboxState(StrEnum):
    """The state of a user action."""

    WAITING = "waiting"
    """Not sent; can be withdrawn."""
    SENDING = "sending"
    UNSURE = "unsure"
    """Possibly sent: waiting, and to be looked up at the service before it is sent again."""
    SENT = "sent"
    WITHDRAWN = "withdrawn"
    GIVEN_UP = "given_up"
    """Not sent, with a reason that the user has not acknowledged yet."""
    SEEN = "seen"
    """Given up and acknowledged."""


UNSETTLED = frozenset({OutboxState.WAITING, OutboxState.SENDING, OutboxState.UNSURE})
"""States of items that are not final."""


class OutboxItem(Value, frozen=True):
    """A user action. Until `not_before` it can be undone; `key` makes it idempotent."""

    key: str
    account_id: str
    event_id: str
    kind: str
    """`accept`, `tentative`, `decline`, `late`, `dismiss`, `snooze`."""
    payload: dict[str, str]
    """`comment` of an answer, and `series` if the event is part of one; `minutes` of `late`, the arrival that it names
    (`arrives`, ISO 8601), and the `start` it refers to, whose recipients and text the service composes on
    sending; `until` of `snooze` (ISO 8601).
    """
    created: datetime
    not_before: datetime
    """`created` plus the time for undo; only the difference counts, in elapsed time."""
    state: OutboxState = OutboxState.WAITING
    attempts: int = 0
    """Number of attempts, including those before restarts; not limited."""
    reason: str = ""


class ChangeNotice(Value, frozen=True):
    """A change of a meeting that the user does not know about: `moved` or `cancelled`."""

    account_id: str
    event_id: str
    kind: str
    before: datetime
    """The start that the user knows."""


class JoinedLine(StrEnum):
    """By which line a meeting was joined."""

    PHONE = "phone"
    DATA = "data"


class JoinedMeeting(Value, frozen=True):
    """A meeting that was joined, while it is stored; `key` is that of the time it has now."""

    key: str
    stored: StoredEvent
    line: JoinedLine
    at: datetime


class AccountAvatar(Value, frozen=True):
    """The picture of an account, in the format of `carlendar.domain.avatar`."""

    account_id: str
    profile_id: str
    pixels: bytes


class Snapshot(Value, frozen=True):
    """All data for the screen and one profile, read at once.

    `profile` is None while several exist and none is chosen; then `events` is empty. Events of blocked accounts are
    without titles, places, people and join details.
    """

    profile: Profile | None
    profiles: tuple[Profile, ...] = ()
    accounts: tuple[Account, ...] = ()
    events: tuple[StoredEvent, ...] = ()
    """In order of start, then title; including past events of today."""
    sources: tuple[SourceStatus, ...] = ()
    dismissed: frozenset[str] = frozenset()
    """Keys `event id@start` of reminders answered with "Dismiss"."""
    snoozed: tuple[tuple[str, datetime], ...] = ()
    """Keys of snoozed reminders, each with the time until which it is snoozed."""
    outbox: tuple[OutboxItem, ...] = ()
    preferences: tuple[tuple[str, str], ...] = ()
    calendars: tuple[Calendar, ...] = ()
    """All calendars of the profile's accounts, including hidden ones."""
    news: tuple[ChangeNotice, ...] = ()
    """Unacknowledged changes of meetings."""
    joined: tuple[JoinedMeeting, ...] = ()
    """The meetings that were joined last, the newest first."""
    avatars: tuple[AccountAvatar, ...] = ()
    """Pictures of the accounts of all profiles; read after the first frame."""
    chosen_profile_id: str = ""
    """Id of the profile chosen since boot, empty for none; `profile` may be another."""
    zone: tzinfo = UTC
    """The zone whose days these are."""

    def account(self, account_id: str) -> Account | None:
        """Return the account of that id, None if there is none."""
        return next((account for account in self.accounts if account.id == account_id), None)


def preference(snapshot: Snapshot, chosen: Mapping[str, str], key: str) -> str:
    """Return a preference: from `chosen` (not written yet), else as stored; empty if there is none."""
    return chosen[key] if key in chosen else dict(snapshot.preferences).get(key, "")
