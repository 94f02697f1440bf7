"""Fetches and processes the texts of invitations of stored events: the next 24 hours first, in small batches."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

from carlendar.domain.account import Account, Calendar
from carlendar.domain.base import Value
from carlendar.domain.event import BODY_LIMIT, Event
from carlendar.domain.ports import CalendarSource, ElapsedClock, WallClock
from carlendar.domain.timespan import Timespan
from carlendar.errors import IdentityError, OfflineError, StoreError, ThrottledError
from carlendar.meetings.join_details import JoinDetails
from carlendar.store.events import EventStore, ExtractedBody
from carlendar.store.retention import PAST_KEPT
from carlendar.sync.backoff import Backoff
from carlendar.sync.outcome import CalendarOutcome, SyncPass
from carlendar.sync.window import URGENT, priority

BATCH = 100
"""Number of texts that are fetched, processed and stored at a time."""
FAILURES = 12
"""Failed requests of a calendar after which the rest is left for the next synchronisation."""

_Text = tuple[str, str, str, str]
"""Account, calendar, event and version."""

_log = logging.getLogger(__name__)


class SyncDependencies(Value, frozen=True):
    """Dependencies of the synchronisation.

    `extract` finds the join details in an event and the raw text of its invitation; `text_of` converts that text to
    plain text. `changed` is called after each transaction, `progress` with each calendar's outcome. `locale_of` returns
    the language of an account's owner (a BCP 47 tag, empty if unknown); it is called once per process for an account
    without one.
    """

    source_of: Callable[[Account], CalendarSource]
    extract: Callable[[Event, str], JoinDetails]
    text_of: Callable[[str], str]
    wall: WallClock
    elapsed: ElapsedClock
    changed: Callable[[str], None] = lambda _what: None
    progress: Callable[[Account, CalendarOutcome], None] = lambda _account, _outcome: None
    locale_of: Callable[[Account], str] = lambda _account: ""
    past: timedelta = PAST_KEPT
    """Retention of past events: events that ended earlier are not fetched."""
    concurrency: int = 3
    """Calendars of one account synchronised in parallel; Outlook allows four concurrent requests per mailbox."""
    text_delay: float = 2.0
    """Seconds after which texts are fetched although other calendars are still being listed."""


class TextReader:
    """Fetches, processes and stores texts that are new or changed; a failing text does not affect others."""

    def __init__(self, events: EventStore, dependencies: SyncDependencies) -> None:
        self._events, self._dependencies = events, dependencies
        self._backoff: Backoff[_Text] = Backoff(dependencies.elapsed)

    def read(self, source: CalendarSource, run: SyncPass) -> None:
        """Process the texts of the listed calendars: the next 24 hours of all of them before later days.

        Raises errors that affect the whole account (IdentityError, ThrottledError) and StoreError; others are
        recorded in `run` and retried with the next synchronisation. A text that fails individually has its own
        back-off; its event is stored without the text.
        """
        now = self._dependencies.wall.now()
        calendars = [calendar for calendar in tuple(run.listed) if calendar not in run.read]
        run.read.update(calendars)
        waiting = {c.id: sorted(self._due(c, run), key=lambda event: priority(event, now)) for c in calendars}
        failures_left = dict.fromkeys(waiting, FAILURES)
        for calendar in calendars:
            # Joining the next meetings must not wait for the network.
            self.read_listed(calendar, now + URGENT)
        for urgency in range(3):
            for calendar in calendars:
                due = [event for event in waiting[calendar.id] if priority(event, now)[0] == urgency]
                for first in range(0, len(due), BATCH):
                    self._batch(source, calendar, due[first : first + BATCH], run, failures_left)

    def _due(self, calendar: Calendar, run: SyncPass) -> list[Event]:
        """Return the events with unprocessed texts, except those in back-off."""
        unread = {_text_of(calendar, event): event for event in self._events.unread(calendar)}
        mine = [text for text in self._backoff.pausing() if text[:2] == (calendar.account_id, calendar.id)]
        self._backoff.forget(text for text in mine if text not in unread)
        due = [event for text, event in unread.items() if self._backoff.due(text)]
        run.unread[calendar] = {event.id for text, event in unread.items() if not self._backoff.due(text)}
        return due

    def read_listed(self, calendar: Calendar, before: datetime | None = None) -> None:
        """Extract join details from structured data, for new events whose texts have not been processed.

        Limited to events that start before `before`, if given.
        """
        events = self._events.without_details(calendar, before)
        if events:
            self._events.save_details(calendar, [(event, self._extract(event, "")) for event in events])
            self._dependencies.changed("events")

    def _extract(self, event: Event, text: str) -> JoinDetails:
        """Return the join details; empty ones if the extraction fails."""
        try:
            return self._dependencies.extract(event, text)
        except Exception as error:  # noqa: BLE001 - a malformed invitation must not abort the synchronisation
            _log.warning("an invitation could not be processed: %s", type(error).__name__)
            return JoinDetails()

    def _batch(
        self,
        source: CalendarSource,
        calendar: Calendar,
        events: Sequence[Event],
        run: SyncPass,
        failures_left: dict[str, int],
    ) -> None:
        """Process a batch; split it in half if it fails, so that a failing text does not affect others."""
        if failures_left[calendar.id] <= 0:
            return
        try:
            texts = source.bodies(calendar, [event.id for event in events], _starts(events))
        except (IdentityError, ThrottledError, StoreError):
            raise
        except Exception as error:  # noqa: BLE001 - retried with the next synchronisation
            failures_left[calendar.id] -= FAILURES if isinstance(error, OfflineError) else 1
            if isinstance(error, OfflineError):
                run.fail(error)
            elif len(events) == 1:
                self._failed(calendar, events[0], error, run)
            else:
                run.note(error)
                middle = len(events) // 2
                for part in (events[:middle], events[middle:]):
                    self._batch(source, calendar, part, run, failures_left)
            return
        read: list[ExtractedBody] = []
        for event in events:
            # A missing text means a deleted event; unless the next delta confirms that, it is fetched again.
            text = texts.get(event.id)
            if isinstance(text, str):
                read.append(self._reading(event, text))
            elif text is not None:
                self._failed(calendar, event, text, run)
        self._events.save_bodies(calendar, read)
        self._dependencies.changed("events")

    def _failed(self, calendar: Calendar, event: Event, error: Exception, run: SyncPass) -> None:
        """Record that this text could not be fetched."""
        run.note(error)
        run.unread.setdefault(calendar, set()).add(event.id)
        self._backoff.failed(_text_of(calendar, event))

    def _reading(self, event: Event, text: str) -> ExtractedBody:
        return ExtractedBody(event.id, event.version, self._readable(text)[:BODY_LIMIT], self._extract(event, text))

    def _readable(self, text: str) -> str:
        try:
            return self._dependencies.text_of(text) if text else ""
        except Exception as error:  # noqa: BLE001 - as above
            _log.warning("a text could not be read: %s", type(error).__name__)
            return ""


def _starts(events: Sequence[Event]) -> Timespan:
    starts = [event.start(UTC) for event in events]
    return Timespan(min(starts), max(starts))


def _text_of(calendar: Calendar, event: Event) -> _Text:
    return calendar.account_id, calendar.id, event.id, event.version
