"""Every setting there is, by who may give it.

`KNOWN` is anybody's: a user's file, the environment, the administrator's file. `VEHICLE` decides which car is believed
and `DISPLAY` whose display it is and how large its text must be, so both come from files that root alone can write.
"""

from __future__ import annotations

from carlendar.domain.base import Value

SettingValue = str | int | float | bool | tuple[str, ...]


class Known(Value, frozen=True):
    """A setting that exists: its default, whether it is secret, and what it may be (empty for anything)."""

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
    "network.ca_file": Known(""),
    "network.proxy": Known("", secret=True),
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
"""Of the platform file or the administrator's."""

DISPLAY: dict[str, Known] = {
    "display.width": Known(1560, low=320, high=8192),
    "display.height": Known(700, low=240, high=8192),
    "display.px_per_mm": Known(5.22, low=1.0, high=40.0),
    "display.distance_mm": Known(750.0, low=300.0, high=3000.0),
    "display.role": Known("driver", choices=("driver", "passenger")),
    "display.output": Known(""),
}
"""Of the platform file alone."""

PATHS = ("data.folder", "feeds.ca_file", "identity.ca_file", "network.ca_file")
"""Settings of a user that are paths: a relative one is meant from the folder that the command was started in."""
