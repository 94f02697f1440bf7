"""Properties of oFono's objects, taken over only where they have the documented type and a sensible size."""

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
"""Seconds; a start time longer ago than this is none (oFono gives 1970 where it does not know)."""

LONGEST_TEXT = 128
"""Of a name or number; oFono's own limit is 80 digits."""

MOST = 64
"""Entries of a list that are taken over: interfaces, emergency numbers."""


def text(properties: dict[str, Any], name: str) -> str:
    """A text of sensible length; empty where there is none."""
    value = properties.get(name)
    return value if isinstance(value, str) and len(value) <= LONGEST_TEXT else ""


def flag(properties: dict[str, Any], name: str) -> bool:
    """Whether the property is there and true."""
    return properties.get(name) is True


def texts(properties: dict[str, Any], name: str) -> frozenset[str]:
    """A list of texts of sensible length."""
    values = properties.get(name)
    if not isinstance(values, list):
        return frozenset()
    return frozenset(value for value in values[:MOST] if isinstance(value, str) and 0 < len(value) <= LONGEST_TEXT)


def percent(value: object) -> int | None:
    """A volume from 0 to 100; None where it is none."""
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 100 else None


def phase(properties: dict[str, Any]) -> CallPhase | None:
    """The phase of a call; None where it has none that is known, or is over."""
    return PHASES.get(text(properties, "State"))


def age(properties: dict[str, Any], system_time: float) -> float:
    """Seconds since a call was answered, 0 where that is not known."""
    try:
        started = datetime.strptime(text(properties, "StartTime"), "%Y-%m-%dT%H:%M:%S%z").timestamp()
    except (ValueError, OverflowError, OSError):
        return 0.0
    passed = system_time - started
    return passed if 0.0 <= passed <= LONGEST_CALL else 0.0


def emergency_call(path: str, properties: dict[str, Any], now: float) -> Call | None:
    """The call of those properties if it is one to the emergency services."""
    found, number = phase(properties), text(properties, "LineIdentification")
    if found is None or not (flag(properties, "Emergency") or number in EMERGENCY_NUMBERS):
        return None
    return Call(path, number, found, now, emergency=True)
