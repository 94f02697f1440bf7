"""Expands events between two times: rules, dates, exceptions, and what replaces what.

RFC 5545, sections 3.8.4.4 and 3.8.5, and RFC 5546 for revisions. Where they are ambiguous, this follows
recurring-ical-events, which reflects the calendars of its many users. Deliberate differences:

- EXRULE counts.
- An UNTIL that is a date includes that whole day (it "bounds the rule in an inclusive manner").
- A negative DURATION is ignored.
- A DURATION's hours are exact, its days are calendar days (RFC 5545, section 3.3.6), across changes of daylight
  saving time.
- Two events with the same UID, SEQUENCE and DTSTAMP but different starts are not revisions: a program used the UID
  twice, and both are shown.
- An unreadable recurrence rule is ignored; the meeting at DTSTART is kept.
- BYWEEKNO without BYDAY means DTSTART's day of that week, not its seven days.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta, tzinfo

from msgspec import field
from msgspec.structs import replace

from carlendar.domain.base import Value
from carlendar.errors import FeedError
from carlendar.icalendar.recurrence import OCCURRENCES, Budget, expand
from carlendar.icalendar.recurrence_rule import RecurrenceRule
from carlendar.icalendar.spans import LATEST, aware, end_after, end_of, on_wall, plus, span, utc, wall, zone_of
from carlendar.icalendar.unread import Unread, bounded
from carlendar.icalendar.vevent_times import Moment, VEventTimes

_LONGEST = timedelta(days=400)
"""Occurrences of a series that last longer than this are found only by their start."""


class Occurrence(Value, frozen=True):
    """One occurrence. Start and end are both dates or both aware; `end` is not before `start`.

    `mark` identifies it among those of its UID, also when it is moved; it is empty for an event that does not repeat.
    """

    timing: VEventTimes
    start: Moment
    end: Moment
    mark: str


def occurrences(
    timings: Iterable[VEventTimes], first: datetime, last: datetime, zone: tzinfo, unread: Unread | None = None
) -> Iterator[Occurrence]:
    """Return all occurrences that overlap the time from `first` to `last`; all-day ones are compared with a day's
    margin.

    Floating times are read in the zone of the calendar's owner if given, else in `zone`. A series that cannot be
    expanded, or has too many occurrences, is left out and counted in `unread`. Raises FeedError for more than
    `OCCURRENCES` single events, or if such a series was all there is.
    """
    window, unread = _Window(first, last, zone), unread or Unread()
    groups = [_guarded(group, window, unread) for group in _by_uid(timings)]
    kept = bounded(groups, unread, OCCURRENCES)
    if unread.endless is not None and not any(kept):
        raise unread.endless
    for found in kept:
        yield from found


def _guarded(group: Sequence[VEventTimes], window: _Window, unread: Unread) -> list[Occurrence]:
    """Return the occurrences of one UID; if its exceptions make a series fail, those without exceptions."""
    try:
        return list(_of_one(group, window))
    except FeedError as error:
        unread.add(error, len(group))
        return []
    except Exception as error:  # noqa: BLE001 - whatever one series holds, the others are read
        masters = [timing for timing in group if timing.recurrence_id is None]
        if 0 < len(masters) < len(group):
            unread.add(error, len(group) - len(masters))
            return _guarded(masters, window, unread)
        unread.add(error, len(group))
        return []


class _Window(Value, frozen=True):
    first: datetime
    last: datetime
    zone: tzinfo
    budget: Budget = field(default_factory=Budget)

    def walls(self, zone: tzinfo) -> tuple[datetime, datetime]:
        """Return the window in local time of `zone`, with a day's margin on either side."""
        first, last = (wall(moment, zone) for moment in (self.first, self.last))
        return plus(first, timedelta(days=-1)), plus(last, timedelta(days=1))

    def touched_by(self, start: Moment, end: Moment) -> bool:
        if not isinstance(start, datetime):
            low, high = self.walls(self.zone)
            return start < date.max and start <= high.date() and end >= low.date()
        begins, ends = utc(start), utc(aware(end, self.zone))
        return begins < self.last and (ends > self.first or begins == ends >= self.first)


