"""Formats of times and dates, without the cost of loading babel before the first frame.

Names and patterns are CLDR's (format-wide names, `yMMMMEEEEd` without the year); a test compares them with babel's
copy. 24-hour times have no leading zero in any language (`8:48`), like the clock of a car, so that one screen never
shows two formats.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from carlendar.domain.base import Value

if TYPE_CHECKING:
    from datetime import date, datetime

NO_BREAK = "\u00a0"


class Names(Value, frozen=True):
    """Names of days and months in a language, and the pattern of a date."""

    weekdays: tuple[str, ...]
    """Starting with Monday."""
    months: tuple[str, ...]
    date: str
    """Pattern with `{weekday}`, `{day}` and `{month}`."""
    short_weekdays: tuple[str, ...]
    short_months: tuple[str, ...]
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
        short_weekdays=("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
        short_months=("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sept", "Oct", "Nov", "Dec"),
    ),
    "de": Names(
        weekdays=("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag"),
        months=(
            "Januar", "Februar", "März", "April", "Mai", "Juni", "Juli",
            "August", "September", "Oktober", "November", "Dezember",
        ),
        date="{weekday}, {day}. {month}",
        short_weekdays=("Mo.", "Di.", "Mi.", "Do.", "Fr.", "Sa.", "So."),
        short_months=(
            "Jan.", "Feb.", "März", "Apr.", "Mai", "Juni", "Juli", "Aug.", "Sept.", "Okt.", "Nov.", "Dez.",
        ),
    ),
}  # fmt: skip

TWELVE_HOUR_REGIONS = frozenset({"AU", "CA", "IN", "MY", "NZ", "PH", "PK", "SG", "US"})
"""Regions where English is written with the 12-hour clock (CLDR time formats of en-XX)."""


class Formats(Value, frozen=True):
    """Formats of one language. Datetimes are not converted: pass them in the car's time zone."""

    language: str
    twelve_hours: bool = False

    @property
    def _names(self) -> Names:
        return NAMES.get(self.language.partition("-")[0], NAMES["en"])

    def time(self, moment: datetime) -> str:
        """Format a time of day: `9:00` or `9:00 AM`."""
        if self.twelve_hours:
            half = self._names.am if moment.hour < 12 else self._names.pm
            return f"{moment.hour % 12 or 12}:{moment.minute:02}{NO_BREAK}{half}"
        return f"{moment.hour}:{moment.minute:02}"

    def between(self, start: datetime, end: datetime) -> str:
        """Format a time span: `9:00 – 9:30`, or only the start if it has no length."""
        if start == end:
            return self.time(start)
        return f"{self.time(start)} – {self.time(end)}"

    def weekday(self, day: date) -> str:
        """Return the name of the day of the week."""
        return self._names.weekdays[day.weekday()]

    def short_date(self, day: date) -> str:
        """Format a date with its weekday as short as can be: `Mon 23 Nov`."""
        names = self._names
        return names.date.format(
            weekday=names.short_weekdays[day.weekday()], day=day.day, month=names.short_months[day.month - 1]
        )

    def date(self, day: date) -> str:
        """Format a date with its weekday: `Monday 23 November`."""
        names = self._names
        return names.date.format(weekday=self.weekday(day), day=day.day, month=names.months[day.month - 1])


def formats(language: str, region: str = "", hours: str = "auto") -> Formats:
    """Return the formats of a language in a region; `hours` is `12`, `24`, or `auto` for the region's default."""
    usual = language.partition("-")[0] == "en" and region.upper() in TWELVE_HOUR_REGIONS
    return Formats(language, twelve_hours=usual if hours == "auto" else hours == "12")
