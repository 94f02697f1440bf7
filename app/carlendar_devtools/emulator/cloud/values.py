"""Single values of a request's body. Graph accepts strings for other types, as its own examples send them.

Examples: `"saveToSentItems": "false"` (user: sendMail), `"minimumAttendeePercentage": "100"` (user: findMeetingTimes).
What cannot be read is refused as Graph does: `RequestBodyRead`.
"""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from carlendar_devtools.emulator.cloud.call import GraphError

_WHOLE = re.compile(r"-?\d{1,9}")
_NUMBER = re.compile(r"-?\d{1,9}(\.\d{1,9})?")
_DURATION = re.compile(r"P(?:(\d{1,4})D)?(?:T(?:(\d{1,4})H)?(?:(\d{1,5})M)?(?:(\d{1,6})(?:\.\d+)?S)?)?", re.IGNORECASE)


def flag(value: Any, default: bool) -> bool:
    """Return an Edm.Boolean, also from a string; `default` for null."""
    if value is None:
        return default
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.strip().casefold() in ("true", "false"):
        return value.strip().casefold() == "true"
    raise unreadable(value, "Edm.Boolean")


def whole(value: Any, default: int) -> int:
    """Return an Edm.Int32, also from a string; `default` for null."""
    if value is None:
        return default
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, str) and _WHOLE.fullmatch(value.strip()):
        return int(value)
    raise unreadable(value, "Edm.Int32")


def number(value: Any, default: float) -> float:
    """Return an Edm.Double, also from a string; `default` for null."""
    if value is None:
        return default
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    if isinstance(value, str) and _NUMBER.fullmatch(value.strip()):
        return float(value)
    raise unreadable(value, "Edm.Double")


def duration(value: Any, default: timedelta) -> timedelta:
    """An Edm.Duration such as `PT1H30M`; `default` for null."""
    if value is None:
        return default
    match = _DURATION.fullmatch(value) if isinstance(value, str) else None
    if match is None or not any(match.groups()):
        raise unreadable(value, "Edm.Duration")
    days, hours, minutes, seconds = (int(part or 0) for part in match.groups())
    return timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)


def unreadable(value: Any, kind: str) -> GraphError:
    """Return the error for a value of another type."""
    return GraphError(400, "RequestBodyRead", f"Cannot convert the literal '{value}' to the expected type '{kind}'.")
