"""Every outcome of signing in, in words a driver understands: the one reviewed table.

What happens next is decided by OAuth's `error` and `suberror` alone (RFC 6749 5.2, RFC 8628 3.5, and
Microsoft's suberrors). Microsoft's own numbers (AADSTS…) change and overlap; they only choose the
sentence, and where a number is not in the table the sentence gives it.
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

REASONS: dict[str, str] = {
    "again": "Please sign in again.",
    "revoked": "Access was revoked. Sign in again, or ask your administrator.",
    "signed_out": "You are signed out. Sign in to see your day.",
    "policy": "Your organisation does not allow this way of signing in. Try the browser, or ask your administrator.",
    "device": "Your organisation only allows devices that it manages. Ask your administrator to allow this car.",
    "disabled": "This account is disabled. Ask your administrator.",
    "password_expired": "Your password has expired. Change it on your computer, then sign in again.",
    "password_changed": "Your password was changed. Please sign in again.",
    "consent": "Carlendar needs your permission. Sign in again and accept what it asks for.",
    "admin_consent": "An administrator of your organisation must approve Carlendar first.",
    "wrong_tenant": "This account does not belong to the organisation this car is set up for. Use another account.",
    "application": "Carlendar is not set up in your organisation. Ask your administrator.",
    "not_public": "Carlendar is not set up for use in a car. Ask your administrator to allow public client flows.",
    "confirm": "Your organisation requires you to confirm your identity. Please sign in again.",
    "not_assigned": "You have not been given access to Carlendar. Ask your administrator.",
    "unknown_user": "Microsoft does not know this account. Check the address and try again.",
    "locked": "This account is locked after too many attempts. Wait a while, or reset the password.",
    "too_old": "Your organisation requires you to sign in again from time to time. Please sign in again.",
    "risk": "Microsoft considers this account at risk. Secure it on your computer, then sign in again.",
    "declined": "The sign-in was declined.",
    "expired": "This code has expired. Get a new code.",
    "browser_expired": "The sign-in in the browser took too long. Try again.",
    "cancelled": "The sign-in was cancelled.",
    "no_code": "Signing in with a code is not possible here. Try the browser.",
    "refused": "Microsoft refused the sign-in. Ask your administrator.",
    "number": "Microsoft refused the sign-in ({code}). Ask your administrator.",
}
"""Key of an outcome to its sentence in English; `{code}` stands for Microsoft's number."""

_SENTENCE_OF: dict[int, str] = {
    53003: "policy",
    530034: "policy",
    50097: "device",
    53000: "device",
    53001: "device",
    53002: "device",
    50057: "disabled",
    50055: "password_expired",
    50173: "password_changed",
    65001: "consent",
    65004: "declined",
    90094: "admin_consent",
    50020: "wrong_tenant",
    90072: "wrong_tenant",
    90002: "wrong_tenant",
    700016: "application",
    7000218: "not_public",
    70002: "not_public",
    50076: "confirm",
    50079: "confirm",
    50158: "confirm",
    50105: "not_assigned",
    50034: "unknown_user",
    50053: "locked",
    70043: "too_old",
    70044: "too_old",
    700082: "too_old",
    53004: "risk",
    700003: "device",
}

_NUMBER = re.compile(r"\bAADSTS(\d{4,8})\b")
_TRANSIENT = frozenset({"temporarily_unavailable", "server_error"})
_PENDING = frozenset({"authorization_pending", "slow_down"})
_EXPIRED = frozenset({"expired_token", "code_expired", "bad_verification_code"})
_DECLINED = frozenset({"authorization_declined", "access_denied"})
_PROVE_MORE = frozenset({"interaction_required", "login_required", "consent_required"})
_STILL_GRANTED = frozenset(
    {"basic_action", "additional_action", "message_only", "consent_required", "user_password_expired", "token_expired"}
)
"""Suberrors of `invalid_grant` that ask the person to do something; any other means the grant is dead."""


class Next(StrEnum):
    """What follows from an answer of the identity platform."""

    WAIT = "wait"
    RETRY = "retry"
    SIGN_IN = "sign_in"
    REVOKED = "revoked"
    REFUSED = "refused"
    EXPIRED = "expired"


class Outcome(Value, frozen=True):
    """What an error answer means. `reason` is a key of `REASONS`, `code` as shown (`AADSTS53003`)."""

    next: Next
    reason: str
    code: str = ""
    claims: str = ""

    @property
    def sentence(self) -> str:
        """The sentence in English."""
        return REASONS[self.reason].format(code=self.code)


def outcome_of(answer: Mapping[str, Any], *, renewing: bool) -> Outcome:
    """Judge an error answer of the token endpoint; `renewing` when it is of a silent renewal."""
    error, suberror = _text(answer, "error"), _text(answer, "suberror")
    follows = _next(error, suberror, renewing)
    number = _number(answer)
    reason = _SENTENCE_OF.get(number, "") or _plain_reason(follows, error, suberror, number)
    return Outcome(follows, reason, f"AADSTS{number}" if number else "", _text(answer, "claims"))


def error_of(outcome: Outcome) -> IdentityError | ServiceError:
    """The error to raise for an outcome."""
    text, code, reason = outcome.sentence, outcome.code, outcome.reason
    if outcome.next is Next.RETRY:
        return OutageError("Microsoft's sign-in does not work at the moment.", detail=code)
    if outcome.next is Next.EXPIRED:
        return SignInExpiredError(text, code=code, reason=reason)
    if outcome.next in (Next.SIGN_IN, Next.REVOKED):
        revoked = outcome.next is Next.REVOKED
        return SignInNeededError(text, code=code, claims=outcome.claims, reason=reason, revoked=revoked)
    return SignInRefusedError(text, code=code, reason=reason)


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
    """The sentence where no number of the table chose one."""
    if follows is Next.EXPIRED:
        return "expired"
    if error in _DECLINED:
        return "declined"
    if "consent_required" in (error, suberror):
        return "consent"
    if suberror == "user_password_expired":
        return "password_expired"
    if follows is Next.REVOKED:
        return "revoked"
    if follows is Next.SIGN_IN:
        return "again"
    return "number" if number else "refused"


def _number(answer: Mapping[str, Any]) -> int:
    """Microsoft's number of an answer, 0 when there is none."""
    found = _NUMBER.search(_text(answer, "error_description"))
    if found:
        return int(found.group(1))
    codes = answer.get("error_codes")
    first = codes[0] if isinstance(codes, list) and codes else 0
    return first if isinstance(first, int) else 0


def _text(answer: Mapping[str, Any], key: str) -> str:
    value = answer.get(key)
    return value if isinstance(value, str) else ""
