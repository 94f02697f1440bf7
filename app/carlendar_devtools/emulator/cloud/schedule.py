"""Free/busy times (calendar: getSchedule), from primary calendars.

The owner sees titles and places; of others only their availability, as Exchange does by default.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from carlendar.domain.timespan import DateSpan
from carlendar_devtools.emulator.cloud.call import GraphCall, GraphError, Reply, bad_request
from carlendar_devtools.emulator.cloud.mailbox_settings import working_hours
from carlendar_devtools.emulator.cloud.moments import asked_zone, read_zoned, zoned
from carlendar_devtools.emulator.cloud.values import whole
from carlendar_devtools.emulator.world.entry import EntryOccurrence
from carlendar_devtools.emulator.world.mailbox import Mailbox
from carlendar_devtools.emulator.world.zones import zone

_LEAST, _MOST, _USUAL = 5, 1440, 30
"""Minutes of a slot of the availability view."""
_LONGEST = timedelta(days=62)
_MANY = 100
_RANK = {"free": 0, "workingElsewhere": 0, "unknown": 0, "tentative": 1, "busy": 2, "oof": 3}


def get_schedule(call: GraphCall) -> Reply:
    """Return one schedule for each address, in order; an error for an unknown address."""
    only_at_work(call)
    body = {name.casefold(): value for name, value in call.json_object().items()}
    addresses = body.get("schedules")
    if not isinstance(addresses, list) or not 0 < len(addresses) <= _MANY:
        raise bad_request("The property 'schedules' is required in the request.", "ErrorInvalidRequest")
    start, _ = read_zoned(body.get("starttime"), "startTime")
    end, _ = read_zoned(body.get("endtime"), "endTime")
    if end <= start:
        raise bad_request("The end time must be after the start time.", "ErrorInvalidRequest")
    minutes = whole(body.get("availabilityviewinterval"), _USUAL)
    if not _LEAST <= minutes <= _MOST:
        raise bad_request(
            f"The property 'availabilityViewInterval' must be from {_LEAST} to {_MOST}.", "ErrorInvalidRequest"
        )
    slot = timedelta(minutes=minutes)
    found = [_schedule(call, str(address), start, end, slot) for address in addresses]
    return Reply(
        body={
            "@odata.context": f"{call.root}/$metadata#Collection(microsoft.graph.scheduleInformation)",
            "value": found,
        }
    )


def only_at_work(call: GraphCall) -> None:
    """Raise GraphError for a personal account, which these calls do not support."""
    if call.personal:
        raise GraphError(403, "ErrorAccessDenied", "This operation is not supported for personal Microsoft accounts.")


def busy_between(mailbox: Mailbox, start: datetime, end: datetime) -> list[EntryOccurrence]:
    """Return the primary calendar's entries between two times."""
    return mailbox.between(start, end, mailbox.default_book.key)


def times_of(mailbox: Mailbox, shown: EntryOccurrence) -> tuple[datetime, datetime]:
    """Start and end as moments; whole days are read in the owner's zone."""
    span = shown.entry.span
    moments = span.in_zone(zone(mailbox.person.zone)) if isinstance(span, DateSpan) else span
    return moments.start.astimezone(UTC), moments.end.astimezone(UTC)


def status_at(mailbox: Mailbox, shown: list[EntryOccurrence], start: datetime, end: datetime) -> str:
    """Return the strongest status within a slot; `free` if there is none."""
    found = "free"
    for each in shown:
        begins, ends = times_of(mailbox, each)
        if begins < end and ends > start and _RANK[each.entry.show_as] > _RANK[found]:
            found = each.entry.show_as
    return found


def _schedule(call: GraphCall, address: str, start: datetime, end: datetime, slot: timedelta) -> dict[str, Any]:
    if end - start > _LONGEST:
        text = "The requested time duration specified for FreeBusyViewOptions.TimeWindow is too long. The allowed limit"
        return _failed(address, f"{text} = 62 days; the actual limit = {(end - start).days} days.", "5006")
    mailbox = call.world.mailboxes.get(address.strip().casefold())
    if mailbox is None:
        text = "Microsoft.Exchange.InfoWorker.Common.Availability.MailRecipientNotFoundException: Unable to resolve"
        return _failed(address, f"{text} e-mail address {address} to an Active Directory object.", "5009")
    shown = busy_between(mailbox, start, end)
    view, at = "", start
    while at < end:
        view += str(_RANK[status_at(mailbox, shown, at, min(at + slot, end))])
        at += slot
    return {
        "scheduleId": address,
        "availabilityView": view,
        "scheduleItems": [_item(call, mailbox, each) for each in shown],
        "workingHours": working_hours(mailbox),
    }


def _item(call: GraphCall, mailbox: Mailbox, shown: EntryOccurrence) -> dict[str, Any]:
    name, (start, end) = asked_zone(call), times_of(mailbox, shown)
    item: dict[str, Any] = {"status": shown.entry.show_as, "start": zoned(start, name), "end": zoned(end, name)}
    if mailbox.person.address != call.mailbox.person.address:
        return item
    private = shown.entry.sensitivity in ("private", "confidential")
    place = shown.entry.spots[0].name if shown.entry.spots else ""
    return {"isPrivate": private, **item, "subject": shown.entry.title, "location": place}


def _failed(address: str, message: str, code: str) -> dict[str, Any]:
    return {
        "scheduleId": address,
        "availabilityView": "",
        "scheduleItems": [],
        "error": {"message": message, "responseCode": code},
    }
