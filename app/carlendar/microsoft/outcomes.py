"""All outcomes of signing in: the next step, and the key of the reason.

The next step follows from OAuth's `error` and `suberror` alone (RFC 6749 5.2, RFC 8628 3.5, and Microsoft's suberrors).
Microsoft's own codes (AADSTS…) change and overlap; they only select the reason. The reason of a code that is not in the
table follows from OAuth's error, then from the code's family. The texts are in the catalogue of reasons.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from carlendar.domain.base import Value
from carlendar.errors import (
    IdentityError,
    OutageError,
    ServiceError,
    SignInExpiredError,
    SignInNeededError,
    SignInRefusedError,
)

_NUMBERS: dict[str, tuple[int, ...]] = {
    "policy": (53003, 530034),
    "access_rules": (50002, 50131, 500021, 500022, 500212, 500213, 530035),
    "device": (50005, 50097, 50129, 50155, 50187, 53000, 53001, 53002, 530002, 530003, 700003),
    "disabled": (50057, 500571),
    "password": (50056, 50126),
    "password_expired": (50055, 50144),
    "password_changed": (50132, 50133, 50135, 50173),
    "consent": (65001, 90008),
    "declined": (65004,),
    "admin_consent": (90094, 90095, 900941),
    "wrong_tenant": (50020, 50107, 51004, 90072),
    "application": (50001, 90099, 500011, 500014, 650051, 650052, 700016, 7000112),
    "single_tenant": (50194,),
    "unknown_tenant": (50059, 50128, 90002, 90133, 900023),
    "account_kind": (50177, 90124, 90130, 500200, 500202, 700005, 9002331, 9002332, 9002341, 9002346),
    "not_public": (70002, 700025, 7000215, 7000216, 7000218, 7000222),
    "redirect": (50011, 50017, 500112, 500113, 900971),
    "scope": (28002, 28003, 70011, 650053, 1002012),
    "confirm": (50072, 50074, 50076, 50078, 50079, 50158, 500121),
    "not_assigned": (50105,),
    "unknown_user": (50034, 501241),
    "locked": (50053,),
    "too_old": (70043, 70044, 700082, 700084),
    "risk": (53004, 530032),
    "too_many": (50196,),
    "no_code": (700054,),
    "not_completed": (50058, 50089, 50140, 50199, 54005, 70000, 70008),
}
"""Microsoft's codes by the key of a reason. Source: "Microsoft Entra authentication and authorization error codes" in
Microsoft's documentation.
"""
_REASON_OF = {number: reason for reason, numbers in _NUMBERS.items() for number in numbers}

_REASON_OF_ERROR = {
    "access_denied": "declined",
    "authorization_declined": "declined",
    "consent_required": "consent",
    "interaction_required": "confirm",
    "login_required": "confirm",
    "invalid_client": "not_public",
    "invalid_request": "setup",
    "invalid_resource": "application",
    "invalid_scope": "scope",
    "invalid_tenant": "unknown_tenant",
    "unauthorized_client": "application",
    "unsupported_grant_type": "no_code",
    "unsupported_response_type": "setup",
}
"""OAuth's `error` to a reason, for codes that are not in the table."""

_FAMILIES = (
    (re.compile(r"53\d{3,4}"), "access_rules"),  # Conditional Access
    (re.compile(r"65\d{3}"), "consent"),
    (re.compile(r"650\d{3}"), "setup"),  # the application's registration
    (re.compile(r"8[01]\d{3}"), "home_server"),  # pass-through authentication, Seamless SSO
    (re.compile(r"13[05]\d{3}"), "device"),  # registration of devices
    (re.compile(r"70\d{4,5}"), "setup"),  # the application and its keys
    (re.compile(r"90\d{3,5}"), "setup"),  # the request, its tenant and endpoint
    (re.compile(r"16\d{3}"), "not_completed"),  # the page expired
)
"""Families of codes, by their first digits and length."""

