"""What the screen reads: one profile's day in one go, without ever waiting for the network.

Imports nothing but `sqlite3` and our own values: it is on the path to the first frame.
"""

from __future__ import annotations

import logging
from datetime import UTC, datetime, tzinfo
from typing import TYPE_CHECKING, Any, TypeVar

from msgspec.structs import replace

from carlendar.domain.account import Account, AccountState, Calendar, Profile
from carlendar.domain.duplicates import Copy, one_of_each
from carlendar.domain.event import Event
from carlendar.domain.timespan import require_aware
from carlendar.store.codec import (
    account_from_json,
    calendar_from_json,
    event_from_json,
    join_details_from_json,
    profile_from_json,
)
from carlendar.store.outbox import COLUMNS, item_of
from carlendar.store.read_only import ReadOnlyFile
from carlendar.store.records import News, OutboxItem, Snapshot, SourceStatus, StoredEvent
from carlendar.store.schema import EVENTS, USER
from carlendar.store.sources import STATUSES, status_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from carlendar.domain.timespan import Timespan

_log = logging.getLogger(__name__)
_T = TypeVar("_T")

Stamp = tuple[int, ...]
"""Differs whenever a database may have changed."""


class StoreReader:
    """Reads the store; never writes it, never raises for a missing or damaged file (the service mends it).

    Used by one thread at a time. `stamp` costs microseconds: read anew when it differs.
    """

    def __init__(self, folder: Path) -> None:
        self._events = ReadOnlyFile(folder / EVENTS.file)
        self._user = ReadOnlyFile(folder / USER.file)

    def stamp(self) -> Stamp:
        """A value that differs from the last one when another process has written since."""
        return (*self._events.stamp(), *self._user.stamp())

    def read(
        self, window: Timespan, zone: tzinfo, *, profile_id: str | None = None, boot_id: str = ""
    ) -> Snapshot:  # fmt: skip
        """The day of one profile: events that touch `window`, whole days read in `zone`.

        The profile is `profile_id`, else the only one there is, else the one that was chosen on this
        `boot_id` (the boot of the car); otherwise none, and no events.
        """
        profiles = self.profiles()
        seat = self._seat(boot_id)
        profile = _in_seat(profiles, profile_id, seat)
        if profile is None:
            return Snapshot(None, profiles, preferences=self._preferences(), seat=seat)
        accounts = tuple(_decoded(account_from_json, self._user.rows(_ACCOUNTS, (profile.id,))))
        ids = {account.id for account in accounts}
        reminders = [row for row in self._user.rows(_REMINDERS) if row[1] in ids]
        return Snapshot(
            profile=profile,
            profiles=profiles,
            accounts=accounts,
            events=self._day(accounts, window, zone),
            sources=self._sources(ids),
            dismissed=frozenset(key for key, _, until in reminders if until is None),
            snoozed=tuple(_decoded(_snoozed, (row for row in reminders if row[2] is not None))),
            outbox=tuple(i for i in _decoded(_item, self._user.rows(_OUTBOX)) if i.account_id in ids),
            preferences=self._preferences(),
            calendars=tuple(calendar for account in accounts for calendar in self._listed(account)),
            news=tuple(news for news in _decoded(_news, self._user.rows(_NEWS)) if news.account_id in ids),
            seat=seat,
        )

    def upcoming(
        self, moment: datetime, count: int, *, profile_id: str | None = None, boot_id: str = ""
    ) -> tuple[StoredEvent, ...]:
        """The next `count` meetings that start at `moment` or later, in order; whole days are none.

        Read by the index of starts, so that it costs the same however much is stored.
        """
        profile = _in_seat(self.profiles(), profile_id, self._seat(boot_id))
        if profile is None:
            return ()
        accounts = {a.id: a for a in _decoded(account_from_json, self._user.rows(_ACCOUNTS, (profile.id,)))}
        calendars = {(c.account_id, c.id): c for each in accounts for c in self.calendars(each) if c.shown}
        found: list[StoredEvent] = []
        size, seen = count + 2, 0
        while len(found) < count and seen < _SCANNED:
            rows = self._events.rows(_NEXT, (moment.timestamp(), size, seen))
            shown = [(accounts[row[0]], calendars[row[:2]], *row[2:]) for row in rows if row[:2] in calendars]
            found = once([*found, *(each for each in _decoded(_stored, shown) if not each.event.all_day)])
            if len(rows) < size:
                break
            seen, size = seen + size, 4 * size
        return tuple(found[:count])

    @property
    def failed(self) -> bool:
        """Whether a file was found to be damaged since this was made."""
        return self._events.damaged or self._user.damaged

    @property
    def unread(self) -> str:
        """Why a file that is there was not read, for the log; empty when all was."""
        return self._user.unread or self._events.unread

    def profiles(self) -> tuple[Profile, ...]:
        """All drivers of the car."""
        return tuple(_decoded(profile_from_json, self._user.rows(_PROFILES)))

    def accounts(self) -> tuple[Account, ...]:
        """The accounts of all drivers."""
        return tuple(_decoded(account_from_json, self._user.rows("SELECT value FROM accounts ORDER BY rowid")))

    def calendars(self, account_id: str) -> tuple[Calendar, ...]:
        """All calendars of one account with whether they are shown, the default one first."""
        hidden = set(self._user.rows(_HIDDEN))
        rows = self._events.rows("SELECT value FROM calendars WHERE account_id = ? ORDER BY place", (account_id,))
        found = _decoded(calendar_from_json, rows)
        return tuple(replace(c, shown=c.shown and (c.account_id, c.id) not in hidden) for c in found)

    def _listed(self, account: Account) -> tuple[Calendar, ...]:
        """The account's calendars; of a blocked one without their names."""
        found = self.calendars(account.id)
        return tuple(replace(c, name="") for c in found) if account.state is AccountState.BLOCKED else found

    def close(self) -> None:
        """Release the files."""
        self._events.close()
        self._user.close()

    def _seat(self, boot_id: str) -> str:
        rows = self._user.rows("SELECT profile_id FROM seat WHERE occasion = ?", (boot_id,))
        return str(rows[0][0]) if rows else ""

    def _preferences(self) -> tuple[tuple[str, str], ...]:
        rows = self._user.rows("SELECT key, value FROM preferences ORDER BY key")
        return tuple((key, value) for key, value in rows if isinstance(key, str) and isinstance(value, str))

    def _sources(self, accounts: set[str]) -> tuple[SourceStatus, ...]:
        rows = self._events.rows(STATUSES)
        return tuple(_decoded(status_of, (row for row in rows if row[0] in accounts)))

    def _day(self, accounts: tuple[Account, ...], window: Timespan, zone: tzinfo) -> tuple[StoredEvent, ...]:
        found: list[StoredEvent] = []
        for account in accounts:
            calendars = {c.id: c for c in self.calendars(account.id) if c.shown}
            rows = self._events.rows(_EVENTS, (account.id, window.end.timestamp(), window.start.timestamp()))
            shown = [(account, calendars[row[0]], *row[1:]) for row in rows if row[0] in calendars]
            found += _decoded(_stored, shown)
        touching = list(_decoded(_touching, ((stored, window, zone) for stored in found)))
        first = once(stored for stored in touching if stored is not None)
        return tuple(sorted(first, key=lambda s: (s.event.moments(zone).start, s.event.title)))


