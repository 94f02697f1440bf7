"""Tokens for joining over data, from the fleet's back end; only in a car that is set up for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from carlendar.wiring.telemetry import folder

if TYPE_CHECKING:
    from carlendar.domain.ports import CallingTokens, WallClock
    from carlendar.settings import Settings
    from carlendar.wiring.microsoft import Microsoft


def calling_tokens(settings: Settings, cloud: Microsoft, wall: WallClock) -> CallingTokens | None:
    """Return the tokens; None in a car without `online.tokens_url` or the authority of its fleet (`fleet.ca_file`)."""
    url, authority = settings.text("online.tokens_url"), settings.path("fleet.ca_file")
    if not url or authority is None:
        return None
    from carlendar.online.calling_tokens import FleetCallingTokens  # with requests and cryptography
    from carlendar.telemetry.identity import IN_USE

    return FleetCallingTokens(url, folder(settings) / IN_USE, authority, cloud.calling_token, wall.now)
