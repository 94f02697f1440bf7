"""Texts of times, relative to now."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from carlendar.domain.agenda import AgendaEntry
    from carlendar.presentation.view_context import ViewContext

NAMED_DAYS = 6
"""So many days ahead a day is named by its weekday alone."""


def span(view: ViewContext, entry: AgendaEntry) -> str:
    """`9:00 – 9:30`; while the clock is not set, with the date."""
    start, end = view.at(entry)
    times = view.formats.between(start, end)
    return times if view.clock_set else f"{view.formats.date(start.date())}, {times}"


def moment(view: ViewContext, when: datetime) -> str:
    """A time of today, or with its day: `13:00`, `tomorrow 8:00`, `Thursday 8:00`, `Monday 23 November 8:00`."""
    local = when.astimezone(view.zone)
    time = view.formats.time(local)
    away = (local.date() - view.now.date()).days
    if away == 0:
        return time
    if away == 1:
        return view.words.say("tomorrow {time}", time=time)
    return f"{_day(view, local.date(), away)} {time}"


def day(view: ViewContext, when: date) -> str:
    """A day other than today at a glance: `Tomorrow`, `Thursday`, `Monday 23 November`."""
    away = (when - view.now.date()).days
    return view.words.say("Tomorrow") if away == 1 else _day(view, when, away)


def header(view: ViewContext, when: date) -> str:
    """A day as a heading: `Today, Monday 23 November`."""
    written = view.formats.date(when)
    if when == view.now.date():
        return view.words.say("Today, {date}", date=written)
    if when == view.now.date() + timedelta(days=1):
        return view.words.say("Tomorrow, {date}", date=written)
    return written


def as_of(view: ViewContext) -> str:
    """`10:52`, with its day where that is not today; empty where nothing was ever fetched."""
    return moment(view, view.as_of) if view.as_of else ""


def short_as_of(view: ViewContext) -> str:
    """`10:52`, or of another day its date alone; empty where nothing was ever fetched."""
    if view.as_of is None:
        return ""
    local = view.as_of.astimezone(view.zone)
    return view.formats.time(local) if local.date() == view.now.date() else view.formats.short_date(local.date())


def _day(view: ViewContext, when: date, away: int) -> str:
    return view.formats.weekday(when) if 0 < away <= NAMED_DAYS else view.formats.date(when)
