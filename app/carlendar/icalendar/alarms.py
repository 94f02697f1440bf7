"""The reminder of an event, from the triggers of its alarms (RFC 5545, sections 3.6.6 and 3.8.6.3)."""

from __future__ import annotations

from datetime import datetime, timedelta

from carlendar.domain.reminders import LONGEST
from carlendar.icalendar.components import NO_ALARM
from carlendar.icalendar.content_lines import Property
from carlendar.icalendar.spans import span, utc
from carlendar.icalendar.vevent_times import VEventTimes, parsed_duration, parsed_moment

_MINUTE = timedelta(minutes=1)


def reminder(timing: VEventTimes) -> tuple[int | None, bool]:
    """Minutes before the start, None where no alarm says it; and whether the reminder was switched off.

    Of several alarms the earliest that is no more than `LONGEST` ahead counts, else the latest. One after the start
    counts as one at the start. Switched off is what has alarms with ACTION:NONE alone, as Apple's and Google's
    calendars write it: an event without alarms may remind by a default.
    """
    alarms = list(timing.properties.all(b"VALARM"))
    ahead = [minutes for alarm in alarms if (minutes := _minutes_ahead(alarm, timing)) is not None]
    if not ahead:
        return None, bool(alarms) and all(alarm.value.strip() == NO_ALARM for alarm in alarms)
    near = [minutes for minutes in ahead if minutes <= LONGEST]
    return max(near) if near else min(ahead), False


def _minutes_ahead(alarm: Property, timing: VEventTimes) -> int | None:
    """Before the event's start; None for a trigger that makes no sense, or names one moment for a whole series."""
    text = alarm.value.strip()
    start, end = span(timing, timing.setting.local)
    if not isinstance(start, datetime) or not isinstance(end, datetime):
        return None
    relative, moment = parsed_duration(text), parsed_moment(text)
    if relative is not None:
        late = utc(end) - utc(start) if alarm.parameter("RELATED").upper() == "END" else timedelta()
        return max(0, -(relative + late) // _MINUTE)
    if isinstance(moment, datetime) and moment.tzinfo is not None and not timing.repeats:
        return max(0, (utc(start) - utc(moment)) // _MINUTE)
    return None
