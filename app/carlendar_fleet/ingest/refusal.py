"""Why a message or an event is not stored."""

from __future__ import annotations

from enum import StrEnum


class Reason(StrEnum):
    """The reason, as the dead-letter folder has it."""

    TOPIC = "topic"
    """The MQTT topic has not the right form, or the event belongs to another topic."""
    UNREGISTERED = "unregistered"
    INACTIVE = "inactive"
    """The vehicle has no valid certificate, or was revoked."""
    OVERSIZE = "oversize"
    UNREADABLE = "unreadable"
    """No CloudEvent, or a batch that cannot be read."""
    FOREIGN_SOURCE = "foreign_source"
    """The event names another vehicle than the one that sent it."""
    UNKNOWN_TYPE = "unknown_type"
    CLOCK = "clock"
    """The event's time is in the future, or too long ago."""
    SUBJECT = "subject"
    """A subject is missing, not allowed, or belongs to another vehicle."""
    NO_CONSENT = "no_consent"
    """No consent is known, or none for that version of the purpose; it may still arrive."""
    WITHDRAWN = "withdrawn"
    """The driver withdrew the consent."""
    INVALID = "invalid"
    """A field has a value that its type does not allow."""


NOT_FINAL = frozenset({Reason.UNREGISTERED, Reason.INACTIVE, Reason.NO_CONSENT})
"""Reasons that can pass: the car gets no receipt, and sends the event again."""

PAYLOAD_KEPT = frozenset(
    {Reason.TOPIC, Reason.OVERSIZE, Reason.UNREADABLE, Reason.FOREIGN_SOURCE, Reason.UNKNOWN_TYPE, Reason.CLOCK,
     Reason.INVALID}
)  # fmt: skip
"""Reasons for which the payload is kept for diagnosis. Of what may not be processed, nothing is kept."""


class EventRefusedError(Exception):
    """An event or a message that is not stored."""

    def __init__(self, reason: Reason, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail
