"""The error tree. Every error has a user-facing text and, if useful, a detail for the log.

    CarlendarError
    ├── UsageError            invalid input or arguments                       exit 2
    │   └── FeedError         a calendar's file, address or text cannot be used
    ├── SettingsError         an invalid settings file                         exit 2
    ├── DisplayError          no display, no GL, no fonts                      exit 3
    ├── LayoutError           a kv file that cannot be used
    ├── ServiceError          the network or a remote service failed           exit 3
    │   ├── OfflineError      the service cannot be reached
    │   ├── ThrottledError    the service throttles requests (`retry_after`, seconds)
    │   ├── OutageError       the service returned a server error or an invalid response
    │   ├── RefusedError      the service refused the request (no permission)
    │   ├── GoneError         the requested object does not exist (404)
    │   ├── IncompleteError   only a part of the request was carried out
    │   └── SyncStateLostError  the sync token is no longer valid (410)
    ├── IdentityError         sign-in failed
    │   ├── SignInNeededError    the account must sign in again
    │   ├── SignInRefusedError   the service refuses this person, device or application
    │   └── SignInExpiredError   the code expired before it was entered
    ├── VaultError            the token cache cannot be read or written
    ├── StoreError            the local store cannot be used
    ├── BusyError             not now: something else must not be interrupted
    ├── ChannelError          the other process does not answer or speaks another version
    └── CallError             the phone cannot carry out the request

`str(error)` is a text in English. For what the network, a service or a sign-in did, `key` (or `reason`) names an
entry of the catalogue in `presentation.reasons`, which has the text for screens and for the terminal. `detail` is for
the log and never contains titles, bodies, addresses, tokens, numbers or PINs.
"""

from __future__ import annotations


def one_line(text: str) -> str:
    """Return `text` for a terminal: on one line, without control sequences."""
    return "".join(each if each.isprintable() else each.encode("unicode_escape").decode() for each in text)


OWN_FAULT = "internal error"
"""Prefix of the message for a bug in Carlendar."""


class CarlendarError(Exception):
    """Base class of all errors that Carlendar raises deliberately."""

    exit_code = 1
    key = "error"
    host = ""
    """The host that it happened with; empty where there is none or it is not known."""
    reference = ""
    """The service's own identifier of the failed request, for its administrator."""
    at = ""
    """When the service refused, by its own clock (ISO 8601)."""

    def __init__(self, text: str, *, detail: str = "") -> None:
        super().__init__(text)
        self.detail = detail


class UsageError(CarlendarError):
    """Invalid input or arguments."""

    exit_code = 2
    key = "usage"


class FeedError(UsageError):
    """A calendar's file, address or text cannot be used; `key` is the reason for the screen.

    `feed_file`, `feed_address`, `feed_private`, `feed_off`, `feed_size`, `feed_text`, `feed_endless`, `feed_limits`,
    `feed_quarantined`; for a new one also `feed_many`, `feed_twice`, `feed_driver`.
    """

    def __init__(self, text: str, *, key: str, detail: str = "") -> None:
        super().__init__(text, detail=detail)
        self.key = key


class SettingsError(CarlendarError):
    """An invalid settings file."""

    exit_code = 2
    key = "settings"


class DisplayError(CarlendarError):
    """No display, no OpenGL or no fonts."""

    exit_code = 3
    key = "display"


class LayoutError(CarlendarError):
    """A kv file that cannot be used; the text names file and line."""


class ServiceError(CarlendarError):
    """The network or a remote service failed.

    `perhaps` means that the request may have succeeded: only the response was lost. `key` names the cause more closely
    than the class does: an entry of the catalogue of reasons (`presentation.reasons`), such as `certificate_expired`
    of an OutageError.
    """

    exit_code = 3
    key = "service"
    perhaps = False

    def __init__(self, text: str, *, detail: str = "", key: str = "", host: str = "") -> None:
        super().__init__(text, detail=detail)
        self.key = key or type(self).key
        self.host = host


class OfflineError(ServiceError):
    """The service cannot be reached: no network, no address of that name, no answer."""

    key = "offline"


class ThrottledError(ServiceError):
    """The service throttles requests; `retry_after` is in seconds, None if not specified."""

    key = "throttled"

    def __init__(self, text: str, *, retry_after: float | None = None, detail: str = "") -> None:
        super().__init__(text, detail=detail)
        self.retry_after = retry_after


class OutageError(ServiceError):
    """The service returned a server error or an invalid response."""

    key = "outage"


class RefusedError(ServiceError):
    """The service refused the request, usually because a permission is missing."""

    key = "refused"


class GoneError(ServiceError):
    """The requested object does not exist."""

    key = "gone"


class IncompleteError(ServiceError):
    """Only a part of the request was carried out."""

    key = "incomplete"
    perhaps = True


class SyncStateLostError(ServiceError):
    """The sync token is no longer valid: a full synchronisation is needed."""

    key = "sync_state_lost"


class IdentityError(CarlendarError):
    """Sign-in failed; `code` is the service's error number (AADSTS…), for display only.

    `reason` is a key of the catalogue of reasons (`presentation.reasons`), which has the text for people.
    """

    exit_code = 3
    key = "identity"

    def __init__(self, text: str = "", *, code: str = "", detail: str = "", reason: str = "") -> None:
        super().__init__(text or f"signing in failed: {reason or self.key}", detail=detail)
        self.code = code
        self.reason = reason


class SignInNeededError(IdentityError):
    """The account must sign in again; `claims` is the service's claims challenge, JSON text or empty.

    `revoked` means that the grant itself is invalid (revoked, account disabled or deleted), rather than that further
    claims are required.
    """

    key = "sign_in_needed"

    def __init__(
        self,
        text: str = "",
        *,
        code: str = "",
        claims: str = "",
        detail: str = "",
        reason: str = "",
        revoked: bool = False,
    ) -> None:
        super().__init__(text, code=code, detail=detail, reason=reason)
        self.claims = claims
        self.revoked = revoked


class SignInRefusedError(IdentityError):
    """The service refuses this person, this device or this application."""

    key = "sign_in_refused"


class SignInExpiredError(IdentityError):
    """The code expired before it was entered."""

    key = "sign_in_expired"


class VaultError(CarlendarError):
    """The token cache cannot be read or written."""

    exit_code = 3
    key = "vault"


class StoreError(CarlendarError):
    """The local store cannot be used."""

    exit_code = 3
    key = "store"


class BusyError(CarlendarError):
    """Not now: something else must not be interrupted, such as an emergency call."""

    exit_code = 3
    key = "busy"


class ChannelError(CarlendarError):
    """The other process does not answer or speaks another version."""

    exit_code = 3
    key = "channel"


class CallError(CarlendarError):
    """The phone cannot carry out the request; `key` is the reason for the screen."""

    exit_code = 3
    key = "call"

    def __init__(self, text: str, *, key: str = "call", detail: str = "") -> None:
        super().__init__(text, detail=detail)
        self.key = key