_UUID = re.compile(r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
_TIMESTAMP = re.compile(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(?:\.\d+)?Z?")
_CORRELATION = re.compile(r"\bCorrelation ID: ?([0-9A-Fa-f-]{36})")
_WRITTEN_TIME = re.compile(r"\bTimestamp: ?([\d-]{10}[ T][\d:.]{8,16}Z?)")
_NUMBER = re.compile(r"\bAADSTS(\d{4,8})\b")
_TRANSIENT = frozenset({"temporarily_unavailable", "server_error"})
_PENDING = frozenset({"authorization_pending", "slow_down"})
_EXPIRED = frozenset({"expired_token", "code_expired", "bad_verification_code"})
_PROVE_MORE = frozenset({"interaction_required", "login_required", "consent_required"})
_STILL_GRANTED = frozenset(
    {"basic_action", "additional_action", "message_only", "consent_required", "user_password_expired", "token_expired"}
)
"""Suberrors of `invalid_grant` that require an action of the user; with any other the grant is no longer valid."""


class Next(StrEnum):
    """The step that follows an answer of the identity platform."""

    WAIT = "wait"
    RETRY = "retry"
    SIGN_IN = "sign_in"
    REVOKED = "revoked"
    REFUSED = "refused"
    EXPIRED = "expired"


class ErrorOutcome(Value, frozen=True):
    """The meaning of an error answer. `reason` is a key of the catalogue, `code` is as displayed (`AADSTS53003`).

    `reference` is Microsoft's correlation id and `at` its time, by which an administrator finds the sign-in in the log.
    """

    next: Next
    reason: str
    code: str = ""
    claims: str = ""
    reference: str = ""
    at: str = ""


def outcome_of(answer: Mapping[str, Any], *, renewing: bool) -> ErrorOutcome:
    """Classify an error answer of the token endpoint; `renewing` if it was a silent renewal."""
    error, suberror = _text(answer, "error"), _text(answer, "suberror")
    follows = _next(error, suberror, renewing)
    number = _number(answer)
    reason = _REASON_OF.get(number) or _plain_reason(follows, error, suberror, number)
    code = f"AADSTS{number}" if number else ""
    return ErrorOutcome(follows, reason, code, _text(answer, "claims"), _reference(answer), _time(answer))


def error_of(outcome: ErrorOutcome) -> IdentityError | ServiceError:
    """Return the error to raise for an outcome."""
    error = _error_of(outcome)
    error.reference, error.at = outcome.reference, outcome.at
    return error


def _error_of(outcome: ErrorOutcome) -> IdentityError | ServiceError:
    code, reason = outcome.code, outcome.reason
    if outcome.next is Next.RETRY:
        return OutageError("Microsoft's sign-in does not work at the moment.", detail=code)
    if outcome.next is Next.EXPIRED:
        return SignInExpiredError(code=code, reason=reason)
    if outcome.next in (Next.SIGN_IN, Next.REVOKED):
        revoked = outcome.next is Next.REVOKED
        return SignInNeededError(code=code, claims=outcome.claims, reason=reason, revoked=revoked)
    return SignInRefusedError(code=code, reason=reason)


def _next(error: str, suberror: str, renewing: bool) -> Next:
    if error in _PENDING:
        return Next.WAIT
    if error in _TRANSIENT:
        return Next.RETRY
    if error in _EXPIRED:
        return Next.EXPIRED
    if renewing and error in _PROVE_MORE:
        return Next.SIGN_IN
    if renewing and error == "invalid_grant":
        return Next.SIGN_IN if suberror in _STILL_GRANTED else Next.REVOKED
    return Next.REFUSED


def _plain_reason(follows: Next, error: str, suberror: str, number: int) -> str:
    """Return the reason if no code of the table selects one."""
    if follows is Next.EXPIRED:
        return "expired"
    if suberror == "user_password_expired":
        return "password_expired"
    if suberror == "consent_required":
        return "consent"
    if follows is Next.REVOKED:
        return "revoked"
    if follows is Next.SIGN_IN:
        return "consent" if error == "consent_required" else "again"
    family = next((reason for pattern, reason in _FAMILIES if pattern.fullmatch(str(number))), "")
    if error in ("invalid_request", "invalid_grant", "unauthorized_client") and family:
        return family  # the least specific errors
    if error == "invalid_grant":
        return "not_completed"
    return _REASON_OF_ERROR.get(error) or family or ("number" if number else "refused")


def _number(answer: Mapping[str, Any]) -> int:
    """Return Microsoft's code of an answer, 0 if there is none."""
    found = _NUMBER.search(_text(answer, "error_description"))
    if found:
        return int(found.group(1))
    codes = answer.get("error_codes")
    first = codes[0] if isinstance(codes, list) and codes else 0
    return first if isinstance(first, int) else 0


def _text(answer: Mapping[str, Any], key: str) -> str:
    value = answer.get(key)
    return value if isinstance(value, str) else ""


def _reference(answer: Mapping[str, Any]) -> str:
    """Return the correlation id, or another id of the request at Microsoft; empty if there is none."""
    written = _CORRELATION.search(_text(answer, "error_description"))
    found = (_text(answer, "correlation_id"), written[1] if written else "", _text(answer, "trace_id"))
    return next((text for text in found if _UUID.fullmatch(text)), "")


def _time(answer: Mapping[str, Any]) -> str:
    """Return the time of the answer as Microsoft wrote it (`2026-11-23 08:41:00Z`); empty if it is invalid."""
    written = _WRITTEN_TIME.search(_text(answer, "error_description"))
    found = (_text(answer, "timestamp"), written[1] if written else "")
    return next((text for text in found if _TIMESTAMP.fullmatch(text)), "")
