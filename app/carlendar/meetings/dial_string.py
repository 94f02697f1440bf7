"""Parses digits to type in calendar notation into pauses and tones.

`,` and `p` are pauses of about two seconds; `;`, `w` and `x` ask the user or wait, which would distract a driver: they
count as pauses too. oFono's pause lasts three seconds, so n commas become max(1, round(2n/3)).
"""

from __future__ import annotations

import re

DIGITS_LIMIT = 32
"""Maximum number of tones after a number, without pauses; a longer tail is not a conference ID."""

_RUN = re.compile(r"[,;pwx]+|[0-9*#]+")
_KEPT = re.compile(r"[^0-9*#,;pwx]+")


def typed(tail: str) -> tuple[str, str]:
    """Return (digits, tones) of the text after a number; both empty if it is too long."""
    tones = ""
    for run in _RUN.findall(_KEPT.sub("", tail.lower())):
        tones += run if run[0] in "0123456789*#" else "p" * max(1, round(2 * len(run) / 3))
    digits = tones.replace("p", "")
    if not digits or len(digits) > DIGITS_LIMIT:
        return "", ""
    return digits, tones.rstrip("p")


def tail_of(conference_id: str, end: str = "#", passcode: str = "") -> str:
    """Return the usual tail: two pauses and the ID with its end; then four pauses, star, passcode, hash."""
    digits = re.sub(r"\D", "", conference_id)
    return f",,{digits}{end}" + (f",,,,*{passcode}#" if passcode.isdigit() else "") if digits else ""
