"""Moments in words, as seen from now."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from carlendar.domain.agenda import Entry
    from carlendar.presentation.view_context import ViewContext

NAMED_DAYS = 6
"""So many days ahead a day is named by its weekday alone."""


def span(scene: ViewContext, entry: Entry) -> str:
    """`9:00 – 9:30`; while the clock is not set, with the date."""
    start, end = scene.at(entry)
    times = scene.formats.between(start, end)
    return times if scene.clock_set else f"{scene.formats.date(start.date())}, {times}"


def moment(scene: ViewContext, when: datetime) -> str:
    """A time of today, or with its day: `13:00`, `tomorrow 8:00`, `Thursday 8:00`, `Monday 23 November 8:00`."""
    local = when.astimezone(scene.zone)
    time = scene.formats.time(local)
    away = (local.date() - scene.now.date()).days
    if away == 0:
        return time
    if away == 1:
        return scene.words.say("tomorrow {time}", time=time)
    return f"{_day(scene, local.date(), away)} {time}"


def day(scene: ViewContext, when: date) -> str:
    """A day other than today at a glance: `Tomorrow`, `Thursday`, `Monday 23 November`."""
    away = (when - scene.now.date()).days
    return scene.words.say("Tomorrow") if away == 1 else _day(scene, when, away)


def header(scene: ViewContext, when: date) -> str:
    """A day as a heading: `Today, Monday 23 November`."""
    written = scene.formats.date(when)
    if when == scene.now.date():
        return scene.words.say("Today, {date}", date=written)
    if when == scene.now.date() + timedelta(days=1):
        return scene.words.say("Tomorrow, {date}", date=written)
    return written


def as_of(scene: ViewContext) -> str:
    """`10:52`, with its day where that is not today; empty where nothing was ever fetched."""
    return moment(scene, scene.as_of) if scene.as_of else ""


def _day(scene: ViewContext, when: date, away: int) -> str:
    return scene.formats.weekday(when) if 0 < away <= NAMED_DAYS else scene.formats.date(when)
