"""Time zones by the names that programs write: of the IANA database, of Windows, and of people.

The one table of Windows' own names is the CLDR's, by way of tzlocal. Outlook and Exchange also write what Windows
shows to people, in the language of the writer: `(UTC+01:00) Amsterdam, Berlin, Bern, Rom, Stockholm, Wien`,
`Mitteleuropäische Zeit`, `GMT-05.00/-04.00`. Cities and names of zones in such texts are looked up in the CLDR's
languages. A name that cannot be interpreted is no zone: it is never taken for UTC.
"""

from __future__ import annotations

import re
import zoneinfo
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from babel.core import Locale

LANGUAGES = (
    "en", "de", "fr", "es", "it", "nl", "pt", "pt_PT", "pl", "sv", "da", "nb", "fi", "cs", "sk", "hu", "ro", "tr",
    "ru", "uk", "el", "bg", "hr", "sl", "et", "lv", "lt", "ca", "ja", "ko", "zh", "zh_Hant", "ar", "he", "th",
)  # fmt: skip
"""Languages whose names of cities and zones are known."""

_LONGEST = 200
_OFFSET = r"([+-])\s*(\d\d?)(?:[:.]?(\d\d))?"
_LABEL = re.compile(rf"\(?(?:GMT|UTC)\s*(?:{_OFFSET})?\)?(?![\w+-])", re.IGNORECASE)
_PAIR = re.compile(
    rf"\(?(?:GMT|UTC)\s*{_OFFSET}\s*(?:\(\w+\))?\s*/\s*(?:GMT|UTC)?\s*{_OFFSET}\s*(?:\(\w+\))?\)?", re.IGNORECASE
)
_BRACKETED = re.compile(r"\(([^()]*)\)")
_COPY = re.compile(r" \(?\d+\)?$")
_ENDING = re.compile(r" (?:(?:Standard |Daylight )?Time|Normalzeit|Standardzeit|Sommerzeit|Zeit)$")
_BETWEEN = re.compile(r"[,/;:]")
_SUMMER = re.compile(r"\b(?:Daylight|Summer) Time$", re.IGNORECASE)
_SEASONS = (datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 7, 1, tzinfo=UTC))
_FARTHEST = timedelta(hours=15)

_BY_OFFSETS = (
    "America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles", "America/Anchorage",
    "America/Halifax", "America/St_Johns", "Europe/London", "Europe/Berlin", "Europe/Helsinki", "Australia/Sydney",
    "Australia/Adelaide", "Pacific/Auckland", "America/Santiago", "Asia/Jerusalem", "Asia/Beirut", "Atlantic/Azores",
)  # fmt: skip
"""Zones with summer time that are taken for a pair of offsets, the likeliest first."""

_UNITED_STATES = ("US", "USA", "U.S.", "É.-U.", "EE. UU.", "EE.UU.", "EUA", "VS", "США", "JAV")
"""Short names of the United States in the languages of Windows; the long ones are the CLDR's."""

_UNITED_STATES_ZONES = {
    -5: "America/New_York", -6: "America/Chicago", -7: "America/Denver", -8: "America/Los_Angeles",
    -9: "America/Anchorage", -10: "Pacific/Honolulu",
}  # fmt: skip

_OTHERS = {
    "cest": "Europe/Berlin", "mez": "Europe/Berlin", "mesz": "Europe/Berlin", "edt": "America/New_York",
    "cdt": "America/Chicago", "mdt": "America/Denver", "pdt": "America/Los_Angeles",
    "europe de l'ouest": "Europe/Berlin", "europe de l'ouest (heure d'été)": "Europe/Berlin",
    "europe centrale": "Europe/Budapest", "europe centrale (heure d'été)": "Europe/Budapest",
    "europe de l'est": "Europe/Bucharest",
    "hora estándar romance": "Europe/Paris", "hora de verano romance": "Europe/Paris",
    "hora estándar de europa occidental": "Europe/Berlin", "hora estándar europa occidental": "Europe/Berlin",
    "hora estándar, europa occidental": "Europe/Berlin", "hora estándar de europa central": "Europe/Budapest",
    "ora solare europa occidentale": "Europe/Berlin", "ora legale europa occidentale": "Europe/Berlin",
    "ora solare europa centrale": "Europe/Budapest", "ora solare romance": "Europe/Paris",
    "west-europa (standaardtijd)": "Europe/Berlin", "west-europa (zomertijd)": "Europe/Berlin",
    "hora padrão europa ocidental": "Europe/Berlin", "środkowoeuropejski czas stand.": "Europe/Warsaw",
    "środkowoeuropejski czas letni": "Europe/Warsaw", "västeuropa, normaltid": "Europe/Berlin",
    "västeuropa, sommartid": "Europe/Berlin", "vesteuropa, normaltid": "Europe/Berlin",
    "rom, normaltid": "Europe/Paris", "romance (standaardtijd)": "Europe/Paris",
}  # fmt: skip
"""Names that Windows has in other languages and the CLDR has not, and abbreviations; in small letters."""


