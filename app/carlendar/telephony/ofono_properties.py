"""Readers for the properties of oFono's objects, which reject a wrong type or an excessive size."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from carlendar.domain.call import Call, CallPhase
from carlendar.telephony.dial_string import EMERGENCY_NUMBERS

PHASES = {
    "active": CallPhase.ACTIVE,
    "held": CallPhase.HELD,
    "dialing": CallPhase.DIALING,
    "alerting": CallPhase.RINGING,
    "incoming": CallPhase.INCOMING,
    "waiting": CallPhase.WAITING,
}

LONGEST_CALL = 86_400.0
"""Seconds; an earlier start time is ignored (oFono reports 1970 if it does not know)."""

LONGEST_TEXT = 128
"""Maximum length of a name or number; oFono's own limit is 80 digits."""

MOST = 64
"""Maximum number of entries read from a list (interfaces, emergency numbers)."""


def text(properties: dict[str, Any], name: str) -> str:
    """Return the string, or an empty one if it is missing or too long."""
    value = properties.get(name)
    return value if isinstance(value, str) and len(value) <= LONGEST_TEXT else ""


def flag(properties: dict[str, Any], name: str) -> bool:
    """Return whether the property is present and true."""
    return properties.get(name) is True


def texts(properties: dict[str, Any], name: str) -> frozenset[str]:
    """Return the valid strings of a list."""
    values = properties.get(name)
    if not isinstance(values, list):
        return frozenset()
    return frozenset(value for value in values[:MOST] if isinstance(value, str) and 0 < len(value) <= LONGEST_TEXT)


def percent(value: object) -> int | None:
    """Return a volume from 0 to 100; None if it is invalid."""
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 100 else None


def phase(properties: dict[str, Any]) -> CallPhase | None:
    """Return the phase of a call; None if it is unknown or the call has ended."""
    return PHASES.get(text(properties, "State"))


def age(properties: dict[str, Any], system_time: float) -> float:
    """Return the seconds since a call was answered, 0 if unknown."""
    try:
        started = datetime.strptime(text(properties, "StartTime"), "%Y-%m-%dT%H:%M:%S%z").timestamp()
    except (ValueError, OverflowError, OSError):
        return 0.0
    passed = system_time - started
    return passed if 0.0 <= passed <= LONGEST_CALL else 0.0


def emergency_call(path: str, properties: dict[str, Any], now: float) -> Call | None:
    """Return the call with these properties if it is an emergency call."""
    found, number = phase(properties), text(properties, "LineIdentification")
    if found is None or not (flag(properties, "Emergency") or number in EMERGENCY_NUMBERS):
        return None
    return Call(path, number, found, now, emergency=True)
