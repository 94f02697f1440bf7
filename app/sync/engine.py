"""Carries a synchronisation out: list, one transaction, then read what is new, the next 24 hours first."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta

from app.domain.account import Account, AccountState, Calendar
from app.domain.event import BODY_LIMIT, Event
from app.domain.ports import CalendarSource, ElapsedClock, Listing, Traffic, WallClock
from app.domain.timespan import Timespan
from app.errors import CarlendarError, IdentityError, SignInNeededError, StoreError, SyncStateLostError, ThrottledError
from app.meetings.way_in import WayIn
from app.store.events import Arrival, EventStore, Position, Reading
from app.store.user import UserStore
from app.sync.plan import Remove, Upsert, empties, plan

DAYS_AHEAD = 14
BATCH = 20
"""Texts of invitations that are fetched, read and stored at a time."""

BLOCKING = frozenset({"disabled", "revoked"})
"""Outcomes of a refusal that mean the account itself, not this device or application."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class CalendarOutcome:
    """What became of one calendar; `error` is an error's key, empty when all is well."""

    calendar: Calendar
    error: str = ""
    events: int = 0
    changed: int = 0
    traffic: Traffic = field(default_factory=Traffic)
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class AccountOutcome:
    """What became of one account. `retry_after` is in seconds, None where the service did not say.

    `error` is the key of the first failure; where it kept the list of calendars from being had at the
    very first time, `calendars` is empty. `claims` is what the service wants proven at the next sign-in.
    """

    account: Account
    calendars: tuple[CalendarOutcome, ...] = ()
    error: str = ""
    retry_after: float | None = None
    claims: str = ""


@dataclass(frozen=True, slots=True)
class Tools:
    """What the engine is given from outside.

    `extract` finds the way into a meeting in an event and the text of its invitation as it came;
    `text_of` makes that text readable. `changed` is called after each transaction, `progress` with
    each calendar's outcome when it has been listed. `locale_of` asks how an account's owner reads (a
    BCP 47 tag, empty where that is not told), once in a run of the process for an account without one.
    """

    source_of: Callable[[Account], CalendarSource]
    extract: Callable[[Event, str], WayIn]
    text_of: Callable[[str], str]
    wall: WallClock
    elapsed: ElapsedClock
    changed: Callable[[str], None] = lambda _what: None
    progress: Callable[[Account, CalendarOutcome], None] = lambda _account, _outcome: None
    locale_of: Callable[[Account], str] = lambda _account: ""


