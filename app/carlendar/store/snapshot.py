"""Reads all data of one profile for the screen, without using the network.

Imports only `sqlite3` and domain values, because it is used before the first frame.
"""

from __future__ import annotations

import logging
from datetime import UTC, datetime, tzinfo
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from msgspec.structs import replace

from carlendar.domain.account import Account, AccountState, AppRole, Calendar, Profile
from carlendar.domain.agenda import event_id_of, occurrence_key
from carlendar.domain.base import decoded
from carlendar.domain.duplicates import Copy, one_of_each
from carlendar.domain.event import event_from_json, without_texts
from carlendar.domain.timespan import require_aware
from carlendar.meetings.join_details import JoinDetails
from carlendar.store.outbox import COLUMNS, item_of
from carlendar.store.read_only import ReadOnlyFile
from carlendar.store.records import (
    FETCHED,
    ChangeNotice,
    JoinedLine,
    JoinedMeeting,
    OutboxItem,
    Snapshot,
    SourceStatus,
    StoredEvent,
)
from carlendar.store.schema import EVENTS, USER
from carlendar.store.sources import STATUSES, status_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from carlendar.domain.timespan import Timespan

_log = logging.getLogger(__name__)
_T = TypeVar("_T")

Stamp = tuple[int, ...]
"""A value that changes whenever a database may have changed."""


