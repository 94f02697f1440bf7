"""Validation of numbers to dial and of the DTMF tones to send after the connection.

A star or a hash in a dialled number can be a command to the phone or the network (3GPP TS 22.030),
so neither is allowed in the number. oFono takes `p` in tones as a pause of three seconds.
"""

from __future__ import annotations

import re
from collections.abc import Container

from carlendar.domain.call import CallCommand, PhoneState
from carlendar.errors import CallError

TONES_LIMIT = 64
"""Maximum length of a tone string, pauses included; conference services need about 40 at most."""

TONE_SECONDS = 0.5
"""Upper estimate of the duration of one tone on a hands-free link, including the gap after it."""

PAUSE_SECONDS = 3.0

EMERGENCY_NUMBERS = frozenset({"000", "08", "110", "112", "118", "119", "911", "999"})
"""Numbers that every phone treats as emergency numbers, with or without a SIM card (3GPP TS 22.101, 10.1.1)."""

_NUMBER = re.compile(r"\+?[0-9]{3,15}")
_TONES = re.compile(rf"[0-9*#p]{{0,{TONES_LIMIT}}}")


def checked_number(number: str) -> str:
    """Return `number`; raise CallError (`bad_number`) unless it is `^\\+?[0-9]{3,15}$`."""
    if not _NUMBER.fullmatch(number):
        raise CallError("this number cannot be dialled", key="bad_number")
    return number


def refuse_emergencies(number: str, emergency_numbers: Container[str], state: PhoneState) -> None:
    """Raise CallError for an emergency number, and for any number during an emergency call.

    `emergency_numbers` are the phone's own, in addition to `EMERGENCY_NUMBERS`.
    """
    if (bare := number.lstrip("+")) in EMERGENCY_NUMBERS or bare in emergency_numbers:
        raise CallError("emergency numbers are not dialled from a calendar", key="emergency_number")
    if state.emergency:
        raise CallError("an emergency call is in progress", key="emergency_call")


def refuse_in_emergency(name: CallCommand, state: PhoneState) -> None:
    """Raise CallError for a command that could affect an emergency call: any but unmuting and choosing a phone."""
    harmless = name in (CallCommand.UNMUTE, CallCommand.PREFER_PHONE)
    if not harmless and state.emergency:
        raise CallError("an emergency call is in progress", key="emergency_call")


def checked_tones(tones: str) -> str:
    """Return `tones`; raise CallError (`bad_tones`) unless they consist of digits, `*`, `#` and `p`."""
    if not _TONES.fullmatch(tones):
        raise CallError("these tones cannot be sent", key="bad_tones")
    return tones


def duration(tones: str) -> float:
    """Upper estimate, in seconds, of how long sending `tones` takes."""
    pauses = tones.count("p")
    return pauses * PAUSE_SECONDS + (len(tones) - pauses) * TONE_SECONDS