class SyncEngine:
    """Brings the store up to date with one account at a time; several accounts may be done in parallel."""

    def __init__(self, events: EventStore, user: UserStore, tools: Tools) -> None:
        self._events, self._user, self._tools = events, user, tools
        self._asked: set[str] = set()

    def sync(self, account: Account) -> AccountOutcome:
        """Synchronise all calendars of an account. Raises StoreError only; all else is in the outcome.

        A calendar that fails does not hold up the others, unless the service asks to wait or to sign in.
        """
        run = _Run(account)
        try:
            source = self._tools.source_of(account)
            self._list_calendars(source, run)
            for calendar in run.calendars:
                self._sync_calendar(source, calendar, run)
            self._signed_in(account)
            self._read_soonest_first(source, run)
            self._learn_locale(account)
        except IdentityError as error:
            self._identity_failed(error, run)
        except ThrottledError as error:
            run.fail(error)
            run.retry_after = error.retry_after
        if run.error:
            self._note_failure(run)
        return run.outcome()

    def _list_calendars(self, source: CalendarSource, run: _Run) -> None:
        known = self._events.calendars(run.account.id)
        try:
            # An answer without any calendar is not believed while there are some: it would empty the day.
            found = source.calendars() or (source.calendars() if known else ())
        except (IdentityError, ThrottledError, StoreError):
            raise
        except Exception as error:  # noqa: BLE001 - whatever a source throws, what is known can still be listed
            run.fail(error)
            found = ()
        if found and found != known:
            self._events.save_calendars(run.account.id, found)
            self._tools.changed("accounts")
        run.calendars = found or known

    def _sync_calendar(self, source: CalendarSource, calendar: Calendar, run: _Run) -> None:
        began = self._tools.elapsed.seconds()
        try:
            outcome = self._list_events(source, calendar)
            run.listed.append(calendar)
        except (IdentityError, ThrottledError):
            raise
        except StoreError as error:
            if error.key == "store_damaged":
                raise
            outcome = CalendarOutcome(calendar, run.fail(error))
        except Exception as error:  # noqa: BLE001 - one calendar's trouble is not the others'
            outcome = CalendarOutcome(calendar, run.fail(error))
        if outcome.error:
            self._events.save_error(calendar.account_id, calendar.id, outcome.error)
        seconds = self._tools.elapsed.seconds() - began
        outcome = CalendarOutcome(calendar, outcome.error, self._events.count(calendar), outcome.changed,
                                  outcome.traffic, seconds)  # fmt: skip
        run.done.append(outcome)
        self._tools.progress(run.account, outcome)

    def _list_events(self, source: CalendarSource, calendar: Calendar) -> CalendarOutcome:
        window = rolling_window(self._tools.wall)
        name = f"{window.start.isoformat()}/{window.end.isoformat()}"
        at = self._events.position(calendar)
        known = at.position if at.window == name else ""  # a position proves nothing of days it did not cover
        listing = self._listing(source, calendar, window, known)
        stored = self._events.versions(calendar, window)
        traffic = listing.traffic
        if listing.events is not None and empties(stored, listing.events):
            listing = self._second_look(source, calendar, window)
            traffic = traffic + listing.traffic
        if listing.events is None:
            actions: Sequence[object] = ()
        else:
            actions = plan(stored, listing.events)
        upserts = [Arrival(a.event, self._extract(a.event, "")) for a in actions if isinstance(a, Upsert)]
        removals = [a.event_id for a in actions if isinstance(a, Remove)]
        self._events.save(calendar, upserts, removals, Position(listing.position, name), self._tools.wall.now())
        self._tools.changed("events")
        return CalendarOutcome(calendar, changed=len(upserts) + len(removals), traffic=traffic)

    def _listing(self, source: CalendarSource, calendar: Calendar, window: Timespan, position: str) -> Listing:
        try:
            return source.listing(calendar, window.start, window.end, position)
        except SyncStateLostError:
            if not position:
                raise
            _log.info("the service has lost the position: listed anew, what is stored stays meanwhile")
            return source.listing(calendar, window.start, window.end, "")

    def _second_look(self, source: CalendarSource, calendar: Calendar, window: Timespan) -> Listing:
        _log.info("a calendar would suddenly be empty: listed a second time")
        return source.listing(calendar, window.start, window.end, "")

    def _read_soonest_first(self, source: CalendarSource, run: _Run) -> None:
        """The next 24 hours of every calendar come before the later days of any."""
        now = self._tools.wall.now()
        waiting = {c.id: sorted(self._events.unread(c), key=lambda event: priority(event, now)) for c in run.listed}
        for urgency in range(3):
            for calendar in run.listed:
                due = [event for event in waiting[calendar.id] if priority(event, now)[0] == urgency]
                if not self._read_texts(source, calendar, due, run):
                    waiting[calendar.id] = []

    def _read_texts(self, source: CalendarSource, calendar: Calendar, waiting: Sequence[Event], run: _Run) -> bool:
        """Fetch, read and store in batches; False when the texts cannot be had now."""
        for first in range(0, len(waiting), BATCH):
            batch = waiting[first : first + BATCH]
            try:
                texts = source.bodies(calendar, [event.id for event in batch])
            except (IdentityError, ThrottledError):
                raise
            except Exception as error:  # noqa: BLE001 - what cannot be had now is asked for next time
                run.fail(error)
                return False
            self._events.save_readings(calendar, [self._read(event, texts.get(event.id, "")) for event in batch])
            self._tools.changed("events")
        return True

    def _read(self, event: Event, text: str) -> Reading:
        return Reading(event.id, event.version, self._readable(text)[:BODY_LIMIT], self._extract(event, text))

    def _extract(self, event: Event, text: str) -> WayIn:
        try:
            return self._tools.extract(event, text)
        except Exception as error:  # noqa: BLE001 - a hostile invitation must not end the synchronisation
            _log.warning("an invitation could not be read: %s", type(error).__name__)
            return WayIn()

    def _readable(self, text: str) -> str:
        try:
            return self._tools.text_of(text) if text else ""
        except Exception as error:  # noqa: BLE001 - as above
            _log.warning("a text could not be read: %s", type(error).__name__)
            return ""

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

    def _identity_failed(self, error: IdentityError, run: _Run) -> None:
        run.fail(error)
        run.claims = error.claims if isinstance(error, SignInNeededError) else ""
        revoked = isinstance(error, SignInNeededError) and error.revoked
        blocked = revoked or error.reason in BLOCKING
        state = AccountState.BLOCKED if blocked else AccountState.SIGN_IN_NEEDED
        if self._set_state(run.account, state, error.reason or error.key):
            self._tools.changed("accounts")

    def _set_state(self, account: Account, state: AccountState, reason: str) -> bool:
        return self._user.set_account_state(account.id, state, reason, self._tools.wall.now())

    def _note_failure(self, run: _Run) -> None:
        """Let every calendar that was not reached bear the error, so that the screen tells it is stale."""
        reached = {outcome.calendar.id for outcome in run.done}
        for calendar in run.calendars or self._events.calendars(run.account.id):
            if calendar.id not in reached:
                self._events.save_error(calendar.account_id, calendar.id, run.error)
                run.done.append(CalendarOutcome(calendar, run.error, self._events.count(calendar)))
        self._tools.changed("events")


