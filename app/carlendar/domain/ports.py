"""Ports to the outside world: Protocols of one to four methods.

Implementations are in the adapter packages and are only referenced in `carlendar.wiring`; the developer tools have
emulated ones. One contract test class per Protocol runs against each implementation.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from carlendar.domain.account import AppRole
from carlendar.domain.base import Value

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

    from carlendar.domain.account import Calendar
    from carlendar.domain.audio_order import CarSound
    from carlendar.domain.calendar_delta import CalendarDelta
    from carlendar.domain.call import CallCommand, PhoneState
    from carlendar.domain.driver_settings import KeptSettings
    from carlendar.domain.event import Response
    from carlendar.domain.online_call import CallingToken, OnlineCommand, OnlineMeeting, OnlineReadiness, OnlineState
    from carlendar.domain.place import Position
    from carlendar.domain.timespan import Timespan
    from carlendar.domain.travel import Destination, NavigationOutcome, NavigationState, TravelTime
    from carlendar.errors import CarlendarError

Unsubscribe = Callable[[], None]


class WallClock(Protocol):
    """Time of day. Can be set and accelerated in the emulator; never used for safety or time-outs."""

    def now(self) -> datetime:
        """Return the current time, aware (UTC)."""

    def zone(self) -> tzinfo:
        """Return the time zone the car is in."""

    def is_set(self) -> bool:
        """Whether the system clock has been set since boot; until then no countdown is shown."""

    def rate(self) -> float:
        """Return the wall seconds per elapsed second: 1.0 except in the emulator; 0.0 while paused."""


class ElapsedClock(Protocol):
    """Seconds since boot, including suspend (CLOCK_BOOTTIME). Never set, never scaled."""

    def seconds(self) -> float:
        """Return the seconds since an arbitrary but fixed time; monotonic."""


class NetworkState(Protocol):
    """Whether there is a data connection."""

    def online(self) -> bool:
        """Whether requests can succeed."""

    def subscribe(self, listener: Callable[[bool], None]) -> Unsubscribe:
        """Call `listener` with the state now and, from any thread, at each change."""


class Sound(Protocol):
    """Short notification sounds; never played during a call."""

    def play(self, name: str, loudness: float = 1.0) -> None:
        """Play a sound of the assets by name; does nothing without audio.

        `loudness` scales its amplitude: above 0, up to 1.
        """


class Speech(Protocol):
    """Spoken notices, spoken by a synthesiser. Methods return at once and never raise.

    Silent where there is no speech. The caller decides whether something may be spoken now and what may be heard by
    others in the car; see `presentation.spoken`.
    """

    def say(self, text: str, language: str) -> None:
        """Speak a plain text of one language (a tag of BCP 47, such as `de` or `en-GB`) after what is being spoken."""

    def cancel(self) -> None:
        """Silence what is being spoken and drop what waits."""


class AudioFocus(Protocol):
    """What else is heard in the car that Carlendar gives way to."""

    def subscribe(self, listener: Callable[[frozenset[CarSound]], None]) -> Unsubscribe:
        """Call `listener` with the sounds that are heard, once that is known, and at each change, from any thread.

        Watches only while there are listeners. Where the car cannot be watched, nothing is heard.
        """


class LinkOpener(Protocol):
    """The head unit's browser."""

    def available(self) -> bool:
        """Whether there is a browser."""

    def open(self, url: str) -> None:
        """Open a validated https address. Raises CarlendarError on failure."""


class Navigation(Protocol):
    """The car's navigation. `navigate` and `clear` block, for seconds at most."""

    def available(self) -> bool:
        """Whether it accepts destinations."""

    def subscribe(self, listener: Callable[[NavigationState], None]) -> Unsubscribe:
        """Call `listener` with the state now and, from any thread, at each change."""

    def navigate(self, destination: Destination, *, replace: bool = False) -> NavigationOutcome:
        """Set the destination; one of the driver's own is only replaced with `replace`.

        Raises RefusedError if the car accepts no destinations, IncompleteError if it accepted only a part of this one,
        and CarlendarError for any other failure.
        """

    def clear(self) -> None:
        """End guidance to a destination that Carlendar has set; another one is left alone.

        Raises RefusedError where this navigation's guidance cannot be ended from here, CarlendarError for any failure.
        """


class TravelTimes(Protocol):
    """A source of travel times by car."""

    def travel(self, start: Position, to: Position) -> TravelTime | None:
        """Return the travel time for leaving now; None if there is no route. Blocks; raises CarlendarError."""


class Geocoder(Protocol):
    """A search for addresses."""

    def find(self, address: Sequence[str], near: Position | None) -> Position | None:
        """Return the position of an address (lines), the nearest to `near` of several; None if it is unknown.

        Blocks; raises CarlendarError.
        """


# --- vehicle -----------------------------------------------------------------------------------


class Reading(Value, frozen=True):
    """The value of a signal at `at` (seconds of the `ElapsedClock`).

    `signal` is the canonical VSS name, the first of its aliases (`Vehicle.Speed`). `value` is None for a signal that
    the car has never set. Speeds are in km/h. `reported` is the source's timestamp in nanoseconds of its own clock,
    only compared with others of the same source; None if the source has no timestamps.
    """

    at: float
    signal: str
    value: float | bool | str | None
    reported: int | None = None


