"""Typed settings and their origins.

Precedence, lowest first: built-in default, TOML file, environment, command line. The administrator's file
(`/etc/carlendar/managed.toml`) overrides all and locks its settings. The trusted databroker is read from it or
from the platform file (`/etc/carlendar/platform.toml`), and what a display is (size, density, distance, whose it is)
from the platform file alone. Both count only where root alone can have written them.

A platform file that others can write is rejected: the display is then the driver's and no car is read, so the state
is UNKNOWN, restricted as moving. The administrator's file is never ignored, because its locks would be lost.
"""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from carlendar.domain.base import Value
from carlendar.domain.bounded import integer, number
from carlendar.errors import SettingsError, one_line
from carlendar.known_settings import DISPLAY, FLEET, KNOWN, PATHS, VEHICLE, Known, SettingValue
from carlendar.root_file import OPENED, NotRootsError, RootFile, read_regular

MANAGED = RootFile(Path("/etc/carlendar/managed.toml"))
PLATFORM = RootFile(Path("/etc/carlendar/platform.toml"))

SOCKET_LENGTH = 107
PREFIX = "CARLENDAR_"
CONFIG = "CARLENDAR_CONFIG"
"""The environment variable with the path of the user's settings file."""

_INTERNAL = (f"{PREFIX}EMULATOR",)
"""Variables that are no settings and are not reported; nothing here reads them."""
_log = logging.getLogger(__name__)

LONGEST = 64 * 1024
"""Maximum size of a settings file in bytes."""
MOST_DOTS = 500
"""Maximum number of dots in a line: parsing a dotted key takes quadratic time."""

ONLY_ROOT = "only root's file"
"""Part of the notice of a setting that a user tried to set and only root may."""

_ONLY_ROOT = {
    "vehicle": f"{ONLY_ROOT}s may set this: {PLATFORM.path} or {MANAGED.path}",
    "audio": f"{ONLY_ROOT}s may set this: {PLATFORM.path} or {MANAGED.path}",
    "keys": f"{ONLY_ROOT}s may set this: {PLATFORM.path} or {MANAGED.path}",
    "display": f"{ONLY_ROOT} may set this: {PLATFORM.path}",
    "fleet": f"{ONLY_ROOT} may set this: {PLATFORM.path}",
}
"""Sections that a user cannot set, with the message."""


class Setting(Value, frozen=True):
    """One effective setting."""

    key: str
    value: SettingValue
    origin: str
    """`managed`, `policy`, `platform`, `file`, `environment`, `argument` or `default`."""
    locked: bool = False
    file: str = ""
    """The file that it stands in, or the variable of the environment; empty for others."""


