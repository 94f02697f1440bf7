"""Why a car gets no token: a key that the car has a text for, and the HTTP status."""

from __future__ import annotations

from enum import StrEnum


class Reason(StrEnum):
    """The key of a refusal, `error` in the answer to the car."""

    NOT_REGISTERED = "not_registered"
    """The certificate is of no registered vehicle."""
    REVOKED = "revoked"
    BAD_REQUEST = "bad_request"
    TOKEN_UNREADABLE = "token_unreadable"  # noqa: S105 - the name of a reason
    TOKEN_AUDIENCE = "token_audience"  # noqa: S105 - as above
    TOKEN_ISSUER = "token_issuer"  # noqa: S105 - as above
    TOKEN_TENANT = "token_tenant"  # noqa: S105 - as above
    TOKEN_APPLICATION = "token_application"  # noqa: S105 - as above
    TOKEN_PERSON = "token_person"  # noqa: S105 - as above
    TOKEN_PERMISSION = "token_permission"  # noqa: S105 - as above
    TOKEN_EXPIRES = "token_expires"  # noqa: S105 - as above
    """It expires too soon, or has expired: the car has to renew it."""
    TOKEN_REFUSED = "token_refused"  # noqa: S105 - as above
    """Azure did not accept it."""
    MINUTES_USED_UP = "minutes_used_up"
    GUESTS_OFF = "guests_off"
    TOO_MANY = "too_many"
    AZURE_KEY = "azure_key"
    """Azure refused the back end itself: its key or its resource is wrong."""
    AZURE_FAILED = "azure_failed"


STATUS = {
    Reason.NOT_REGISTERED: 403, Reason.REVOKED: 403, Reason.BAD_REQUEST: 400, Reason.TOKEN_UNREADABLE: 400,
    Reason.TOKEN_AUDIENCE: 403, Reason.TOKEN_ISSUER: 403, Reason.TOKEN_TENANT: 403, Reason.TOKEN_APPLICATION: 403,
    Reason.TOKEN_PERSON: 403, Reason.TOKEN_PERMISSION: 403, Reason.TOKEN_EXPIRES: 401, Reason.TOKEN_REFUSED: 401,
    Reason.MINUTES_USED_UP: 403, Reason.GUESTS_OFF: 403, Reason.TOO_MANY: 429, Reason.AZURE_KEY: 502,
    Reason.AZURE_FAILED: 503,
}  # fmt: skip


class TokenRefusedError(Exception):
    """A request that is refused. `retry_after` is in seconds; 0 if there is no such time."""

    def __init__(self, reason: Reason, retry_after: float = 0.0) -> None:
        super().__init__(reason.value)
        self.reason = reason
        self.retry_after = retry_after

    @property
    def status(self) -> int:
        """The HTTP status of the answer."""
        return STATUS[self.reason]