@dataclass(slots=True)
class _Run:
    """One synchronisation of one account while it goes on."""

    account: Account
    calendars: Sequence[Calendar] = ()
    listed: list[Calendar] = field(default_factory=list)
    done: list[CalendarOutcome] = field(default_factory=list)
    error: str = ""
    retry_after: float | None = None
    claims: str = ""

    def fail(self, error: Exception) -> str:
        """Note the first failure; returns its key. What it says may hold calendar data: only its type is logged."""
        key = error.key if isinstance(error, CarlendarError) else "error"
        detail = error.detail if isinstance(error, CarlendarError) else ""
        # A store that closed under a request on its way is how a service ends, not a fault.
        level = logging.DEBUG if key == "store_closed" else logging.WARNING
        _log.log(level, "synchronisation failed: %s %s", type(error).__name__, detail)
        self.error = self.error or key
        return key

    def outcome(self) -> AccountOutcome:
        return AccountOutcome(self.account, tuple(self.done), self.error, self.retry_after, self.claims)


def rolling_window(wall: WallClock) -> Timespan:
    """From yesterday's midnight to the midnight after `DAYS_AHEAD` days, in the car's zone; given in UTC."""
    zone = wall.zone()
    today = wall.now().astimezone(zone).date()
    start = datetime.combine(today - timedelta(days=1), time(), zone)
    end = datetime.combine(today + timedelta(days=DAYS_AHEAD + 1), time(), zone)
    return Timespan(start.astimezone(UTC), end.astimezone(UTC))


def priority(event: Event, now: datetime) -> tuple[int, datetime]:
    """Order of reading: what runs or starts within 24 hours, then what comes later, then what is over."""
    span = event.moments(UTC)
    if span.end < now:
        return (2, span.start)
    return (0 if span.start < now + timedelta(hours=24) else 1, span.start)
