"""Settings that follow a driver to cars of all brands."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import field

from carlendar.domain.base import Value

PORTABLE = (
    "buffer_minutes",
    "hide_declined",
    "join_muted",
    "language",
    "mask",
    "reminder_minutes",
    "spoken_notices",
    "theme",
)
"""The preferences that follow a driver. None of them is content of a calendar, and none lifts a restriction."""
PERMISSION = "User.ReadWrite"
"""The delegated permission to keep the settings' key in the driver's own account."""


class KeptSettings(Value, frozen=True):
    """A driver's settings as the back end keeps them, sealed for the driver alone: the answer to a request.

    `outcome` is `done`, `absent`, `conflict` (other settings were stored meanwhile: these), or `refused`.
    """

    profile: str
    outcome: str
    version: int = 0
    values: Mapping[str, str] = field(default_factory=dict)
