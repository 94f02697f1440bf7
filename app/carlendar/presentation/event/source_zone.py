"""An event's own zone, for a meeting that was planned by other clocks than the car's: what they show, and where.

Imported when an event is opened: the names of places come from the CLDR, which takes a moment to read.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from carlendar.domain.zone_names import iana_name
from carlendar.presentation.states import Line

if TYPE_CHECKING:
    from carlendar.domain.event import Event
    from carlendar.presentation.view_context import ViewContext


def source_zone_line(view: ViewContext, event: Event) -> Line | None:
    """`In New York: 3:00 – 3:30`, with the day where it is another; None where the clocks there show the same.

    None also for whole days, for a zone without a place (UTC, fixed offsets) and for an unknown one.
    """
    name = iana_name(event.zone_name)
    if event.all_day or "/" not in name or name.startswith("Etc/"):
        return None
    try:
        zone = ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        return None
    start, end = event.start(view.zone), event.end(view.zone)
    there, until = start.astimezone(zone), end.astimezone(zone)
    if (there.utcoffset(), until.utcoffset()) == (start.utcoffset(), end.utcoffset()):
        return None
    time = view.formats.between(there, until)
    if there.date() != start.date():
        time = f"{view.formats.weekday(there.date())} {time}"
    where = city(name, view.words.language)
    return Line((view.words.say("In {place}: {time}", place=where, time=time), f"{where}: {time}"), "map-clock")


@lru_cache(maxsize=64)
def city(name: str, language: str) -> str:
    """What the zone's place is called in a language (CLDR exemplar cities); else the last part of its name."""
    from babel.core import UnknownLocaleError
    from babel.dates import get_timezone_location

    try:
        found = get_timezone_location(name, locale=language.replace("-", "_"), return_city=True)
    except (LookupError, ValueError, UnknownLocaleError):
        found = ""
    return found or name.rpartition("/")[2].replace("_", " ")
