"""Suggestions of times for a meeting (user: findMeetingTimes).

Confidence as documented: a free attendee counts 100 %, one with an unknown calendar 49 %, a busy one 0 %.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from carlendar_devtools.emulator.cloud.call import GraphCall, Reply, bad_request
from carlendar_devtools.emulator.cloud.incoming import contact_of
from carlendar_devtools.emulator.cloud.moments import asked_zone, read_zoned, zoned
from carlendar_devtools.emulator.cloud.schedule import busy_between, only_at_work, status_at
from carlendar_devtools.emulator.cloud.values import duration, flag, number, whole
from carlendar_devtools.emulator.world.mailbox import Mailbox
from carlendar_devtools.emulator.world.zones import zone

_DOMAINS = ("work", "personal", "unrestricted", "unknown")
_USUAL_LENGTH = timedelta(minutes=30)
_USUAL_WINDOW = timedelta(days=7)
_STEP = timedelta(minutes=30)
_CANDIDATES = 20
_FARTHEST = timedelta(days=62)
_CHANCE = {"free": 100.0, "workingElsewhere": 100.0, "tentative": 0.0, "busy": 0.0, "oof": 0.0, "unknown": 49.0}
_REASON = "Suggested because it is one of the nearest times when all attendees are available."


@dataclass(frozen=True, slots=True)
class _Asked:
    """A validated request."""

    attendees: tuple[tuple[str, str], ...]
    """Address and type of an attendee."""
    windows: tuple[tuple[datetime, datetime], ...]
    length: timedelta
    domain: str
    least: float
    optional: bool
    candidates: int
    reasons: bool
    locations: list[Any]


def find_meeting_times(call: GraphCall) -> Reply:
    """Return suggestions by confidence, then by time; the reason if there is none."""
    only_at_work(call)
    asked = _read(call)
    found = []
    for start in _slots(call.mailbox, asked):
        suggestion = _suggestion(call, asked, start)
        if suggestion is not None:
            found.append(suggestion)
    found.sort(key=lambda each: -each["confidence"])
    found = [{**each, "order": order} for order, each in enumerate(found[: asked.candidates], 1)]
    unknown = any(address.casefold() not in call.world.mailboxes for address, _ in asked.attendees)
    reason = ""
    if not found:
        reason = "attendeesUnavailableOrUnknown" if unknown else "attendeesUnavailable"
        if not asked.attendees and not asked.optional:
            reason = "organizerUnavailable"
    return Reply(
        body={
            "@odata.context": f"{call.root}/$metadata#microsoft.graph.meetingTimeSuggestionsResult",
            "emptySuggestionsReason": reason,
            "meetingTimeSuggestions": found,
        }
    )


def _read(call: GraphCall) -> _Asked:
    body: dict[str, Any] = {}
    if call.body is not None:
        body = {name.casefold(): value for name, value in call.json_object().items()}
    constraint = {name.casefold(): value for name, value in (body.get("timeconstraint") or {}).items()}
    domain = str(constraint.get("activitydomain") or "work").casefold()
    if domain not in _DOMAINS:
        raise bad_request(f"Requested value '{domain}' was not found.", "RequestBodyRead")
    length = duration(body.get("meetingduration"), _USUAL_LENGTH)
    if not timedelta() < length <= timedelta(days=1):
        raise bad_request("The meeting duration is not valid.", "ErrorInvalidArgument")
    least = number(body.get("minimumattendeepercentage"), 50.0)
    if not 0 <= least <= 100:
        raise bad_request("The minimum attendee percentage lies between 0 and 100.", "ErrorInvalidArgument")
    candidates = whole(body.get("maxcandidates"), _CANDIDATES)
    places = {name.casefold(): value for name, value in (body.get("locationconstraint") or {}).items()}
    return _Asked(
        attendees=tuple(
            (contact_of(each).address, str(each.get("type") or "required").casefold())
            for each in body.get("attendees") or ()
        ),
        windows=tuple(_window(each) for each in constraint.get("timeslots") or ()) or _coming(call.mailbox),
        length=length,
        domain=domain,
        least=least,
        optional=flag(body.get("isorganizeroptional"), False),
        candidates=candidates if candidates > 0 else _CANDIDATES,
        reasons=flag(body.get("returnsuggestionreasons"), False),
        locations=[{"displayName": str(each.get("displayName") or "")} for each in places.get("locations") or ()],
    )


def _window(slot: Any) -> tuple[datetime, datetime]:
    parts = {name.casefold(): value for name, value in slot.items()}
    start, _ = read_zoned(parts.get("start"), "start")
    end, _ = read_zoned(parts.get("end"), "end")
    if end <= start or end - start > _FARTHEST:
        raise bad_request("The time slot is not valid.", "ErrorInvalidArgument")
    return start, end


def _coming(mailbox: Mailbox) -> tuple[tuple[datetime, datetime], ...]:
    """Return the next days from the next half hour, if no time slot was given."""
    now = mailbox.now()
    start = now.replace(minute=now.minute // 30 * 30, second=0, microsecond=0) + _STEP
    return ((start, start + _USUAL_WINDOW),)


def _slots(mailbox: Mailbox, asked: _Asked) -> Iterator[datetime]:
    for start, end in asked.windows:
        at = start
        while at + asked.length <= end:
            if asked.domain == "unrestricted" or _is_working_time(mailbox, asked, at):
                yield at
            at += _STEP


def _is_working_time(mailbox: Mailbox, asked: _Asked, start: datetime) -> bool:
    """Whether it lies within the owner's working hours; for a personal activity, on other days too."""
    person = mailbox.person
    local = start.astimezone(zone(person.zone))
    end = (start + asked.length).astimezone(zone(person.zone))
    opens, closes = time.fromisoformat(person.work_start), time.fromisoformat(person.work_end)
    in_days = asked.domain == "personal" or local.strftime("%A").casefold() in person.work_days
    return in_days and local.date() == end.date() and opens <= local.time() and end.time() <= closes


def _suggestion(call: GraphCall, asked: _Asked, start: datetime) -> dict[str, Any] | None:
    end = start + asked.length
    own = _availability(call.mailbox, start, end)
    if not asked.optional and own in ("busy", "oof"):
        return None
    people = call.world.mailboxes
    states = [
        (address, kind, _availability(people[address.casefold()], start, end) if address.casefold() in people else "")
        for address, kind in asked.attendees
    ]
    chances = [_CHANCE[state or "unknown"] for _, _, state in states] or [100.0]
    confidence = sum(chances) / len(chances)
    if confidence < asked.least:
        return None
    name = asked_zone(call)
    reason = {"suggestionReason": _REASON} if asked.reasons else {}
    return {
        "confidence": confidence,
        "order": 0,
        "organizerAvailability": own,
        **reason,
        "attendeeAvailability": [
            {"availability": state or "unknown", "attendee": {"type": kind, "emailAddress": {"address": address}}}
            for address, kind, state in states
        ],
        "locations": asked.locations,
        "meetingTimeSlot": {"start": zoned(start, name), "end": zoned(end, name)},
    }


def _availability(mailbox: Mailbox, start: datetime, end: datetime) -> str:
    return status_at(mailbox, busy_between(mailbox, start, end), start, end)