@lru_cache(maxsize=256)
def zone_named(name: str) -> tzinfo | None:
    """The zone that a name implies; None for one that cannot be interpreted."""
    name = name.strip().strip('"').strip()
    if not name or len(name) > _LONGEST:
        return None
    return spelt(name) or _spelt_otherwise(name) or _of_offsets(name) or _labelled(name) or _in_words(name)


def iana_name(name: str) -> str:
    """The IANA name of a zone; the name itself where it has none."""
    zone = zone_named(name)
    return zone.key if isinstance(zone, zoneinfo.ZoneInfo) else name


@lru_cache(maxsize=256)
def spelt(name: str) -> tzinfo | None:
    """The zone of a name that is spelt exactly as the IANA database or Windows spells it, or ends with such a name.

    An IANA name may stand behind a prefix: `/mozilla.org/20050126_1/Europe/Berlin`.
    """
    name = name.strip().strip("/")
    parts = name.split("/")[:8]
    for candidate in (name, _windows().get(name, ""), *("/".join(parts[n:]) for n in range(1, len(parts)))):
        if candidate and (zone := _iana(candidate)) is not None:
            return zone
    return None


def _iana(name: str) -> zoneinfo.ZoneInfo | None:
    try:
        return zoneinfo.ZoneInfo(name) if name and len(name) < 80 else None
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        return None


@lru_cache(maxsize=1)
def _windows() -> dict[str, str]:
    from tzlocal.windows_tz import win_tz  # slow to import, and most names are IANA's

    return dict(win_tz)


@lru_cache(maxsize=1)
def _in_small() -> dict[str, str]:
    names = {name.casefold(): name for name in zoneinfo.available_timezones()}
    return {**_OTHERS, **{name.casefold(): iana for name, iana in _windows().items()}, **names}


def _spelt_otherwise(name: str) -> tzinfo | None:
    """In capital or small letters, with the number of a copy behind it, or as its summer time is called."""
    for spelling in (name.strip("/"), _COPY.sub("", name), name.rpartition("/")[2]):
        for variant in (spelling, _SUMMER.sub("Standard Time", spelling), _english(spelling)):
            if (zone := _iana(_in_small().get(_plain(variant), ""))) is not None:
                return zone
    return None


def _english(name: str) -> str:
    """`Eastern Normalzeit`, as Windows has it in German, in English."""
    for ending in (" Normalzeit", " Standardzeit", " Sommerzeit"):
        if name.endswith(ending):
            return f"{name.removesuffix(ending)} Standard Time"
    return name


def _of_offsets(name: str) -> tzinfo | None:
    """The zone of two offsets, out of and in summer time: `GMT-05.00/-04.00`."""
    match = _PAIR.fullmatch(name)
    if match is None:
        return None
    standard, summer = sorted((_offset(*match.group(1, 2, 3)), _offset(*match.group(4, 5, 6))))
    for candidate in (*_BY_OFFSETS, *_windows().values()):
        zone = _iana(candidate)
        if zone is not None and sorted(_offsets(zone)) == [standard, summer]:
            return zone
    return None


def _labelled(name: str) -> tzinfo | None:
    """The zone of a name that begins with its offset from UTC out of summer time.

    The text behind it names cities or regions, whose offset has to agree; where none is known, the offset counts.
    """
    match = _LABEL.match(name)
    if match is None:
        return None
    offset = _offset(*match.group(1, 2, 3))
    if abs(offset) >= _FARTHEST:
        return None
    text = name[match.end() :].strip()
    named = [spelt(text), _spelt_otherwise(text), _iana(_by_words().get(_plain(text), ""))] if text else []
    for zone in (*named, *map(_iana, (*_places(text), *_of_united_states(text, offset)))):
        if zone is not None and min(_offsets(zone)) == offset:
            return zone
    return timezone(offset)