class Settings(Value, frozen=True):
    """All effective settings. `notices` are one-line messages about ignored settings."""

    values: Mapping[str, Setting]
    notices: tuple[str, ...] = ()

    def text(self, key: str) -> str:
        """Return the setting as text. Raises KeyError for an unknown key."""
        return str(self.values[key].value)

    def number(self, key: str) -> float:
        """Return the setting as a number."""
        return float(self.values[key].value)  # type: ignore[arg-type]  # checked when it was read

    def switch(self, key: str) -> bool:
        """Return the setting as a boolean."""
        return bool(self.values[key].value)

    def names(self, key: str) -> tuple[str, ...]:
        """Return the setting as a list of strings."""
        value = self.values[key].value
        return value if isinstance(value, tuple) else (str(value),)

    def path(self, key: str) -> Path | None:
        """Return the setting as an absolute path, relative to the working folder; None if it is empty.

        Raises SettingsError if `~` cannot be expanded.
        """
        try:
            return Path(self.text(key)).expanduser().absolute() if self.text(key) else None
        except RuntimeError as error:
            raise SettingsError(f"{key}: {self.text(key)} has no home folder") from error

    def child_environment(self, environ: Mapping[str, str]) -> dict[str, str]:
        """Return `environ` for a child process in another working folder: relative paths become absolute."""
        child = dict(environ)
        if given := environ.get(CONFIG, ""):
            child[CONFIG] = str(Path(given).absolute())
        for key in PATHS:
            if (path := self.path(key)) is not None and not self.values[key].locked:
                child[variable(key)] = str(path)
        return child

    @property
    def data_folder(self) -> Path:
        """The folder of Carlendar's data, by the XDG base directories."""
        return self.path("data.folder") or _xdg("XDG_DATA_HOME", ".local/share") / "carlendar"

    @property
    def cache_folder(self) -> Path:
        """The folder of caches: compiled shaders and icons."""
        if (folder := self.path("data.folder")) is not None:
            return folder / "cache"
        return _xdg("XDG_CACHE_HOME", ".cache") / "carlendar"

    @property
    def socket(self) -> Path:
        """The socket between the two processes: in the data folder, or, if that path exceeds the 107 bytes of
        unix(7), in a

        runtime folder; the channel checks its owner.
        """
        path = self.data_folder / "run" / "service.sock"
        if len(os.fsencode(path)) <= SOCKET_LENGTH:
            return path
        import hashlib

        name = hashlib.sha256(os.fsencode(path)).hexdigest()[:16]
        places = (Path(f"/run/user/{os.getuid()}"), Path("/run/carlendar"), Path("/tmp"))  # noqa: S108 - see above
        place = next(each for each in places if os.access(each, os.W_OK) or each == places[-1])
        return place / f"carlendar-{os.getuid()}-{name}" / "service.sock"


def _xdg(variable: str, otherwise: str) -> Path:
    given = os.environ.get(variable, "")
    if given.startswith("/"):
        return Path(given)
    try:
        return Path.home() / otherwise
    except RuntimeError as error:  # neither HOME nor a passwd(5) entry
        raise SettingsError(f"there is no home folder: set HOME or {variable}") from error


def load(
    arguments: Mapping[str, SettingValue] | None = None,
    *,
    environ: Mapping[str, str] | None = None,
    managed: RootFile | None = MANAGED,
    platform: RootFile | None = PLATFORM,
) -> Settings:
    """Return the effective settings; a file that is None is skipped.

    Raises SettingsError, with file and key, for invalid settings.
    """
    environ = os.environ if environ is None else environ
    found = {
        key: Setting(key, known.default, "default") for key, known in {**KNOWN, **VEHICLE, **DISPLAY, **FLEET}.items()
    }
    own = _settings_file(environ)
    given, notices = _without_roots(_read_own(own), str(own))
    _take(found, given, "file", KNOWN, own)
    notices += _roots_variables(environ)
    for unknown in _unknown_variables(environ):
        _log.warning("%s", unknown)
        notices.append(unknown)
    _take(found, _environment(environ), "environment", KNOWN)
    _take(found, dict(arguments or {}), "argument", KNOWN)
    rejected = "" if platform is None else _take_platform(found, platform)
    if managed is not None:
        _take(found, _read_roots(managed), "managed", {**KNOWN, **VEHICLE}, managed.path)
    if rejected:
        found |= {key: Setting(key, known.default, "default") for key, known in VEHICLE.items()}
        notices.append(rejected)
    return _restricted(Settings(found, tuple(notices)))


def _take_platform(found: dict[str, Setting], platform: RootFile) -> str:
    """Apply the platform file; return why it was rejected, empty if it was not."""
    try:
        given = _read_roots(platform)
    except NotRootsError as error:
        return f"{error}; until then this is the driver's display and no car is read"
    _take(found, given, "platform", {**VEHICLE, **DISPLAY, **FLEET}, platform.path)
    return ""


