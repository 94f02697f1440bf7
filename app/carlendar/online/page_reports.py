"""What the page reports. Its content passed through foreign code, so it is decoded strictly."""

from __future__ import annotations

import msgspec

from carlendar.domain.base import Value
from carlendar.domain.online_call import MANY_PEOPLE, OnlinePhase, Quality

_LONGEST = 4096
_GRADES = (Quality.GOOD, Quality.GOOD, Quality.POOR, Quality.BAD)
"""By the SDK's `DiagnosticQuality`, 1 to 3."""
_PHASES = {
    "InLobby": OnlinePhase.LOBBY,
    "Connected": OnlinePhase.CONNECTED,
    "LocalHold": OnlinePhase.CONNECTED,
    "RemoteHold": OnlinePhase.CONNECTED,
}


class Codes(Value, frozen=True, rename="camel"):
    """The SDK's code and sub-code of a failure or an end."""

    code: int
    sub_code: int = 0

    def __str__(self) -> str:
        return f"{self.code}/{self.sub_code}"


class CallReport(Value, frozen=True, rename="camel"):
    """The state of the call."""

    state: str
    muted: bool
    muted_by_others: bool
    people: int
    recording: bool
    transcription: bool
    consent: bool
    network: int
    reconnecting: bool
    registered: bool
    audio_lost: bool = False
    end: Codes | None = None

    @property
    def phase(self) -> OnlinePhase:
        """The phase that this is, without regard to earlier ones."""
        phase = _PHASES.get(self.state, OnlinePhase.CONNECTING)
        return OnlinePhase.RECONNECTING if self.reconnecting and phase is OnlinePhase.CONNECTED else phase

    @property
    def quality(self) -> Quality:
        """The quality of the connection."""
        return _GRADES[min(max(self.network, 0), len(_GRADES) - 1)]

    @property
    def count(self) -> int:
        """The number of people, the driver included."""
        return min(max(self.people, 1), MANY_PEOPLE)


class PageReport(Value, frozen=True):
    """One report: of the call, of a token that is needed, or of a command that the service refused."""

    call: CallReport | None = None
    token: bool = False
    refused: Codes | None = None


def read_report(raw: bytes) -> PageReport | None:
    """Decode a report; None if it is none."""
    if len(raw) > _LONGEST:
        return None
    try:
        return msgspec.json.decode(raw, type=PageReport)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
