"""Time zones by the names that Windows shows to people: `(UTC-05:00) Eastern Time (US & Canada)`.

Some programs write these where the name of a zone belongs, and no VTIMEZONE beside it. The text names cities
or regions of the zone, which the IANA database knows too, and its offset out of summer time, which has to agree.
Where no name is known, the offset alone is better than nothing.
"""

from __future__ import annotations

import re
import zoneinfo
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import lru_cache

_OFFSET = re.compile(r"\(?(?:GMT|UTC)\s*(?:([+-])(\d\d?)(?:[:.]?(\d\d))?)?\)?(?![\w+-])", re.IGNORECASE)
_BRACKETED = re.compile(r"\([^()]*\)")
_BETWEEN = re.compile(r"[,/;:]")
_SEASONS = (datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 7, 1, tzinfo=UTC))
_FARTHEST = timedelta(hours=15)


def displayed(name: str) -> tzinfo | None:
    """The zone of a name that begins with an offset from UTC; None for any other."""
    match = _OFFSET.match(name.strip())
    if match is None:
        return None
    size = timedelta(hours=int(match[2] or 0), minutes=int(match[3] or 0))
    offset = -size if match[1] == "-" else size
    if size >= _FARTHEST:
        return None
    rest = _BRACKETED.sub("", name.strip()[match.end() :])
    for place in _BETWEEN.split(rest):
        wanted = place.strip().removesuffix(" Time").casefold()
        for candidate in _by_place().get(wanted, ()):
            zone = zoneinfo.ZoneInfo(candidate)
            if min(season.astimezone(zone).utcoffset() or timedelta() for season in _SEASONS) == offset:
                return zone
    return timezone(offset)


@lru_cache(maxsize=1)
def _by_place() -> dict[str, tuple[str, ...]]:
    """Names of the IANA database by their last part, those of the United States first."""
    found: dict[str, list[str]] = {}
    for name in sorted(zoneinfo.available_timezones(), key=lambda name: (not name.startswith("US/"), name)):
        area, _, place = name.rpartition("/")
        if area and not area.startswith(("Etc", "posix", "right")):
            found.setdefault(place.replace("_", " ").casefold(), []).append(name)
    return {place: tuple(names) for place, names in found.items()}