def _stored(
    account: Account, calendar: Calendar, value: str, body: str, join_details: str | None
) -> StoredEvent:  # fmt: skip
    event = event_from_json(value, body)
    decoded = join_details_from_json(join_details) if join_details else None
    if account.state is AccountState.BLOCKED:
        return StoredEvent(_times_only(event), None, replace(calendar, name=""), account)
    return StoredEvent(event, decoded, calendar, account)


def _in_seat(profiles: tuple[Profile, ...], wanted: str | None, seat: str) -> Profile | None:
    if wanted is None and len(profiles) == 1:
        return profiles[0]
    return next((profile for profile in profiles if profile.id == (seat if wanted is None else wanted)), None)


def read_snapshot(folder: Path, window: Timespan, zone: tzinfo, *, profile_id: str | None = None) -> Snapshot:
    """Read the store once; see `StoreReader.read`."""
    reader = StoreReader(folder)
    try:
        return reader.read(window, zone, profile_id=profile_id)
    finally:
        reader.close()


def once(events: Iterable[StoredEvent]) -> list[StoredEvent]:
    """One of each meeting that stands in several calendars: see `one_of_each`."""
    return one_of_each(events, _copy)


def _copy(stored: StoredEvent) -> Copy:
    return Copy(
        stored.event,
        can_join=stored.join_details is not None and stored.join_details.found,
        is_default=stored.calendar.is_default,
        hidden=stored.account.state is AccountState.BLOCKED,
    )


