"""Mailbox settings of a person: read and change. Zone, language and working hours take effect."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import time
from typing import Any

from carlendar_devtools.emulator.cloud.call import GraphCall, GraphError, Reply, bad_request
from carlendar_devtools.emulator.cloud.moments import read_zoned
from carlendar_devtools.emulator.cloud.odata import selected
from carlendar_devtools.emulator.cloud.schema import SETTINGS
from carlendar_devtools.emulator.cloud.values import unreadable
from carlendar_devtools.emulator.world.mailbox import Mailbox
from carlendar_devtools.emulator.world.zones import UnknownZoneError, iana_name, windows_name

_DAYS = ("sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday")
_TIME = re.compile(r"(\d\d:\d\d)(?::\d\d(?:\.\d{1,7})?)?")
_LOCALE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_STATUS = ("disabled", "alwaysEnabled", "scheduled")
_AUDIENCE = ("none", "contactsOnly", "all")
_DELEGATES = ("sendToDelegateAndInformationToPrincipal", "sendToDelegateAndPrincipal", "sendToDelegateOnly")
_CHANGEABLE = {
    name.casefold(): name
    for name in (
        "automaticRepliesSetting", "dateFormat", "delegateMeetingMessageDeliveryOptions", "language", "timeFormat",
        "timeZone", "workingHours",
    )
}  # fmt: skip


def read(call: GraphCall) -> Reply:
    """All settings."""
    return Reply(body={"@odata.context": _context(call), **selected(call, settings(call.mailbox), SETTINGS)})


def read_one(call: GraphCall) -> Reply:
    """One of these settings, such as `/me/mailboxSettings/timeZone`."""
    found, name = settings(call.mailbox), call.keys["setting"]
    key = next((each for each in found if each.casefold() == name.casefold()), None)
    if key is None:
        raise GraphError(400, "BadRequest", f"Resource not found for the segment '{name}'.")
    if isinstance(found[key], dict):
        return Reply(body={"@odata.context": f"{_context(call)}/{key}", **found[key]})
    return Reply(body={"@odata.context": f"{_context(call)}/{key}", "value": found[key]})


def update(call: GraphCall) -> Reply:
    """Change some of them (user: update mailboxSettings); reply with the changes."""
    body = call.json_object()
    given = {_CHANGEABLE.get(name.casefold(), ""): value for name, value in body.items() if not name.startswith("@")}
    if "" in given:
        raise bad_request("The request names a setting that is unknown or cannot be changed.", "BadRequest")
    mailbox = call.mailbox
    before = mailbox.person, dict(mailbox.settings)
    try:
        for name, value in given.items():
            _CHANGE[name](mailbox, value)
    except GraphError:
        mailbox.person, mailbox.settings = before
        raise
    changed = settings(mailbox)
    return Reply(body={"@odata.context": _context(call), **{name: changed[name] for name in given}})


def settings(mailbox: Mailbox) -> dict[str, Any]:
    """The settings as Graph writes them."""
    person = mailbox.person
    return {
        "archiveFolder": None,
        "timeZone": mailbox.settings.get("timeZone", windows_name(person.zone)),
        "delegateMeetingMessageDeliveryOptions": "sendToDelegateOnly",
        "dateFormat": "dd.MM.yyyy" if person.language.startswith("de") else "dd/MM/yyyy",
        "timeFormat": "HH:mm",
        "userPurpose": "user",
        "automaticRepliesSetting": {"status": "disabled", "externalAudience": "none"},
        "language": {"locale": person.language, "displayName": person.language},
        **{name: value for name, value in mailbox.settings.items() if name not in ("timeZone", "workingHours")},
        "workingHours": working_hours(mailbox),
    }


def working_hours(mailbox: Mailbox) -> dict[str, Any]:
    """Return the person's working hours."""
    person = mailbox.person
    start, end = (f"{clock}:00.0000000" for clock in (person.work_start, person.work_end))
    return {
        "daysOfWeek": list(person.work_days),
        "startTime": start,
        "endTime": end,
        "timeZone": mailbox.settings.get("workingHours") or {"name": windows_name(person.zone)},
    }


