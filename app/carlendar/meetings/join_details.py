"""How a meeting can be joined: what was found in an invitation, and what was refused and why."""

from __future__ import annotations

from carlendar.domain.base import Value

EXTRACTOR_VERSION = 3
"""Incremented whenever the same invitation would yield other join details; stored ones are then extracted again."""


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
    """Whether it belongs to the service of the link: from the provider's own field, or with the meeting's ID."""


class RefusedText(Value, frozen=True):
    """A text that looked like a link or number for joining, and why it was refused."""

    text: str
    why: str


class JoinDetails(Value, frozen=True):
    """The join details of a meeting. `service` is `unknown` for a link of an unknown service, empty without a link."""

    service: str = ""
    url: str = ""
    host: str = ""
    found_in: str = ""
    """`online_meeting`, `conference_property`, `url`, `location` or `body`; empty if nothing was found."""
    meeting_id: str = ""
    passcode: str = ""
    dial_ins: tuple[DialIn, ...] = ()
    refused: tuple[RefusedText, ...] = ()
    retired: bool = False
    """Whether the service no longer exists (Skype)."""
    organizer_country: str = ""
    """ISO 3166-1 alpha-2; empty if unknown."""
    organizer_number: str = ""
    """The organiser's own number (E.164), from a signature."""
    organizer_number_country: str = ""

    @property
    def found(self) -> bool:
        """Whether the meeting can be joined at all."""
        return bool(self.url or self.dial_ins)
