"""All settings, grouped by who may set them.

`KNOWN` can be set by a user's file, the environment, and the administrator's file. `VEHICLE` determines which car is
trusted, and `DISPLAY` whose display it is and its text size, so both are only read from files that only root can write.
"""

from __future__ import annotations

from carlendar.domain.base import Value

SettingValue = str | int | float | bool | tuple[str, ...]


class Known(Value, frozen=True):
    """A setting: its default, whether it is secret, and its valid values (empty for any)."""

    default: SettingValue
    secret: bool = False
    choices: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None


KNOWN: dict[str, Known] = {
    "identity.client_id": Known(""),
    "identity.tenant": Known("organizations"),
    "identity.tenants_allowed": Known(()),
    "identity.cloud": Known("global", choices=("global", "usgov", "usdod", "china")),
    "identity.authority": Known(""),
    "identity.graph": Known(""),
    "identity.ca_file": Known(""),
    "identity.scopes": Known(("User.Read", "Calendars.Read")),
    "identity.extra_scopes": Known(("Mail.Send", "Calendars.ReadWrite")),
    "identity.key_file_storage": Known(default=True),
    "data.folder": Known(""),
    "data.days_kept": Known(2, low=0, high=30),
    "feeds.allowed": Known(default=True),
    "feeds.private_addresses": Known(default=False),
    "feeds.ca_file": Known(""),
    "feeds.subscriptions": Known((), secret=True),
    "feeds.profile": Known(""),
    "late.allowed": Known(default=True),
    "service.standing": Known(default=False),
    "telephone.region": Known(""),
    "telephone.join_muted": Known(default=True),
    "ui.language": Known(""),
    "ui.theme": Known("auto", choices=("auto", "night", "day")),
    "ui.mask": Known("aboard", choices=("aboard", "always", "never")),
    "ui.hide_declined": Known(default=False),
    "ui.reminder_minutes": Known(5, low=0, high=60),
    "window.fullscreen": Known(default=False),
}

VEHICLE: dict[str, Known] = {
    "vehicle.databroker": Known(""),
    "vehicle.ca_file": Known(""),
    "vehicle.token_file": Known(""),
    "vehicle.server_name": Known(""),
    "vehicle.heartbeat": Known(""),
    "vehicle.ignition_file": Known(""),
}
"""Settings of the platform file or the administrator's file."""

DISPLAY: dict[str, Known] = {
    "display.width": Known(1560, low=320, high=8192),
    "display.height": Known(700, low=240, high=8192),
    "display.px_per_mm": Known(5.22, low=1.0, high=40.0),
    "display.distance_mm": Known(750.0, low=300.0, high=3000.0),
    "display.role": Known("driver", choices=("driver", "passenger")),
    "display.output": Known(""),
}
"""Settings of the platform file only."""

PATHS = ("data.folder", "feeds.ca_file", "identity.ca_file")
"""Paths among a user's settings; a relative one is relative to the working folder of the command."""
