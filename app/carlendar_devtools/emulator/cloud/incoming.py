"""Events as clients send them: a body of POST or PATCH turned into fields of an `Entry`.

Unknown and read-only properties are ignored, as Graph does; wrong types and unknown enumeration values are refused.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import UTC, date, datetime, time
from typing import Any

from carlendar.domain.timespan import DateSpan, Timespan
from carlendar_devtools.emulator.cloud.call import GraphCall, bad_request
from carlendar_devtools.emulator.cloud.moments import read_zoned
from carlendar_devtools.emulator.cloud.values import flag, whole
from carlendar_devtools.emulator.world.entry import Attendee, Contact, Entry, RegisteredMeeting, Spot
from carlendar_devtools.emulator.world.invitation_parts import InvitationRequest
from carlendar_devtools.emulator.world.pattern import DAYS, INDEXES, KINDS, Recurrence
from carlendar_devtools.emulator.world.teams_invitations import teams

_SHOW_AS = ("unknown", "free", "tentative", "busy", "oof", "workingElsewhere")
_SENSITIVITY = ("normal", "personal", "private", "confidential")
_IMPORTANCE = ("low", "normal", "high")
_KINDS = ("required", "optional", "resource")


def fields(call: GraphCall, before: Entry | None) -> dict[str, Any]:
    """Return the fields of `Entry` that a body sets. Raises GraphError."""
    body = call.json_object()
    found: dict[str, Any] = {}
    for name, read in _READERS.items():
        if name in body:
            found |= read(body[name])
    found |= _times(body, before)
    if body.get("recurrence") is not None:
        found["recurrence"] = _recurrence(body["recurrence"])
    elif "recurrence" in body:
        found["recurrence"] = None
    found |= _reminder(body, before) | _online(call, body, before)
    return found


def _text(field: str) -> Callable[[Any], dict[str, Any]]:
    def read(value: Any) -> dict[str, Any]:
        if value is not None and not isinstance(value, str):
            raise bad_request(f"The property '{field}' must be a string.", "BadRequest")
        return {field: value or ""}

    return read


def _word(field: str, words: tuple[str, ...]) -> Callable[[Any], dict[str, Any]]:
    def read(value: Any) -> dict[str, Any]:
        known = {word.casefold(): word for word in words}
        if not isinstance(value, str) or value.casefold() not in known:
            raise bad_request(f"Requested value '{value}' was not found.", "BadRequest")
        return {field: known[value.casefold()]}

    return read


def _flag(field: str, default: bool) -> Callable[[Any], dict[str, Any]]:
    def read(value: Any) -> dict[str, Any]:
        return {field: flag(value, default)}

    return read


def _marks(value: Any) -> dict[str, Any]:
    return {"marks": tuple((str(each["id"]), str(each["value"])) for each in value or ())}


def _body(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise bad_request("The property 'body' must be an itemBody.", "BadRequest")
    kind = str(value.get("contentType", "text")).casefold()
    if kind not in ("text", "html"):
        raise bad_request(f"Requested value '{kind}' was not found.", "BadRequest")
    return {"body": str(value.get("content") or ""), "body_type": kind}


def _categories(value: Any) -> dict[str, Any]:
    return {"categories": tuple(str(each) for each in value or ())}


def _attendees(value: Any) -> dict[str, Any]:
    return {"attendees": tuple(_attendee(each) for each in value or ())}


def _attendee(value: Any) -> Attendee:
    contact = contact_of(value)
    kind = str(value.get("type") or "required").casefold()
    return Attendee(contact, kind if kind in _KINDS else "required")


def contact_of(value: Any) -> Contact:
    """The emailAddress of a recipient or attendee. Raises GraphError if there is none."""
    address = value.get("emailAddress") if isinstance(value, dict) else None
    if not isinstance(address, dict) or not str(address.get("address") or "").strip():
        raise bad_request("At least one recipient isn't valid.", "ErrorInvalidRecipients")
    return Contact(str(address.get("name") or address["address"]), str(address["address"]))


def _location(value: Any) -> dict[str, Any]:
    return {"spots": (_spot(value),) if isinstance(value, dict) and value.get("displayName") else ()}


def _locations(value: Any) -> dict[str, Any]:
    return {"spots": tuple(_spot(each) for each in value or () if isinstance(each, dict))}


def _spot(value: dict[str, Any]) -> Spot:
    coordinates = value.get("coordinates") or {}
    return Spot(
        name=str(value.get("displayName") or ""),
        kind=str(value.get("locationType") or "default"),
        address={key: str(each) for key, each in (value.get("address") or {}).items() if each and key != "type"},
        latitude=coordinates.get("latitude"),
        longitude=coordinates.get("longitude"),
        email=str(value.get("locationEmailAddress") or ""),
        uri=str(value.get("locationUri") or ""),
    )


_READERS: dict[str, Callable[[Any], dict[str, Any]]] = {
    "subject": _text("title"),
    "body": _body,
    "showAs": _word("show_as", _SHOW_AS),
    "sensitivity": _word("sensitivity", _SENSITIVITY),
    "importance": _word("importance", _IMPORTANCE),
    "responseRequested": _flag("response_requested", True),
    "allowNewTimeProposals": _flag("allow_proposals", True),
    "hideAttendees": _flag("hide_attendees", False),
    "isDraft": _flag("draft", False),
    "categories": _categories,
    "attendees": _attendees,
    "location": _location,
    "locations": _locations,
    "singleValueExtendedProperties": _marks,
}


def _times(body: dict[str, Any], before: Entry | None) -> dict[str, Any]:
    if before is not None and not {"start", "end", "isAllDay"} & body.keys():
        return {}
    all_day = flag(body.get("isAllDay"), before.all_day if before else False)
    start, name = _end_of(body, "start", before)
    end, _ = _end_of(body, "end", before)
    if all_day:
        if any(moment.time() != time() for moment in (start, end)):
            raise bad_request(
                "The Event.Start property for an all-day event needs to be set to midnight.", "ErrorInvalidRequest"
            )
        if end.date() <= start.date():
            raise bad_request(
                "The duration of an event marked as All day must be at least 24 hours.", "ErrorInvalidRequest"
            )
        return {"span": DateSpan(start.date(), end.date()), "zone_name": name}
    if end < start:
        raise bad_request("EndDate is earlier than StartDate", "ErrorPropertyValidationFailure")
    return {"span": Timespan(start, end.astimezone(start.tzinfo)), "zone_name": name}


def _end_of(body: dict[str, Any], which: str, before: Entry | None) -> tuple[datetime, str]:
    if which in body or before is None:
        return read_zoned(body.get(which), which)
    value = before.span.start if which == "start" else before.span.end
    moment = value if isinstance(value, datetime) else datetime.combine(value, time(), UTC)
    return moment, before.zone_name


def _reminder(body: dict[str, Any], before: Entry | None) -> dict[str, Any]:
    if "isReminderOn" not in body and "reminderMinutesBeforeStart" not in body:
        return {}
    usual = before.reminder if before and before.reminder is not None else 15
    minutes = whole(body.get("reminderMinutesBeforeStart"), usual)
    was_on = before is None or before.reminder is not None
    return {"reminder": minutes if flag(body.get("isReminderOn"), was_on) else None}


def _online(call: GraphCall, body: dict[str, Any], before: Entry | None) -> dict[str, Any]:
    """Online meetings exist for work accounts only; a personal account's request is ignored silently."""
    if not flag(body.get("isOnlineMeeting"), False) or call.personal or (before and before.room):
        return {}
    made = teams(
        InvitationRequest(secrets.token_hex(8), "", "+49 69 90009 100", f"{secrets.randbelow(900000000) + 100000000}")
    )
    room: RegisteredMeeting | None = made.room
    return {"room": room}


def _recurrence(value: Any) -> Recurrence:
    try:
        pattern, bounds = value["pattern"], value["range"]
        kind = next(each for each in KINDS if each.casefold() == str(pattern["type"]).casefold())
        return Recurrence(
            kind=kind,
            start=date.fromisoformat(bounds["startDate"]),
            interval=int(pattern.get("interval") or 1),
            days=tuple(str(day).casefold() for day in pattern.get("daysOfWeek") or ())
            if not kind.startswith("abs")
            else (),
            day_of_month=int(pattern.get("dayOfMonth") or 0),
            month=int(pattern.get("month") or 0),
            index=str(pattern.get("index") or next(iter(INDEXES))),
            first_day=str(pattern.get("firstDayOfWeek") or DAYS[6]).casefold(),
            until=date.fromisoformat(bounds["endDate"]) if str(bounds["type"]).casefold() == "enddate" else None,
            count=int(bounds["numberOfOccurrences"]) if str(bounds["type"]).casefold() == "numbered" else 0,
        )
    except (KeyError, TypeError, ValueError, StopIteration) as err:
        raise bad_request("The recurrence pattern is not valid.", "ErrorInvalidRecurrence") from err
