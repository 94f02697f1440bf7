"""All settings, grouped by who may set them.

`KNOWN` settings may come from a user's file, the environment or the administrator's file. `VEHICLE` determines which
databroker is trusted, `DISPLAY` whose display it is and its minimum text size, and `FLEET` which back end may command
the car, so these come from files that only root can write.
"""

from __future__ import annotations

from carlendar.domain.base import Value

SettingValue = str | int | float | bool | tuple[str, ...]


class Known(Value, frozen=True):
    """The definition of a setting: default, purpose, whether it is secret, and permitted values.

    `choices` (empty for any), `low` and `high` limit the value. A non-empty text, or each text of a list, matches the
    regular expression `pattern`, which `form` describes.
    """

    default: SettingValue
    text: str = ""
    secret: bool = False
    choices: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None
    pattern: str = ""
    form: str = ""

    @property
    def allowed(self) -> str:
        """The permitted values, as displayed."""
        if self.choices:
            return ", ".join(self.choices)
        if isinstance(self.default, bool):
            return "true, false"
        if self.low is not None and self.high is not None:
            return f"{self.low:g} to {self.high:g}"
        if self.form:
            return f"list of: {self.form}" if isinstance(self.default, tuple) else self.form
        return "list of texts" if isinstance(self.default, tuple) else "text"


GUID = r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}"
_DOMAIN = r"[A-Za-z0-9][A-Za-z0-9.-]*"
_PORT = r"(?::(?:[1-9]\d{0,3}|[1-5]\d{4}|6[0-4]\d{3}|65[0-4]\d\d|655[0-2]\d|6553[0-5]))?"
_HTTPS = rf"https://(?:[\w.-]+|\[[0-9A-Fa-f]{{0,4}}:[0-9A-Fa-f:.]+\]){_PORT}(?:/[^\s?#@]*)?"
_HTTPS_FORM = "an address that begins with https://, without a password"
_ADDRESS = r"[^\s@<>,;]+@[^\s@<>,;]+"
_ABSOLUTE = "path of a file"
_VSS = r"Vehicle(?:\.[A-Za-z0-9_]+)+"
_SOUND = rf"role:[A-Za-z0-9_-]{{1,40}}|{_VSS}"
_SOUND_FORM = "role:NAME of audio streams, or paths of booleans in VSS"
_KEY = rf"(?:(?:KEY|BTN)_[A-Z0-9_]{{1,40}}|[1-9][0-9]{{0,2}}|{_VSS})(?::long)?"
_KEY_FORM = "names or numbers of Linux keys, or paths of booleans in VSS; with :long where held"
LANGUAGES = ("de", "en")
"""Languages with texts: those of the catalogues in assets/locale."""

TELEMETRY_TOPICS = ("diagnostics", "usage", "mobility", "settings")
"""What a driver can consent to (`carlendar.telemetry.schema.CONSENT_TOPICS`)."""

