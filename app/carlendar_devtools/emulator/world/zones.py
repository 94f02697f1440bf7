"""Names of time zones as Microsoft writes them, and what they mean.

Windows names come from tzlocal's table of the CLDR; IANA names are taken as they are.
"""

from __future__ import annotations

from datetime import tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from tzlocal.windows_tz import tz_win, win_tz


class UnknownZoneError(ValueError):
    """No zone has this name."""


def iana_name(name: str) -> str:
    """The IANA name of a zone by either name, upper or lower case aside. Raises UnknownZoneError."""
    iana = _WINDOWS.get(name.casefold()) or _IANA.get(name.casefold())
    if iana is None:
        raise UnknownZoneError(name)
    return iana


@lru_cache(maxsize=256)
def zone(name: str) -> tzinfo:
    """The zone of a Windows or IANA name, upper or lower case aside. Raises UnknownZoneError."""
    try:
        return ZoneInfo(iana_name(name))
    except (ZoneInfoNotFoundError, ValueError) as err:
        raise UnknownZoneError(name) from err


def windows_name(iana: str) -> str:
    """The name that Windows has for an IANA zone; the IANA name itself where there is none."""
    return "UTC" if iana == "UTC" else str(tz_win.get(iana, iana))


def supported(standard: str) -> list[str]:
    """All names of one standard, `Windows` or `Iana`, in order."""
    return sorted(win_tz) if standard == "Windows" else sorted(available_timezones())


_WINDOWS = {name.casefold(): iana for name, iana in win_tz.items()} | {"utc": "UTC"}
_IANA = {name.casefold(): name for name in available_timezones()}