class StoreReader:
    """Reads the store; never writes, never raises for a missing or damaged file (the service repairs it).

    Not thread-safe. `stamp` takes microseconds: read again when it changes.
    """

    def __init__(self, folder: Path) -> None:
        self._events = ReadOnlyFile(folder / EVENTS.file)
        self._user = ReadOnlyFile(folder / USER.file)

    def stamp(self) -> Stamp:
        """Return a value that changes when another process has written."""
        return (*self._events.stamp(), *self._user.stamp())

    def read(
        self, window: Timespan, zone: tzinfo, *, profile_id: str | None = None, boot_id: str = ""
    ) -> Snapshot:  # fmt: skip
        """Return the data of one profile: events that overlap `window`, with all-day events in `zone`.

        The profile is `profile_id`, else the only one, else the one chosen since boot (`boot_id`); otherwise None,
        without events.
        """
        profiles = self.profiles()
        chosen = self._chosen_profile(boot_id)
        profile = _profile_of(profiles, profile_id, chosen)
        if profile is None:
            return Snapshot(None, profiles, preferences=self._preferences(), chosen_profile_id=chosen)
        accounts = tuple(_decoded(partial(decoded, Account), self._user.rows(_ACCOUNTS, (profile.id,))))
        readable = self._readable(accounts, boot_id)
        ids = {account.id for account in accounts}
        reminders = [row for row in self._user.rows(_REMINDERS) if row[1] in ids]
        events = self._day(readable, window, zone)
        return Snapshot(
            profile=profile,
            profiles=profiles,
            accounts=accounts,
            events=events,
            sources=self._sources(ids),
            dismissed=frozenset(key for key, _, until in reminders if until is None),
            snoozed=tuple(_decoded(_snoozed, (row for row in reminders if row[2] is not None))),
            outbox=tuple(i for i in _decoded(_item, self._user.rows(_OUTBOX)) if i.account_id in ids),
            preferences=self._preferences(),
            calendars=tuple(calendar for account in accounts for calendar in self._listed(account)),
            joined=self._joined(readable, events),
            news=tuple(news for news in _decoded(_news, self._user.rows(_NEWS)) if news.account_id in ids),
            chosen_profile_id=chosen,
            zone=zone,
        )

    def upcoming(
        self, moment: datetime, count: int, *, profile_id: str | None = None, boot_id: str = ""
    ) -> tuple[StoredEvent, ...]:
        """Return the next `count` timed meetings that start at `moment` or later, in order.

        Uses the index of starts, so that the cost does not depend on the number of stored events.
        """
        profile = _profile_of(self.profiles(), profile_id, self._chosen_profile(boot_id))
        if profile is None:
            return ()
        held = tuple(_decoded(partial(decoded, Account), self._user.rows(_ACCOUNTS, (profile.id,))))
        accounts = {account.id: account for account in self._readable(held, boot_id)}
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
        """Whether a file was found to be damaged."""
        return self._events.damaged or self._user.damaged

    @property
    def unread(self) -> str:
        """Why an existing file could not be read, for the log; empty if none failed."""
        return self._user.unread or self._events.unread

    def profiles(self) -> tuple[Profile, ...]:
        """Return all driver profiles."""
        return tuple(_decoded(partial(decoded, Profile), self._user.rows(_PROFILES)))

    def accounts(self) -> tuple[Account, ...]:
        """Return the accounts of all profiles."""
        return tuple(_decoded(partial(decoded, Account), self._user.rows("SELECT value FROM accounts ORDER BY rowid")))

    def calendars(self, account_id: str) -> tuple[Calendar, ...]:
        """Return all calendars of an account, with `shown` set, the default one first."""
        hidden = set(self._user.rows(_HIDDEN))
        rows = self._events.rows("SELECT value FROM calendars WHERE account_id = ? ORDER BY place", (account_id,))
        found = _decoded(partial(decoded, Calendar), rows)
        return tuple(replace(c, shown=c.shown and (c.account_id, c.id) not in hidden) for c in found)

    def _listed(self, account: Account) -> tuple[Calendar, ...]:
        """Return the account's calendars, without names if it is blocked."""
        found = self.calendars(account.id)
        return tuple(replace(c, name="") for c in found) if account.state is AccountState.BLOCKED else found

    def close(self) -> None:
        """Release the files."""
        self._events.close()
        self._user.close()

    def _readable(self, accounts: tuple[Account, ...], boot_id: str) -> tuple[Account, ...]:
        """The accounts whose stored events may be read: of an account without a cache only those of this boot."""
        if not any(AppRole.NO_CACHE in account.roles for account in accounts):
            return accounts
        preferences = dict(self._preferences())
        return tuple(
            account
            for account in accounts
            if AppRole.NO_CACHE not in account.roles or (boot_id and preferences.get(FETCHED + account.id) == boot_id)
        )

    def _chosen_profile(self, boot_id: str) -> str:
        rows = self._user.rows("SELECT profile_id FROM seat WHERE occasion = ?", (boot_id,))
        return str(rows[0][0]) if rows else ""

    def _preferences(self) -> tuple[tuple[str, str], ...]:
        rows = self._user.rows("SELECT key, value FROM preferences ORDER BY key")
        return tuple((key, value) for key, value in rows if isinstance(key, str) and isinstance(value, str))

    def _sources(self, accounts: set[str]) -> tuple[SourceStatus, ...]:
        rows = self._events.rows(STATUSES)
        return tuple(_decoded(status_of, (row for row in rows if row[0] in accounts)))

    def _joined(self, accounts: tuple[Account, ...], events: tuple[StoredEvent, ...]) -> tuple[JoinedMeeting, ...]:
        """Return what was joined, of meetings that are still stored; most are among `events`.

        A meeting that was moved after it was joined is found by its id, and has the key of its new time.
        """
        own = {account.id: account for account in accounts}
        rows = [row for row in self._user.rows(_JOINED) if row[0] in own]
        if not rows:
            return ()
        known = {(stored.account.id, occurrence_key(stored.event)): stored for stored in events}
        found: dict[tuple[str, str], tuple[str, StoredEvent, str, float]] = {}
        for account_id, joined_as, line, at in rows:
            stored = known.get((account_id, joined_as)) or self._occurrence(own[account_id], joined_as)
            if stored is not None:
                key = occurrence_key(stored.event)
                found.setdefault((account_id, key), (key, stored, line, at))
        return tuple(_decoded(_joined_meeting, found.values()))

    def _occurrence(self, account: Account, key: str) -> StoredEvent | None:
        calendars = {c.id: c for c in self.calendars(account.id) if c.shown}
        rows = self._events.rows(_OCCURRENCE, (account.id, event_id_of(key)))
        shown = [(account, calendars[row[0]], *row[1:]) for row in rows if row[0] in calendars]
        found = [*_decoded(_stored, shown)]
        return next((each for each in found if occurrence_key(each.event) == key), found[0] if found else None)

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
    details = decoded(JoinDetails, join_details) if join_details else None
    if details is not None and AppRole.DIAL_IN_ONLY in account.roles:
        details = replace(details, url="")
    if account.state is AccountState.BLOCKED:
        return StoredEvent(without_texts(event, reminder=False), None, replace(calendar, name=""), account)
    return StoredEvent(event, details, calendar, account)


