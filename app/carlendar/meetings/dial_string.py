"""Calendar notation of digits to type: pauses and tones apart.

`,` and `p` are pauses of about two seconds; `;`, `w` and `x` ask or wait, which a driver is spared:
they are pauses too. oFono's pause lasts three seconds, so n commas become max(1, round(2n/3)).
"""

from __future__ import annotations

import re

DIGITS_LIMIT = 32
"""Tones after a number, pauses not counted; a longer tail is no conference ID."""

_RUN = re.compile(r"[,;pwx]+|[0-9*#]+")
_KEPT = re.compile(r"[^0-9*#,;pwx]+")


def typed(tail: str) -> tuple[str, str]:
    """(digits, tones) of what follows a number; both empty where it is too long."""
    tones = ""
    for run in _RUN.findall(_KEPT.sub("", tail.lower())):
        tones += run if run[0] in "0123456789*#" else "p" * max(1, round(2 * len(run) / 3))
    digits = tones.replace("p", "")
    if not digits or len(digits) > DIGITS_LIMIT:
        return "", ""
    return digits, tones.rstrip("p")


def tail_of(conference_id: str, end: str = "#", passcode: str = "") -> str:
    """The usual tail: two pauses, the ID, its end; then four pauses and star passcode hash."""
    digits = re.sub(r"\D", "", conference_id)
    return f",,{digits}{end}" + (f",,,,*{passcode}#" if passcode.isdigit() else "") if digits else ""
