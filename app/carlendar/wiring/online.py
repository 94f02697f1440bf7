"""Joining over data: what this car can do, by its settings, and the adapter."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from carlendar.domain.online_call import OnlineNeed, OnlineReadiness
from carlendar.platform.probes import Check

if TYPE_CHECKING:
    from collections.abc import Callable

    from carlendar.domain.ports import CallingTokens, ElapsedClock, OnlineCall
    from carlendar.online.engine import EngineParts
    from carlendar.settings import Settings

TEAMS_WEB = "teams_web"
SERVICES = ("teams",)
"""The services that the adapter joins, as named in join details."""


def readiness(settings: Settings) -> OnlineReadiness:
    """What the adapter lacks by the settings alone; nothing is started or imported."""
    required = {OnlineNeed.SDK: "online.sdk_folder", OnlineNeed.TOKEN: "online.tokens_url"}
    needs = tuple(need for need, setting in required.items() if not settings.text(setting))
    return OnlineReadiness(TEAMS_WEB, SERVICES, needs)


def online_call(settings: Settings, elapsed: ElapsedClock) -> Callable[[CallingTokens | None], OnlineCall] | None:
    """Return what makes the adapter from a source of tokens; None in a car that is not set up for it."""
    if readiness(settings).needs:
        return None

    def make(tokens: CallingTokens | None) -> OnlineCall:
        from carlendar.online.teams_web import TeamsWeb  # of a car that joins over data alone

        return TeamsWeb(_parts(settings), tokens, elapsed)

    return make


def check(settings: Settings) -> Check:
    """Check for `carlendar doctor` that joining over data works, where the car is set up for it."""
    if not settings.text("online.sdk_folder"):
        return Check(
            "online", ok=True, detail="not set up: meetings are joined by telephone (docs/online.md)", fix=None
        )
    from carlendar.online.diagnosis import diagnose

    tokens = bool(settings.text("online.tokens_url") and settings.text("fleet.ca_file"))
    return diagnose(_parts(settings), tokens=tokens)


def _parts(settings: Settings) -> EngineParts:
    from pathlib import Path

    from carlendar.online.chromium import Browser, find_program
    from carlendar.online.engine import EngineLimits, EngineParts

    folder = settings.path("online.sdk_folder") or Path()
    browser = Browser(find_program(settings.text("online.chromium")))
    limits = EngineLimits(memory=int(settings.number("online.memory_mb")))
    return EngineParts(browser, folder, os.environ, limits=limits)
