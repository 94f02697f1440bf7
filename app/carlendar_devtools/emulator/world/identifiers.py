"""Identifiers as in Exchange: long, opaque, case-sensitive; of two kinds, of which one is immutable.

An occurrence of a series has its own identifier, derived from its master's key and its date.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from datetime import date

_MUTABLE, _IMMUTABLE = "AAMkAD", "AAkALg"


class MalformedIdError(ValueError):
    """Not an identifier of this service."""


def key_of(*parts: str) -> str:
    """Return a key that is always the same for the same parts."""
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:32]


def encode(key: str, original: date | None = None, *, calendar: str = "", immutable: bool = False) -> str:
    """Return the identifier of an entry, or of its occurrence of date `original`.

    The mutable kind also depends on the calendar of the entry.
    """
    raw = bytes.fromhex(key) + (original.strftime("%Y%m%d").encode() if original else b"--------")
    if immutable:
        return _IMMUTABLE + base64.urlsafe_b64encode(raw).decode()
    folder = hashlib.sha256(calendar.encode()).digest()[:12]
    return _MUTABLE + base64.urlsafe_b64encode(raw + folder).decode()


def decode(identifier: str) -> tuple[str, date | None]:
    """Return the key and the occurrence's date in an identifier. Raises MalformedIdError."""
    prefix, rest = identifier[:6], identifier[6:]
    try:
        raw = base64.b64decode(rest, altchars=b"-_", validate=True)
        day = raw[16:24].decode("ascii")
        original = None if day == "--------" else date(int(day[:4]), int(day[4:6]), int(day[6:]))
    except (binascii.Error, ValueError) as err:
        raise MalformedIdError(identifier) from err
    if len(raw) != {_MUTABLE: 36, _IMMUTABLE: 24}.get(prefix, -1):
        raise MalformedIdError(identifier)
    return raw[:16].hex(), original
