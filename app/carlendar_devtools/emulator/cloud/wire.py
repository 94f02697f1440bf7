"""Writes events as Graph v1.0 does: every property of the resource, in the requested zone."""

from __future__ import annotations

import base64
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import quote

from carlendar.domain.timespan import DateSpan
from carlendar_devtools.emulator.cloud.call import GraphCall
from carlendar_devtools.emulator.cloud.moments import asked_zone, offset_time, zoned
from carlendar_devtools.emulator.cloud.plaintext import to_text
from carlendar_devtools.emulator.world import identifiers
from carlendar_devtools.emulator.world.entry import Attendee, Contact, Entry, EntryOccurrence, Spot
from carlendar_devtools.emulator.world.pattern import Recurrence
from carlendar_devtools.emulator.world.zones import windows_name

PREVIEW = 255
_WEB = "https://outlook.office365.com/owa/"
HIDDEN_WITHOUT_DETAILS = ("body", "bodyPreview")
STUB = ("@odata.type", "@odata.etag", "id", "seriesMasterId", "type", "start", "end")
"""Properties that delta returns for a regular occurrence."""


def event(call: GraphCall, occurrence: EntryOccurrence) -> dict[str, Any]:
    """Return one event as the caller sees it."""
    entry, name = occurrence.entry, asked_zone(call)
    found = _who_and_when(call, occurrence, name) | _what(entry) | _people(entry) | _online(entry)
    found["body"], found["bodyPreview"] = _body(call, entry)
    book = call.mailbox.book(entry.calendar)
    if entry.sensitivity in ("private", "confidential") and not book.can_view_private:
        found |= {"subject": "Private appointment", "body": {"contentType": "html", "content": ""}, "bodyPreview": ""}
        found |= {"attendees": [], "location": _spot(Spot("")), "locations": [], "onlineMeeting": None}
    if not call.details:
        for hidden in HIDDEN_WITHOUT_DETAILS:
            del found[hidden]
    return found


def event_id(call: GraphCall, entry: Entry, original: date | None = None) -> str:
    """Return the identifier in the format that the call prefers."""
    return identifiers.encode(entry.key, original, calendar=entry.calendar, immutable=call.preferences.immutable_ids)


def change_key(entry: Entry) -> str:
    """Return a value that changes with every change of the entry."""
    return base64.b64encode(bytes.fromhex(entry.key) + entry.revision.to_bytes(6, "big")).decode()


def etag(entry: Entry) -> str:
    """Return the entity tag for the change key."""
    return f'W/"{change_key(entry)}"'


def _who_and_when(call: GraphCall, occurrence: EntryOccurrence, name: str) -> dict[str, Any]:
    entry, master = occurrence.entry, occurrence.master
    identifier = event_id(call, master or entry, occurrence.original)
    moved = master.on(occurrence.original) if master and occurrence.original else None
    return {
        "@odata.etag": etag(entry),
        "id": identifier,
        "createdDateTime": offset_time(entry.created),
        "lastModifiedDateTime": offset_time(entry.modified),
        "changeKey": change_key(entry),
        "categories": list(entry.categories),
        "transactionId": entry.transaction_id,
        "originalStartTimeZone": windows_name(entry.zone_name),
        "originalEndTimeZone": windows_name(entry.zone_name),
        "originalStart": offset_time(_moment(moved.start)) if moved else None,
        "iCalUId": (master or entry).ical_uid,
        "type": occurrence.kind,
        "seriesMasterId": event_id(call, master) if master else None,
        "start": zoned(entry.span.start, name),
        "end": zoned(entry.span.end, name),
        "isAllDay": isinstance(entry.span, DateSpan),
        "recurrence": _recurrence(entry.recurrence, entry) if occurrence.kind == "seriesMaster" else None,
        "webLink": f"{_WEB}?itemid={quote(identifier, safe='')}&exvsurl=1&path=/calendar/item",
    }