class VehicleSignals(Protocol):
    """The car's signals. Readings arrive on the source's own thread, in chronological order."""

    def start(self, listener: Callable[[Sequence[Reading]], None]) -> None:
        """Start; the current value of every known signal comes first, then changes and confirmations.

        A speed that the source has only cached is left out: each reading of a speed counts as its confirmation.
        """

    def stop(self) -> None:
        """Stop and release the thread; no reading arrives after it has returned."""


# --- identity ----------------------------------------------------------------------------------


class DeviceCode(Value, frozen=True):
    """Information for signing in on another device. `expires_in` is in seconds from when it was issued."""

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
    """The id of the user's tenant (claim `tid`), a GUID; empty if there is none."""
    roles: tuple[AppRole, ...] = ()
    """What the user's organisation has restricted (claim `roles`)."""


class SignInFlow(Protocol):
    """One pending device code."""

    @property
    def code(self) -> DeviceCode:
        """The code to show."""

    def poll(self) -> SignedIn | None:
        """Poll once; return None until the code has been entered. Raises IdentityError or ServiceError."""


class Identity(Protocol):
    """An identity provider, such as Microsoft's identity platform. Methods block, with time-outs."""

    def start_device_code(self, scopes: Sequence[str], claims: str = "") -> SignInFlow:
        """Request a code. Raises IdentityError or ServiceError."""

    def sign_in_with_browser(
        self,
        scopes: Sequence[str],
        open_url: Callable[[str], None],
        *,
        claims: str = "",
        cancelled: Callable[[], bool] = lambda: False,
    ) -> SignedIn:
        """Authorization code flow with PKCE and a loopback redirect; returns soon after `cancelled` is true.

        Raises IdentityError or ServiceError.
        """

    def token(self, account_id: str, scopes: Sequence[str], claims: str = "") -> str:
        """Return an access token, renewed silently. Raises SignInNeededError, IdentityError or ServiceError."""

    def sign_out(self, account_id: str) -> None:
        """Delete the account's tokens on this machine."""


# --- calendars ---------------------------------------------------------------------------------


class CalendarSource(Protocol):
    """The calendars of one account. Methods block, with time-outs, and raise ServiceError or IdentityError."""

    def calendars(self) -> tuple[Calendar, ...]:
        """Return the account's calendars, the default one first."""

    def listing(self, calendar: Calendar, start: datetime, end: datetime, position: str) -> CalendarDelta:
        """Return the events of the calendar from `start` to `end`, without bodies; see `CalendarDelta`."""

    def bodies(
        self, calendar: Calendar, event_ids: Iterable[str], starts: Timespan | None = None
    ) -> Mapping[str, str | CarlendarError]:
        """Return the texts of invitations (HTML or plain text) for the ids that still exist.

        `starts` is the span from the first to the last start of these events, if known. A text that could not be
        fetched is replaced by the error of that event; an error that affects all is raised.
        """


class Subscriptions(Protocol):
    """The sources of feeds, by account id; the addresses are write-only."""

    def add(self, feed_id: str, source: str, owners: Iterable[str] = ()) -> tuple[str, str]:
        """Store an address or an absolute path; return the account's cloud and the displayable part of the source.

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
        """Whether `source` is the feed's source."""

    def forget(self, feed_id: str) -> None:
        """Delete the source. Raises VaultError."""


class ResponseKind(StrEnum):
    """An answer to an invitation."""

    ACCEPT = "accept"
    TENTATIVE = "tentative"
    DECLINE = "decline"


class CalendarActions(Protocol):
    """Actions on an account's calendar from the car; same errors as `CalendarSource`."""

    def respond(self, event_id: str, kind: ResponseKind, comment: str = "") -> None:
        """Answer an invitation and notify the organiser."""

    def send_mail(self, to: Sequence[str], subject: str, text: str, transaction_id: str) -> None:
        """Send a short message in the account's name."""

    def dismiss_reminder(self, event_id: str) -> None:
        """Dismiss the reminder everywhere."""

    def snooze_reminder(self, event_id: str, until: datetime) -> None:
        """Snooze the reminder until `until`, everywhere."""


class CalendarRecords(Protocol):
    """The outcome of earlier actions, according to the service; same errors as `CalendarSource`."""

    def answer_given(self, event_id: str) -> Response:
        """Return the recorded answer to an invitation. Raises GoneError if the event no longer exists."""

    def mail_sent(self, transaction_id: str) -> bool | None:
        """Whether the message was sent; None if the account's permissions do not allow the check."""


class CalendarWriter(CalendarActions, CalendarRecords, Protocol):
    """Actions and their outcomes, for one account."""


# --- telephone ---------------------------------------------------------------------------------