def _profile_of(profiles: tuple[Profile, ...], wanted: str | None, chosen: str) -> Profile | None:
    if wanted is None and len(profiles) == 1:
        return profiles[0]
    return next((profile for profile in profiles if profile.id == (chosen if wanted is None else wanted)), None)


def once(events: Iterable[StoredEvent]) -> list[StoredEvent]:
    """De-duplicate meetings that are in several calendars, see `one_of_each`."""
    return one_of_each(events, _copy)


def _copy(stored: StoredEvent) -> Copy:
    return Copy(
        stored.event,
        can_join=stored.join_details is not None and stored.join_details.found,
        is_default=stored.calendar.is_default,
        hidden=stored.account.state is AccountState.BLOCKED,
    )


def _touching(stored: StoredEvent, window: Timespan, zone: tzinfo) -> StoredEvent | None:
    """Return the event if it overlaps the window. OverflowError if its times are not representable in the time zone."""
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


def _news(account_id: str, event_id: str, kind: str, before: float) -> ChangeNotice:
    return ChangeNotice(account_id, event_id, kind, datetime.fromtimestamp(before, UTC))


def _joined_meeting(key: str, stored: StoredEvent, line: str, at: float) -> JoinedMeeting:
    return JoinedMeeting(key, stored, JoinedLine(line), datetime.fromtimestamp(at, UTC))


def _decoded(decode: Callable[..., _T], rows: Iterable[tuple[Any, ...]]) -> Iterator[_T]:
    """Decode rows one by one; leave out those that cannot be decoded."""
    for number, row in enumerate(rows):
        try:
            found = decode(*row)
        except Exception as error:  # noqa: BLE001  # a bad row must not affect the others
            _log.warning("stored row %d cannot be decoded: %s", number, type(error).__name__)
            continue
        yield found


_PROFILES = "SELECT value FROM profiles ORDER BY rowid"
_ACCOUNTS = "SELECT value FROM accounts WHERE profile_id = ? ORDER BY rowid"
_REMINDERS = "SELECT key, account_id, until FROM reminders ORDER BY key"
_HIDDEN = "SELECT account_id, calendar_id FROM hidden_calendars"
_OUTBOX = f"SELECT {COLUMNS} FROM outbox ORDER BY created, rowid"  # noqa: S608 - constants
_JOINED = "SELECT account_id, key, line, at FROM joined ORDER BY at DESC, key"
_OCCURRENCE = "SELECT calendar_id, value, body, way_in FROM events WHERE account_id = ? AND id = ?"
_NEWS = "SELECT account_id, event_id, news, before FROM known WHERE news != '' ORDER BY starts"
_SCANNED = 2000
"""Maximum number of rows scanned for the next meetings, in case most are hidden or copies."""
_NEXT = (
    "SELECT account_id, calendar_id, value, body, way_in FROM events WHERE starts >= ? ORDER BY starts LIMIT ? OFFSET ?"
)
_EVENTS = (
    "SELECT calendar_id, value, body, way_in FROM events"
    " WHERE account_id = ? AND starts < ? AND ends >= ? ORDER BY starts"
)
