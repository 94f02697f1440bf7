"""What a driver can say to the car's voice assistant about a call."""

from __future__ import annotations

from enum import StrEnum


class VoiceCommand(StrEnum):
    """The closed list of intents that an assistant may pass on. It recognises the speech; no text reaches Carlendar."""

    JOIN = "join"
    """Joins the meeting that the Now screen offers to join."""
    MUTE = "mute"
    UNMUTE = "unmute"
    LEAVE = "leave"
    CONSENT = "consent"
    """Agrees to being recorded."""
