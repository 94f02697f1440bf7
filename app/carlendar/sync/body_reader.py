"""Reads the texts of invitations once their events are stored: the next 24 hours first, in small batches."""

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
"""Texts of invitations that are fetched, read and stored at a time."""
FAILURES = 12
"""Requests of one calendar that may fail before the rest is left for the next time."""

_Text = tuple[str, str, str, str]
"""Account, calendar, event and version."""

_log = logging.getLogger(__name__)


class SyncDependencies(Value, frozen=True):
    """What a synchronisation is given from outside.

    `extract` finds the way into a meeting in an event and the text of its invitation as it came;
    `text_of` makes that text readable. `changed` is called after each transaction, `progress` with
    each calendar's outcome when it has been listed. `locale_of` asks how an account's owner reads (a
    BCP 47 tag, empty where that is not told), once in a run of the process for an account without one.
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
    """How long past events are kept: none that ended earlier is listed, however long ago yesterday began."""
    lanes: int = 3
    """Calendars of one account that are listed at a time; Outlook takes four requests of a mailbox at a time."""
    patience: float = 2.0
    """Seconds that the texts of what is listed wait for the calendars that are not."""


class TextReader:
    """Fetches, reads and stores what has not been read in its version; no text's trouble is another's."""

    def __init__(self, events: EventStore, tools: SyncDependencies) -> None:
        self._events, self._tools = events, tools
        self._backoff: Backoff[_Text] = Backoff(tools.elapsed)

    def read(self, source: CalendarSource, run: SyncPass) -> None:
        """The next 24 hours of every calendar that was listed and not yet read come before the later days of any.

        Raises what concerns the whole account (IdentityError, ThrottledError) and StoreError; anything
        else is noted in `run`, and asked for again next time. A text that fails by itself has a back-off of its own:
        its event is kept with what its listing says.
        """
        now = self._tools.wall.now()
        calendars = [calendar for calendar in tuple(run.listed) if calendar not in run.read]
        run.read.update(calendars)
        waiting = {c.id: sorted(self._due(c, run), key=lambda event: priority(event, now)) for c in calendars}
        patience = dict.fromkeys(waiting, FAILURES)
        for calendar in calendars:
            # Joining what is next must not wait for the network.
            self.read_listed(calendar, now + URGENT)
        for urgency in range(3):
            for calendar in calendars:
                due = [event for event in waiting[calendar.id] if priority(event, now)[0] == urgency]
                for first in range(0, len(due), BATCH):
                    self._batch(source, calendar, due[first : first + BATCH], run, patience)

    def _due(self, calendar: Calendar, run: SyncPass) -> list[Event]:
        """What has not been read, but for what failed by itself a short time ago."""
        unread = {_text_of(calendar, event): event for event in self._events.unread(calendar)}
        mine = [text for text in self._backoff.pausing() if text[:2] == (calendar.account_id, calendar.id)]
        self._backoff.forget(text for text in mine if text not in unread)
        due = [event for text, event in unread.items() if self._backoff.due(text)]
        run.unread[calendar] = {event.id for text, event in unread.items() if not self._backoff.due(text)}
        return due

    def read_listed(self, calendar: Calendar, before: datetime | None = None) -> None:
        """Find out how to join from what the listing says, for new events whose texts have not been read.

        Only for those that start before a moment, where one is given.
        """
        events = self._events.without_details(calendar, before)
        if events:
            self._events.save_details(calendar, [(event, self._extract(event, "")) for event in events])
            self._tools.changed("events")

    def _extract(self, event: Event, text: str) -> JoinDetails:
        """The way into the meeting; none of an invitation that cannot be read."""
        try:
            return self._tools.extract(event, text)
        except Exception as error:  # noqa: BLE001 - a hostile invitation must not end the synchronisation
            _log.warning("an invitation could not be read: %s", type(error).__name__)
            return JoinDetails()

    def _batch(
        self,
        source: CalendarSource,
        calendar: Calendar,
        events: Sequence[Event],
        run: SyncPass,
        patience: dict[str, int],
    ) -> None:
        """One batch; where it fails by halves, so that one text that cannot be had keeps back no other."""
        if patience[calendar.id] <= 0:
            return
        try:
            texts = source.bodies(calendar, [event.id for event in events], _starts(events))
        except (IdentityError, ThrottledError, StoreError):
            raise
        except Exception as error:  # noqa: BLE001 - what cannot be had now is asked for next time
            patience[calendar.id] -= FAILURES if isinstance(error, OfflineError) else 1
            if isinstance(error, OfflineError):
                run.fail(error)
            elif len(events) == 1:
                self._failed(calendar, events[0], error, run)
            else:
                run.note(error)
                middle = len(events) // 2
                for part in (events[:middle], events[middle:]):
                    self._batch(source, calendar, part, run, patience)
            return
        read: list[ExtractedBody] = []
        for event in events:
            # What is left out is reported as gone: the next listing shows whether it is, else it is asked for again.
            text = texts.get(event.id)
            if isinstance(text, str):
                read.append(self._reading(event, text))
            elif text is not None:
                self._failed(calendar, event, text, run)
        self._events.save_bodies(calendar, read)
        self._tools.changed("events")

    def _failed(self, calendar: Calendar, event: Event, error: Exception, run: SyncPass) -> None:
        """This one text could not be had: nothing else waits for it."""
        run.note(error)
        run.unread.setdefault(calendar, set()).add(event.id)
        self._backoff.failed(_text_of(calendar, event))

    def _reading(self, event: Event, text: str) -> ExtractedBody:
        return ExtractedBody(event.id, event.version, self._readable(text)[:BODY_LIMIT], self._extract(event, text))

    def _readable(self, text: str) -> str:
        try:
            return self._tools.text_of(text) if text else ""
        except Exception as error:  # noqa: BLE001 - as above
            _log.warning("a text could not be read: %s", type(error).__name__)
            return ""


def _starts(events: Sequence[Event]) -> Timespan:
    starts = [event.start(UTC) for event in events]
    return Timespan(min(starts), max(starts))


def _text_of(calendar: Calendar, event: Event) -> _Text:
    return calendar.account_id, calendar.id, event.id, event.version
