"""Joining a meeting over the car's data connection, audio only: what is joined, and the state of the one such call."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from carlendar.domain.base import Value

if TYPE_CHECKING:
    from datetime import datetime

MANY_PEOPLE = 100
"""From this number on a service lists only the people who speak: it stands for "100 or more"."""


class OnlinePhase(StrEnum):
    """The phase of a data call."""

    CONNECTING = "connecting"
    LOBBY = "lobby"
    """Connected to the service, waiting to be let in."""
    CONNECTED = "connected"
    """In the meeting."""
    RECONNECTING = "reconnecting"
    """Was in the meeting; the service tries to restore the connection."""
    ENDED = "ended"


class OnlineEnd(StrEnum):
    """Why a data call is over, or was not set up."""

    LEFT = "left"
    ENDED_FOR_ALL = "ended_for_all"
    REMOVED = "removed"
    DENIED = "denied"
    """Not let in from the lobby, or not in time."""
    NOT_ALLOWED = "not_allowed"
    """The meeting's or the organisation's policy does not admit this caller."""
    BAD_LINK = "bad_link"
    SIGN_IN = "sign_in"
    """The token was refused or could not be fetched: the account has to sign in again."""
    CONNECTION_LOST = "connection_lost"
    MEDIA = "media"
    """The audio could not be set up."""
    ENGINE = "engine"
    """The engine ended or hung, and was restarted once in vain."""
    ENGINE_TOO_OLD = "engine_too_old"
    """The service's library does not support the engine of this car, or is blocked in it."""
    NOT_SET_UP = "not_set_up"
    """A part is missing that the integrator provides (see `carlendar doctor`), or the car is refused its tokens."""
    BUSY = "busy"
    """Another data call is up, or the phone has a call: never two lines at once."""
    UNKNOWN = "unknown"


class Quality(StrEnum):
    """The quality of the connection."""

    GOOD = "good"
    POOR = "poor"
    BAD = "bad"


class CallIdentity(StrEnum):
    """As whom the meeting sees the driver."""

    USER = "user"
    GUEST = "guest"


class OnlineNeed(StrEnum):
    """What an adapter lacks to join; also in the JSON of a plan."""

    SDK = "sdk"
    TOKEN = "token"  # noqa: S105  # the name of a need
    NETWORK = "network"


class OnlineMeeting(Value, frozen=True):
    """A meeting to join.

    `url` is https, unwrapped, and of a host that is allowed; empty if `meeting_id` (digits) and `passcode` are used
    instead. `account_id` is the signed-in account to join with; empty for a guest, who is shown as `display_name`.
    """

    url: str
    meeting_id: str = ""
    passcode: str = ""
    account_id: str = ""
    display_name: str = ""


class OnlineState(Value, frozen=True):
    """The state of the data call. `since` is the start of the phase in seconds of the `ElapsedClock`.

    `muted` is the actual state of the microphone. `people` counts the driver too; None if unknown, `MANY_PEOPLE` for
    that many or more. `recording` and `transcription` are whether they run now. While `consent_needed`, the call is
    listen-only: the microphone stays shut. `audio_lost` is whether the car's microphone or loudspeaker stopped working
    in this call, as when the sound server ended. `joined` is when it was first in the meeting; None
    before. `end` is set in the phase `ended` only; `code` is the service's own code of it, for the log.
    """

    phase: OnlinePhase
    since: float
    muted: bool = False
    muted_by_organizer: bool = False
    people: int | None = None
    recording: bool = False
    transcription: bool = False
    consent_needed: bool = False
    quality: Quality = Quality.GOOD
    audio_lost: bool = False
    identity: CallIdentity = CallIdentity.GUEST
    joined: float | None = None
    end: OnlineEnd | None = None
    code: str = ""

    @property
    def up(self) -> bool:
        """Whether there is a call, in whatever phase."""
        return self.phase is not OnlinePhase.ENDED


class OnlineCommand(StrEnum):
    """Commands to the data call."""

    MUTE = "mute"
    UNMUTE = "unmute"
    """Without effect while consent is needed."""
    CONSENT = "consent"
    """Agree to being recorded or transcribed; the microphone stays as it was wanted before."""
    LEAVE = "leave"


class OnlineReadiness(Value, frozen=True):
    """Whether an adapter can join: its name (`teams_web`), the services it joins, and what it lacks."""

    adapter: str
    services: tuple[str, ...]
    needs: tuple[OnlineNeed, ...] = ()


class CallingToken(Value, frozen=True):
    """A token for the calling service, valid until `expires`."""

    token: str
    expires: datetime
    identity: CallIdentity