def _times_only(event: Event) -> Event:
    """The event of a blocked account: when, and how the time is blocked; nothing of what it is about."""
    return Event(
        id=event.id,
        calendar_id=event.calendar_id,
        title="",
        span=event.span,
        version=event.version,
        ical_uid=event.ical_uid,
        show_as=event.show_as,
        response=event.response,
        sensitivity=event.sensitivity,
        cancelled=event.cancelled,
    )


def _touching(stored: StoredEvent, window: Timespan, zone: tzinfo) -> StoredEvent | None:
    """The event, if it lies in the window; OverflowError for one whose times have no name in the zone."""
    span = stored.event.moments(zone)
    stored.event.start(zone)
    stored.event.end(zone)
    return stored if span.overlaps(window) or window.contains(span.start) else None


def _snoozed(key: str, _: str, until: float) -> tuple[str, datetime]:
    return key, datetime.fromtimestamp(until, UTC)


def _item(*row: Any) -> OutboxItem:
    item = item_of(row)
    require_aware(item.created, "created")
    require_aware(item.not_before, "not_before")
    if not isinstance(item.payload, dict):
        raise TypeError("payload is no object")
    return item


def _news(account_id: str, event_id: str, kind: str, before: float) -> News:
    return News(account_id, event_id, kind, datetime.fromtimestamp(before, UTC))


def _decoded(decode: Callable[..., _T], rows: Iterable[tuple[Any, ...]]) -> Iterator[_T]:
    """Decode rows one by one; one that cannot be decoded is left out rather than taking the screen with it."""
    for number, row in enumerate(rows):
        try:
            decoded = decode(*row)
        except Exception as error:  # noqa: BLE001  # whatever a row holds, it costs that row alone
            _log.warning("stored row %d cannot be decoded: %s", number, type(error).__name__)
            continue
        yield decoded


_PROFILES = "SELECT value FROM profiles ORDER BY rowid"
_ACCOUNTS = "SELECT value FROM accounts WHERE profile_id = ? ORDER BY rowid"
_REMINDERS = "SELECT key, account_id, until FROM reminders ORDER BY key"
_HIDDEN = "SELECT account_id, calendar_id FROM hidden_calendars"
_OUTBOX = f"SELECT {COLUMNS} FROM outbox ORDER BY created, rowid"  # noqa: S608 - constants
_NEWS = "SELECT account_id, event_id, news, before FROM known WHERE news != '' ORDER BY starts"
_SCANNED = 2000
"""Rows that are looked at for the next meetings, should most of them be hidden or copies."""
_NEXT = (
    "SELECT account_id, calendar_id, value, body, way_in FROM events WHERE starts >= ? ORDER BY starts LIMIT ? OFFSET ?"
)
_EVENTS = (
    "SELECT calendar_id, value, body, way_in FROM events"
    " WHERE account_id = ? AND starts < ? AND ends >= ? ORDER BY starts"
)
