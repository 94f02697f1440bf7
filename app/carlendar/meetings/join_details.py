"""How a meeting can be joined: what was found in an invitation, and what was refused and why."""

from __future__ import annotations

from carlendar.domain.base import Value

EXTRACTOR_VERSION = 3
"""Raised whenever the same invitation would yield another way in; stored ways in are then made anew."""


class DialIn(Value, frozen=True):
    """A number (E.164) and what is typed after the connection.

    `digits` leaves the pauses out; in `tones` a `p` is a pause of three seconds.
    """

    number: str
    digits: str = ""
    tones: str = ""
    country: str = ""
    toll_free: bool = False
    label: str = ""
    of_service: bool = True
    """Whether it belongs to the service of the link beside it: in the provider's own field, or typing its ID."""


class Refused(Value, frozen=True):
    """A text that looked like a way in, and why it is none."""

    text: str
    why: str


class JoinDetails(Value, frozen=True):
    """All ways into one meeting. `service` is `unknown` for a link of no known service, empty for none."""

    service: str = ""
    url: str = ""
    host: str = ""
    found_in: str = ""
    """`online_meeting`, `conference_property`, `url`, `location` or `body`; empty where nothing was found."""
    meeting_id: str = ""
    passcode: str = ""
    dial_ins: tuple[DialIn, ...] = ()
    refused: tuple[Refused, ...] = ()
    retired: bool = False
    """The service no longer exists (Skype)."""
    organizer_country: str = ""
    """ISO 3166-1 alpha-2; empty where the invitation does not tell."""
    organizer_number: str = ""
    """The organiser's own telephone (E.164), from a signature."""
    organizer_number_country: str = ""

    @property
    def found(self) -> bool:
        """Whether there is any way in."""
        return bool(self.url or self.dial_ins)
