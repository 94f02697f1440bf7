"""Identifiers as Exchange forms them: long, opaque, case-sensitive; one kind changes, one does not.

An occurrence of a series has an identifier of its own, made of its master's key and its date.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from datetime import date

_MUTABLE, _IMMUTABLE = "AAMkAD", "AAkALg"


class MalformedIdError(ValueError):
    """This is not an identifier that this service ever gave."""


def key_of(*parts: str) -> str:
    """A key that is the same whenever it is made of the same parts."""
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:32]


def encode(key: str, original: date | None = None, *, calendar: str = "", immutable: bool = False) -> str:
    """The identifier of an entry, or of its occurrence of date `original`.

    The changing kind also depends on the calendar that holds the entry.
    """
    raw = bytes.fromhex(key) + (original.strftime("%Y%m%d").encode() if original else b"--------")
    if immutable:
        return _IMMUTABLE + base64.urlsafe_b64encode(raw).decode()
    folder = hashlib.sha256(calendar.encode()).digest()[:12]
    return _MUTABLE + base64.urlsafe_b64encode(raw + folder).decode()


def decode(identifier: str) -> tuple[str, date | None]:
    """The key and the occurrence's date that are in an identifier. Raises MalformedIdError."""
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
