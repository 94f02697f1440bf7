"""Translates unsuccessful answers of the service into the error tree.

Microsoft writes error codes in several cases and nests them in several ways. Only `code` is read, without regard to
case, and never the message, which may contain names and titles.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from carlendar.domain.bounded import from_json
from carlendar.domain.retry_after import header, retry_after
from carlendar.errors import (
    CarlendarError,
    GoneError,
    OutageError,
    RefusedError,
    SignInNeededError,
    SyncStateLostError,
    ThrottledError,
)
from carlendar.microsoft.session import is_page

RENEW = "{}"
"""Claims without content: they force a new token although the old one is still valid."""

_LOST_CODES = frozenset({"syncstatenotfound", "resyncrequired", "syncstateinvalid"})
_CHALLENGE_PART = re.compile(r'(\w+)\s*=\s*"([^"]*)"')
_NOT_OF_A_CODE = re.compile(r"[^A-Za-z0-9_.\-]")
_REQUEST_ID = re.compile(r"[0-9A-Fa-f-]{8,36}")

_MAILBOX = {
    "mailboxnotenabledforrestapi": "mailbox",
    "mailboxnotsupportedforrestapi": "mailbox",
    "mailboxnothostedinexchangeonline": "mailbox",
    "restapinotenabledforuser": "mailbox",
    "restapinotenabledforcomponentsharedmailbox": "mailbox",
    "errormailboxnotfound": "mailbox",
    "errornonexistentmailbox": "mailbox",
    "errorinvaliduser": "mailbox",
    "errorinactivemailbox": "mailbox",
    "mailboxinactive": "mailbox",
    "mailboxsoftdeleted": "mailbox",
    "resourcenotfound": "mailbox",
    "organizationfromtenantguidnotfound": "mailbox_license",
    "errorexchangelicensenotfound": "mailbox_license",
    "errorlicensenotfound": "mailbox_license",
    "mailboxnotlicensed": "mailbox_license",
    "erroraccountdisabled": "mailbox_disabled",
    "accountdisabled": "mailbox_disabled",
    "erroraccountsuspend": "mailbox_disabled",
    "erroraccountsuspended": "mailbox_disabled",
    "accountsuspended": "mailbox_disabled",
}
"""Codes of Graph and Exchange, in lower case, for an unusable mailbox, with the key of the reason."""
_REFUSALS = frozenset({400, 401, 403, 404, 409, 410, 422, 424, 500, 501, 503})
_MOVING = frozenset(
    {"errormailboxmoveinprogress", "mailboxinfostale", "errormailboxstoreunavailable", "errormailboxfailover",
     "mailboxmoveinprogress", "errorsiteunavailable", "mailboxunavailable"}
)  # fmt: skip
"""Codes for a mailbox that will be available again without action."""


def fault(
    status: int, headers: Mapping[str, str], body: bytes, now: datetime | None = None, *, host: str = ""
) -> CarlendarError:
    """Return the error for an answer of `host` with `status`; `headers` are looked up case-sensitively.

    `now` is for a `Retry-After` that is a date; by default it is the date of the answer itself.
    """
    code = error_code(body)
    error = _fault(status, headers, body, code, now)
    error.host = host
    error.detail = f"{status} {code}".strip()
    if isinstance(error, RefusedError | SignInNeededError):
        error.reference, error.at = _reference(headers, body), header(headers, "date")[:40]
    return error


def _fault(status: int, headers: Mapping[str, str], body: bytes, code: str, now: datetime | None) -> CarlendarError:
    wait, folded = retry_after(headers, now), code.lower()
    if (reason := _MAILBOX.get(folded)) and status in _REFUSALS:
        return RefusedError("There is no usable mailbox.", key=reason)
    if folded in _MOVING and wait is None:
        return OutageError("The mailbox is not available at the moment.", key="mailbox_moving")
    if between := intercepted(status, headers, body):
        return OutageError("Something else answers in place of the service.", key=between)
    if status == 401 or (status == 403 and folded == "insufficient_claims"):
        claims = challenged_claims(headers)
        return SignInNeededError("Microsoft asks to sign in again.", claims=claims, reason="again")
    if status == 410 or (status in (400, 404) and folded in _LOST_CODES):
        return SyncStateLostError("The position of the synchronisation is lost.")
    if status in (429, 509) or (status == 503 and wait is not None):
        return ThrottledError("Microsoft asks to wait a little.", retry_after=wait)
    if status == 404:
        return GoneError("It is no longer in the calendar.")
    if status >= 500 or status < 400 or status in (408, 423, 425):
        outage = OutageError("Microsoft's service does not work as it should.")
        outage.perhaps = status >= 500 or status == 408  # it may have failed after the request took effect
        return outage
    return RefusedError("Microsoft refused this.")


def intercepted(status: int, headers: Mapping[str, str], body: bytes) -> str:
    """Return the key for what answered instead of the service, such as a captive portal; empty if it was the service.

    Neither Graph nor the token endpoint redirects or sends HTML; a gateway of Microsoft's does so for 5xx only.
    """
    if status == 407:
        return "proxy_auth"
    if status == 511 or (300 <= status < 400 and status != 304):  # RFC 6585 6
        return "portal"
    page = is_page(headers, body) and not error_code(body)
    if page and status in (401, 403, 451):
        return "filtered"
    return "portal" if page and 200 <= status < 300 else ""


def error_code(body: bytes) -> str:
    """Return the code of a Graph error body, made safe for a log; empty if there is none."""
    code = _error(body).get("code")
    return _NOT_OF_A_CODE.sub("", code)[:60] if isinstance(code, str) else ""


def _error(body: bytes) -> Mapping[str, Any]:
    """Return the error object with lower-case keys; empty if there is none."""
    try:
        data: Any = from_json(body)
    except ValueError:
        return {}
    found = _lowered(data).get("error")
    return _lowered(found)


def _lowered(data: Any) -> dict[str, Any]:
    return {str(name).lower(): value for name, value in data.items()} if isinstance(data, dict) else {}


def _reference(headers: Mapping[str, str], body: bytes) -> str:
    """Return the id of the request for Microsoft's support: Graph's `request-id`."""
    inner = _lowered(_error(body).get("innererror"))
    given = (header(headers, "request-id"), inner.get("request-id"), inner.get("client-request-id"))
    return next((text for text in given if isinstance(text, str) and _REQUEST_ID.fullmatch(text)), "")


def challenged_claims(headers: Mapping[str, str]) -> str:
    """Return the claims (JSON text) that `WWW-Authenticate` requires; empty if it requires none."""
    parts = dict(_CHALLENGE_PART.findall(header(headers, "www-authenticate")))
    raw = parts.get("claims", "")
    try:
        text = base64.b64decode(raw + "=" * (-len(raw) % 4), altchars=b"-_" if {*raw} & {*"-_"} else None).decode()
        return text if isinstance(from_json(text), dict) else ""
    except (binascii.Error, ValueError):
        return ""