def _in_words(name: str) -> tzinfo | None:
    """The zone of its name in some language, or of its cities: `Paris, Madrid`."""
    if "://" in name:  # Outlook's own names of zones that are no one else's
        return None
    name = _COPY.sub("", name)
    return _iana(_by_words().get(_plain(name), "")) or next(filter(None, map(_iana, _places(name))), None)


def _places(text: str) -> Iterator[str]:
    """Zones of the places that a text enumerates, in its order."""
    for place in _BETWEEN.split(_BRACKETED.sub("", text)):
        wanted = _plain(_ENDING.sub("", place))
        yield from _by_place().get(wanted, ()) or _by_city().get(wanted, ())


def _of_united_states(text: str, offset: timedelta) -> Iterator[str]:
    """`(USA und Kanada)` stands behind what Windows calls the zones of the United States."""
    if any(_united_states().search(found) for found in _BRACKETED.findall(text)):
        yield _UNITED_STATES_ZONES.get(int(offset.total_seconds() // 3_600), "")


def _plain(text: str) -> str:
    return text.strip().casefold().replace("’", "'")


def _offset(sign: str | None, hours: str | None, minutes: str | None) -> timedelta:
    size = timedelta(hours=int(hours or 0), minutes=int(minutes or 0))
    return -size if sign == "-" else size


def _offsets(zone: tzinfo) -> list[timedelta]:
    return [season.astimezone(zone).utcoffset() or timedelta() for season in _SEASONS]


@lru_cache(maxsize=1)
def _by_place() -> dict[str, tuple[str, ...]]:
    """Names of the IANA database by their last part, those of the United States first."""
    found: dict[str, list[str]] = {}
    for name in sorted(zoneinfo.available_timezones(), key=lambda name: (not name.startswith("US/"), name)):
        area, _, place = name.rpartition("/")
        if area and not area.startswith(("Etc", "posix", "right", "SystemV")):
            found.setdefault(place.replace("_", " ").casefold(), []).append(name)
    return {place: tuple(names) for place, names in found.items()}


@lru_cache(maxsize=1)
def _united_states() -> re.Pattern[str]:
    names = {*_UNITED_STATES, *(locale.territories["US"] for locale in _locales())}
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, sorted(names)))})(?!\w)", re.IGNORECASE)


@lru_cache(maxsize=1)
def _by_city() -> dict[str, tuple[str, ...]]:
    """IANA names by what their cities, and countries of one zone, are called in the CLDR's languages."""
    from babel.core import get_global

    found: dict[str, dict[str, None]] = {}
    countries: dict[str, list[str]] = {}
    for name, country in get_global("zone_territories").items():
        countries.setdefault(str(country), []).append(name)
    for locale in _locales():
        for country, zones in countries.items():
            if len(zones) == 1 and country in locale.territories:
                found.setdefault(_plain(locale.territories[country]), {})[zones[0]] = None
        for name, words in locale.time_zones.items():
            if city := words.get("city"):
                found.setdefault(_plain(str(city)), {})[name] = None
    return {city: tuple(names) for city, names in found.items()}


@lru_cache(maxsize=1)
def _by_words() -> dict[str, str]:
    """IANA names by what their zone is called in the CLDR's languages: in general, out of and in summer time."""
    from babel.core import get_global

    zones: dict[str, str] = {}
    of_zones = get_global("meta_zones")
    for name in (*_BY_OFFSETS, *_windows().values(), *of_zones):
        if of_zones.get(name):
            zones.setdefault(str(of_zones[name]), name)
    found: dict[str, str] = {}
    for locale in _locales():
        named = [(zones.get(zone, ""), words) for zone, words in locale.meta_zones.items()]
        for zone, words in (*named, *locale.time_zones.items()):
            for text in words.get("long", {}).values():
                found.setdefault(_plain(str(text)), zone)
    return found


def _locales() -> Iterator[Locale]:
    from babel.core import Locale  # slow to import and to read, and needed for few names only

    return map(Locale.parse, LANGUAGES)
