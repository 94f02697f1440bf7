"""Executes a synchronisation: fetch the delta, store it in one transaction, then fetch texts, the next 24 hours first.
A delta may cover only a part of the window (`CalendarDelta.scope`): then only that part of the store is compared.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence

from msgspec.structs import replace

from carlendar.domain.account import Account, AccountState, Calendar
from carlendar.domain.calendar_delta import CalendarDelta
from carlendar.domain.ports import CalendarSource
from carlendar.domain.timespan import Timespan
from carlendar.errors import IdentityError, SignInNeededError, StoreError, SyncStateLostError, ThrottledError
from carlendar.store.events import EventStore, EventUpsert, StoredSyncToken
from carlendar.store.user import UserStore
from carlendar.sync.body_reader import SyncDependencies, TextReader
from carlendar.sync.calendar_pool import CalendarPool
from carlendar.sync.outcome import AccountOutcome, CalendarOutcome, SyncPass, origin_of
from carlendar.sync.plan import Remove, Upsert, empties, plan
from carlendar.sync.window import good_for, rolling_window, within, written

BLOCKING = frozenset({"disabled", "revoked"})
"""Refusals of the account itself, not of this device or application."""

_log = logging.getLogger(__name__)


class SyncEngine:
    """Synchronises the store with an account; can be called for several accounts in parallel."""

    def __init__(self, events: EventStore, user: UserStore, dependencies: SyncDependencies) -> None:
        self._events, self._user, self._dependencies = events, user, dependencies
        self._texts = TextReader(events, dependencies)
        self._asked: set[str] = set()

    def sync(self, account: Account) -> AccountOutcome:
        """Synchronise all calendars of an account. Raises only StoreError; other errors are in the outcome.

        A failing calendar does not affect the others, unless the service throttles or requires a sign-in, and does not
        count as a failure of the account unless all of them fail.
        """
        run = SyncPass(account)
        try:
            source = self._dependencies.source_of(account)
            self._list_calendars(source, run)
            self._list_all(source, run)
            run.conclude()
            self._signed_in(account)
            self._texts.read(source, run)
            self._settle(source, run)
            self._learn_locale(account)
        except IdentityError as error:
            self._identity_failed(error, run)
        except ThrottledError as error:
            run.fail(error)
            run.retry_after = error.retry_after
        for calendar in run.listed:
            self._texts.read_listed(calendar)  # events whose text could not be fetched
        if run.error:
            self._note_failure(run)
        return run.outcome()

    def _list_calendars(self, source: CalendarSource, run: SyncPass) -> None:
        known = self._events.calendars(run.account.id)
        try:
            # An empty list is verified once if calendars are known: it would delete all events.
            found = source.calendars() or (source.calendars() if known else ())
        except (IdentityError, ThrottledError, StoreError):
            raise
        except Exception as error:  # noqa: BLE001 - on any error, synchronise the known calendars
            _ = run.note(error) if known else run.fail(error)
            found = ()
        if run.account.is_feed:
            found = _with_colors(found, known)
        if found and found != known:
            self._events.save_calendars(run.account.id, found)
            self._dependencies.changed("accounts")
        run.calendars = found or known

    def _list_all(self, source: CalendarSource, run: SyncPass) -> None:
        """Synchronise up to `SyncDependencies.concurrency` calendars in parallel; while one is slow, process texts of
        others.

        After an error that affects the whole account (throttling, sign-in) no further calendars are started; it is
        raised once the running ones have finished.
        """
        order = {calendar.id: at for at, calendar in enumerate(run.calendars)}
        lanes = CalendarPool(
            self._dependencies.concurrency,
            lambda calendar: self._sync_calendar(source, calendar, run),
            lambda: self._texts.read(source, run),
            self._dependencies.text_delay,
        )
        try:
            lanes.run(run.calendars)
        finally:
            run.listed.sort(key=lambda calendar: order[calendar.id])
            run.done.sort(key=lambda outcome: order[outcome.calendar.id])

    def _sync_calendar(self, source: CalendarSource, calendar: Calendar, run: SyncPass) -> None:
        began = self._dependencies.elapsed.seconds()
        try:
            outcome = self._list_events(source, calendar, run)
            run.listed.append(calendar)
        except (IdentityError, ThrottledError):
            raise
        except StoreError as error:
            if error.key == "store_damaged":
                raise
            outcome = CalendarOutcome(calendar, run.fail(error), origin=origin_of(error))
        except Exception as error:  # noqa: BLE001 - a failing calendar must not affect the others
            outcome = CalendarOutcome(calendar, run.note(error), origin=origin_of(error))
        if outcome.error:
            self._note(calendar, outcome.error)
        seconds = self._dependencies.elapsed.seconds() - began
        outcome = replace(outcome, events=self._events.count(calendar), seconds=seconds)
        run.done.append(outcome)
        self._dependencies.progress(run.account, outcome)

    def _list_events(self, source: CalendarSource, calendar: Calendar, run: SyncPass) -> CalendarOutcome:
        window = rolling_window(self._dependencies.wall, self._dependencies.past)
        at = self._events.position(calendar)
        known = at.position if good_for(at.window, window) else ""
        listing = self._listing(source, calendar, window, known)
        traffic = listing.traffic
        if listing.events is not None and empties(*self._left_with(calendar, window, listing)):
            _log.info("a calendar would suddenly be empty: fetching it a second time")
            listing = source.listing(calendar, window.start, window.end, "")
            traffic = traffic + listing.traffic
        changed = self._save(calendar, window, listing, at)
        if listing.color is not None and listing.color != calendar.color:
            self._events.save_color(calendar, listing.color)
        if listing.again:
            run.again.add(calendar)
        self._dependencies.changed("events")
        unread = len(listing.unreadable)
        if unread:
            _log.warning("%d events of a calendar could not be parsed: stored versions are kept", unread)
        return CalendarOutcome(calendar, "", self._events.count(calendar), changed, traffic, unread=unread)

    def _listing(self, source: CalendarSource, calendar: Calendar, window: Timespan, position: str) -> CalendarDelta:
        try:
            return source.listing(calendar, window.start, window.end, position)
        except SyncStateLostError:
            if not position:
                raise
            _log.info("the sync token has expired: full synchronisation, stored events are kept meanwhile")
            return source.listing(calendar, window.start, window.end, "")

    def _left_with(
        self, calendar: Calendar, window: Timespan, listing: CalendarDelta
    ) -> tuple[dict[str, str], set[str]]:
        """Return the stored versions, and the ids that would remain after applying the delta."""
        stored = self._events.versions(calendar, window)
        expected_versions = self._expected(calendar, window, listing)
        listed = {event.id for event in listing.events or ()}
        return stored, (stored.keys() - expected_versions.keys()) | listed | set(listing.unreadable)

    def _expected(self, calendar: Calendar, window: Timespan, listing: CalendarDelta) -> dict[str, str]:
        """Return the stored events that the delta must contain if they still exist, except those it could not parse."""
        if listing.scope is None:
            found = self._events.versions(calendar, window)
        else:
            found = self._events.expected_versions(calendar, listing.scope)
        return {event_id: version for event_id, version in found.items() if event_id not in listing.unreadable}

    def _save(self, calendar: Calendar, window: Timespan, listing: CalendarDelta, since: StoredSyncToken) -> int:
        """Store events and sync token in one transaction; return the number of changed events.

        Events outside the window are ignored. `since` is the token that the delta started from: if stored data was
        deleted in the meantime, the new token is discarded.
        """
        actions: Sequence[object] = ()
        if listing.events is not None:
            listed = [event for event in listing.events if within(event, window)]
            actions = plan(self._expected(calendar, window, listing), listed)
        # Join details are extracted later, so that the screen has the events first.
        upserts = [EventUpsert(a.event) for a in actions if isinstance(a, Upsert)]
        removals = [a.event_id for a in actions if isinstance(a, Remove)]
        at = StoredSyncToken(listing.position, written(listing.reach or window))
        self._events.save(calendar, upserts, removals, at, self._dependencies.wall.now(), since)
        return len(upserts) + len(removals)

    def _settle(self, source: CalendarSource, run: SyncPass) -> None:
        """Fetch calendars again whose source can then report changes efficiently; failures are retried next time."""
        if run.error:
            return
        changed = 0
        for calendar in [outcome.calendar for outcome in run.done if outcome.calendar in run.again]:
            try:
                outcome = self._list_events(source, calendar, run)
            except (IdentityError, ThrottledError, StoreError):
                raise
            except Exception as error:  # noqa: BLE001 - the first result is valid
                _log.info("a follow-up synchronisation failed: %s", type(error).__name__)
                continue
            run.add(outcome)
            run.read.discard(calendar)
            changed += outcome.changed
        if changed:
            self._texts.read(source, run)

    def _learn_locale(self, account: Account) -> None:
        """Fetch the account's language. Only messages depend on it, so failures are retried later."""
        if account.locale or account.id in self._asked:
            return
        self._asked.add(account.id)
        try:
            locale = self._dependencies.locale_of(account)
        except Exception as error:  # noqa: BLE001 - see above
            _log.info("an account's language could not be fetched: %s", type(error).__name__)
            return
        if locale:
            self._user.set_account_locale(account.id, locale)

    def _signed_in(self, account: Account) -> None:
        if account.state is AccountState.SIGN_IN_NEEDED and self._set_state(account, AccountState.SIGNED_IN, ""):
            self._dependencies.changed("accounts")

    def _identity_failed(self, error: IdentityError, run: SyncPass) -> None:
        run.fail(error)
        run.claims = error.claims if isinstance(error, SignInNeededError) else ""
        revoked = isinstance(error, SignInNeededError) and error.revoked
        blocked = revoked or error.reason in BLOCKING
        state = AccountState.BLOCKED if blocked else AccountState.SIGN_IN_NEEDED
        if self._set_state(run.account, state, error.reason or error.key):
            self._dependencies.changed("accounts")

    def _set_state(self, account: Account, state: AccountState, reason: str) -> bool:
        return self._user.set_account_state(account.id, state, reason, self._dependencies.wall.now())

    def _note(self, calendar: Calendar, error: str) -> None:
        """Store the error of the calendar; on a full disk skip it, so that the others are still synchronised."""
        try:
            self._events.save_error(calendar.account_id, calendar.id, error)
        except StoreError as failure:
            if failure.key != "store_full":
                raise

    def _note_failure(self, run: SyncPass) -> None:
        """Store the error for every calendar that was not reached, so that the screen shows it as stale."""
        reached = {outcome.calendar.id for outcome in run.done}
        for calendar in run.calendars or self._events.calendars(run.account.id):
            if calendar.id not in reached:
                self._note(calendar, run.error)
                count = self._events.count(calendar)
                run.done.append(CalendarOutcome(calendar, run.error, count, origin=run.origin))
        self._dependencies.changed("events")


def _with_colors(found: tuple[Calendar, ...], known: tuple[Calendar, ...]) -> tuple[Calendar, ...]:
    """Return the calendars with their stored colours: those of feeds are known only once their text was read."""
    colors = {calendar.id: calendar.color for calendar in known}
    return tuple(replace(calendar, color=colors.get(calendar.id, calendar.color)) for calendar in found)
