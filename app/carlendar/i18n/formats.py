"""Times and dates as the language writes them, without the cost of loading babel before the first frame.

Names and patterns are CLDR's (format-wide names, `yMMMMEEEEd` without the year); a test compares them with babel's
copy. Times of the 24-hour clock have no leading zero in any language (`8:48`): it is what a car's clock shows, and two
formats of a time never appear on one screen.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from carlendar.domain.base import Value

if TYPE_CHECKING:
    from datetime import date, datetime

NO_BREAK = "\u00a0"


class Names(Value, frozen=True):
    """What a language calls days and months, and how it puts them together."""

    weekdays: tuple[str, ...]
    """From Monday."""
    months: tuple[str, ...]
    date: str
    """Pattern with `{weekday}`, `{day}` and `{month}`."""
    am: str = "AM"
    pm: str = "PM"


NAMES: dict[str, Names] = {
    "en": Names(
        weekdays=("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
        months=(
            "January", "February", "March", "April", "May", "June", "July",
            "August", "September", "October", "November", "December",
        ),
        date="{weekday} {day} {month}",
    ),
    "de": Names(
        weekdays=("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag"),
        months=(
            "Januar", "Februar", "März", "April", "Mai", "Juni", "Juli",
            "August", "September", "Oktober", "November", "Dezember",
        ),
        date="{weekday}, {day}. {month}",
    ),
}  # fmt: skip

TWELVE_HOUR_REGIONS = frozenset({"AU", "CA", "IN", "MY", "NZ", "PH", "PK", "SG", "US"})
"""Regions where English is written with the 12-hour clock (CLDR time formats of en-XX)."""


class Formats(Value, frozen=True):
    """How one language writes moments. Datetimes are read as they are: bring them into the car's zone first."""

    language: str
    twelve_hours: bool = False

    @property
    def _names(self) -> Names:
        return NAMES.get(self.language.partition("-")[0], NAMES["en"])

    def time(self, moment: datetime) -> str:
        """The time of day: `9:00` or `9:00 AM`."""
        if self.twelve_hours:
            half = self._names.am if moment.hour < 12 else self._names.pm
            return f"{moment.hour % 12 or 12}:{moment.minute:02}{NO_BREAK}{half}"
        return f"{moment.hour}:{moment.minute:02}"

    def between(self, start: datetime, end: datetime) -> str:
        """A span of time: `9:00 – 9:30`; only the start where it has no length."""
        if start == end:
            return self.time(start)
        return f"{self.time(start)} – {self.time(end)}"

    def weekday(self, day: date) -> str:
        """The name of the day of the week."""
        return self._names.weekdays[day.weekday()]

    def date(self, day: date) -> str:
        """Day of the week, day and month: `Monday 23 November`."""
        names = self._names
        return names.date.format(weekday=self.weekday(day), day=day.day, month=names.months[day.month - 1])


def formats(language: str, region: str = "", hours: str = "auto") -> Formats:
    """The formats of a language in a region; `hours` is `12`, `24`, or `auto` for what is usual there."""
    usual = language.partition("-")[0] == "en" and region.upper() in TWELVE_HOUR_REGIONS
    return Formats(language, twelve_hours=usual if hours == "auto" else hours == "12")