def _what(entry: Entry) -> dict[str, Any]:
    return {
        "subject": entry.title,
        "importance": entry.importance,
        "sensitivity": entry.sensitivity,
        "showAs": entry.show_as,
        "isCancelled": entry.cancelled,
        "isDraft": entry.draft,
        "isReminderOn": entry.reminder is not None,
        "reminderMinutesBeforeStart": 15 if entry.reminder is None else entry.reminder,
        "hasAttachments": False,
        "hideAttendees": entry.hide_attendees,
        "responseRequested": entry.response_requested,
        "allowNewTimeProposals": entry.allow_proposals,
        "location": _spot(_first_spot(entry)),
        "locations": [_spot(each) for each in entry.spots],
    }


def _people(entry: Entry) -> dict[str, Any]:
    return {
        "isOrganizer": entry.is_organizer,
        "organizer": {"emailAddress": _contact(entry.organizer)},
        "attendees": [_attendee(each) for each in entry.attendees],
        "responseStatus": {"response": entry.response, "time": offset_time(entry.replied)},
    }


def _online(entry: Entry) -> dict[str, Any]:
    room = entry.room
    if room is None:
        return {
            "isOnlineMeeting": False,
            "onlineMeetingProvider": "unknown",
            "onlineMeeting": None,
            "onlineMeetingUrl": None,
        }
    info: dict[str, Any] = {"joinUrl": room.join_url}
    if room.conference_id:
        info |= {"conferenceId": room.conference_id, "tollNumber": room.toll_number}
    if room.toll_free_numbers:
        info["tollFreeNumbers"] = list(room.toll_free_numbers)
    return {
        "isOnlineMeeting": True,
        "onlineMeetingProvider": room.provider,
        "onlineMeeting": info,
        "onlineMeetingUrl": None,
    }


def _body(call: GraphCall, entry: Entry) -> tuple[dict[str, str], str]:
    text = to_text(entry.body) if entry.body_type == "html" else entry.body
    if call.preferences.text_bodies or entry.body_type == "text":
        return {"contentType": "text", "content": text}, text[:PREVIEW]
    return {"contentType": "html", "content": entry.body}, text[:PREVIEW]


def _first_spot(entry: Entry) -> Spot:
    if len(entry.spots) < 2:
        return entry.spots[0] if entry.spots else Spot("")
    return Spot("; ".join(each.name for each in entry.spots), entry.spots[0].kind)


def _spot(spot: Spot) -> dict[str, Any]:
    found: dict[str, Any] = {"displayName": spot.name, "locationType": spot.kind}
    found |= {"uniqueId": spot.name, "uniqueIdType": "private"} if spot.name else {"uniqueIdType": "unknown"}
    if spot.kind == "conferenceRoom" and spot.email:
        found |= {"locationEmailAddress": spot.email, "uniqueId": spot.email, "uniqueIdType": "directory"}
    if spot.uri:
        found["locationUri"] = spot.uri
    found["address"] = dict(spot.address)
    known = spot.latitude is not None and spot.longitude is not None
    found["coordinates"] = {"latitude": spot.latitude, "longitude": spot.longitude} if known else {}
    return found


def _contact(contact: Contact) -> dict[str, str]:
    return {"name": contact.name, "address": contact.address}


def _attendee(attendee: Attendee) -> dict[str, Any]:
    status = {"response": attendee.response, "time": offset_time(attendee.replied)}
    return {"type": attendee.kind, "status": status, "emailAddress": _contact(attendee.contact)}


def _recurrence(rule: Recurrence | None, entry: Entry) -> dict[str, Any] | None:
    if rule is None:
        return None
    kind = "noEnd" if not rule.until and not rule.count else "numbered" if rule.count else "endDate"
    pattern: dict[str, Any] = {
        "type": rule.kind,
        "interval": rule.interval,
        "month": rule.month,
        "dayOfMonth": rule.day_of_month,
        "firstDayOfWeek": rule.first_day,
        "index": rule.index,
    }
    if rule.days:
        pattern["daysOfWeek"] = list(rule.days)
    return {
        "pattern": pattern,
        "range": {
            "type": kind,
            "startDate": rule.start.isoformat(),
            "endDate": rule.until.isoformat() if rule.until and not rule.count else "0001-01-01",
            "recurrenceTimeZone": windows_name(entry.zone_name),
            "numberOfOccurrences": rule.count,
        },
    }


def _moment(value: datetime | date) -> datetime:
    return value if isinstance(value, datetime) else datetime(value.year, value.month, value.day, tzinfo=UTC)
