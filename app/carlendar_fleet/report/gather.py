"""Collects what the report shows."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path

from carlendar.errors import UsageError
from carlendar_fleet.analytics.engine import AnalyticsEngine
from carlendar_fleet.analytics.event_tables import Period
from carlendar_fleet.analytics.measures import ALL
from carlendar_fleet.analytics.published import publish
from carlendar_fleet.folder import DataFolder
from carlendar_fleet.report.data_quality import dead_letters
from carlendar_fleet.report.findings import ReportFindings


def gather(data: DataFolder, engine: AnalyticsEngine, period: Period, now: datetime) -> ReportFindings:
    """Run all measures. Raises StoreError if the data cannot be read."""
    results = {each.name: publish(each, engine, period) for each in ALL}
    return ReportFindings(period, now, results, dead_letters(data.dead_letters, period))


def last_days(data: DataFolder, days: int, today: date, until: date | None = None) -> Period:
    """The period that ends on a day, or on the last one with events that is over. Raises UsageError without events."""
    last = until or last_day(data.events, today)
    return Period(last - timedelta(days=days - 1), last)


def last_day(events: Path, today: date) -> date:
    """The last day before today that there are events of; where there is none, today. Raises UsageError without events.

    A day that is not over would look like a decline, and a car's clock may be fast.
    """
    found = [folder.name.removeprefix("day=") for folder in events.glob("*/day=*")]
    if not found:
        raise UsageError(f"there are no events in {events}: start `carlendar fleet up`, or name the folder by --data")
    days = sorted({date.fromisoformat(each) for each in found})
    return ([each for each in days if each < today] or [each for each in days if each == today] or days)[-1]