class Telephony(Protocol):
    """Hands-free telephony. Methods return immediately; the outcome is reported in the state."""

    def subscribe(self, listener: Callable[[PhoneState], None]) -> Unsubscribe:
        """Call `listener` with the state now and, from any thread, at each change."""

    def dial(self, number: str, tones: str) -> None:
        """Dial `number` (`^\\+?[0-9]{3,15}$`, else CallError), then send `tones`.

        `tones` are digits, `*`, `#` and `p` (a pause of 3 s), sent once the call is active.
        """

    def command(self, name: CallCommand, call_id: str = "", tones: str = "") -> None:
        """Act on a call (the newest if `call_id` is empty) or on the microphone; see `CallCommand`.

        During an emergency call, raises CallError for anything but unmuting.
        """

    def stop(self) -> None:
        """Release the resources; a call in progress stays up."""


# --- joining over data ------------------------------------------------------------------------


class OnlineCall(Protocol):
    """The one audio call over the car's data connection. Methods return at once; the outcome is in the state."""

    def readiness(self) -> OnlineReadiness:
        """What the adapter is, and what it lacks; cheap, asked whenever joining is planned."""

    def subscribe(self, listener: Callable[[OnlineState | None], None]) -> Unsubscribe:
        """Call `listener` with the state now (None before the first call) and, from any thread, at each change."""

    def prepare(self) -> None:
        """Start what takes long to start; it is stopped again 2 minutes after its last use."""

    def join(self, meeting: OnlineMeeting, *, muted: bool) -> None:
        """Join; `muted` is the microphone's state on entering. A call that is up is left alone: the end is `busy`."""

    def command(self, name: OnlineCommand) -> None:
        """Act on the call; without effect if there is none."""

    def sound(self, heard: float, microphone: bool) -> None:
        """Limit the call's audio from now on, beside the driver's mute: how loud it may be, and an open microphone.

        `heard` is 1.0 as usual, 0.0 for silent; an adapter that cannot attenuate is silent below 0.5. Once
        `microphone` is true again the driver's own mute counts.
        """

    def stop(self) -> None:
        """Leave the call, if any, and release everything."""


class CallingTokens(Protocol):
    """Tokens for joining over data, from the fleet's back end. Methods block, with time-outs."""

    def token(self, account_id: str) -> CallingToken:
        """Return a token of the account, or of a guest if it is empty. Raises IdentityError or ServiceError.

        It is a guest's as well where the account lacks the permission for calls (`CallingToken.identity`).
        """

    def used(self, token: CallingToken, seconds: float) -> None:
        """Report how long a call lasted that has ended: its minutes are counted. 0 for a token that was not used.

        `token` is the newest one, if it was renewed during the call.
        """


# --- telemetry ---------------------------------------------------------------------------------

Fields = Mapping[str, int | bool | str | None]
"""The fields of an event: counts, durations and the values of enumerations."""


class CarActions(Protocol):
    """What the back end may command the car to do; called on another thread than the service's."""

    def calendar_changed(self) -> None:
        """Fetch the changes of all calendars now."""

    def erase(self) -> None:
        """Delete all data of all drivers. Raises StoreError; raises BusyError during an emergency call."""

    def show_stored(self) -> Mapping[str, int]:
        """Show the driver what is stored, and return counts of it. Raises StoreError."""

    def restart(self) -> None:
        """Restart the service soon: its settings have changed."""

    def settings_kept(self, kept: KeptSettings) -> None:
        """Take the answer to a request for a driver's settings."""


class SettingsKeeper(Protocol):
    """Keeps drivers' settings at the fleet's back end. Methods return at once; answers come by `settings_kept`."""

    def fetch_settings(self, profile: str, key: str) -> None:
        """Ask for the settings that are kept of a driver; `key`, from their account, opens them."""

    def store_settings(self, profile: str, key: str, version: int, values: Mapping[str, str]) -> None:
        """Have a driver's settings kept, as this version, which must follow the one that is kept."""

    def delete_settings(self, profile: str, key: str) -> None:
        """Have the settings deleted that are kept of a driver."""


class Telemetry(SettingsKeeper, Protocol):
    """Records events, and publishes those that the driver consented to. Methods return at once and never raise."""

    def start(self, actions: CarActions) -> None:
        """Start publishing and receiving commands."""

    def stop(self) -> None:
        """Stop; what was not published is kept."""

    def record(self, name: str, fields: Fields, profile: str = "") -> None:
        """Record an event of the schema by its name, for the driver of a profile; an invalid one is dropped."""

    def consent(self, given: Mapping[str, Mapping[str, int]]) -> None:
        """Adopt the consents given now: versions of the purpose, by profile and topic. Others are withdrawn."""

    def previous_run(self) -> tuple[int, bool] | None:
        """Return the minutes of the service's run before this one and whether it ended unexpectedly, once."""

    def running(self, minutes: int) -> None:
        """Note for how long this run has lasted; called now and then."""

    def network(self, online: bool) -> None:
        """Set whether the car has a data connection."""

    def flush(self) -> None:
        """Publish everything soon, as at the end of a trip."""

    def erase(self) -> None:
        """Delete the events of all drivers and renew their random subjects. Raises StoreError."""

    def held(self) -> Mapping[str, int]:
        """The number of events that wait, by topic."""