KNOWN: dict[str, Known] = {
    "identity.client_id": Known(
        "", "id of the application that is registered at Microsoft", pattern=GUID,
        form="a GUID, as 00000000-0000-0000-0000-000000000000",
    ),
    "identity.tenant": Known(
        "organizations", "tenant at which people sign in", pattern=_DOMAIN,
        form="organizations, consumers, common, or the id or domain of a tenant",
    ),
    "identity.tenants_allowed": Known(
        (), "tenants whose accounts may sign in; any if empty", pattern=_DOMAIN, form="ids or domains of tenants"
    ),
    "identity.cloud": Known("global", "Microsoft's cloud", choices=("global", "usgov", "usdod", "china")),
    "identity.authority": Known(
        "", "another sign-in service, as of the emulated cloud", pattern=_HTTPS, form=_HTTPS_FORM
    ),
    "identity.graph": Known("", "another Graph service, as of the emulated cloud", pattern=_HTTPS, form=_HTTPS_FORM),
    "identity.ca_file": Known(
        "", "certificate authority of Microsoft's hosts, trusted instead of the system's", form=_ABSOLUTE
    ),
    "identity.scopes": Known(("User.Read", "Calendars.Read"), "permissions that are asked for at the sign-in"),
    "identity.extra_scopes": Known(
        ("Mail.Send", "Calendars.ReadWrite"), "permissions that are asked for once a function needs them"
    ),
    "identity.optional_scopes": Known(
        ("Presence.Read",), "permissions that a driver can allow in the Settings"
    ),
    "identity.key_file_storage": Known(
        default=True, text="a key file may protect the tokens where there is no keyring or credential"
    ),
    "data.folder": Known("", "folder of everything that is stored; the user's data folder if empty", form="path"),
    "data.days_kept": Known(2, "days after which past events are deleted", low=0, high=30),
    "feeds.allowed": Known(default=True, text="calendars that are not Microsoft's may be subscribed to"),
    "feeds.private_addresses": Known(default=False, text="calendars may be fetched from private networks, and by http"),
    "feeds.ca_file": Known("", "certificate authority of calendars' servers", form=_ABSOLUTE),
    "feeds.subscriptions": Known(
        (), "calendars that are subscribed to", secret=True, form="addresses or absolute paths"
    ),
    "feeds.owner_addresses": Known(
        (), "mail addresses of the owner of these calendars, whose answers to invitations count", pattern=_ADDRESS,
        form="mail addresses",
    ),
    "feeds.profile": Known("", "name of the driver whose calendars these become", form="name"),
    "feeds.reminders": Known(
        default=True, text="meetings of subscribed calendars remind where their calendar names no reminder"
    ),
    "late.allowed": Known(default=True, text="the message that one is late may be sent"),
    "navigation.system": Known(
        "kuksa", "navigation that takes destinations: the car's, over the databroker; Navit; a geo: link; or none",
        choices=("kuksa", "navit", "link", "none"),
    ),
    "navigation.routino_folder": Known(
        "", "folder with a database of Routino, from which travel times are computed in the car", form="path"
    ),
    "navigation.azure_maps": Known(
        default=False, text="drivers may agree to travel times and addresses from Azure Maps"
    ),
    "navigation.azure_maps_key_file": Known("", "file with the subscription key of Azure Maps", form=_ABSOLUTE),
    "navigation.azure_maps_url": Known(
        "https://atlas.microsoft.com", "service of Azure Maps, as the emulated one", pattern=_HTTPS, form=_HTTPS_FORM
    ),
    "navigation.buffer_minutes": Known(5, "minutes for parking and walking before a meeting", low=0, high=60),
    "network.ca_file": Known(
        "", "certificate authority that is trusted in addition, as of a proxy that inspects TLS", form=_ABSOLUTE
    ),
    "network.proxy": Known(
        "", "HTTP proxy for all servers; that of the environment if empty", secret=True, form="http://HOST:PORT"
    ),
    "service.standing": Known(default=False, text="systemd keeps the service: the screen starts none"),
    "telephone.region": Known(
        "", "country of the phone", pattern=r"[A-Za-z]{2}", form="two letters of ISO 3166-1, as DE"
    ),
    "telephone.join_muted": Known(default=True, text="calls are joined with the microphone muted"),
    "telephone.join_by": Known(
        "auto", "line that is preferred where a meeting can be joined by both", choices=("auto", "phone", "data")
    ),
    "telemetry.forbidden": Known(
        (), "topics of telemetry that no driver can consent to", pattern="|".join(TELEMETRY_TOPICS),
        form=", ".join(TELEMETRY_TOPICS),
    ),
    "telemetry.monthly_kilobytes": Known(
        1000, "kilobytes that the connection to the fleet may use in a month", low=0, high=1_000_000
    ),
    "ui.language": Known(
        "", "language of the screen; the car's if empty", pattern=rf"(?:{'|'.join(LANGUAGES)})(?:[-_][A-Za-z]{{2}})?",
        form=f"{', '.join(LANGUAGES)}; with a region too, as en-US",
    ),
    "ui.spoken_notices": Known(
        default=False, text="departures and moved or cancelled meetings are spoken where the car has a synthesiser"
    ),
    "ui.theme": Known("auto", "colours by the car, of the night or of the day", choices=("auto", "night", "day")),
    "ui.mask": Known(
        "aboard", "private titles are hidden while others are aboard, always or never",
        choices=("aboard", "always", "never"),
    ),
    "ui.hide_declined": Known(default=False, text="declined and cancelled meetings are not listed"),
    "ui.reminder_minutes": Known(
        5, "minutes before its start at which a meeting reminds that names no time of its own", low=0, high=60
    ),
    "window.fullscreen": Known(default=False, text="the window covers the whole display"),
}  # fmt: skip