def _by_uid(timings: Iterable[VEventTimes]) -> Iterator[list[VEventTimes]]:
    groups: dict[str, list[VEventTimes]] = {}
    for timing in timings:
        if timing.start is None:
            continue
        if timing.uid:
            groups.setdefault(timing.uid, []).append(timing)
        else:
            yield [timing]
    yield from groups.values()


def _of_one(group: Sequence[VEventTimes], window: _Window) -> Iterator[Occurrence]:
    """Return the occurrences of all events with one UID."""
    masters = [timing for timing in group if timing.recurrence_id is None]
    newest = max((timing.revision for timing in masters), default=None)
    current: dict[Moment | None, VEventTimes] = {}
    for timing in masters:
        if timing.revision == newest:
            current.setdefault(timing.start, timing)
    exceptions = [timing for timing in group if timing.recurrence_id is not None]
    for number, master in enumerate(current.values()):
        yield from _Series(master, [] if number else exceptions, window).occurrences()
    if not current:
        yield from _lonely(exceptions, window)


def _lonely(exceptions: Iterable[VEventTimes], window: _Window) -> Iterator[Occurrence]:
    """Return exceptions without their series, as received by someone invited to a single occurrence."""
    latest: dict[datetime, VEventTimes] = {}
    for timing in exceptions:
        key = on_wall(timing.recurrence_id, zone_of(timing, window.zone))
        if key not in latest or timing.revision > latest[key].revision:
            latest[key] = timing
    for key, timing in latest.items():
        yield from _single(timing, key, window)


def _single(timing: VEventTimes, key: datetime, window: _Window) -> Iterator[Occurrence]:
    start, end = span(timing, window.zone)
    if window.touched_by(start, end):
        yield Occurrence(timing, start, end, key.isoformat())


