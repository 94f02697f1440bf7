"""The outside world: Protocols of one to four methods, each with a shipped simulation.

Implementations live in the adapter packages and are named only in `carlendar.wiring`. One contract
test class per Protocol runs against each implementation.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from carlendar.domain.base import Value

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

    from carlendar.domain.account import Calendar
    from carlendar.domain.calendar_delta import Listing
    from carlendar.domain.call import CallCommand, PhoneState
    from carlendar.domain.event import Response
    from carlendar.domain.timespan import Timespan
    from carlendar.errors import CarlendarError

Unsubscribe = Callable[[], None]


class WallClock(Protocol):
    """Time of day. Settable and sped up in the emulator; never used for safety or time-outs."""

    def now(self) -> datetime:
        """The present moment, aware (UTC)."""

    def zone(self) -> tzinfo:
        """The zone the car is in."""

    def is_set(self) -> bool:
        """Whether the system clock has been set since boot; while not, no countdown is shown."""

    def rate(self) -> float:
        """Wall seconds in one elapsed second: 1.0 but in the emulator; 0.0 while paused."""


class ElapsedClock(Protocol):
    """Seconds since boot, suspend included (CLOCK_BOOTTIME). Never set, never scaled."""

    def seconds(self) -> float:
        """Seconds since an arbitrary but fixed moment; never falls."""


class NetworkState(Protocol):
    """Whether there is a data connection."""

    def online(self) -> bool:
        """Whether a request has a chance."""

    def subscribe(self, listener: Callable[[bool], None]) -> Unsubscribe:
        """Call `listener` from any thread with the state, at once and at each change."""


class Sound(Protocol):
    """Short sounds; they never start over a call."""

    def play(self, name: str, loudness: float = 1.0) -> None:
        """Play the sound of that name from the assets; does nothing where there is no audio.

        `loudness` is how much of its own loudness it may have at most: above 0, up to 1.
        """


class LinkOpener(Protocol):
    """The head unit's browser."""

    def available(self) -> bool:
        """Whether there is a browser at all."""

    def open(self, url: str) -> None:
        """Open a checked https address; raises CarlendarError when that failed."""


class Navigation(Protocol):
    """The car's navigation system."""

    def available(self) -> bool:
        """Whether it takes destinations."""

    def navigate(self, latitude: float, longitude: float) -> None:
        """Set the destination, degrees.

        Raises RefusedError if the car takes no destinations, IncompleteError if it took a part of this one, and
        CarlendarError for every other failure.
        """


# --- vehicle -----------------------------------------------------------------------------------


class Reading(Value, frozen=True):
    """One signal's value at one elapsed moment (seconds of the `ElapsedClock`).

    `signal` is a canonical VSS name, the first of its aliases (`Vehicle.Speed`). `value` is None for
    a signal that the car has never set. A speed is in km/h. `reported` is when its source reported it, in
    nanoseconds of the source's clock; only ever compared with others. None where the source has no timestamps.
    """

    at: float
    signal: str
    value: float | bool | str | None
    reported: int | None = None


class VehicleSignals(Protocol):
    """The car's signals. Readings come from the source's own thread, in order of time."""

    def start(self, listener: Callable[[Sequence[Reading]], None]) -> None:
        """Begin; the current value of every known signal comes first, then changes and confirmations.

        A speed that the source only remembers is not among them: each reading of a speed confirms it.
        """

    def stop(self) -> None:
        """End and release the thread; no reading comes after it returned."""


# --- identity ----------------------------------------------------------------------------------


class DeviceCode(Value, frozen=True):
    """What a person needs to sign in on another device. `expires_in` is in seconds from `issued`."""

    user_code: str
    verification_uri: str
    expires_in: float
    interval: float


class SignedIn(Value, frozen=True):
    """The outcome of a sign-in."""

    account_id: str
    address: str
    name: str
    cloud: str
    scopes: tuple[str, ...]
    tenant: str = ""
    """The id of the tenant that vouches for the person (claim `tid`), a GUID; empty where there is none."""


class SignInFlow(Protocol):
    """One device code in flight."""

    @property
    def code(self) -> DeviceCode:
        """What to show."""

    def poll(self) -> SignedIn | None:
        """Ask once; None while nobody has typed the code. Raises IdentityError or ServiceError."""