VEHICLE: dict[str, Known] = {
    "vehicle.databroker": Known("", "address of the databroker", form="host:port or unix:/path"),
    "vehicle.ca_file": Known("", "certificate authority of the databroker", form=_ABSOLUTE),
    "vehicle.token_file": Known("", "access token (JWT) for the databroker", form=_ABSOLUTE),
    "vehicle.server_name": Known("", "name in the databroker's certificate", form="name"),
    "vehicle.heartbeat": Known("", "signal that the speed's provider publishes all the time", form="path in VSS"),
    "audio.speech_socket": Known(
        "", "socket of speech-dispatcher; the one in the user's runtime folder if empty", form=_ABSOLUTE
    ),
    "audio.guidance": Known((), "what says that the navigation speaks", pattern=_SOUND, form=_SOUND_FORM),
    "audio.warnings": Known((), "what says that the car warns", pattern=_SOUND, form=_SOUND_FORM),
    "audio.emergency": Known((), "what says that the car's own emergency call is up", pattern=_SOUND, form=_SOUND_FORM),
    "keys.devices": Known((), "input devices with the keys of calls", pattern=r"/\S+", form="absolute paths"),
    "keys.mute": Known(("KEY_MICMUTE",), "keys that mute and unmute the call", pattern=_KEY, form=_KEY_FORM),
    "keys.leave": Known(("KEY_HANGUP_PHONE",), "keys that leave the call", pattern=_KEY, form=_KEY_FORM),
    "keys.consent": Known(
        ("KEY_PICKUP_PHONE:long",), "keys that agree to being recorded", pattern=_KEY, form=_KEY_FORM
    ),
    "assistant.name": Known(
        "",
        "bus name of the voice assistant that may mute, leave, join and agree; none if empty",
        pattern=r"(?=.{1,255}$)[A-Za-z_-][A-Za-z0-9_-]*(?:\.[A-Za-z_-][A-Za-z0-9_-]*)+",
        form="name on the system bus, as org.example.Assistant",
    ),
    "vehicle.ignition_file": Known("", "ignition line of the head unit", form=_ABSOLUTE),
    "online.sdk_folder": Known("", "folder of the calling SDK; no data call without", form="absolute path"),
    "online.chromium": Known("", "Chromium that runs the SDK; the system's if empty", form="absolute path"),
    "online.tokens_url": Known(
        "", "address from which the car fetches calling tokens", pattern=_HTTPS, form=_HTTPS_FORM
    ),
    "online.memory_mb": Known(600, "megabytes that Chromium may use", low=200, high=4096),
}
"""Settings of the platform file or the administrator's."""

DISPLAY: dict[str, Known] = {
    "display.width": Known(1560, "pixels", low=320, high=8192),
    "display.height": Known(700, "pixels", low=240, high=8192),
    "display.px_per_mm": Known(5.22, "pixels per millimetre", low=1.0, high=40.0),
    "display.distance_mm": Known(750.0, "distance of the eyes in millimetres", low=300.0, high=3000.0),
    "display.role": Known("driver", "whose display it is", choices=("driver", "passenger")),
    "display.brand": Known(
        "",
        "brand of the car; the neutral one if empty",
        pattern=r"[a-z0-9][a-z0-9-]*|/\S+",
        form="name of a folder in assets/brands, or absolute path of a brand's folder",
    ),
    "display.output": Known("", "its connector, as in /sys/class/drm", form="name, as HDMI-A-1"),
}
"""Settings of the platform file only."""

_PUBLIC_KEY = r"[A-Za-z0-9+/]{43}="
_KEYS_FORM = "public keys (Ed25519) in base64"
FLEET: dict[str, Known] = {
    "fleet.broker": Known(
        "", "address of the fleet's MQTT broker; nothing is published without",
        pattern=rf"(?:[\w.-]+|\[[0-9A-Fa-f:.]+\]){_PORT}", form="host or host:port",
    ),
    "fleet.kind": Known("mqtt", "kind of broker", choices=("mqtt", "eventgrid", "iothub")),
    "fleet.vehicle": Known(
        "", "id of the vehicle", pattern=r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}",
        form="1 to 64 letters, digits, dots and dashes",
    ),
    "fleet.model": Known(
        "", "model of the vehicle", pattern=r"[A-Za-z0-9][A-Za-z0-9._-]{0,31}",
        form="1 to 32 letters, digits, dots and dashes",
    ),
    "fleet.ca_file": Known("", "certificate authority of the broker and of the vehicles", form=_ABSOLUTE),
    "fleet.sas_key_file": Known("", "shared access key of the device at an IoT hub", secret=True, form=_ABSOLUTE),
    "fleet.calendar_changes": Known(
        "", "Event Grid topic for Graph's change notifications; calendars are polled alone without",
        pattern=r"EventGrid:\?[\w=&.()-]+", form="a notification URL, EventGrid:?azuresubscriptionid=…",
    ),
    "fleet.command_keys": Known((), "keys that sign commands", pattern=_PUBLIC_KEY, form=_KEYS_FORM),
    "fleet.policy_keys": Known((), "keys that sign managed settings", pattern=_PUBLIC_KEY, form=_KEYS_FORM),
    "fleet.erase_keys": Known(
        (), "keys of which two must sign the erasing of the car", pattern=_PUBLIC_KEY, form=_KEYS_FORM
    ),
}  # fmt: skip
"""Settings of the platform file only: the back end of the car's maker."""

PATHS = (
    "data.folder", "feeds.ca_file", "identity.ca_file", "navigation.azure_maps_key_file", "navigation.routino_folder",
    "network.ca_file",
)  # fmt: skip
"""User settings that are paths; a relative one is resolved against the current directory."""
