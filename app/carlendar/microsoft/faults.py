"""What an answer of the service that is no success means: one translation into the error tree.

Microsoft spells error codes in several cases and nests them in several ways; only `code` is looked
at, without regard to case, and never the message, which may hold people's names and titles.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from carlendar.domain.bounded import from_json
from carlendar.domain.retry_after import retry_after
from carlendar.errors import (
    CarlendarError,
    GoneError,
    OutageError,
    RefusedError,
    SignInNeededError,
    SyncStateLostError,
    ThrottledError,
)

RENEW = "{}"
"""Claims that ask for nothing: a token is then made anew though the old one looks good."""

_LOST_CODES = frozenset({"syncstatenotfound", "resyncrequired", "syncstateinvalid"})
_CHALLENGE_PART = re.compile(r'(\w+)\s*=\s*"([^"]*)"')
_NOT_OF_A_CODE = re.compile(r"[^A-Za-z0-9_.\-]")


def fault(status: int, headers: Mapping[str, str], body: bytes, now: datetime | None = None) -> CarlendarError:
    """The error that an answer with `status` stands for; `headers` are looked up as they are spelt.

    `now` is for a `Retry-After` that is a date; by default the date of the answer itself.
    """
    code = error_code(body)
    detail = f"{status} {code}".strip()
    wait = retry_after(headers, now)
    if status == 401 or (status == 403 and code.lower() == "insufficient_claims"):
        claims = challenged_claims(headers)
        return SignInNeededError("Microsoft asks to sign in again.", claims=claims, detail=detail, reason="again")
    if status == 410 or (status in (400, 404) and code.lower() in _LOST_CODES):
        return SyncStateLostError("The position of the synchronisation is lost.", detail=detail)
    if status in (429, 509) or (status == 503 and wait is not None):
        return ThrottledError("Microsoft asks to wait a little.", retry_after=wait, detail=detail)
    if status == 404:
        return GoneError("It is no longer in the calendar.", detail=detail)
    if status >= 500 or status < 400 or status in (408, 423, 425):
        outage = OutageError("Microsoft's service does not work as it should.", detail=detail)
        outage.perhaps = status >= 500 or status == 408  # it may have failed after the work was done
        return outage
    return RefusedError("Microsoft refused this.", detail=detail)


def error_code(body: bytes) -> str:
    """The code of an error body of Graph, made safe for a log; empty when there is none."""
    try:
        data: Any = from_json(body)
        code = data["error"]["code"]
    except (ValueError, TypeError, KeyError):
        return ""
    return _NOT_OF_A_CODE.sub("", code)[:60] if isinstance(code, str) else ""


def challenged_claims(headers: Mapping[str, str]) -> str:
    """The claims, JSON text, that `WWW-Authenticate` asks to be proven; empty when it asks for none."""
    parts = dict(_CHALLENGE_PART.findall(_header(headers, "www-authenticate")))
    raw = parts.get("claims", "")
    try:
        text = base64.b64decode(raw + "=" * (-len(raw) % 4), altchars=b"-_" if {*raw} & {*"-_"} else None).decode()
        return text if isinstance(from_json(text), dict) else ""
    except (binascii.Error, ValueError):
        return ""


def _header(headers: Mapping[str, str], name: str) -> str:
    return next((value for key, value in headers.items() if key.lower() == name), "")
