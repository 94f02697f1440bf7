"""The error tree. Every error has a text for people and, where it helps, a detail for the log.

    CarlendarError
    ├── UsageError            unusable input or arguments                      exit 2
    │   └── FeedError         a calendar's file, address or text cannot be used
    ├── SettingsError         a settings file that cannot be used              exit 2
    ├── DisplayError          no display, no GL, no fonts                      exit 3
    ├── ServiceError          the network or a remote service failed           exit 3
    │   ├── OfflineError      the service cannot be reached
    │   ├── ThrottledError    the service asks to wait (`retry_after`, seconds)
    │   ├── OutageError       the service answered with a fault of its own, or garbage
    │   ├── RefusedError      the service understood and refused (no permission)
    │   ├── GoneError         the thing asked for is not there (404)
    │   ├── IncompleteError   a part was done and the rest was not
    │   └── SyncStateLostError  the position of a synchronisation is no longer known (410)
    ├── IdentityError         signing in
    │   ├── SignInNeededError    the account must sign in again
    │   ├── SignInRefusedError   the service refuses this person, device or application
    │   └── SignInExpiredError   the code was not entered in time
    ├── VaultError            the token cache cannot be read or written
    ├── StoreError            the local store cannot be used
    ├── ChannelError          the other process does not answer or speaks another version
    └── CallError             the telephone cannot do what was asked

`str(error)` is a text in English. For what the network, a service or a sign-in did, `key` (or `reason`) names an
entry of the catalogue in `presentation.reasons`, which has the text for screens and for the terminal. `detail` is for
the log and never holds titles, bodies, addresses, tokens, numbers or PINs.
"""

from __future__ import annotations


def one_line(text: str) -> str:
    """`text` for a terminal: on one line, and with nothing in it that a terminal obeys."""
    return "".join(each if each.isprintable() else each.encode("unicode_escape").decode() for each in text)


OWN_FAULT = "an error of Carlendar itself"
"""How the one line of a fault of the program itself begins: unlike others, it may not come again."""


class CarlendarError(Exception):
    """Base of all errors that Carlendar raises on purpose."""

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
    """Unusable input or arguments."""

    exit_code = 2
    key = "usage"


class FeedError(UsageError):
    """A calendar's file, address or text cannot be used; `key` says why for the screen.

    `feed_file`, `feed_address`, `feed_private`, `feed_off`, `feed_size`, `feed_text`, `feed_endless`;
    for a new one also `feed_many`, `feed_twice`, `feed_driver`.
    """

    def __init__(self, text: str, *, key: str, detail: str = "") -> None:
        super().__init__(text, detail=detail)
        self.key = key


class SettingsError(CarlendarError):
    """A settings file that cannot be used."""

    exit_code = 2
    key = "settings"


class DisplayError(CarlendarError):
    """No display, no OpenGL or no fonts."""

    exit_code = 3
    key = "display"


class ServiceError(CarlendarError):
    """The network or a remote service failed.

    `perhaps` says that what was asked for may have had its effect all the same: the answer was lost, not
    the question. `key` names the cause more closely than the class does: an entry of the catalogue of reasons
    (`presentation.reasons`), such as `certificate_expired` of an OutageError.
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
    """The service asks to wait; `retry_after` is in seconds, None where it did not say."""

    key = "throttled"

    def __init__(self, text: str, *, retry_after: float | None = None, detail: str = "") -> None:
        super().__init__(text, detail=detail)
        self.retry_after = retry_after


class OutageError(ServiceError):
    """The service answered with a fault of its own or with garbage."""

    key = "outage"


class RefusedError(ServiceError):
    """The service understood and refused, usually for want of a permission."""

    key = "refused"


class GoneError(ServiceError):
    """The thing asked for is not there."""

    key = "gone"


class IncompleteError(ServiceError):
    """A part of what was asked for was done, and the rest was not."""

    key = "incomplete"
    perhaps = True


class SyncStateLostError(ServiceError):
    """The position of a synchronisation is no longer known to the service: start again."""

    key = "sync_state_lost"


class IdentityError(CarlendarError):
    """Signing in failed; `code` is the number the service gave (AADSTS…), for display only.

    `reason` is a key of the catalogue of reasons (`presentation.reasons`), which has the text for people.
    """

    exit_code = 3
    key = "identity"

    def __init__(self, text: str = "", *, code: str = "", detail: str = "", reason: str = "") -> None:
        super().__init__(text or f"signing in failed: {reason or self.key}", detail=detail)
        self.code = code
        self.reason = reason


class SignInNeededError(IdentityError):
    """The account must sign in again; `claims` is what the service wants proven, JSON text or empty.

    `revoked` tells that the grant itself is dead (revoked, account disabled or gone), not that
    something more is to be proven.
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
    """The code was not entered in time."""

    key = "sign_in_expired"


class VaultError(CarlendarError):
    """The token cache cannot be read or written."""

    exit_code = 3
    key = "vault"


class StoreError(CarlendarError):
    """The local store cannot be used."""

    exit_code = 3
    key = "store"


class ChannelError(CarlendarError):
    """The other process does not answer or speaks another version."""

    exit_code = 3
    key = "channel"


class CallError(CarlendarError):
    """The telephone cannot do what was asked; `key` says why for the screen."""

    exit_code = 3
    key = "call"

    def __init__(self, text: str, *, key: str = "call", detail: str = "") -> None:
        super().__init__(text, detail=detail)
        self.key = key
