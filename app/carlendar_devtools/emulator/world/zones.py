"""Microsoft's names of time zones, and their meaning."""

from __future__ import annotations

from datetime import tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from tzlocal.windows_tz import tz_win, win_tz


class UnknownZoneError(ValueError):
    """No zone has this name."""


def iana_name(name: str) -> str:
    """Return the IANA name of a zone by either name, ignoring case. Raises UnknownZoneError."""
    iana = _WINDOWS.get(name.casefold()) or _IANA.get(name.casefold())
    if iana is None:
        raise UnknownZoneError(name)
    return iana


@lru_cache(maxsize=256)
def zone(name: str) -> tzinfo:
    """Return the zone of a Windows or IANA name, ignoring case. Raises UnknownZoneError."""
    try:
        return ZoneInfo(iana_name(name))
    except (ZoneInfoNotFoundError, ValueError) as err:
        raise UnknownZoneError(name) from err


def windows_name(iana: str) -> str:
    """Return the Windows name of an IANA zone; the IANA name if there is none."""
    return "UTC" if iana == "UTC" else str(tz_win.get(iana, iana))


def supported(standard: str) -> list[str]:
    """Return all names of one standard, `Windows` or `Iana`, sorted."""
    return sorted(win_tz) if standard == "Windows" else sorted(available_timezones())


_WINDOWS = {name.casefold(): iana for name, iana in win_tz.items()} | {"utc": "UTC"}
_IANA = {name.casefold(): name for name in available_timezones()}
