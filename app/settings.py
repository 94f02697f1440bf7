"""Typed settings and where each came from.

Later origins win: built-in default, TOML file, environment, command line. The administrator's file
(`/etc/carlendar/managed.toml`, root's) wins over all and locks what it sets. What a display is — size,
density, distance, whose it is — comes from the platform file (`/etc/carlendar/platform.toml`, root's)
alone; no setting can say it.

The emulator hands its own folder over in `CARLENDAR_EMULATOR`; its platform file counts only on a
machine that has none in /etc, so a car never takes it.
"""

from __future__ import annotations

import os
import stat
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from app.domain.value import value
from app.errors import SettingsError

MANAGED = Path("/etc/carlendar/managed.toml")
PLATFORM = Path("/etc/carlendar/platform.toml")

SOCKET_LENGTH = 107
LONGEST = 1024 * 1024
"""Bytes of a settings file."""

Value = str | int | float | bool | tuple[str, ...]


@value
class Known:
    """A setting that exists: its default, whether it is secret, and what it may be (empty for anything)."""

    default: Value
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
    "vehicle.databroker": Known("127.0.0.1:55555"),
    "vehicle.ca_file": Known(""),
    "vehicle.token_file": Known(""),
    "vehicle.server_name": Known(""),
    "vehicle.insecure": Known(default=False),
    "telephone.region": Known(""),
    "telephone.join_muted": Known(default=True),
    "ui.language": Known(""),
    "ui.theme": Known("auto", choices=("auto", "night", "day")),
    "ui.mask": Known("aboard", choices=("aboard", "always", "never")),
    "ui.hide_declined": Known(default=False),
    "ui.reminder_minutes": Known(5, low=0, high=60),
    "window.fullscreen": Known(default=False),
}

PLATFORM_KNOWN: dict[str, Known] = {
    "display.width": Known(1560, low=320, high=8192),
    "display.height": Known(700, low=240, high=8192),
    "display.px_per_mm": Known(5.22, low=1.0, high=40.0),
    "display.distance_mm": Known(750.0, low=300.0, high=3000.0),
    "display.role": Known("driver", choices=("driver", "passenger")),
    "display.output": Known(""),
    "vehicle.heartbeat": Known(""),
    "vehicle.ignition_file": Known(""),
}


@value
class Setting:
    """One effective setting."""

    key: str
    value: Value
    origin: str
    """`managed`, `platform`, `file`, `environment`, `argument` or `default`."""
    locked: bool = False


@value
class Settings:
    """All effective settings. `emulator` is the emulator's folder, None in a car."""

    values: Mapping[str, Setting]
    emulator: Path | None = None

    def text(self, key: str) -> str:
        """The setting as text; KeyError for an unknown key."""
        return str(self.values[key].value)

    def number(self, key: str) -> float:
        """The setting as a number."""
        return float(self.values[key].value)  # type: ignore[arg-type]  # checked when it was read

    def switch(self, key: str) -> bool:
        """The setting as yes or no."""
        return bool(self.values[key].value)

    def names(self, key: str) -> tuple[str, ...]:
        """The setting as a list of words."""
        value = self.values[key].value
        return value if isinstance(value, tuple) else (str(value),)

    def path(self, key: str) -> Path | None:
        """The setting as a path; None when it is empty. SettingsError for the home of somebody who has none."""
        try:
            return Path(self.text(key)).expanduser() if self.text(key) else None
        except RuntimeError as error:
            raise SettingsError(f"{key}: {self.text(key)} has no home folder") from error

    @property
    def data_folder(self) -> Path:
        """Where everything that Carlendar keeps lies, by the XDG base directories."""
        return self.path("data.folder") or _xdg("XDG_DATA_HOME", ".local/share") / "carlendar"

    @property
    def cache_folder(self) -> Path:
        """Where what can be made again lies: the interface's shaders and icons."""
        if (folder := self.path("data.folder")) is not None:
            return folder / "cache"
        return _xdg("XDG_CACHE_HOME", ".cache") / "carlendar"

    @property
    def socket(self) -> Path:
        """The channel between the two processes; beside the data unless unix(7)'s 107 bytes do not hold that."""
        path = self.data_folder / "run" / "service.sock"
        if len(os.fsencode(path)) <= SOCKET_LENGTH:
            return path
        import hashlib
        import tempfile

        name = hashlib.sha256(os.fsencode(path)).hexdigest()[:16]
        return Path(tempfile.gettempdir()) / f"carlendar-{os.getuid()}-{name}" / "service.sock"


def _xdg(variable: str, otherwise: str) -> Path:
    given = os.environ.get(variable, "")
    if given.startswith("/"):
        return Path(given)
    try:
        return Path.home() / otherwise
    except RuntimeError as error:  # neither HOME nor an entry in passwd(5)
        raise SettingsError(f"there is no home folder: set HOME or {variable}") from error