class Identity(Protocol):
    """Microsoft's identity platform, or another. Every method blocks and has a time-out."""

    def start_device_code(self, scopes: Sequence[str], claims: str = "") -> SignInFlow:
        """Ask for a code. Raises IdentityError or ServiceError."""

    def sign_in_with_browser(
        self,
        scopes: Sequence[str],
        open_url: Callable[[str], None],
        *,
        claims: str = "",
        cancelled: Callable[[], bool] = lambda: False,
    ) -> SignedIn:
        """Authorization code with PKCE over a loopback redirect; ends soon after `cancelled` says so.

        Raises IdentityError or ServiceError.
        """

    def token(self, account_id: str, scopes: Sequence[str], claims: str = "") -> str:
        """An access token, renewed silently. Raises SignInNeededError, IdentityError or ServiceError."""

    def sign_out(self, account_id: str) -> None:
        """Forget everything of the account, on this machine."""


# --- calendars ---------------------------------------------------------------------------------


class CalendarSource(Protocol):
    """Calendars of one account. Methods block, with time-outs; they raise ServiceError or IdentityError."""

    def calendars(self) -> tuple[Calendar, ...]:
        """The account's calendars, the default one first."""

    def listing(self, calendar: Calendar, start: datetime, end: datetime, position: str) -> Listing:
        """The events of the calendar between the two moments, bodies left out; see `Listing`."""

    def bodies(
        self, calendar: Calendar, event_ids: Iterable[str], starts: Timespan | None = None
    ) -> Mapping[str, str | CarlendarError]:
        """Texts of invitations as they came (HTML or plain), for those ids that still exist.

        `starts` reaches from the first to the last start of these events, where it is known.
        In place of a text that cannot be had stands the error of that one event; what concerns all is raised.
        """


class Subscriptions(Protocol):
    """What feeds are read from, by the id of their account; the addresses themselves never come out."""

    def add(self, feed_id: str, source: str, owners: Iterable[str] = ()) -> tuple[str, str]:
        """Keep an address or an absolute path; returns the account's cloud and what may be shown of it.

        `owners` are the mail addresses of the calendar's owner. Raises FeedError for a source that is neither,
        VaultError.
        """

    def renew(self, feed_id: str, owners: Iterable[str]) -> bool:
        """The same again for a feed that is there: what went wrong with it is forgotten.

        Returns whether that changes anything. `owners` replace those that were named before, if there are any here.
        Raises VaultError.
        """

    def owners(self, feed_id: str) -> frozenset[str]:
        """The mail addresses of the calendar's owner, in small letters. Raises VaultError."""

    def holds(self, feed_id: str, source: str) -> bool:
        """Whether the feed is read from just that."""

    def forget(self, feed_id: str) -> None:
        """Forget it. Raises VaultError."""


class ResponseKind(StrEnum):
    """An answer to an invitation."""

    ACCEPT = "accept"
    TENTATIVE = "tentative"
    DECLINE = "decline"


class CalendarActions(Protocol):
    """What a person can do to an account's calendar from the car; same errors as `CalendarSource`."""

    def respond(self, event_id: str, kind: ResponseKind, comment: str = "") -> None:
        """Answer an invitation and tell the organiser."""

    def send_mail(self, to: Sequence[str], subject: str, text: str, transaction_id: str) -> None:
        """Send a short message in the account's name."""

    def dismiss_reminder(self, event_id: str) -> None:
        """Dismiss the reminder everywhere."""

    def snooze_reminder(self, event_id: str, until: datetime) -> None:
        """Let the reminder come again at `until`, everywhere."""


class CalendarRecords(Protocol):
    """What became of what was done, by the service's own records; same errors as `CalendarSource`."""

    def answer_given(self, event_id: str) -> Response:
        """What the calendar says was answered to an invitation. GoneError when it is no longer there."""

    def mail_sent(self, transaction_id: str) -> bool | None:
        """Whether the message was sent; None where the account's permissions do not let us look."""


class CalendarWriter(CalendarActions, CalendarRecords, Protocol):
    """Both of one account."""


# --- telephone ---------------------------------------------------------------------------------


class Telephony(Protocol):
    """The hands-free telephone. Methods return at once; what comes of them is told by state."""

    def subscribe(self, listener: Callable[[PhoneState], None]) -> Unsubscribe:
        """Call `listener` from any thread with the state, at once and at each change."""

    def dial(self, number: str, tones: str) -> None:
        """Dial `number` (`^\\+?[0-9]{3,15}$`, else CallError), then its `tones`.

        `tones` are digits, `*`, `#` and `p` (a pause of 3 s), sent once the call is active.
        """

    def command(self, name: CallCommand, call_id: str = "", tones: str = "") -> None:
        """Act on a call, the newest where none is named, or on the microphone; see `CallCommand`.

        CallError while an emergency call is up, but for opening the microphone.
        """

    def stop(self) -> None:
        """Release the telephone; a call that is up stays up."""
