"""Times as Graph writes and reads them.

`dateTimeTimeZone` has seven fractional digits and no offset; `DateTimeOffset` ends in Z. All-day events
last from midnight to midnight in the requested zone.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time
from typing import Any

from carlendar.domain.timespan import DateSpan, Timespan
from carlendar_devtools.emulator.cloud.call import GraphCall, GraphError, bad_request
from carlendar_devtools.emulator.world.zones import UnknownZoneError, zone

_FIRST_YEAR, _LAST_YEAR = 1601, 4500
"""Years that Exchange supports."""

NEVER = "0001-01-01T00:00:00Z"
_MOMENT = re.compile(
    r"(\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2})?)?)(?:\.(\d{1,9}))?(Z|[+-]\d{2}:\d{2})?", re.IGNORECASE
)


def offset_time(moment: datetime | None) -> str:
    """A DateTimeOffset, in UTC."""
    if moment is None:
        return NEVER
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S") + f".{moment.microsecond * 10:07d}Z"


def zoned(moment: datetime | date, name: str) -> dict[str, str]:
    """Return a dateTimeTimeZone in the named zone; midnight there for a date."""
    local = moment.astimezone(zone(name)) if isinstance(moment, datetime) else datetime.combine(moment, time(), UTC)
    return {"dateTime": local.strftime("%Y-%m-%dT%H:%M:%S") + f".{local.microsecond * 10:07d}", "timeZone": name}


def asked_zone(call: GraphCall) -> str:
    """Return the requested time zone: the preferred one, else UTC. Raises GraphError for an unknown name."""
    name = call.preferences.zone or "UTC"
    check_zone(name)
    return name


def check_zone(name: str) -> None:
    """Raise GraphError for an unknown zone name."""
    try:
        zone(name)
    except UnknownZoneError as err:
        raise GraphError(
            400,
            "TimeZoneNotSupportedException",
            f"A valid TimeZone value must be specified. The following TimeZone value is not supported: '{name}'.",
        ) from err


def read_moment(text: str, name: str) -> datetime:
    """Return a time of a query or body, UTC if it has no offset. Raises GraphError, naming the parameter."""
    match = _MOMENT.fullmatch(text.strip("'"))
    if match is None:
        raise bad_request(f"The value '{text}' of parameter '{name}' is invalid.")
    whole, fraction, offset = match.groups()
    try:
        moment = datetime.fromisoformat(whole + (f".{fraction[:6]:0<6}" if fraction and "T" in whole else ""))
        place = datetime.fromisoformat(f"2000-01-01T00:00{offset.upper()}").tzinfo if offset else UTC
    except ValueError as err:
        raise bad_request(f"The value '{text}' of parameter '{name}' is invalid.") from err
    if not _FIRST_YEAR <= moment.year <= _LAST_YEAR:
        raise bad_request(f"The value '{text}' of parameter '{name}' is out of range.")
    return moment.replace(tzinfo=place)


def read_zoned(value: Any, name: str) -> tuple[datetime, str]:
    """A dateTimeTimeZone of a body: the moment and its zone's name as written. Raises GraphError."""
    if not isinstance(value, dict) or not isinstance(value.get("dateTime"), str):
        raise bad_request(f"The property '{name}' is required in the request.", "ErrorInvalidRequest")
    zone_name = value.get("timeZone") or "UTC"
    check_zone(zone_name)
    moment = read_moment(value["dateTime"], name)
    if value["dateTime"][-1:] in "Zz" or moment.tzinfo is not UTC:
        return moment.astimezone(zone(zone_name)), zone_name
    return moment.replace(tzinfo=zone(zone_name)), zone_name


def read_window(call: GraphCall) -> Timespan:
    """The window of a calendar view: startDateTime and endDateTime. Raises GraphError."""
    values = {name.casefold(): value for name, value in call.query.items()}
    if "startdatetime" not in values or "enddatetime" not in values:
        raise bad_request(
            "This request requires a time window specified by the query string parameters StartDateTime "
            "and EndDateTime."
        )
    start = read_moment(values["startdatetime"], "StartDateTime")
    end = read_moment(values["enddatetime"], "EndDateTime")
    return checked_window(start, end)


def checked_window(start: datetime, end: datetime) -> Timespan:
    """Return a window that Exchange accepts: not reversed, and at most 1825 days long. Raises GraphError."""
    if end < start:
        raise bad_request("StartDateTime must be before EndDateTime.", "ErrorInvalidParameter")
    if (end - start).days > 1825:
        raise bad_request(
            "The requested time duration exceeds the maximum of 1825 days.", "ErrorCalendarViewRangeTooBig"
        )
    return Timespan(start, end)


def ends(span: Timespan | DateSpan) -> tuple[datetime | date, datetime | date]:
    """Start and end of either kind of span."""
    return span.start, span.end
