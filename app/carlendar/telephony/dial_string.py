"""What may be dialled, and what may be typed after the connection.

A star or a hash in a dialled number can be a command to the phone or the network (3GPP TS 22.030),
so the dialled part has none at all. oFono takes `p` in tones as a pause of three seconds.
"""

from __future__ import annotations

import re
from collections.abc import Container

from carlendar.domain.call import CallCommand, PhoneState
from carlendar.errors import CallError

TONES_LIMIT = 64
"""Tones in one go, pauses included: the longest lines of conference services have about 40."""

TONE_SECONDS = 0.5
"""Upper estimate of how long one tone takes on a hands-free link, its gap included."""

PAUSE_SECONDS = 3.0

EMERGENCY_NUMBERS = frozenset({"000", "08", "110", "112", "118", "119", "911", "999"})
"""Those that a phone takes for such without its SIM card's word (3GPP TS 22.101, section 10.1.1)."""

_NUMBER = re.compile(r"\+?[0-9]{3,15}")
_TONES = re.compile(rf"[0-9*#p]{{0,{TONES_LIMIT}}}")


def checked_number(number: str) -> str:
    """Return `number`; raise CallError (`bad_number`) unless it is `^\\+?[0-9]{3,15}$`."""
    if not _NUMBER.fullmatch(number):
        raise CallError("this number cannot be dialled", key="bad_number")
    return number


def refuse_emergencies(number: str, emergency_numbers: Container[str], state: PhoneState) -> None:
    """CallError for a number of the emergency services, and for any number while an emergency call is up.

    `emergency_numbers` are those that the phone knows beside the `EMERGENCY_NUMBERS` of every phone.
    """
    if (bare := number.lstrip("+")) in EMERGENCY_NUMBERS or bare in emergency_numbers:
        raise CallError("emergency numbers are not dialled from a calendar", key="emergency_number")
    if any(call.emergency for call in state.calls):
        raise CallError("an emergency call is up", key="emergency_call")


def refuse_in_emergency(name: CallCommand, state: PhoneState) -> None:
    """CallError for what could touch an emergency call: everything but opening the microphone."""
    harmless = name in (CallCommand.UNMUTE, CallCommand.PREFER_PHONE)
    if not harmless and any(call.emergency for call in state.calls):
        raise CallError("an emergency call is up", key="emergency_call")


def checked_tones(tones: str) -> str:
    """Return `tones`; raise CallError (`bad_tones`) unless they are digits, `*`, `#` and `p` alone."""
    if not _TONES.fullmatch(tones):
        raise CallError("these tones cannot be sent", key="bad_tones")
    return tones


def duration(tones: str) -> float:
    """Seconds that sending `tones` takes at most."""
    pauses = tones.count("p")
    return pauses * PAUSE_SECONDS + (len(tones) - pauses) * TONE_SECONDS
