"""Joining over data: what this car can do, by its settings, and the adapter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from carlendar.domain.online_call import OnlineNeed, OnlineReadiness

if TYPE_CHECKING:
    from collections.abc import Callable

    from carlendar.domain.ports import OnlineCall
    from carlendar.settings import Settings

TEAMS_WEB = "teams_web"
SERVICES = ("teams",)
"""The services that the adapter joins, as named in join details."""


def readiness(settings: Settings) -> OnlineReadiness:
    """What the adapter lacks by the settings alone; nothing is started or imported."""
    required = {OnlineNeed.SDK: "online.sdk_folder", OnlineNeed.TOKEN: "online.tokens_url"}
    needs = tuple(need for need, setting in required.items() if not settings.text(setting))
    return OnlineReadiness(TEAMS_WEB, SERVICES, needs)


def online_call(settings: Settings) -> Callable[[], OnlineCall] | None:
    """Return what makes the adapter; None in a car that is not set up for it."""
    if readiness(settings).needs:
        return None
    return None