def _restricted(settings: Settings) -> Settings:
    """Apply the policy of the fleet's back end, where the platform file names one.

    It was verified when it was stored, and the service verifies it at each start. A changed file could only
    restrict the car further, because `tightened` allows nothing else.
    """
    if not settings.text("fleet.broker"):
        return settings
    from carlendar.fleet_policy import FILE, tightened

    path = settings.data_folder / "telemetry" / FILE
    try:
        given = policy_settings(path.read_text("utf-8"))
    except FileNotFoundError:
        return settings
    except (OSError, ValueError, SettingsError) as error:
        return Settings(settings.values, (*settings.notices, f"{path} is ignored: {one_line(str(error))}"))
    values = dict(settings.values)
    for key, value in given.items():
        values[key] = Setting(key, tightened(key, values[key].value, value), "policy", locked=True, file=str(path))
    return Settings(values, settings.notices)


def policy_settings(text: str) -> dict[str, SettingValue]:
    """Return the settings of a policy, in the form of `managed.toml`.

    Raises SettingsError for an invalid one, and for one that would do anything but restrict.
    """
    from carlendar.fleet_policy import refusal

    given = _parsed(Path("policy"), text.encode)
    checked = {key: _checked(key, raw, KNOWN.get(key)) for key, raw in given.items()}
    if why := refusal(checked):
        raise SettingsError(why)
    return checked


def _without_roots(given: Mapping[str, Any], origin: str) -> tuple[dict[str, Any], list[str]]:
    """Return the settings that a user may set, and a notice for each that only root may."""
    roots = {key: _ONLY_ROOT.get(key.partition(".")[0], "") for key in given}
    notices = [f"{origin}: {key}: {why}" for key, why in roots.items() if why]
    return {key: value for key, value in given.items() if not roots[key]}, notices


def _settings_file(environ: Mapping[str, str]) -> Path:
    if given := environ.get(CONFIG, ""):
        if not Path(given).is_file():
            raise SettingsError(f"the settings file {given} is not there")
        return Path(given)
    return _xdg("XDG_CONFIG_HOME", ".config") / "carlendar" / "settings.toml"


def _read_own(path: Path) -> dict[str, Any]:
    """Read a user's file."""
    return _parsed(path, lambda: read_regular(os.open(path, OPENED), path))


def _read_roots(file: RootFile) -> dict[str, Any]:
    """Read a file of root's. Raises NotRootsError if others can write it."""
    return _parsed(file.path, file.read)


def _parsed(path: Path, read: Callable[[], bytes]) -> dict[str, Any]:
    try:
        data = read()
    except FileNotFoundError as error:
        if path.is_symlink():  # its locks must not be lost silently
            raise SettingsError(f"{path} leads to a file that is not there") from error
        return {}
    except OSError as error:
        raise SettingsError(f"{path} cannot be read: {error.strerror}") from error
    import tomllib  # takes a fiftieth of the time to the first frame, and many cars have no settings file

    try:
        return _flat(tomllib.loads(_readable(data.decode("utf-8-sig"), path)), path)
    except UnicodeDecodeError as error:
        raise SettingsError(f"{path} is not UTF-8 text") from error
    except (ValueError, RecursionError) as error:
        problem = error if isinstance(error, tomllib.TOMLDecodeError) else "a number or a list is too long"
        raise SettingsError(f"{path}: {problem}") from error


def _readable(text: str, path: Path) -> str:
    """Return the text if it can be parsed quickly. Raises SettingsError."""
    if len(text) > LONGEST or any(line.count(".") > MOST_DOTS for line in text.split("\n")):
        raise SettingsError(f"{path} is too long: more than {LONGEST // 1024} KiB, or {MOST_DOTS} dots in a line")
    return text


def _flat(tree: Mapping[str, Any], path: Path) -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for section, entries in tree.items():
        if not isinstance(entries, Mapping):
            raise SettingsError(f"{path}: {section}: settings must be in sections, such as [identity]")
        flat |= {f"{section}.{name}": value for name, value in entries.items()}
    return flat