def load(
    arguments: Mapping[str, Value] | None = None,
    *,
    environ: Mapping[str, str] | None = None,
    managed: Path = MANAGED,
    platform: Path = PLATFORM,
) -> Settings:
    """The effective settings. Raises SettingsError, naming file and key, for what cannot be used."""
    environ = os.environ if environ is None else environ
    emulator = _emulator(environ, platform)
    found = {key: Setting(key, known.default, "default") for key, known in {**KNOWN, **PLATFORM_KNOWN}.items()}
    own = _settings_file(environ)
    _take(found, _read(own), "file", KNOWN, own)
    _take(found, _environment(environ), "environment", KNOWN)
    _take(found, dict(arguments or {}), "argument", KNOWN)
    _take(found, _read(managed, root=True), "managed", KNOWN, managed)
    described = platform if emulator is None else emulator / "platform.toml"
    _take(found, _read(described, root=emulator is None), "platform", PLATFORM_KNOWN, described)
    return Settings(found, emulator)


def _emulator(environ: Mapping[str, str], platform: Path) -> Path | None:
    folder = environ.get("CARLENDAR_EMULATOR", "")
    return Path(folder) if folder and not platform.exists() else None


def _settings_file(environ: Mapping[str, str]) -> Path:
    if given := environ.get("CARLENDAR_CONFIG", ""):
        if not Path(given).is_file():
            raise SettingsError(f"the settings file {given} is not there")
        return Path(given)
    return _xdg("XDG_CONFIG_HOME", ".config") / "carlendar" / "settings.toml"


def _read(path: Path, *, root: bool = False) -> dict[str, Any]:
    try:
        # Without waiting, should a pipe stand there.
        with open(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb") as file:  # noqa: PTH123
            if root:
                _require_root(os.fstat(file.fileno()), path)
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise SettingsError(f"{path} is no file")
            content = file.read(LONGEST + 1)
        if len(content) > LONGEST:
            raise SettingsError(f"{path} is too long: more than {LONGEST // 1024} KiB")
        return _flat(tomllib.loads(content.decode("utf-8-sig")), path)
    except FileNotFoundError as error:
        if path.is_symlink():  # what it was to lock is not to be lost without a word
            raise SettingsError(f"{path} leads to a file that is not there") from error
        return {}
    except UnicodeDecodeError as error:
        raise SettingsError(f"{path} is no UTF-8 text") from error
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{path}: {error}") from error
    except OSError as error:
        raise SettingsError(f"{path} cannot be read: {error.strerror}") from error


def _require_root(status: os.stat_result, path: Path) -> None:
    if status.st_uid != 0 or status.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        raise SettingsError(f"{path} must belong to root and be writable by root alone")


def _flat(tree: Mapping[str, Any], path: Path) -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for section, entries in tree.items():
        if not isinstance(entries, Mapping):
            raise SettingsError(f"{path}: {section}: settings stand in sections, as [identity]")
        flat |= {f"{section}.{name}": value for name, value in entries.items()}
    return flat


def _environment(environ: Mapping[str, str]) -> dict[str, Any]:
    """`CARLENDAR_IDENTITY_CLIENT_ID` is `identity.client_id`."""
    names = {"CARLENDAR_" + key.replace(".", "_").upper(): key for key in KNOWN}
    return {names[name]: value for name, value in environ.items() if name in names}


def _take(
    found: dict[str, Setting],
    given: Mapping[str, Any],
    origin: str,
    known: Mapping[str, Known],
    file: Path | None = None,
) -> None:
    for key, raw in given.items():
        try:
            value = _checked(key, raw, known.get(key))
        except SettingsError as error:
            raise SettingsError(f"{file or origin}: {error}") from error
        found[key] = Setting(key, value, origin, locked=origin in ("managed", "platform"))


def _checked(key: str, raw: Any, known: Known | None) -> Value:
    if known is None:
        raise SettingsError(f"{key} is not a setting")
    value = _typed(key, raw, known.default)
    if known.choices and value not in known.choices:
        raise SettingsError(f"{key} must be one of {', '.join(known.choices)}")
    if isinstance(value, int | float) and known.low is not None and known.high is not None:
        _require_within(key, value, known.low, known.high)
    return value


def _require_within(key: str, value: float, low: float, high: float) -> None:
    if not low <= value <= high:  # the other way about NaN would pass
        raise SettingsError(f"{key} must lie between {low:g} and {high:g}")


def _typed(key: str, raw: Any, default: Value) -> Value:
    """`raw` in the type of `default`; text (from the environment) is read as that type."""
    if isinstance(default, bool):
        if isinstance(raw, bool):
            return raw
        if str(raw).lower() in ("1", "true", "yes", "0", "false", "no"):
            return str(raw).lower() in ("1", "true", "yes")
    elif isinstance(default, tuple):
        words = raw.replace(",", " ").split() if isinstance(raw, str) else raw
        if isinstance(words, list | tuple) and all(isinstance(word, str) for word in words):
            return tuple(words)
    elif isinstance(default, int | float):
        try:
            value = type(default)(raw) if not isinstance(raw, bool) else type(default)("")
        except (TypeError, ValueError, OverflowError) as error:
            raise SettingsError(f"{key} must be a number") from error
        if isinstance(raw, float) and value != raw == raw:
            raise SettingsError(f"{key} must be a whole number")
        return value
    elif isinstance(raw, str):
        return raw
    raise SettingsError(f"{key} has a value of the wrong kind")
