"""The reminders that fire in a window (user: reminderView)."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

from carlendar_devtools.emulator.cloud import wire
from carlendar_devtools.emulator.cloud.call import GraphCall, Reply, bad_request
from carlendar_devtools.emulator.cloud.moments import asked_zone, checked_window, read_moment, zoned
from carlendar_devtools.emulator.cloud.odata import collection
from carlendar_devtools.emulator.cloud.schema import REMINDER
from carlendar_devtools.emulator.world import series
from carlendar_devtools.emulator.world.entry import EntryOccurrence
from carlendar_devtools.emulator.world.zones import zone

_ARGUMENT = re.compile(r"\s*(startDateTime|endDateTime)\s*=\s*'?([^',]*)'?\s*,?", re.IGNORECASE)
_LEAD = timedelta(days=14)


def view(call: GraphCall) -> Reply:
    """The reminders of the window, by the time at which they fire; without dismissed ones."""
    window = _window(call)
    shown = call.mailbox.between(window[0] - timedelta(days=1), window[1] + _LEAD)
    found = [(fires, each) for each in shown if (fires := fires_at(call, each)) and window[0] <= fires <= window[1]]
    found.sort(key=lambda pair: pair[0])
    items = [_reminder(call, fires, each) for fires, each in found]
    return collection(call, "Collection(microsoft.graph.reminder)", items, REMINDER, all_at_once=True)


def fires_at(call: GraphCall, occurrence: EntryOccurrence) -> datetime | None:
    """Return when the reminder fires; None if there is none or it was dismissed."""
    entry = occurrence.entry
    if entry.reminder is None or entry.dismissed:
        return None
    start = series.starts_at(entry.span, zone(call.mailbox.person.zone))
    return entry.snoozed_until or start - timedelta(minutes=entry.reminder)


def _window(call: GraphCall) -> tuple[datetime, datetime]:
    given = dict(call.query) | dict(_ARGUMENT.findall(call.keys.get("window") or ""))
    found = {name.casefold(): text for name, text in given.items()}
    if "startdatetime" not in found or "enddatetime" not in found:
        raise bad_request("The parameters StartDateTime and EndDateTime are required.")
    span = checked_window(
        read_moment(found["startdatetime"], "StartDateTime"), read_moment(found["enddatetime"], "EndDateTime")
    )
    return span.start, span.end


def _reminder(call: GraphCall, fires: datetime, occurrence: EntryOccurrence) -> dict[str, Any]:
    event, name = wire.event(call, occurrence), asked_zone(call)
    return {
        "eventId": event["id"],
        "eventStartTime": event["start"],
        "eventEndTime": event["end"],
        "changeKey": event["changeKey"],
        "eventSubject": event["subject"],
        "eventLocation": event["location"],
        "eventWebLink": event["webLink"],
        "reminderFireTime": zoned(fires, name),
    }