def _environment(environ: Mapping[str, str]) -> dict[str, Any]:
    """`CARLENDAR_IDENTITY_CLIENT_ID` is `identity.client_id`."""
    names = {variable(key): key for key in KNOWN}
    return {names[name]: value for name, value in environ.items() if name in names}


def _roots_variables(environ: Mapping[str, str]) -> list[str]:
    """Return a notice for each variable that would set what only root may."""
    beginnings = {f"{PREFIX}{section.upper()}_": why for section, why in _ONLY_ROOT.items()}
    return [f"{name}: {why}" for name in environ for begin, why in beginnings.items() if name.startswith(begin)]


def _unknown_variables(environ: Mapping[str, str]) -> list[str]:
    """A line for each variable that looks like one of Carlendar's and is none."""
    known = {CONFIG, *(variable(key) for key in KNOWN), *_INTERNAL}
    roots = tuple(f"{PREFIX}{section.upper()}_" for section in _ONLY_ROOT)
    unknown = sorted(name for name in environ if name.startswith(PREFIX) and not name.startswith(roots))
    return [f"{name} is not a setting{_similar(name, known)}" for name in unknown if name not in known]


def _similar(name: str, known: Iterable[str]) -> str:
    """A known name that was perhaps meant, as the rest of a message."""
    from difflib import get_close_matches  # not on the way to the first frame

    meant = get_close_matches(name, list(known), 1, 0.8)
    return f"; did you mean {meant[0]}?" if meant else ""


def variable(key: str) -> str:
    """Return the environment variable of a setting."""
    return PREFIX + key.replace(".", "_").upper()


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
            raise SettingsError(f"{variable(key) if origin == 'environment' else file or origin}: {error}") from error
        place = variable(key) if origin == "environment" else str(file or "")
        found[key] = Setting(key, value, origin, origin in ("managed", "platform"), place)


def _checked(key: str, raw: Any, known: Known | None) -> SettingValue:
    if known is None:
        raise SettingsError(_why_not(key))
    value = _typed(key, raw, known.default)
    _require_form(key, value, known)
    if known.choices and value not in known.choices:
        raise SettingsError(f"{key} must be one of {', '.join(known.choices)}")
    if isinstance(value, int | float) and known.low is not None and known.high is not None:
        _require_within(key, value, known.low, known.high)
    return value


def _why_not(key: str) -> str:
    """Why a key cannot be set where it was: it belongs elsewhere, or it is none at all."""
    if key in DISPLAY or key in FLEET:
        return f"{key} is set in {PLATFORM.path} alone"
    if key in KNOWN:
        return f"{key} is set in {MANAGED.path} or by the user, not here"
    return f"{key} is not a setting{_similar(key, (*KNOWN, *VEHICLE, *DISPLAY, *FLEET))}"


def _require_form(key: str, value: SettingValue, known: Known) -> None:
    if not known.pattern:
        return
    for each in value if isinstance(value, tuple) else (value,):
        if each and re.fullmatch(known.pattern, str(each)) is None:
            hidden = known.secret or ("://" in str(each) and "@" in str(each))  # a password
            raise SettingsError(f"{key} must be {known.form}" + ("" if hidden else f", not {each}"))


def _require_within(key: str, value: float, low: float, high: float) -> None:
    if not low <= value <= high:  # with the negated condition NaN would pass
        raise SettingsError(f"{key} must be between {low:g} and {high:g}")


def _typed(key: str, raw: Any, default: SettingValue) -> SettingValue:
    """Convert `raw` to the type of `default`; text (from the environment) is parsed as that type."""
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
        found = integer(raw) if isinstance(raw, str) else number(raw)
        if isinstance(default, float) and isinstance(raw, float):
            found = raw  # non-finite values are out of bounds
        if found is None:
            raise SettingsError(f"{key} must be a number")
        if isinstance(default, int) and found != int(found):
            raise SettingsError(f"{key} must be a whole number")
        return type(default)(found)
    elif isinstance(raw, str):
        return raw
    raise SettingsError(f"{key} has a value of the wrong kind")
