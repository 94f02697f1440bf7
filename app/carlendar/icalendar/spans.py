"""The duration of an event, and its times as local times of a zone.

Nothing here fails near the first or last year: results are clamped.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, tzinfo

from carlendar.icalendar.vevent_times import Moment, VEventTimes

EARLIEST, LATEST = datetime(1, 1, 1), datetime(9999, 12, 31, 23, 59, 59)  # noqa: DTZ001 - of any wall


def span(timing: VEventTimes, zone: tzinfo) -> tuple[Moment, Moment]:
    """Return start and end of the event, floating times in its owner's zone, else `zone`.

    Raises ValueError if it has no start.
    """
    if timing.start is None:
        raise ValueError("an event without a start")
    if not isinstance(timing.start, datetime):
        return timing.start, end_of(timing.start, timing, zone)
    start = timing.start if timing.start.tzinfo else timing.start.replace(tzinfo=zone_of(timing, zone))
    if isinstance(timing.end, datetime):
        owner = timing.setting.owner or zone
        end = (
            timing.end
            if timing.end.tzinfo
            else timing.end.replace(tzinfo=start.tzinfo if timing.start.tzinfo else owner)
        )
        return start, end if utc(end) > utc(start) else start
    return start, end_of(start, timing, zone)


def end_of(start: Moment, timing: VEventTimes, zone: tzinfo) -> Moment:
    """Return the end of an occurrence of `timing` that starts at `start`: the same duration in local time."""
    if timing.end is None or timing.start is None:
        if timing.duration is None:
            return start if isinstance(start, datetime) else _days(start, 1)
        return end_after(start, timing.duration, zone)
    if not isinstance(start, datetime):
        return _days(start, (_last_day(timing.end) - _date(timing.start)).days)
    if not isinstance(timing.start, datetime):
        return start
    if not isinstance(timing.end, datetime):
        begins = on_wall(timing.start, start.tzinfo or zone)
        return max(start, plus(start, datetime.combine(timing.end, time()) - begins))
    one, other = timing.start, timing.end
    if one.tzinfo is None or other.tzinfo is None:
        lasts = other.replace(tzinfo=None) - one.replace(tzinfo=None)
    else:
        lasts = wall(other, one.tzinfo) - one.replace(tzinfo=None)
    return max(start, plus(start, lasts))


def end_after(start: Moment, length: Moment | timedelta, zone: tzinfo) -> Moment:
    """Return the end after a duration, or of a period."""
    if not isinstance(length, timedelta):
        if isinstance(start, datetime):
            end = aware(length, start.tzinfo or zone)
            return end if utc(end) > utc(start) else start
        return max(_date(length), _days(start, 1))
    if length <= timedelta():
        return start if isinstance(start, datetime) else _days(start, 1)
    if not isinstance(start, datetime):
        return _days(start, length.days)
    whole, rest = timedelta(days=length.days), length - timedelta(days=length.days)
    later = plus(start, whole)
    try:
        return (utc(later) + rest).astimezone(start.tzinfo) if rest else later
    except OverflowError:
        return later


def zone_of(timing: VEventTimes, zone: tzinfo) -> tzinfo:
    """Return the zone in which an event repeats: its own, or its owner's if it floats or is in UTC (X-WR-TIMEZONE)."""
    start, owner = timing.start, timing.setting.owner
    if not isinstance(start, datetime) or start.tzinfo is None:
        return owner or zone
    if owner is not None and str(start.tzinfo) == "UTC":
        return owner
    return start.tzinfo


def on_wall(moment: Moment | None, zone: tzinfo) -> datetime:
    """Return a time as naive local time of `zone`; a date as its midnight."""
    if isinstance(moment, datetime):
        return wall(moment, zone) if moment.tzinfo is not None else moment
    return datetime.combine(moment or date.min, time())


def wall(moment: datetime, zone: tzinfo) -> datetime:
    try:
        return moment.astimezone(zone).replace(tzinfo=None, fold=0)
    except (OverflowError, ValueError):
        return moment.replace(tzinfo=None)


def utc(moment: datetime) -> datetime:
    """Return an aware datetime in UTC."""
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        return moment.replace(tzinfo=UTC)


def aware(moment: Moment, zone: tzinfo) -> datetime:
    if not isinstance(moment, datetime):
        return datetime.combine(moment, time(), zone)
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=zone)


def plus(moment: datetime, length: timedelta) -> datetime:
    try:
        return moment + length
    except OverflowError:
        return (LATEST if length > timedelta() else EARLIEST).replace(tzinfo=moment.tzinfo)


def _days(day: date, count: int) -> date:
    try:
        return day + timedelta(days=max(1, count))
    except OverflowError:
        return date.max


def _last_day(end: Moment) -> date:
    """Return the exclusive last day of an all-day event; if it ends at a time of day, that day is included."""
    if isinstance(end, datetime) and end.time() > time():
        return _days(end.date(), 1)
    return _date(end)


def _date(moment: Moment) -> date:
    return moment.date() if isinstance(moment, datetime) else moment
