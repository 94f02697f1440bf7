"""Carries a synchronisation out: list, one transaction, then read what is new, the next 24 hours first.

A listing may tell of a part of the window alone (`CalendarDelta.scope`): then only that part of what is stored
is compared with it.
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
from carlendar.sync.calendar_pool import Lanes
from carlendar.sync.outcome import AccountOutcome, CalendarOutcome, SyncPass, origin_of
from carlendar.sync.plan import Remove, Upsert, empties, plan
from carlendar.sync.window import good_for, rolling_window, within, written

BLOCKING = frozenset({"disabled", "revoked"})
"""Outcomes of a refusal that mean the account itself, not this device or application."""

_log = logging.getLogger(__name__)


class SyncEngine:
    """Brings the store up to date with one account at a time; several accounts may be done in parallel."""

    def __init__(self, events: EventStore, user: UserStore, tools: SyncDependencies) -> None:
        self._events, self._user, self._tools = events, user, tools
        self._texts = TextReader(events, tools)
        self._asked: set[str] = set()

    def sync(self, account: Account) -> AccountOutcome:
        """Synchronise all calendars of an account. Raises StoreError only; all else is in the outcome.

        A calendar that fails does not hold up the others, unless the service asks to wait or to sign in; nor does it
        count as a failure of the account, unless all of them fail.
        """
        run = SyncPass(account)
        try:
            source = self._tools.source_of(account)
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
            self._texts.read_listed(calendar)  # what has a text that could not be had
        if run.error:
            self._note_failure(run)
        return run.outcome()

    def _list_calendars(self, source: CalendarSource, run: SyncPass) -> None:
        known = self._events.calendars(run.account.id)
        try:
            # An answer without any calendar is not believed while there are some: it would empty the day.
            found = source.calendars() or (source.calendars() if known else ())
        except (IdentityError, ThrottledError, StoreError):
            raise
        except Exception as error:  # noqa: BLE001 - whatever a source throws, what is known can still be listed
            _ = run.note(error) if known else run.fail(error)
            found = ()
        if found and found != known:
            self._events.save_calendars(run.account.id, found)
            self._tools.changed("accounts")
        run.calendars = found or known

    def _list_all(self, source: CalendarSource, run: SyncPass) -> None:
        """List up to `SyncDependencies.lanes` calendars at a time; while one hangs, the others' texts are read.

        What concerns the whole account (to wait, to sign in) begins no further listing, and is raised once those
        under way have ended.
        """
        order = {calendar.id: at for at, calendar in enumerate(run.calendars)}
        lanes = Lanes(
            self._tools.lanes,
            lambda calendar: self._sync_calendar(source, calendar, run),
            lambda: self._texts.read(source, run),
            self._tools.patience,
        )
        try:
            lanes.run(run.calendars)
        finally:
            run.listed.sort(key=lambda calendar: order[calendar.id])
            run.done.sort(key=lambda outcome: order[outcome.calendar.id])

    def _sync_calendar(self, source: CalendarSource, calendar: Calendar, run: SyncPass) -> None:
        began = self._tools.elapsed.seconds()
        try:
            outcome = self._list_events(source, calendar, run)
            run.listed.append(calendar)
        except (IdentityError, ThrottledError):
            raise
        except StoreError as error:
            if error.key == "store_damaged":
                raise
            outcome = CalendarOutcome(calendar, run.fail(error), origin=origin_of(error))
        except Exception as error:  # noqa: BLE001 - one calendar's trouble is not the others'
            outcome = CalendarOutcome(calendar, run.note(error), origin=origin_of(error))
        if outcome.error:
            self._note(calendar, outcome.error)
        seconds = self._tools.elapsed.seconds() - began
        outcome = replace(outcome, events=self._events.count(calendar), seconds=seconds)
        run.done.append(outcome)
        self._tools.progress(run.account, outcome)

    def _list_events(self, source: CalendarSource, calendar: Calendar, run: SyncPass) -> CalendarOutcome:
        window = rolling_window(self._tools.wall, self._tools.past)
        at = self._events.position(calendar)
        known = at.position if good_for(at.window, window) else ""
        listing = self._listing(source, calendar, window, known)
        traffic = listing.traffic
        if listing.events is not None and empties(*self._left_with(calendar, window, listing)):
            _log.info("a calendar would suddenly be empty: listed a second time")
            listing = source.listing(calendar, window.start, window.end, "")
            traffic = traffic + listing.traffic
        changed = self._save(calendar, window, listing, at)
        if listing.again:
            run.again.add(calendar)
        self._tools.changed("events")
        unread = len(listing.unreadable)
        if unread:
            _log.warning("%d events of a calendar could not be read: what is stored of them stays", unread)
        return CalendarOutcome(calendar, "", self._events.count(calendar), changed, traffic, unread=unread)

    def _listing(self, source: CalendarSource, calendar: Calendar, window: Timespan, position: str) -> CalendarDelta:
        try:
            return source.listing(calendar, window.start, window.end, position)
        except SyncStateLostError:
            if not position:
                raise
            _log.info("the service has lost the position: listed anew, what is stored stays meanwhile")
            return source.listing(calendar, window.start, window.end, "")

    def _left_with(
        self, calendar: Calendar, window: Timespan, listing: CalendarDelta
    ) -> tuple[dict[str, str], set[str]]:
        """What is stored, and the ids of what will be, should the listing be believed."""
        stored = self._events.versions(calendar, window)
        told_of = self._told_of(calendar, window, listing)
        listed = {event.id for event in listing.events or ()}
        return stored, (stored.keys() - told_of.keys()) | listed | set(listing.unreadable)

    def _told_of(self, calendar: Calendar, window: Timespan, listing: CalendarDelta) -> dict[str, str]:
        """What of the stored events the listing must name, if they still exist; not what it could not read."""
        if listing.scope is None:
            found = self._events.versions(calendar, window)
        else:
            found = self._events.told_of(calendar, listing.scope)
        return {event_id: version for event_id, version in found.items() if event_id not in listing.unreadable}

    def _save(self, calendar: Calendar, window: Timespan, listing: CalendarDelta, since: StoredSyncToken) -> int:
        """Events and position in one transaction; returns how many events changed.

        A source that lists more than it was asked for does not fill the store. `since` is the position that the
        listing began with: where something was deleted meanwhile, the new one is not kept.
        """
        actions: Sequence[object] = ()
        if listing.events is not None:
            listed = [event for event in listing.events if within(event, window)]
            actions = plan(self._told_of(calendar, window, listing), listed)
        # How to join is found out once their texts are read, so that the screen has the events first.
        upserts = [EventUpsert(a.event) for a in actions if isinstance(a, Upsert)]
        removals = [a.event_id for a in actions if isinstance(a, Remove)]
        at = StoredSyncToken(listing.position, written(listing.reach or window))
        self._events.save(calendar, upserts, removals, at, self._tools.wall.now(), since)
        return len(upserts) + len(removals)

    def _settle(self, source: CalendarSource, run: SyncPass) -> None:
        """List those again whose source can then tell cheaply what changes; whatever fails here is tried next time."""
        if run.error:
            return
        changed = 0
        for calendar in [outcome.calendar for outcome in run.done if outcome.calendar in run.again]:
            try:
                outcome = self._list_events(source, calendar, run)
            except (IdentityError, ThrottledError, StoreError):
                raise
            except Exception as error:  # noqa: BLE001 - what was listed is good
                _log.info("changes cannot be followed yet: %s", type(error).__name__)
                continue
            run.add(outcome)
            run.read.discard(calendar)
            changed += outcome.changed
        if changed:
            self._texts.read(source, run)

    def _learn_locale(self, account: Account) -> None:
        """Nothing depends on it but the language of a message: whatever goes wrong, there is another time."""
        if account.locale or account.id in self._asked:
            return
        self._asked.add(account.id)
        try:
            locale = self._tools.locale_of(account)
        except Exception as error:  # noqa: BLE001 - as said
            _log.info("an account's language is not known: %s", type(error).__name__)
            return
        if locale:
            self._user.set_account_locale(account.id, locale)

    def _signed_in(self, account: Account) -> None:
        if account.state is AccountState.SIGN_IN_NEEDED and self._set_state(account, AccountState.SIGNED_IN, ""):
            self._tools.changed("accounts")

    def _identity_failed(self, error: IdentityError, run: SyncPass) -> None:
        run.fail(error)
        run.claims = error.claims if isinstance(error, SignInNeededError) else ""
        revoked = isinstance(error, SignInNeededError) and error.revoked
        blocked = revoked or error.reason in BLOCKING
        state = AccountState.BLOCKED if blocked else AccountState.SIGN_IN_NEEDED
        if self._set_state(run.account, state, error.reason or error.key):
            self._tools.changed("accounts")

    def _set_state(self, account: Account, state: AccountState, reason: str) -> bool:
        return self._user.set_account_state(account.id, state, reason, self._tools.wall.now())

    def _note(self, calendar: Calendar, error: str) -> None:
        """Keep the error with the calendar; a full disk keeps none, and must not end the others' synchronisation."""
        try:
            self._events.save_error(calendar.account_id, calendar.id, error)
        except StoreError as failure:
            if failure.key != "store_full":
                raise

    def _note_failure(self, run: SyncPass) -> None:
        """Let every calendar that was not reached bear the error, so that the screen tells it is stale."""
        reached = {outcome.calendar.id for outcome in run.done}
        for calendar in run.calendars or self._events.calendars(run.account.id):
            if calendar.id not in reached:
                self._note(calendar, run.error)
                count = self._events.count(calendar)
                run.done.append(CalendarOutcome(calendar, run.error, count, origin=run.origin))
        self._tools.changed("events")