class _Series:
    """A master with its exceptions. Calculations use local time in the master's zone."""

    def __init__(self, master: VEventTimes, exceptions: Sequence[VEventTimes], window: _Window) -> None:
        self._master, self._window = master, window
        self._zone = zone_of(master, window.zone)
        self._whole = not isinstance(master.start, datetime)
        self._start = on_wall(master.start, self._zone)
        self._exact, self._days = self._left_out(master)
        self._instead: dict[datetime, VEventTimes] = {}
        for timing in exceptions:
            key = self._key_of(timing)
            if key not in self._instead or timing.revision > self._instead[key].revision:
                self._instead[key] = timing
        self._written = {
            timing.recurrence_id.replace(tzinfo=None): key
            for key, timing in self._instead.items()
            if isinstance(timing.recurrence_id, datetime)
        }
        self._ranges = sorted((key for key, timing in self._instead.items() if timing.and_future))

    def occurrences(self) -> Iterator[Occurrence]:
        """Return the occurrences of the rules, each from the master or its replacement; then other exceptions."""
        if not self._master.repeats and not self._instead:
            yield from self._once()
            return
        reach = self._reach()
        first, last = self._window.walls(self._zone)
        used: set[datetime] = set()
        for key, length in sorted(self._moments(plus(first, -reach), plus(last, reach)).items()):
            replaced = self._replacing(key)
            if replaced is not None:
                used.add(replaced)
                yield from _single(self._instead[replaced], replaced, self._window)
            else:
                yield from self._regular(key, length)
        for key, timing in self._instead.items():
            if key not in used and not self._is_left_out(key) and not self._is_stale(timing):
                yield from _single(timing, key, self._window)

    def _once(self) -> Iterator[Occurrence]:
        if self._is_left_out(self._start):
            return
        start, end = span(self._master, self._window.zone)
        if self._window.touched_by(start, end):
            yield Occurrence(self._master, start, end, "")

    def _regular(self, key: datetime, length: Moment | timedelta | None) -> Iterator[Occurrence]:
        """Return an occurrence of the rules; a period has its own length."""
        timing, shift = self._master, timedelta()
        number = bisect_left(self._ranges, key)
        if number:
            begins = self._ranges[number - 1]
            timing = self._instead[begins]
            shift = on_wall(timing.start, self._zone) - begins
        wall = plus(key, shift)
        start: Moment = wall.date() if self._whole else wall.replace(tzinfo=self._zone)
        end = end_of(start, timing, self._window.zone) if length is None else end_after(start, length, self._zone)
        if self._window.touched_by(start, end):
            yield Occurrence(timing, start, end, key.isoformat())

    def _moments(self, first: datetime, last: datetime) -> dict[datetime, Moment | timedelta | None]:
        """Yield the times of occurrences, with the length of periods; exceptions still at their original time."""
        found: dict[datetime, Moment | timedelta | None] = {}
        begins = not self._master.rules or any(self._start <= self._until(given) for given in self._master.rules)
        if begins and first <= self._start <= last:
            found[self._start] = None
        for given in self._master.rules:
            found.update(dict.fromkeys(self._expanded(given, first, last)))
        for moment, length in self._master.rdates:
            key = self._key_or_day(moment)
            if first <= key <= last:
                found[key] = length
        for given in self._master.exrules:
            for moment in self._expanded(given, first, last):
                found.pop(moment, None)
        return {key: length for key, length in found.items() if not self._is_left_out(key)}

    def _expanded(self, given: RecurrenceRule, first: datetime, last: datetime) -> Iterator[datetime]:
        last = min(last, self._until(given))
        if self._whole:
            # Times of day do not count beside dates (RFC 5545, section 3.3.10).
            given = replace(given, hours=(), minutes=(), seconds=())
        moments = expand(given, self._start, first, last, self._window.budget)
        yield from (datetime.combine(moment, time()) for moment in moments) if self._whole else moments

    def _until(self, given: RecurrenceRule) -> datetime:
        """Return the last time that UNTIL allows, in local time of the series."""
        until = given.until
        if until is None:
            return LATEST
        if self._whole or not isinstance(until, datetime):
            return datetime.combine(self._master.day_of(until), time.max)
        floats = not isinstance(self._master.start, datetime) or self._master.start.tzinfo is None
        return until.replace(tzinfo=None) if floats or until.tzinfo is None else wall(until, self._zone)

    def _reach(self) -> timedelta:
        """Return how far outside the window the original time of an overlapping occurrence may lie."""
        reach = timedelta()
        for timing in (self._master, *(self._instead[key] for key in self._ranges)):
            start, end = span(timing, self._window.zone)
            lasts = on_wall(end, self._zone) - on_wall(start, self._zone)
            moved = abs(on_wall(start, self._zone) - self._key_of(timing)) if timing.recurrence_id else timedelta()
            reach = max(reach, lasts + moved)
        for moment, length in self._master.rdates:
            if isinstance(length, timedelta):
                reach = max(reach, length)
            elif length is not None:
                reach = max(reach, on_wall(length, self._zone) - on_wall(moment, self._zone))
        return min(reach, _LONGEST) + timedelta(days=1)

    def _key_of(self, timing: VEventTimes) -> datetime:
        moment = timing.recurrence_id
        return self._key_or_day(moment) if moment is not None else self._start

    def _key_or_day(self, moment: Moment) -> datetime:
        """Return the local time; in a series of timed events, a date means that day's occurrence."""
        if self._whole or isinstance(moment, datetime):
            key = on_wall(moment, self._zone)
            return datetime.combine(key, time()) if self._whole else key
        return datetime.combine(moment, self._start.time())

    def _replacing(self, key: datetime) -> datetime | None:
        """Return the replacement of an occurrence: by its time, else by RECURRENCE-ID as written, in any zone."""
        return key if key in self._instead else self._written.get(key)

    def _left_out(self, master: VEventTimes) -> tuple[set[datetime], set[date]]:
        """Return what EXDATE excludes: times, converted or as written, and whole days."""
        exact: set[datetime] = set()
        days: set[date] = set()
        for moment in master.exdates:
            if isinstance(moment, datetime) and not self._whole:
                exact |= {on_wall(moment, self._zone), moment.replace(tzinfo=None)}
            else:
                days.add(moment.date() if isinstance(moment, datetime) else moment)
        return exact, days

    def _is_left_out(self, key: datetime) -> bool:
        return key in self._exact or key.date() in self._days

    def _is_stale(self, timing: VEventTimes) -> bool:
        """An exception that is older than its series and has its own rules is obsolete."""
        return (timing.repeats or bool(timing.exdates)) and timing.revision[0] < self._master.revision[0]
