"""Values that the store keeps beside events, accounts and profiles."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from carlendar.domain.base import Value

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from carlendar.domain.account import Account, Calendar, Profile
    from carlendar.domain.event import Event
    from carlendar.meetings.join_details import JoinDetails

PERMISSION_ASKED = "permission:"
"""With an account's id: the preference that says that its person was asked to allow more, once."""

PHONE = "phone:"
"""Preference of a profile (by its id): the phone to call by, as id, `|` and name."""
AGREED = "agreed:"
"""Preference of a profile (by its id, `:` and a number): that number may be called without asking."""


class StoredEvent(Value, frozen=True):
    """An event with the way into it and the calendar and account it is of."""

    event: Event
    join_details: JoinDetails | None
    calendar: Calendar
    account: Account
    plain: bool = False
    """Whether its texts were left out, because they cannot be shown."""


class SourceStatus(Value, frozen=True):
    """How one calendar's synchronisation stands; `error` is an error's key, empty when it is well."""

    calendar_id: str
    account_id: str
    as_of: datetime | None
    error: str = ""


class OutboxState(StrEnum):
    """Where something the person did is on its way."""

    WAITING = "waiting"
    """Not sent; it can be taken back."""
    SENDING = "sending"
    UNSURE = "unsure"
    """It was being sent and nobody knows whether it arrived: it waits, and is looked for before it is sent again."""
    SENT = "sent"
    WITHDRAWN = "withdrawn"
    GIVEN_UP = "given_up"
    """Not sent, with a reason that the person has not seen yet."""
    SEEN = "seen"
    """Given up, and the person knows."""


UNSETTLED = frozenset({OutboxState.WAITING, OutboxState.SENDING, OutboxState.UNSURE})
"""States of what is still on its way."""


class OutboxItem(Value, frozen=True):
    """Something the person did. `not_before` lets it be taken back; `key` makes it idempotent."""

    key: str
    account_id: str
    event_id: str
    kind: str
    """`accept`, `tentative`, `decline`, `late`, `dismiss`, `snooze`."""
    payload: dict[str, str]
    """`comment` of an answer, and `series` where its event is of one; `minutes` of `late` and the `start` it was said
    of, whose recipients and text the service finds when it is sent; `until` of `snooze` (ISO 8601)."""
    created: datetime
    not_before: datetime
    """`created` and the time in which it can be taken back for sure; only the difference counts, in elapsed time."""
    state: OutboxState = OutboxState.WAITING
    attempts: int = 0
    """How often sending was begun, restarts included; nothing is given up for it."""
    reason: str = ""


class News(Value, frozen=True):
    """Something that changed about a meeting since the person last knew it: `moved` or `cancelled`."""

    account_id: str
    event_id: str
    kind: str
    before: datetime
    """When it was to start, as far as the person knows."""


class Face(Value, frozen=True):
    """The picture of an account, as `carlendar.domain.avatar` has it."""

    account_id: str
    profile_id: str
    pixels: bytes


class Snapshot(Value, frozen=True):
    """All that the screen needs of the store for one profile, read in one go.

    `profile` is None while several exist and none is chosen; then `events` is empty. Events of
    accounts that are blocked have their titles, places, people and ways in taken out.
    """

    profile: Profile | None
    profiles: tuple[Profile, ...] = ()
    accounts: tuple[Account, ...] = ()
    events: tuple[StoredEvent, ...] = ()
    """In order of start, then title; past events of today included."""
    sources: tuple[SourceStatus, ...] = ()
    dismissed: frozenset[str] = frozenset()
    """Keys `event id@start` of reminders answered with "Dismiss"."""
    snoozed: tuple[tuple[str, datetime], ...] = ()
    """Reminder keys put off, each with the moment it comes back."""
    outbox: tuple[OutboxItem, ...] = ()
    preferences: tuple[tuple[str, str], ...] = ()
    calendars: tuple[Calendar, ...] = ()
    """All calendars of the profile's accounts, the hidden ones too."""
    news: tuple[News, ...] = ()
    """What was moved or cancelled and has not been said yet."""
    faces: tuple[Face, ...] = ()
    """Pictures of people, of all profiles; read after the first frame."""
    seat: str = ""
    """Id of the profile that was chosen on this drive, empty for none; `profile` may be another."""


def preference(snapshot: Snapshot, chosen: Mapping[str, str], key: str) -> str:
    """A preference: as `chosen` just now, else as it is stored; empty where there is none."""
    return chosen[key] if key in chosen else dict(snapshot.preferences).get(key, "")