def _context(call: GraphCall) -> str:
    return f"{call.root}/$metadata#users('{call.mailbox.person.key}')/mailboxSettings"


def _change_zone(mailbox: Mailbox, value: Any) -> None:
    name = _text(value)
    mailbox.person = replace(mailbox.person, zone=_zone(name))
    mailbox.settings["timeZone"] = name


def _change_language(mailbox: Mailbox, value: Any) -> None:
    locale = value.get("locale") if isinstance(value, dict) else None
    if not isinstance(locale, str) or not _LOCALE.fullmatch(locale):
        raise bad_request("The locale is not supported.", "ErrorInvalidArgument")
    mailbox.person = replace(mailbox.person, language=locale)


def _change_hours(mailbox: Mailbox, value: Any) -> None:
    if not isinstance(value, dict):
        raise unreadable(value, "microsoft.graph.workingHours")
    person = mailbox.person
    days = tuple(_word(each, _DAYS, "InvalidArguments") for each in value.get("daysOfWeek") or person.work_days)
    start = _clock(value["startTime"]) if "startTime" in value else person.work_start
    end = _clock(value["endTime"]) if "endTime" in value else person.work_end
    if time.fromisoformat(start) > time.fromisoformat(end):
        raise bad_request("Start Time should occur before End Time.", "ErrorInvalidTimeSettings")
    if "timeZone" in value:
        place = value["timeZone"]
        name = place.get("name") if isinstance(place, dict) else None
        if not (isinstance(place, dict) and str(place.get("@odata.type", "")).endswith("customTimeZone")):
            _zone(_text(name))
        mailbox.settings["workingHours"] = place
    mailbox.person = replace(person, work_days=days, work_start=start, work_end=end)


def _change_replies(mailbox: Mailbox, value: Any) -> None:
    if not isinstance(value, dict):
        raise unreadable(value, "microsoft.graph.automaticRepliesSetting")
    before = mailbox.settings.get("automaticRepliesSetting") or {"status": "disabled", "externalAudience": "none"}
    changed = before | value
    changed["status"] = _word(changed["status"], _STATUS)
    changed["externalAudience"] = _word(changed["externalAudience"], _AUDIENCE)
    if changed["status"] == "scheduled":
        start, end = (read_zoned(changed.get(f"scheduled{each}DateTime"), each)[0] for each in ("Start", "End"))
        if end <= start:
            raise bad_request("The end of the automatic replies must be after their start.", "ErrorInvalidTimeSettings")
    mailbox.settings["automaticRepliesSetting"] = changed


def _change_text(name: str) -> Callable[[Mailbox, Any], None]:
    def change(mailbox: Mailbox, value: Any) -> None:
        mailbox.settings[name] = _text(value)

    return change


def _change_delegates(mailbox: Mailbox, value: Any) -> None:
    mailbox.settings["delegateMeetingMessageDeliveryOptions"] = _word(value, _DELEGATES)


_CHANGE: dict[str, Callable[[Mailbox, Any], None]] = {
    "timeZone": _change_zone,
    "language": _change_language,
    "workingHours": _change_hours,
    "automaticRepliesSetting": _change_replies,
    "dateFormat": _change_text("dateFormat"),
    "timeFormat": _change_text("timeFormat"),
    "delegateMeetingMessageDeliveryOptions": _change_delegates,
}


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value:
        raise unreadable(value, "Edm.String")
    return value


def _zone(name: str) -> str:
    """The IANA name of a zone. Raises GraphError."""
    try:
        return iana_name(name)
    except UnknownZoneError as err:
        raise bad_request("Time Zone settings provided are invalid.", "InvalidTimeZone") from err


def _word(value: Any, words: tuple[str, ...], code: str = "RequestBodyRead") -> str:
    known = {word.casefold(): word for word in words}
    if not isinstance(value, str) or value.casefold() not in known:
        raise bad_request(f"Requested value '{value}' was not found.", code)
    return known[value.casefold()]


def _clock(value: Any) -> str:
    match = _TIME.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise unreadable(value, "Edm.TimeOfDay")
    try:
        time.fromisoformat(match.group(1))
    except ValueError as err:
        raise unreadable(value, "Edm.TimeOfDay") from err
    return match.group(1)
